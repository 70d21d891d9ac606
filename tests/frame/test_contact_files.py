import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import MissingDataError
from workbench.frame.contact_files import ContactFiles, is_parquet

COLUMNS = {
    "whole": pa.array(range(9), pa.int32()),
    "gap_at_the_end": pa.array([*range(8), None], pa.int8()),
    "large": pa.array([2**63, None, *range(7)], pa.uint64()),
    "flag": pa.array([True, False, True] * 3),
    "float": pa.array([1.5, None, np.nan] * 3),
    "narrow": pa.array([1.5] * 9, pa.float32()),
    "text": pa.array(["a", None, "b"] * 3),
    "when": pa.array([pd.Timestamp("2024-01-01 03:00")] * 9),
    "zoned": pa.array([pd.Timestamp("2024-01-01 03:00")] * 9, pa.timestamp("us", "Europe/Berlin")),
    "nothing": pa.nulls(9),
    "clock": pa.array([dt.time(1)] * 9),
}


@pytest.mark.parametrize("counted", [True, False])
def test_each_block_has_the_types_of_the_whole_table(tmp_path, counted):
    path = tmp_path / "new.parquet"
    pq.write_table(pa.table(COLUMNS), path, write_statistics=counted, row_group_size=4)
    files = ContactFiles.of(path, customer=None)
    whole = pd.read_parquet(path)
    assert files.gapped == {"gap_at_the_end", "large"}
    for blocks in (list(files.blocks(2)), [files.whole()]):
        together = pd.concat(blocks, ignore_index=True)
        assert all((block.dtypes == whole.dtypes).all() for block in blocks)
        pd.testing.assert_frame_equal(together, whole)


def test_objects_have_the_type_of_what_the_files_hold_though_a_block_be_empty(tmp_path):
    made = {
        "flag": pa.array([None, None, True]),
        "day": pa.array([None, None, dt.date(2024, 5, 1)]),
        "amount": pa.array([None, None, Decimal("1.10")], pa.decimal128(9, 2)),
        "word": pa.array([None, None, "x"]).dictionary_encode(),
    }
    pq.write_table(pa.table(made), tmp_path / "new.parquet")
    blocks = list(ContactFiles.of(tmp_path, customer=None).blocks(2))
    for kind in (block.dtypes.astype(str).tolist() for block in blocks):
        assert kind == ["boolean", "datetime64[s]", "float64", "str"]
    assert blocks[1]["amount"].tolist() == [1.1]


def test_numbers_with_gaps_of_their_own_stay_so(tmp_path):
    made = pd.DataFrame({"n": pd.array([2**60 + 1, None, 3], "Int64"), "b": [True, None, False]})
    made = made.astype({"b": "boolean"}).set_index(pd.Index([7, 8, 9], name="key"))
    made.to_parquet(tmp_path / "new.parquet")
    files = ContactFiles.of(tmp_path / "new.parquet", customer="n")
    assert files.gapped == frozenset()
    back = pd.concat(files.blocks(1), ignore_index=True)
    pd.testing.assert_frame_equal(back, made.reset_index(drop=True))


def test_a_customer_is_never_turned_into_another_number(tmp_path):
    long = Decimal(12345678901234567890)
    pq.write_table(pa.table({"id": pa.array([long, None])}), tmp_path / "new.parquet")
    files = ContactFiles.of(tmp_path, customer="id")
    assert files.whole()["id"].tolist() == [long, None]
    assert [values.tolist() for values in files.values("id")] == [[long, None]]


def test_what_is_parquet(tmp_path):
    pq.write_table(pa.table({"x": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"x": pa.array([], pa.int64())}), tmp_path / "empty.parquet")
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    names = ["a.parquet", "empty.parquet", "b.parquet", "no.parquet", "a.csv", "."]
    assert [is_parquet(tmp_path / name) for name in names] == [
        *(True, False, False, False, False, True)
    ]
    (tmp_path / "none").mkdir()
    with pytest.raises(MissingDataError, match=r"^There is no file \*\.parquet in the folder"):
        ContactFiles.of(tmp_path / "none", customer=None)
