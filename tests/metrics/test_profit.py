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


valued = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 16).map(lambda k: k / 16),
        st.one_of(st.integers(0, 6).map(float), st.floats(0, 1e6)),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=20,
)


@QUICK
@given(valued, money)
def test_with_margins_of_each_contact_profit_is_the_sum_over_contacts(rows, cost):
    y, p, m, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    table = metrics.profit_by_depth(y, p, cost=cost, margin=m, weight=w)
    worth = p * m if len(set(m)) > 1 else p
    assert len(table) == 1 + len(set(worth)), "a row a distinct worth"
    for row, least in zip(
        table.iloc[1:].itertuples(), sorted(set(worth), reverse=True), strict=True
    ):
        made = np.flatnonzero(worth >= least)
        assert row.contacts == sum(w[i] for i in made)
        assert row.depth == pytest.approx(row.contacts / w.sum())
        assert row.propensity == min(p[i] for i in made)
        assert row.positives == sum(w[i] * y[i] for i in made)
        expected = sum(w[i] * (p[i] * m[i] - cost) for i in made)
        realised = sum(w[i] * (y[i] * m[i] - cost) for i in made)
        assert row.expected_profit == pytest.approx(expected, rel=1e-9, abs=1e-6)
        assert row.realised_profit == pytest.approx(realised, rel=1e-9, abs=1e-6)


@QUICK
@given(valued, money)
def test_the_best_depth_takes_all_that_is_worth_its_cost_and_nothing_else(rows, cost):
    y, p, m, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    earned = sum(w[i] * max(p[i] * m[i] - cost, 0.0) for i in range(len(p)))
    for table in (
        metrics.expected_profit(p, cost=cost, margin=m, weight=w),
        metrics.profit_by_depth(y, p, cost=cost, margin=m, weight=w),
    ):
        best = metrics.best_depth(table)
        assert best["expected_profit"] == pytest.approx(earned, rel=1e-9, abs=1e-6)
        assert best["contacts"] <= w[p * m > cost].sum()


@QUICK
@given(valued, money)
def test_weights_count_as_rows_would_with_margins_of_each_contact(rows, cost):
    y, p, m, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    times = w.astype(int)
    one_by_one = [np.repeat(values, times) for values in (y, p, m)]
    weighted = metrics.profit_by_depth(y, p, cost=cost, margin=m, weight=w)
    apart = metrics.profit_by_depth(*one_by_one[:2], cost=cost, margin=one_by_one[2])
    pd.testing.assert_frame_equal(weighted, apart, rtol=1e-9, atol=1e-6)


@QUICK
@given(scores, money, money)
def test_the_same_margin_of_each_contact_is_one_for_all_to_the_last_bit(rows, cost, margin):
    y, p, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    each = np.full(len(p), margin / 3)
    pd.testing.assert_frame_equal(
        metrics.profit_by_depth(y, p, cost=cost, margin=each, weight=w),
        metrics.profit_by_depth(y, p, cost=cost, margin=margin / 3, weight=w),
        check_exact=True,
    )
    expected = [metrics.expected_profit(p, cost=cost, margin=one) for one in (each, margin / 3)]
    pd.testing.assert_frame_equal(*expected, check_exact=True)


def test_one_margin_for_all_gives_the_bits_of_the_formula_in_the_order_of_propensities():
    rng = np.random.default_rng(0)
    p, w = rng.random(400).round(2), rng.random(400)
    table = metrics.expected_profit(p, cost=1.3, margin=4.7, weight=w)
    of_level = [np.sort(w[p == level]) for level in np.unique(p)[::-1]]
    made = np.array([np.add.reduceat(one, [0])[0] for one in of_level])
    profit = np.append(0.0, np.cumsum(made * (np.unique(p)[::-1] * 4.7 - 1.3)))
    assert table["propensity"].iloc[1:].tolist() == np.unique(p)[::-1].tolist()
    np.testing.assert_array_equal(table["expected_profit"], profit)


def test_a_rare_but_valuable_contact_comes_first():
    y, p, m = [0, 1, 1], [0.9, 0.5, 0.02], [1.0, 4.0, 500.0]
    table = metrics.profit_by_depth(y, p, cost=1.0, margin=m)
    assert table["expected_profit"].tolist() == pytest.approx([0, 9, 10, 9.9])
    assert table["realised_profit"].tolist() == [0, 499, 502, 501]
    assert table["propensity"].iloc[1:].tolist() == [0.02, 0.02, 0.02]
    assert table["positives"].tolist() == [0, 1, 2, 2]
    assert metrics.best_depth(table)["contacts"] == 2


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
    message = (
        "`by` must be one of ['expected_profit', 'realised_profit', 'incremental_profit']; "
        "got 'profit'."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}"):
        metrics.best_depth(table, by="profit")
