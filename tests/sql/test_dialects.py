"""What DuckDB says, said in other dialects: the same values, or a refusal."""

import datetime as dt
import math
import re

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from workbench.errors import ParameterError
from workbench.sql.dialects import DIALECTS, translated
from workbench.sql.meanings import COMPARED

# Rows on which databases disagree: halves, a moment that New York's clock skips, Sundays,
# the last microsecond of a leap year, letters beyond ASCII, gaps, NaN.
AWKWARD = """
CREATE TABLE t AS SELECT id, x, n, ts::TIMESTAMP AS ts, since::TIMESTAMP AS since, word, flag
FROM (VALUES
  (1, 0.5::DOUBLE, 3, '2024-03-10 02:30:00.000001', '2024-03-09 12:00:00', 'Ärger', TRUE),
  (2, -2.5, 4, '2024-12-31 23:59:59.999999', '2024-03-10 02:59:59', 'b\\n', FALSE),
  (3, 0.49999999999999994, 7, '2023-01-01 00:00:00', '1969-07-20 20:17:40', '', TRUE),
  (4, 4503599627370497.5, 0, '2024-11-03 01:30:00', NULL, 'it''s', NULL),
  (5, NULL, NULL, '2024-02-29 12:00:00', '2024-02-29 12:00:00.000001', NULL, FALSE),
  (6, 'NaN', 1, '2026-06-07 08:09:10.111213', '2024-01-01', 'B', TRUE)
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
    "sign(n - 3) * CAST(abs(n - 3) AS DOUBLE)",
    "sign(n - 3) * CAST(abs(n) AS DOUBLE)",
    "exp(n) + ln(1 + n) + sqrt(n) + power(2, -n / 7.0) + sin(n) + cos(n) + pi()",
    "length(word)",
    "trim(word, ' ')",
    "rtrim(word, 'b')",
    "upper(word)",
    "lower(word)",
    "lower('İÇ ΟΔΟΣ')",
    r"length(regexp_replace(word, '[^\p{L}]', '', 'g'))",
    r"length(regexp_replace(word, '[^\p{Lu}]', '', 'g'))",
    r"regexp_replace(word, '[\p{L}\p{Nd} \t\n\f\r]', '', 'g')",
    r"regexp_replace(word, '[^ \t\n\f\r]+', 'x', 'g')",
    r"regexp_replace(lower(word), '(^|[^\p{L}\p{Nd}])b\\n($|[^\p{L}\p{Nd}])', '', 'g')",
    r"regexp_replace(word, '(^|[^\p{L}])it''s($|[^\p{L}])', 'x', 'g') <> word",
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
    if value is None or isinstance(value, str | bool | dt.date):
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


def test_every_function_that_is_let_through_is_compared_above():
    tree = sqlglot.parse_one(query_of([*BY_ROW, *OVER_ALL]), read="duckdb")
    used = {type(node).__name__ for node in tree.find_all(exp.Func, exp.Binary)}
    assert used - {"Collate"} == COMPARED


# Functions of BigQuery and of Snowflake out of their reference manuals, which cannot run
# here: what is printed for them is parsed again, and may name only these.
DOCUMENTED = {
    "bigquery": """ABS ACOS CAST CEIL COALESCE COS COUNT COUNTIF DATE_DIFF DATETIME_DIFF EXP EXTRACT
        FLOOR GREATEST IF IS_NAN LAG LEAST LENGTH LN LOWER MAX MIN MOD NULLIF POWER
        REGEXP_REPLACE ROUND ROW_NUMBER RTRIM SIGN SIN SQRT SUM TRANSLATE TRIM UPPER""",
    "snowflake": """ABS CAST CEIL COALESCE COS COUNT COUNT_IF DATEDIFF DAY DAYOFMONTH DAYOFWEEKISO
        DAYOFYEAR EXP FLOOR GREATEST_IGNORE_NULLS HOUR IFF LAG LEAST_IGNORE_NULLS LENGTH LN LOWER
        MAX MIN MOD MONTH NULLIF PI POWER REGEXP_REPLACE ROUND ROW_NUMBER RTRIM SIGN SIN SQRT SUM
        TRANSLATE TRIM UPPER YEAR""",
}


@pytest.mark.parametrize("dialect", DOCUMENTED)
@pytest.mark.parametrize("expressions", [BY_ROW, OVER_ALL], ids=["by_row", "over_all"])
def test_what_cannot_run_here_parses_and_names_documented_functions_only(dialect, expressions):
    if dialect == "snowflake":  # which refuses letters beyond ASCII
        expressions = [e for e in expressions if r"\p{" not in e]
    text = translated(query_of(expressions), dialect)
    again = sqlglot.parse_one(text, read=dialect)
    assert again.sql(dialect=dialect, pretty=True, identify=True) == text
    unquoted = re.sub(r"'(?:[^'\\\\]|\\\\.)*'", "", text)
    called = set(re.findall(r"\b([A-Z_]+)\(", unquoted)) - {"DECIMAL", "IN", "OVER"}
    assert called <= set(DOCUMENTED[dialect].split()), called - set(DOCUMENTED[dialect].split())


def test_duckdb_reads_the_query_as_it_came():
    query = "SELECT quantile_cont(n, 0.5) FROM t"
    assert translated(query, "duckdb") is query


@pytest.mark.parametrize("dialect", DIALECTS[1:])
def test_names_are_quoted_and_group_by_all_and_nameless_queries_spelt_out(dialect):
    query = "SELECT word, count(*) AS n, flag FROM (SELECT * FROM t) GROUP BY ALL"
    quote = {"spark": "`", "bigquery": "`"}.get(dialect, '"')
    text = re.sub(r"\s+", " ", translated(query, dialect)).replace(quote, "'")
    assert text == (
        "SELECT 'word', COUNT(*) AS 'n', 'flag' FROM ( SELECT * FROM 't' ) AS 'q1' GROUP BY 1, 3"
    )


@pytest.mark.parametrize("dialect", DIALECTS[1:])
def test_what_duckdb_alone_needs_is_not_printed(dialect):
    """Its cast of whole numbers below 0 is not always to the nearest double."""
    needed, plain = "sign(n) * CAST(abs(n) AS DOUBLE)", "CAST(n AS DOUBLE)"
    texts = [translated(f"SELECT {words} AS d FROM t", dialect) for words in (needed, plain)]
    assert texts[0] == texts[1]


def test_a_name_for_a_nameless_query_is_free():
    text = translated("SELECT q1.n FROM (SELECT n FROM t), t AS q1", "postgres")
    assert 'AS "q2"' in text


REFUSED = """A query for {dialect} may use only functions that were compared with DuckDB's; \
{names} were not. Let a table or view of the warehouse hold what they compute, or take out the \
builder that uses them."""


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("quantile_cont(n, 0.5) + strlen(word)", ["percentilecont", "strlen"]),
        ("n // 2", ["intdiv"]),
        ("date_diff('month', since, ts)", ["date_diff of a month"]),
        ("round(x, 2)", ["round to decimals"]),
        ("word COLLATE NOCASE", ["collate"]),
        ("regexp_replace(word, 'a', '')", ["regexp_replace without 'g'"]),
        (r"regexp_replace(word, '\d', '', 'g')", [r"regexp_replace of \d"]),
        ("regexp_replace(word, 'a|ab', '', 'g')", ["regexp_replace of a|ab"]),
        ("regexp_replace(word, lower(word), '', 'g')", ["regexp_replace of LOWER(word)"]),
        (r"regexp_replace(word, 'a', '\1', 'g')", [r"regexp_replace by \1"]),
    ],
)
def test_a_function_that_was_not_compared_is_refused(expression, names):
    with pytest.raises(ParameterError) as raised:
        translated(f"SELECT {expression} FROM t", "spark")
    assert str(raised.value) == REFUSED.format(dialect="spark", names=names)


