import math
import re

import pytest

from workbench.errors import ParameterError
from workbench.features import Equals, Feature, Formula, Lookup, Measure, Source
from workbench.features.measures import leaves

VISITS = Measure(Source("visits"), "count")


def feature(value):
    return Feature("x", value, "group", "count", "Text.")


def test_arithmetic_makes_formulas():
    for expression, template in [
        (VISITS + 1, "({0} + {1})"),
        (VISITS - VISITS, "({0} - {1})"),
        (VISITS * 2, "({0} * {1})"),
        (VISITS / VISITS, "({0} / nullif({1}, 0))"),
    ]:
        assert expression.template == template
        assert expression.operands[0] is VISITS


def test_leaves_are_found_at_any_depth():
    orders = Measure(Source("orders"), "last")
    assert list(leaves((VISITS + 1) * orders / VISITS)) == [VISITS, orders, VISITS]


def test_equal_measures_are_one():
    again = Measure(Source("visits"), "count")
    assert len({VISITS, again, Measure(Source("visits"), "count", lookback_days=7)}) == 2


def test_source_and_lookback_of_a_feature_come_from_its_measures():
    week = Measure(Source("visits"), "count", lookback_days=7)
    month = Measure(Source("orders"), "count", lookback_days=28)
    segment = Lookup(Source("segments"), "segment", "customer")
    assert feature(week / month).source == "visits, orders"
    assert feature(week / month).lookback_days == 28.0
    assert feature(week / VISITS).lookback_days == math.inf  # one of the two is over all history
    assert feature(week / segment).source == "visits, segments"
    assert feature(week / segment).lookback_days == 7.0
    assert feature(Formula("month(c.as_of)")).source == "contacts"
    assert feature(Formula("month(c.as_of)")).lookback_days == 0.0  # no event is needed


@pytest.mark.parametrize(("how", "column"), [("sum", None), ("distinct", None), ("count", "spend")])
def test_a_column_where_it_belongs(how, column):
    wanted = (
        "A measure needs a column where it is a 'sum' or 'distinct', and has none where it is "
        f"not; got how={how!r} with column={column!r}."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        Measure(Source("visits"), how, column)


def test_gaps_take_no_conditions():
    wanted = (
        "A measure of gaps is over all events of its source; got 1 conditions. "
        "Put them into the SQL of the source."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        Measure(Source("visits"), "gap_mean", where=(Equals("channel", "app"),))


@pytest.mark.parametrize(("how", "half_life"), [("decayed", None), ("count", 7.0)])
def test_a_half_life_where_it_belongs(how, half_life):
    wanted = (
        "A measure has a half-life where it is 'decayed', and has none where it is not; "
        f"got how={how!r} with half_life_days={half_life!r}."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        Measure(Source("visits"), how, half_life_days=half_life)


def test_a_decayed_measure_may_count_or_sum():
    count = Measure(Source("visits"), "decayed", half_life_days=7.0)
    assert (
        count.column,
        Measure(Source("visits"), "decayed", "spend", half_life_days=7).column,
    ) == (
        None,
        "spend",
    )
