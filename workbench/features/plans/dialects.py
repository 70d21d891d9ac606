"""The plan's query as a warehouse reads it, under a comment that says what it needs."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from workbench.features.tables import Tables
from workbench.sql.dialects import translated
from workbench.sql.names import in_comment
from workbench.sql.statement import one_select

TITLES = {
    "duckdb": "DuckDB",
    "spark": "Spark",
    "bigquery": "BigQuery",
    "snowflake": "Snowflake",
    "postgres": "PostgreSQL",
}
# Moments are those of the clock that the tables keep, without a zone.
MOMENTS = {"spark": "TIMESTAMP_NTZ", "bigquery": "DATETIME", "snowflake": "TIMESTAMP_NTZ"}


def printed(query: str, dialect: str, tables: Tables) -> str:
    """Write a plan's query in a dialect, after the tables and columns that it reads.

    Parameters
    ----------
    query : str
        Over the tables of ``data.connect()``.
    dialect : {"duckdb", "spark", "bigquery", "snowflake", "postgres"}
    tables : Tables

    Raises
    ------
    ParameterError
        The dialect is unknown, or the query has no counterpart in it.

    Examples
    --------
    >>> from workbench.datasets import sample
    >>> print(printed("SELECT contact FROM contacts", "bigquery", Tables(sample())))
    -- BigQuery; over these tables, named as here letter by letter:
    --   contacts (contact INT64)
    SELECT
      `contact`
    FROM `contacts`
    """
    text = translated(query, dialect)
    head = f"-- {TITLES[dialect]}; over these tables, named as here letter by letter:"
    return one_select("\n".join([head, *_needs(query, dialect, tables), text]), dialect, like=text)


def _needs(query: str, dialect: str, tables: Tables) -> Iterator[str]:
    tree = sqlglot.parse_one(query, read="duckdb")
    steps = {cte.alias for cte in tree.find_all(exp.CTE)}
    mentioned = {identifier.name for identifier in tree.find_all(exp.Identifier)}
    for name in dict.fromkeys(table.name for table in tree.find_all(exp.Table)):
        if name and name not in steps:
            columns = [
                f"{in_comment(column)} {in_comment(_type_name(kind, dialect))}"
                for column, kind in tables.columns(name).items()
                if column in mentioned
            ]
            yield f"--   {in_comment(name)} ({', '.join(columns)})"


def _type_name(kind: str, dialect: str) -> str:
    if kind == "TIMESTAMP" and dialect in MOMENTS:
        return MOMENTS[dialect]
    return exp.DataType.build(kind, dialect="duckdb").sql(dialect=dialect)
