"""What DuckDB says, said in other dialects: the same values, or a refusal."""

import datetime
import math
import re

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from workbench.errors import ParameterError
from workbench.features.plans.dialects import COMPARED, DIALECTS, translated

# Rows on which databases disagree: halves, a moment that New York's clock skips, Sundays,
# the last microsecond of a leap year, letters beyond ASCII, gaps, NaN.
AWKWARD = """
CREATE TABLE t AS SELECT * FROM (VALUES
  (1, 0.5::DOUBLE, 3, TIMESTAMP '2024-03-10 02:30:00.000001', TIMESTAMP '2024-03-09 12:00:00',
   'Ärger', TRUE),
  (2, -2.5, 4, TIMESTAMP '2024-12-31 23:59:59.999999', TIMESTAMP '2024-03-10 02:59:59', 'b\\n', FALSE),
  (3, 0.49999999999999994, 7, TIMESTAMP '2023-01-01 00:00:00', TIMESTAMP '1969-07-20 20:17:40', '', TRUE),
  (4, 4503599627370497.5, 0, TIMESTAMP '2024-11-03 01:30:00', NULL, 'it''s', NULL),
  (5, NULL, NULL, TIMESTAMP '2024-02-29 12:00:00', TIMESTAMP '2024-02-29 12:00:00.000001', NULL, FALSE),
  (6, 'NaN', 1, TIMESTAMP '2026-06-07 08:09:10.111213', TIMESTAMP '2024-01-01', 'B', TRUE)
) v(id, x, n, ts, since, word, flag)
"""
BY_ROW = (
    "round(x)",
    "CASE WHEN NOT isnan(x) THEN CAST(round(x) AS BIGINT) END",
    "isnan(x)",
    "n / 7",
    "(n + 1) / 3.0",
    "(day(ts) - 1) / 30.4375",
    "n / nullif(n - 3, 0)",
    "date_diff('microsecond', since, ts)",
    "CAST(date_diff('microsecond', since, ts) AS HUGEINT) * date_diff('microsecond', since, ts)",
    "date_diff('day', CAST(since AS DATE), CAST(ts AS DATE))",
    "date_diff('day', CAST(since AS DATE), DATE '2024-03-01')",
    "year(ts)",
    "month(ts)",
    "day(ts)",
    "dayofmonth(ts)",
    "hour(ts)",
    "dayofyear(ts)",
    "dayofweek(ts)",
    "isodow(ts)",
    "ts - INTERVAL 28 DAY",
    "ts - INTERVAL 1 MICROSECOND",
    "ts - INTERVAL 28 DAY <= since AND since < ts",
    "abs(n - 4) + floor(n / 2) - ceil(n / 2)",
    "sign(n - 3)",
    "exp(n) + ln(1 + n) + sqrt(n) + power(2, -n / 7.0) + sin(n) + cos(n) + pi()",
    "length(word)",
    "upper(word)",
    "lower(word)",
    "CAST(n AS VARCHAR)",
    "CAST(flag AS VARCHAR)",
    "CAST(CAST(ts AS DATE) AS VARCHAR)",
    "CAST(CAST(flag AS INTEGER) AS DOUBLE)",
    "coalesce(word, 'none')",
    "least(n, 4)",
    "greatest(since, ts)",
    "CASE WHEN word = 'it''s' THEN 1 WHEN word IN ('B', 'b\\n') THEN 2 END",
    "word LIKE 'b%' OR word <> 'B'",
    "CASE WHEN n > 3 AND n >= 4 THEN 'more' END",
    "if(flag, 1, 0)",
    "since IS NULL",
    "lag(ts) OVER (ORDER BY word COLLATE C, id)",
    "row_number() OVER (ORDER BY word COLLATE C DESC, id)",
    "row_number() OVER (ORDER BY since DESC)",
)
OVER_ALL = (
    "count(*)",
    "count(word)",
    "count(DISTINCT flag)",
    "sum(n) FILTER (WHERE flag)",
    "count(*) FILTER (WHERE NOT flag)",
    "count(DISTINCT n) FILTER (WHERE flag AND n > 1)",
    "min(ts)",
    "max(since) FILTER (WHERE n < 4)",
    "any_value(word) FILTER (WHERE id = 2)",
    "sum(CAST(round(CAST(9e18 AS DOUBLE)) AS BIGINT))",  # does not fit 64 bits
    "sum(CAST(date_diff('microsecond', since, ts) AS HUGEINT))",
)


@pytest.fixture(scope="module")
def awkward():
    connection = duckdb.connect()
    connection.execute(AWKWARD)
    return connection


def rows_of(warehouse, query, connection):
    _, rows = warehouse.ask(translated(query, warehouse.dialect), connection)
    return [[plain(value) for value in row] for row in rows]


def plain(value):
    """A value as DuckDB gives it: numbers as floats, since drivers differ in their kinds."""
    if value is None or isinstance(value, str | bool | datetime.date):
        return value
    return "NaN" if math.isnan(value) else float(value)


def query_of(expressions):
    columns = (f"{expression} AS c{i}" for i, expression in enumerate(expressions))
    return f"SELECT {', '.join(columns)} FROM t"


def test_every_function_gives_the_same_value_in_each_row(warehouse, awkward):
    query = query_of(BY_ROW) + " ORDER BY id"
    compare(rows_of(warehouse, query, awkward), awkward, query, BY_ROW)


def test_every_aggregate_gives_the_same_value(warehouse, awkward):
    query = query_of(OVER_ALL)
    compare(rows_of(warehouse, query, awkward), awkward, query, OVER_ALL)


def compare(found, connection, query, expressions):
    wanted = [[plain(v) for v in row] for row in connection.execute(query).fetchall()]
    wrong = [
        (expression, row + 1, a, b)
        for row, (ours, theirs) in enumerate(zip(found, wanted, strict=True))
        for expression, a, b in zip(expressions, ours, theirs, strict=True)
        if a != (pytest.approx(b, rel=1e-14, abs=0) if isinstance(b, float) else b)
    ]
    assert wrong == []
