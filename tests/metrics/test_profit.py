"""Profit by depth against sums done row by row."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import metrics
from workbench.errors import ParameterError, SchemaError

QUICK = settings(deadline=None, derandomize=True, max_examples=60)

scores = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 16).map(lambda k: k / 16), st.integers(1, 3)),
    min_size=1,
    max_size=20,
)
money = st.integers(0, 40).map(lambda k: k / 4)


@QUICK
@given(scores, money, money)
def test_profit_is_the_sum_over_contacts_made(rows, cost, margin):
    y, p, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    table = metrics.profit_by_depth(y, p, cost=cost, margin=margin, weight=w)
    assert table.iloc[0].drop("propensity").tolist() == [0.0] * 5
    for row in table.iloc[1:].itertuples():
        made = p >= row.propensity
        assert row.contacts == w[made].sum()
        assert row.depth == pytest.approx(w[made].sum() / w.sum())
        assert row.positives == w[made] @ y[made]
        expected = sum(w[i] * (p[i] * margin - cost) for i in np.flatnonzero(made))
        realised = sum(w[i] * (y[i] * margin - cost) for i in np.flatnonzero(made))
        assert row.expected_profit == pytest.approx(expected, abs=1e-9)
        assert row.realised_profit == pytest.approx(realised, abs=1e-9)


@QUICK
@given(scores, money, money)
def test_best_is_to_contact_while_the_chance_pays_the_cost(rows, cost, margin):
    _, p, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    table = metrics.expected_profit(p, cost=cost, margin=margin, weight=w)
    best = metrics.best_depth(table)
    pays = p * margin > cost
    assert best["contacts"] == w[pays].sum()
    assert best["expected_profit"] == pytest.approx((w * (p * margin - cost))[pays].sum())
    assert best["expected_profit"] == table["expected_profit"].max()


def test_without_outcomes_the_expected_columns_are_the_same():
    y, p, w = [1, 0, 0, 1], [0.5, 0.5, 0.2, 0.1], [1, 2, 1, 4]
    known = metrics.profit_by_depth(y, p, cost=1.0, margin=4.0, weight=w)
    unknown = metrics.expected_profit(p, cost=1.0, margin=4.0, weight=w)
    assert unknown.columns.tolist() == ["depth", "contacts", "propensity", "expected_profit"]
    pd.testing.assert_frame_equal(known[unknown.columns.tolist()], unknown)


def test_contacts_of_weight_0_are_left_out_of_the_forecast():
    table = metrics.expected_profit([0.5, 0.9], cost=1.0, margin=4.0, weight=[2, 0])
    assert table["contacts"].tolist() == [0.0, 2.0]


def test_best_depth_in_hindsight_by_hand():
    y, p = [0, 1, 0, 1, 0], [0.9, 0.7, 0.5, 0.3, 0.1]
    table = metrics.profit_by_depth(y, p, cost=2.0, margin=5.0)
    assert table["expected_profit"].tolist() == pytest.approx([0, 2.5, 4, 4.5, 4, 2.5])
    assert table["realised_profit"].tolist() == [0, -2, 1, -1, 2, 0]
    assert metrics.best_depth(table)["contacts"] == 3
    assert metrics.best_depth(table)["realised_profit"] == -1
    assert metrics.best_depth(table, by="realised_profit")["contacts"] == 4


def test_where_nothing_pays_nobody_is_contacted():
    best = metrics.best_depth(metrics.expected_profit([0.1, 0.2], cost=5.0, margin=10.0))
    assert best["depth"] == 0.0
    assert best["expected_profit"] == 0.0


def test_exactly_paid_is_not_worth_a_contact():
    best = metrics.best_depth(metrics.expected_profit([0.5, 0.25], cost=1.0, margin=4.0))
    assert best["contacts"] == 1.0


@pytest.mark.parametrize(
    ("cost", "margin", "name", "amount"),
    [(-1.0, 5.0, "cost", -1.0), (1.0, -5.0, "margin", -5.0), (float("nan"), 1.0, "cost", "nan")],
)
def test_money_must_be_finite_and_not_negative(cost, margin, name, amount):
    message = (
        f"`{name}` must be an amount of money, finite and not negative; got {amount}. "
        "Give cost and margin of one contact in the same currency."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        metrics.profit_by_depth([1, 0], [0.5, 0.2], cost=cost, margin=margin)
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        metrics.expected_profit([0.5, 0.2], cost=cost, margin=margin)


def test_best_depth_names_what_it_needs():
    table = metrics.expected_profit([0.5], cost=1.0, margin=4.0)
    message = (
        "The profit table has no column 'realised_profit'; got ['depth', 'contacts', "
        "'propensity', 'expected_profit']. Did you mean 'expected_profit'?"
    )
    with pytest.raises(SchemaError, match=f"^{re.escape(message)}$"):
        metrics.best_depth(table, by="realised_profit")
    message = "`by` must be one of ['expected_profit', 'realised_profit']; got 'profit'."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}"):
        metrics.best_depth(table, by="profit")
