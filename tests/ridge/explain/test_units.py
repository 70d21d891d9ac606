"""Values in the units of a reader: the logarithm is undone, and nothing else is."""

import math

import pandas as pd
import pytest

from workbench.ridge.explain.units import Unit, units_of, written


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("ln(1 + count)", math.log1p(3), "3"),
        ("ln(1 + days²)", math.log1p(0.5), "0.5 days²"),
        ("days", 41.0, "41 days"),
        ("rate", 0.25, "0.25"),
        ("category", "north", "north"),
        ("ln(1 + count)", math.nan, "missing"),
        ("ln(1 + count)", pd.NA, "missing"),
        (None, 12345.678, "12,346"),
        ("days", 7, "7 days"),
    ],
)
def test_values_are_written_in_their_unit(text, number, said):
    assert Unit.of(text).written(number) == said


@pytest.mark.parametrize("number", [0.0, 1.0, 2.5, 1e6, 1e15])
def test_what_is_shown_is_kept_as_it_was(number):
    unit = Unit.of("ln(1 + amount)")
    assert unit.shown(unit.kept(number)) == pytest.approx(number, rel=1e-11)
    assert Unit.of("amount").shown(number) == Unit.of("amount").kept(number) == number


def test_a_huge_logarithm_is_shown_and_one_of_nothing_is_refused():
    assert math.isfinite(Unit.of("ln(1 + amount)").shown(1e9))
    with pytest.raises(ValueError, match="math domain"):
        Unit.of("ln(1 + amount)").kept(-1.0)


def test_units_come_from_the_catalogue():
    catalogue = pd.DataFrame({"unit": ["days", None]}, index=["age", 7])
    assert units_of(catalogue) == {"age": Unit("days"), "7": Unit()}
    assert units_of(None) == units_of(pd.DataFrame()) == {}
    assert [written(one) for one in (True, 999.99, None)] == ["True", "1000", "missing"]
