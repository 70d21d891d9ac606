"""What each database means by its words: the rules by which a DuckDB query keeps its meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping

# How a dialect says what DuckDB says, where sqlglot's words mean something else or
# nothing; `a` and `b` stand for the arguments.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "postgres": {
        # half away from zero: PostgreSQL takes a double's half to the even neighbour
        "Round": "TRUNC(a) + CASE WHEN ABS(a - TRUNC(a)) >= 0.5 THEN SIGN(a) ELSE 0 END",
        "IsNan": "a = CAST('NaN' AS DOUBLE PRECISION)",
        "microseconds": "CAST(EXTRACT(EPOCH FROM b - a) * 1000000 AS BIGINT)",  # only shorter
        "DayOfMonth": "EXTRACT(DAY FROM a)",
        "DayOfYear": "EXTRACT(DOY FROM a)",
        "DayOfWeekIso": "EXTRACT(ISODOW FROM a)",
        "DayOfWeek": "EXTRACT(DOW FROM a)",
        "Hour": "EXTRACT(HOUR FROM a)",
        "AnyValue": "MIN(a)",  # there is none before version 16
        # by ICU's rules, whatever the server's language; İ would become two letters, and the
        # last Σ of a word an ς
        "Lower": """LOWER(TRANSLATE(a, 'İΣ', 'iσ') COLLATE "und-x-icu")""",
    },
    "spark": {
        "IsNan": "a = CAST('NaN' AS DOUBLE)",  # ISNAN(NULL) is false there
        # through an interval: TIMESTAMPDIFF reads moments in the session's time zone,
        # in which some moments do not exist
        "microseconds": "CAST(CAST(b - a AS DECIMAL(20, 6)) * 1000000 AS BIGINT)",
        "DayOfWeekIso": "WEEKDAY(a) + 1",
        "DayOfWeek": "DAYOFWEEK(a) - 1",  # Sunday is 0
        "AnyValue": "MIN(a)",  # IGNORE NULLS cannot stand before FILTER
        "Lower": "LOWER(TRANSLATE(a, 'İΣ', 'iσ'))",
    },
    "bigquery": {
        "microseconds": "DATETIME_DIFF(b, a, MICROSECOND)",
        "DayOfWeekIso": "MOD(EXTRACT(DAYOFWEEK FROM a) + 5, 7) + 1",
        "DayOfWeek": "EXTRACT(DAYOFWEEK FROM a) - 1",
        "AnyValue": "MIN(a)",
        "Lower": "LOWER(TRANSLATE(a, 'İΣ', 'iσ'))",
        "Pi": "ACOS(-1)",
        "Least": "COALESCE(LEAST(a, b), a, b)",  # LEAST is NULL there where an argument is
        "Greatest": "COALESCE(GREATEST(a, b), a, b)",
    },
    "snowflake": {
        "IsNan": "a = CAST('NaN' AS DOUBLE)",
        "DayOfWeek": "MOD(DAYOFWEEKISO(a), 7)",  # DAYOFWEEK depends on the session's WEEK_START
        "AnyValue": "MIN(a)",
        "Lower": "LOWER(TRANSLATE(a, 'İΣ', 'iσ'))",
    },
}
# Regular expressions that mean the same to every database: classes of plain characters, of
# letters, capitals and digits, repeated or not; plain text; its edges. Of several ways to
# match, some databases take the first and some the longest, so that there may be only one.
CLASS = r"\[\^?(?:\\p\{(?:L|Lu|Nd)\}|\\[tnfr]|[^\\\[\]&~])+\]"
SAME_PATTERN = re.compile(
    rf"(?:{CLASS}\+?|\(\^\|{CLASS}\)|\(\$\|{CLASS}\)|\\[^\w\s]|\\ |[^\\\[\](){{}}.*+?|^$])+"
)
# PostgreSQL has its own names for letters, and knows all of them under ICU's rules alone.
# Snowflake has none: its [:alpha:] is of ASCII.
LETTERS = {r"\p{L}": "[:alpha:]", r"\p{Lu}": "[:upper:]", r"\p{Nd}": "[:digit:]"}
# Whole numbers of 38 digits: the squares of gaps in microseconds do not fit 64 bits.
HUGE = {"bigquery": "BIGNUMERIC"}
# Where 64-bit integers add up to a 64-bit integer, millionths are made wider first.
SUMMED_AS = {"spark": "DECIMAL(20, 0)", "bigquery": "NUMERIC"}
# Where whole numbers and decimals divide to a decimal of a few places, or a whole number.
DIVIDES_EXACTLY = ("spark", "snowflake", "postgres")
# What means the same in all dialects, by itself or by the rules above, under sqlglot's
# names. tests/sql/test_dialects.py runs every one.
COMPARED = frozenset((
    "Abs", "Add", "And", "AnyValue", "Case", "Cast", "Ceil", "Coalesce", "Cos", "Count", "DateDiff",
    "Day", "DayOfMonth", "DayOfWeek", "DayOfWeekIso", "DayOfYear", "Div", "EQ", "Exp", "Floor",
    "GT", "GTE", "Greatest", "Hour", "If", "Is", "IsNan", "LT", "LTE", "Lag", "Least", "Length",
    "Like", "Ln", "Lower", "Max", "Min", "Month", "Mul", "NEQ", "Nullif", "Or", "Pi", "Pow",
    "RegexpReplace", "Round", "RowNumber", "Sign", "Sin", "Sqrt", "Sub", "Sum", "Trim", "Upper",
    "Year",
))  # fmt: skip
