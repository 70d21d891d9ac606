"""Uplift by depth against sums done row by row, hand-worked tables, and known truth."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench import metrics
from workbench.errors import ParameterError

QUICK = settings(deadline=None, derandomize=True, max_examples=60)
rows_of_a_test = st.lists(
    st.tuples(
        st.integers(0, 1), st.booleans(), st.integers(0, 6), st.integers(1, 3), st.integers(3, 7)
    ),
    min_size=4,
    max_size=24,
)


def columns(rows):
    y, t, s, w, e = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    assume(0 < t.sum() < len(t))
    e = e / 10
    assume(abs(w @ (t - e)) <= 4 * np.sqrt(w @ (e * (1 - e))))
    return y, t, s, w, e


def by_hand(y, t, s, w, e, depth):
    """Both means of the best share, contact by contact, ties in proportion."""
    reached, sums = depth * w.sum(), {0: [0.0, 0.0], 1: [0.0, 0.0]}
    for score in sorted(set(s), reverse=True):
        tied = [i for i in range(len(s)) if s[i] == score]
        size = sum(w[i] for i in tied)
        part = min(1.0, max(0.0, reached / size))
        reached -= size
        for i in tied:
            chance = e[i] if t[i] else 1 - e[i]
            sums[int(t[i])][0] += part * w[i] / chance
            sums[int(t[i])][1] += part * w[i] * y[i] / chance
    return [sums[arm][1] / sums[arm][0] if sums[arm][0] > 1e-9 else np.nan for arm in (1, 0)]


@QUICK
@given(rows_of_a_test)
def test_the_uplift_is_the_difference_of_means_row_by_row(rows):
    y, t, s, w, e = columns(rows)
    order = metrics.uplift_by_depth(y, t, s, treated_share=e, weight=w, bins=4)
    for row in order.itertuples():
        treated, untreated = by_hand(y, t, s, w, e, row.depth)
        assert row.contacts == pytest.approx(row.depth * w.sum())
        assert row.treated_mean == pytest.approx(treated, nan_ok=True)
        assert row.untreated_mean == pytest.approx(untreated, nan_ok=True)
        assert row.uplift == pytest.approx(treated - untreated, nan_ok=True)
        assert row.increments == pytest.approx(row.contacts * row.uplift, nan_ok=True)
        assert (row.low + row.high) / 2 == pytest.approx(row.increments, nan_ok=True) or np.isnan(
            row.low
        )


@QUICK
@given(rows_of_a_test)
def test_weights_count_as_rows_would(rows):
    y, t, s, w, e = columns(rows)
    times = w.astype(int)
    one_by_one = [np.repeat(part, times) for part in (y, t, s)]
    weighted = metrics.uplift_by_depth(y, t, s, treated_share=e, weight=w, bins=3)
    apart = metrics.uplift_by_depth(*one_by_one, treated_share=np.repeat(e, times), bins=3)
    pd.testing.assert_frame_equal(weighted, apart, rtol=1e-9, atol=1e-9)


@QUICK
@given(rows_of_a_test, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(rows, random):
    y, t, s, w, e = columns(rows)
    at = list(range(len(y)))
    random.shuffle(at)
    table = metrics.uplift_by_depth(y, t, s, treated_share=e, weight=w, bins=3)
    other = metrics.uplift_by_depth(y[at], t[at], s[at], treated_share=e[at], weight=w[at], bins=3)
    pd.testing.assert_frame_equal(table, other, check_exact=True)


def test_an_amount_may_be_moved_and_scaled():
    rng = np.random.default_rng(0)
    y, t, s = rng.gamma(2, size=300), rng.integers(0, 2, 300), rng.normal(size=300)
    table = metrics.uplift_by_depth(y, t, s)
    moved = metrics.uplift_by_depth(100 + 3 * y, t, s)
    names = ["uplift", "uplift_low", "uplift_high", "low", "high", "bin_uplift", "bin_low"]
    pd.testing.assert_frame_equal(moved[names], 3 * table[names])


def test_a_table_worked_by_hand():
    """Four contacts a part: 2 of 2 against 0 of 2, then 1 of 2 against 1 of 2."""
    y, t = [1, 1, 0, 0, 1, 0, 1, 0], [1, 1, 0, 0, 1, 1, 0, 0]
    table = metrics.uplift_by_depth(y, t, [2] * 4 + [1] * 4, bins=2)
    assert table["treated_mean"].tolist() == [1.0, 0.75]
    assert table["untreated_mean"].tolist() == [0.0, 0.25]
    assert table["bin_uplift"].tolist() == [1.0, 0.0]
    assert table["increments"].tolist() == [4.0, 4.0]
    assert table["score"].tolist() == [2, 1]


def test_shares_that_differ_by_campaign_are_allowed_for():
    """In one campaign many are treated and many buy: taken as one, the mail would do wonders."""
    y = np.concatenate([np.tile([1, 1, 1, 0], 50), np.tile([0, 0, 0, 1], 50)])
    campaign = np.repeat(["a", "b"], 200)
    rng = np.random.default_rng(0)
    t = rng.random(400) < np.where(campaign == "a", 0.8, 0.2)
    within = [y[t & (campaign == c)].mean() - y[~t & (campaign == c)].mean() for c in ("a", "b")]
    score = np.zeros(400)
    both = metrics.uplift_by_depth(y, t, score, campaign=campaign, bins=1)
    assert both["uplift"].iloc[0] == pytest.approx(np.mean(within))
    naive = metrics.uplift_by_depth(y, t, score, bins=1)
    assert naive["uplift"].iloc[0] > 0.25


def draws_of(y, t, s, label, draws=300, seed=0):
    """Uplifts of tables in which what has one label is drawn as a whole."""
    rng, groups = np.random.default_rng(seed), label.max() + 1
    found = []
    for _ in range(draws):
        count = np.bincount(rng.integers(0, groups, groups), minlength=groups)[label]
        table = metrics.uplift_by_depth(y, t, s, weight=count, bins=4)
        found.append([*table["uplift"], *table["bin_uplift"]])
    return np.std(found, axis=0)


@pytest.mark.slow
def test_intervals_are_as_wide_as_those_of_a_bootstrap():
    rng = np.random.default_rng(1)
    n = 3000
    customer = rng.integers(0, 800, n)
    s = rng.normal(size=n) + rng.normal(size=800)[customer]
    t = rng.random(800)[customer] < 0.5
    y = rng.normal(size=800)[customer] + rng.normal(size=n) + t * (0.5 + 0.5 * s)
    for roles, label in (({}, np.arange(n)), ({"cluster": customer}, customer)):
        table = metrics.uplift_by_depth(y, t, s, bins=4, **roles)
        halves = np.concatenate(
            [table["uplift_high"] - table["uplift"], table["bin_high"] - table["bin_uplift"]]
        )
        assert np.allclose(halves / 1.96 / draws_of(y, t, s, label), 1, atol=0.12)


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say():
    """200 draws of 2,000 contacts: 95% ± 4.5% is three standard errors."""
    rng = np.random.default_rng(2)
    held = []
    for _ in range(200):
        s, t = rng.random(2000), rng.random(2000) < 0.3
        y = rng.random(2000) < 0.1 + 0.2 * t * s  # the uplift at depth d is 0.2 (1 − d/2)
        table = metrics.uplift_by_depth(y, t, s, treated_share=0.3, bins=5)
        truth = 0.2 * (1 - table["depth"] / 2)
        part = 0.2 * (1 - table["depth"] + 0.1)
        held.append(
            [
                *table["uplift_low"].le(truth) & table["uplift_high"].ge(truth),
                *table["bin_low"].le(part) & table["bin_high"].ge(part),
            ]
        )
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.047)


def test_incremental_profit_is_money_of_increments_less_cost():
    rng = np.random.default_rng(3)
    y, t, s = rng.integers(0, 2, 200), rng.integers(0, 2, 200), rng.normal(size=200)
    table = metrics.incremental_profit_by_depth(y, t, s, cost=0.5, margin=4.0, bins=5)
    plain = metrics.uplift_by_depth(y, t, s, bins=5)
    assert table.iloc[0].drop("score").tolist() == [0.0] * 7
    for after, row in zip(table.iloc[1:].itertuples(), plain.itertuples(), strict=True):
        assert after.contacts == row.contacts
        assert after.incremental_profit == pytest.approx(4 * row.increments - 0.5 * row.contacts)
        assert after.low == pytest.approx(4 * row.low - 0.5 * row.contacts)
        assert after.high == pytest.approx(4 * row.high - 0.5 * row.contacts)
        gross = 4 * row.treated_mean * row.contacts - 0.5 * row.contacts
        assert after.gross_profit == pytest.approx(gross)
    best = metrics.best_depth(table, by="incremental_profit")
    assert best["incremental_profit"] == table["incremental_profit"].max()


def test_parts_are_a_whole_number():
    message = "`bins` must be a whole number of at least 1; got 0."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        metrics.uplift_by_depth([1, 0], [1, 0], [2, 1], bins=0)
