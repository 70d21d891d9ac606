"""Money of each contact: what is taken, what is refused, and worth added up by hand."""

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import metrics
from workbench.errors import DataError, ParameterError
from workbench.metrics._inputs import Scored
from workbench.metrics.money import by_worth, check_amounts, one_for_all

QUICK = settings(deadline=None, derandomize=True, max_examples=60)
P, Y = [0.5, 0.25, 0.1], [1, 0, 1]
rows = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 8).map(lambda k: k / 8),
        st.integers(0, 5).map(lambda k: k * 2.0),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=15,
)


@QUICK
@given(rows)
def test_levels_are_the_distinct_worths_each_added_up_by_hand(given_rows):
    y, p, m, w = (np.array(column, dtype=float) for column in zip(*given_rows, strict=True))
    found = by_worth(Scored(y, p, w), m)
    of_rows = p * m if len(set(m)) > 1 else p
    assert len(found.worth) == len(set(of_rows))
    for k, level in enumerate(sorted(set(of_rows), reverse=True)):
        at, down_to = of_rows == level, of_rows >= level
        assert found.worth[k] == (p * m)[at][0]
        assert found.contacts[k] == w[at].sum()
        assert found.positives[k] == (w * y)[at].sum()
        assert found.earned[k] == pytest.approx((w * y * m)[at].sum())
        assert found.propensity[k] == p[down_to].min()


@QUICK
@given(rows, st.randoms(use_true_random=False))
def test_no_bit_depends_on_the_order_of_rows(given_rows, random):
    shuffled = random.sample(given_rows, len(given_rows))
    one, other = (
        by_worth(Scored(y, p, w / 7), m / 3)
        for y, p, m, w in (np.array(some, dtype=float).T for some in (given_rows, shuffled))
    )
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_expected_value_is_the_product():
    np.testing.assert_array_equal(metrics.expected_value(P, 10), [5.0, 2.5, 1.0])
    np.testing.assert_array_equal(metrics.expected_value(P, [2, 0, 30]), [1.0, 0.0, 3.0])
    by_name = pd.Series([2.0, 0.0, 30.0], index=list("cab"))
    np.testing.assert_array_equal(metrics.expected_value(P, by_name), [1.0, 0.0, 3.0])
    money = [Decimal("2.50"), Decimal(0), Decimal("0.10")]
    np.testing.assert_allclose(metrics.expected_value(P, money), [1.25, 0.0, 0.01])


NOT_FINITE = (
    "`margin` must be finite and not negative; got {} of 3 rows. It is the money of each contact's "
    "response: fill gaps, and count predictions below 0 as 0."
)
NO_MONEY = "`margin` must be amounts of money; got {}. Turn them into numbers of one currency."
SAME = "Take both from the same rows."
TOO_SHORT = f"`margin` and `propensity` must have one entry a row; got 2 and 3. {SAME}"


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ([1.0, 2.0], TOO_SHORT),
        ([1.0, -2.0, 3.0], NOT_FINITE.format("-2 in 1")),
        ([1.0, np.nan, None], NOT_FINITE.format("nan in 2")),
        ([1.0, np.inf, 3.0], NOT_FINITE.format("inf in 1")),
        (["12.5", "3", "4"], NO_MONEY.format("text or categories")),
        ([12.5, 3, "4"], NO_MONEY.format("text or categories")),
        (pd.Categorical(["5", "6", "5"]), NO_MONEY.format("text or categories")),
        ([True, False, True], NO_MONEY.format("flags")),
        (pd.date_range("2024-01-01", periods=3), NO_MONEY.format("dates")),
        (
            [1, 2, 10**400],
            "`margin` must be numbers; got 1 first. Turn it into numbers before measuring.",
        ),
        ([[1.0, 2.0, 3.0]], "`margin` must have one dimension; got shape (1, 3)."),
    ],
)
def test_what_is_no_money_of_each_contact_is_refused(amounts, message):
    for call in (
        lambda margin: metrics.profit_by_depth(Y, P, cost=1.0, margin=margin),
        lambda margin: metrics.expected_profit(P, cost=1.0, margin=margin),
    ):
        with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
            call(amounts)
    with pytest.raises(DataError, match=f"^{re.escape(message.replace('margin', 'amount'))}$"):
        metrics.expected_value(P, amounts)


@pytest.mark.parametrize("odd", ["12.5", None, -1.0, np.nan, 1j, {"a": 1}, pd.NaT, Decimal(3)])
def test_one_margin_for_all_must_be_a_number(odd):
    message = (
        f"`margin` must be an amount of money, finite and not negative; got {odd!r}. Give cost "
        "and margin of one contact in the same currency."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        metrics.expected_profit(P, cost=1.0, margin=odd)


def test_a_cost_of_each_contact_is_refused():
    message = (
        "`cost` must be an amount of money, finite and not negative; got [1.0, 2.0, 3.0]. Give "
        "cost and margin of one contact in the same currency."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        metrics.expected_profit(P, cost=[1.0, 2.0, 3.0], margin=5.0)


def test_contacts_of_weight_0_need_no_margin():
    table = metrics.profit_by_depth(
        Y, P, cost=1.0, margin=[9.0, np.nan, -5.0], weight=[2.0, 0.0, 0.0]
    )
    assert table["realised_profit"].tolist() == [0.0, 16.0]


@pytest.mark.parametrize("of", [one_for_all, check_amounts])
def test_amounts_that_cannot_be_added_up_are_refused(of):
    with pytest.raises(
        ParameterError, match="`cost` must be at most 1e\\+100, so that profits add"
    ):
        of(np.array(1e306), name="cost")
