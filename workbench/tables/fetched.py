"""What a query gives, as a DataFrame, without a word of pandas about how DuckDB makes it."""

from __future__ import annotations

import warnings

import duckdb
import pandas as pd


def fetched(found: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the rows of a query.

    Parameters
    ----------
    found : DuckDBPyConnection
        What `execute` gave back.

    Examples
    --------
    >>> fetched(duckdb.connect().execute("SELECT 1 AS a, 'x' AS b"))
       a  b
    0  1  x
    """
    with warnings.catch_warnings():
        # zoned columns: DuckDB calls pandas in a way that pandas is about to drop
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        return pd.DataFrame(found.df())
