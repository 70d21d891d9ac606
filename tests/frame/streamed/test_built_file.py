"""A file of built features says itself what its columns are, and nobody may say otherwise."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.feature_files import in_parts
from workbench import ParquetRows
from workbench.datasets import sample
from workbench.errors import ParameterError, SchemaError
from workbench.features import FeatureSet, rfm, windows

RFM = rfm("visits", value="amount")


def test_nothing_may_be_said_of_a_file_that_says_all_itself(tmp_path):
    file = tmp_path / "f.parquet"
    in_parts(FeatureSet(RFM), sample(), file, 700)
    assert len(ParquetRows(file, scratch=tmp_path)) == 2000
    assert len(ParquetRows(str(tmp_path))) == 2000  # a folder with this one file
    for said in ({"campaign": "campaign"}, {"drop": ["outcome"]}, {"order": "first-seen"}):
        with pytest.raises(ParameterError) as raised:
            ParquetRows(file, **said)
        assert str(raised.value) == (
            "'f.parquet' says itself what its columns are, and came with more than `path` and "
            "`scratch`. Leave the rest out, or name the `target` too: the file is then read as "
            "any table is."
        )


def test_a_table_that_says_nothing_needs_a_target(tmp_path):
    pq.write_table(pa.table({"visits": [1, 2], "bought": [0, 1]}), tmp_path / "f.parquet")
    in_parts(FeatureSet(RFM), sample(), tmp_path / "g.parquet", 700)
    for path in (tmp_path / "f.parquet", tmp_path):
        with pytest.raises((ParameterError, SchemaError)):
            ParquetRows(path)
    with pytest.raises(ParameterError) as raised:
        ParquetRows(tmp_path / "f.parquet")
    assert str(raised.value) == (
        "`target` must name the column of the outcome, unless the path is one file that "
        "`FeatureSet.build(data, to=...)` wrote; it is not. Give `target`, and `campaign`."
    )


def test_with_a_target_it_is_any_table_and_says_so(tmp_path):
    file = tmp_path / "f.parquet"
    in_parts(FeatureSet(windows("visits")), sample(), file, 900)
    rows = ParquetRows(file, target="outcome", campaign="campaign", drop=["customer", "matured_at"])
    assert rows.recipe["kind"] == "table"
    assert rows.notes[-1].startswith("The file holds built features, and is read as any table")


def test_columns_that_somebody_changed(tmp_path):
    file = tmp_path / "f.parquet"
    in_parts(FeatureSet(RFM), sample(), file, 700)
    table = pq.read_table(file)
    metadata = pq.read_metadata(file).metadata
    name = table.column_names[-1]
    place = table.column_names.index(name)
    for changed in (
        table.drop_columns([name]),
        table.append_column("beside", pa.array(range(2000))),
        table.set_column(place, name, table[name].cast(pa.float32())),
        table.drop_columns(["campaign"]),
    ):
        pq.write_table(changed.replace_schema_metadata(metadata), file)
        with pytest.raises(SchemaError, match="must have the columns that its features were built"):
            ParquetRows(file)
    told = {b"workbench features": b'{"version": 99}'}
    pq.write_table(table.replace_schema_metadata(told), file)
    with pytest.raises(SchemaError, match="was built by another version of the workbench"):
        ParquetRows(file)
