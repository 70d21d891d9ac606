"""Rows of a query, zoned moments among them."""

import warnings

import duckdb
import pandas as pd
import pytest

from workbench.tables.fetched import fetched

ZONED = "SELECT TIMESTAMPTZ '2024-03-01 12:00:00+01' AS at, 1 AS n"


def test_zoned_moments_come_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = fetched(duckdb.connect().execute(ZONED))
    assert rows["at"][0] == pd.Timestamp("2024-03-01 11:00", tz="UTC")
    assert rows["n"].tolist() == [1]


def test_the_warning_is_there_without_it():
    """Else this file is no longer needed."""
    with pytest.warns(pd.errors.Pandas4Warning):
        duckdb.connect().execute(ZONED).df()
