import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tests.parquet_tables import mailings
from tests.spark_tables import in_partitions
from workbench.errors import DataError
from workbench.frame.streamed import first_pass as passes
from workbench.frame.streamed.first_pass import Wanted
from workbench.frame.streamed.spark_pass import _AddUp, _Below, _Sample, first_pass_of
from workbench.frame.streamed.spark_table import SparkTable

ROLES = {"target": "bought", "campaign": "month", "time": None, "customer": None, "weight": None}


def looked_at(dataframe, **roles):
    table = SparkTable.of(dataframe)
    return first_pass_of(table, Wanted.of(table.schema, ROLES | roles, drop=(), kinds={}))


def test_a_partition_is_added_up_and_drawn_from_alike_each_time():
    block = pa.Table.from_pandas(mailings(90), preserve_index=False)
    wanted = Wanted.of(block.schema, ROLES, drop=(), kinds={})
    batches = block.to_batches(max_chunksize=25)
    once, again = (list(_AddUp(wanted)(3, iter(batches))) for _ in range(2))
    assert pickle.dumps(once) == pickle.dumps(again)
    assert [piece.kind for piece in once] == ["rows", "sums", "sample"]
    assert once[0].data == 90


def test_of_drawn_rows_those_below_a_share_are_the_sample():
    sample = _Sample(0, 50)
    for start in range(0, 1000, 40):
        sample.add(pa.table({"row": range(start, start + 40)}))
    drawn = sample.drawn()
    rows = drawn.rows.column("row").to_numpy()
    assert len(rows) == 50
    assert (np.diff(rows) > 0).all()
    number = np.random.default_rng([20241130, 0]).random(1000)
    np.testing.assert_array_equal(rows, np.flatnonzero(number <= np.sort(number)[49]))
    batch = pa.record_batch(
        [pa.array(["sample"]), pa.array([pickle.dumps(drawn)])], names=["kind", "data"]
    )
    [taken] = [piece.data for piece in _Below(0.02)(0, iter([batch]))]
    np.testing.assert_array_equal(taken.column("row"), np.flatnonzero(number < 0.02))


@pytest.mark.warehouse
def test_the_sample_is_all_of_few_rows_in_their_order(spark_session, tmp_path):
    table, kept = mailings(300), spark_session.sparkContext._jsc.getPersistentRDDs  # noqa: SLF001
    before = set(kept())
    found = looked_at(in_partitions(spark_session, table, tmp_path, edges=[0, 0, 20, 300, 300]))
    assert found.is_whole
    pd.testing.assert_frame_equal(found.sample, table, check_dtype=False)
    assert found.keys.table()["month"].iloc[found.sampled_key].tolist() == table["month"].tolist()
    assert set(kept()) <= before


@pytest.mark.warehouse
def test_of_many_rows_some_are_taken_wherever_they_stand(spark_session, tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "SAMPLE_ROWS", 50)
    table = mailings(600).assign(row=np.arange(600))
    found = looked_at(in_partitions(spark_session, table, tmp_path, edges=[0, 40, 600]))
    rows = found.sample["row"].to_numpy()
    assert 30 < len(rows) < 70
    assert not found.is_whole
    assert (np.diff(rows) > 0).all()
    assert np.histogram(rows, bins=3, range=(0, 600))[0].min() > 5


@pytest.mark.warehouse
def test_what_is_wrong_with_a_row_is_told_as_of_files(spark_session):
    dataframe = spark_session.range(9).selectExpr(
        "id % 2 AS bought", "'a' AS month", "id AS x", "IF(id = 7, -1.0, 1.0) AS w"
    )
    with pytest.raises(DataError, match=r"^The weight column 'w' must be a finite number from 0"):
        looked_at(dataframe, weight="w")


@pytest.mark.warehouse
def test_no_row_is_too_few(spark_session):
    dataframe = spark_session.range(0).selectExpr("id AS bought", "'a' AS month", "id AS x")
    with pytest.raises(DataError, match=r"at least one row; this DataFrame has none\."):
        looked_at(dataframe)
