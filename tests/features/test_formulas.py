"""Each formula is evaluated on numbers by DuckDB, as a plan would."""

import duckdb
import pytest

from workbench.features import (
    Measure,
    Source,
    days_between,
    days_since,
    or_zero,
    rate,
    share,
    trend,
)
from workbench.features.formulas import as_of_formula

A, B = Measure(Source("a"), "count"), Measure(Source("b"), "count")


def value(formula, *numbers, as_of="2024-03-01"):
    """The formula's value, its measures replaced by the numbers."""
    written = iter(numbers)
    operands = [next(written) if isinstance(item, Measure) else item for item in formula.operands]
    sql = formula.template.format(*operands)
    query = f"SELECT {sql} FROM (SELECT TIMESTAMP '{as_of}' AS as_of) c"
    return duckdb.execute(query).fetchone()[0]


@pytest.mark.parametrize(
    ("part", "whole", "wanted"), [(1.0, 4.0, 0.25), (0.0, 0.0, None), (1.0, -2.0, None)]
)
def test_share(part, whole, wanted):
    assert value(share(A, B), part, whole) == wanted


@pytest.mark.parametrize(("won", "tried", "wanted"), [(0, 0, 0.1), (2, 10, 3 / 20)])
def test_rate_is_drawn_to_its_prior(won, tried, wanted):
    assert value(rate(A, B, prior=(1, 9)), float(won), float(tried)) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("recent", "base", "wanted"),
    [(0, 0, 1.0), (28, 91, 1.0), (28, 28, 92 / 29), (0, 9, 0.1), (-1, 5, None), (0, -1, None)],
)
def test_trend(recent, base, wanted):
    found = value(trend(A, B, days=(28, 91)), float(recent), float(base))
    assert found == (wanted if wanted is None else pytest.approx(wanted))


def test_days_are_exact_to_the_microsecond():
    assert value(days_since(A), "TIMESTAMP '2024-02-29 12:00'") == 0.5
    assert value(days_since(A), "TIMESTAMP '2024-02-29 23:59:59.999999'") == 1 / 86_400e6
    first, last = "TIMESTAMP '2024-02-28'", "TIMESTAMP '2024-03-01'"
    assert value(days_between(A, B), first, last) == 2.0  # a leap year
    assert value(days_since(A), "CAST(NULL AS TIMESTAMP)") is None


def test_or_zero():
    assert value(or_zero(A), "NULL") == 0
    assert value(or_zero(A), 3) == 3


def test_as_of_formula():
    assert value(as_of_formula("month(c.as_of)")) == 3
