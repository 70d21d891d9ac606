"""What Spark's rows settle is what `FeatureFrame.from_table` settles of the same table."""

import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings
from tests.spark_tables import in_partitions
from workbench import FeatureFrame, SparkRows
from workbench.errors import DataWarning, ParameterError, SchemaError


def test_pyspark_is_imported_by_nobody_who_does_not_name_it():
    code = (
        "import sys, workbench; workbench.SparkRows; workbench.RidgePropensity; "
        "import workbench.ridge; print([m for m in sys.modules if m.startswith('pyspark')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_something_else_is_told_what_must_come():
    with pytest.raises(ParameterError, match="`dataframe` must be a DataFrame of Apache Spark"):
        SparkRows(mailings(20), target="bought", campaign="month")


def same(frame, rows):
    assert rows.recipe == frame.recipe
    assert rows.groups == frame.groups
    assert rows.campaigns == frame.campaigns
    assert rows.suspects == frame.suspects
    assert rows.notes == frame.notes
    assert repr(rows) == repr(frame).replace("FeatureFrame", "SparkRows")
    pd.testing.assert_frame_equal(rows.summary(), frame.summary())


def dated(n=400):
    rng = np.random.default_rng(3)
    table = mailings(n).drop(columns="month")
    table["sent"] = pd.Timestamp("2024-01-05") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    table["sent"] += pd.to_timedelta(rng.integers(0, 86_400, n), unit="s")
    table["sent"] = table["sent"].dt.as_unit("us")
    return table


ASKED = {
    "groups": (mailings(400), {"campaign": "month", "groups": {"web_*": "web", "*": "rest"}}),
    "moments": (dated(), {"time": "sent"}),
    "moments with a zone": (
        dated().assign(sent=lambda t: t["sent"].dt.tz_localize("UTC")),
        {"time": "sent"},
    ),
    "days": (
        dated().assign(day=lambda t: t["sent"].dt.date).drop(columns="sent"),
        {"time": "day"},
    ),
    "words": (
        mailings(400).assign(bought=lambda t: t["bought"].map({0: "nein", 1: "ja"})),
        {"campaign": "month"},
    ),
    "personal data": (
        mailings(400).assign(email=[f"a{k}@example.org" for k in range(400)]),
        {"campaign": "month"},
    ),
}


@pytest.mark.warehouse
@pytest.mark.parametrize("name", ASKED)
def test_a_dataframe_settles_what_a_frame_settles(spark_session, tmp_path, name):
    table, asked = ASKED[name]
    dataframe = in_partitions(spark_session, table, tmp_path, edges=[0, 0, 7, 200, 400])
    if name == "moments with a zone":  # which Spark shows by the clock of the session
        table = table.assign(sent=table["sent"].dt.tz_convert("America/New_York"))
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        frame = FeatureFrame.from_table(table, target="bought", **asked)
        rows = SparkRows(dataframe, target="bought", **asked)
    same(frame, rows)


@pytest.mark.warehouse
def test_a_column_that_is_not_there_is_named(spark_session):
    dataframe = spark_session.range(9).selectExpr("id % 2 AS bought", "id AS x")
    with pytest.raises(SchemaError, match="month"):
        SparkRows(dataframe, target="bought", campaign="month")