def test_letters_beyond_ascii_are_refused_where_there_is_no_name_for_them():
    with pytest.raises(ParameterError) as raised:
        translated(r"SELECT regexp_replace(word, '[^\p{Lu}]', '', 'g') FROM t", "snowflake")
    names = ["regexp_replace of letters beyond ASCII"]
    assert str(raised.value) == REFUSED.format(dialect="snowflake", names=names)


def test_an_unknown_dialect():
    with pytest.raises(ParameterError) as raised:
        translated("SELECT 1", "postgresql")
    assert str(raised.value) == (
        "`dialect` must be one of ['duckdb', 'spark', 'bigquery', 'snowflake', 'postgres']; got "
        "'postgresql'. Did you mean 'postgres'?"
    )


def test_a_name_that_postgres_would_cut_off():
    name = "ä" * 32  # 64 bytes
    query = f'SELECT n AS "{name}" FROM t'
    with pytest.raises(ParameterError) as raised:
        translated(query, "postgres")
    assert str(raised.value) == (
        f"PostgreSQL cuts names off after 63 bytes; ['{name}'] are longer. Give their builders a "
        "shorter `prefix`, or rename the columns."
    )
    assert name in translated(query, "spark")


def test_what_sqlglot_cannot_read():
    wanted = "The query must have a counterpart in spark; sqlglot finds none: "
    with pytest.raises(ParameterError, match=re.escape(wanted)):
        translated("SELECT FROM WHERE", "spark")
