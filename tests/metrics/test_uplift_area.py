"""Qini against its definition, a peer's curve, expanded rows, known truth and rankings of noise."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench import metrics
from workbench.metrics.score_order import ranked
from workbench.metrics.uplift_area import area_of

QUICK = settings(deadline=None, derandomize=True, max_examples=60)
rows_of_a_test = st.lists(
    st.tuples(st.integers(0, 1), st.booleans(), st.integers(0, 6), st.integers(1, 3)),
    min_size=4,
    max_size=24,
)


def columns(rows):
    y, t, s, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    assume(0 < t.sum() < len(t))
    return y, t, s, w


def increments(y, t, w, e, made):
    """n Δ of some rows; 0 where an arm is empty."""
    v1, v0 = (made * w * t / e), (made * w * (1 - t) / (1 - e))
    if v1.sum() == 0 or v0.sum() == 0:
        return 0.0
    return (made @ w) * (v1 @ y / v1.sum() - v0 @ y / v0.sum())


def by_definition(y, t, s, w):
    """Trapezoids between distinct scores, less the straight line, per 1,000 contacts."""
    e = w @ t / w.sum()
    depths, curve = [0.0], [0.0]
    for score in sorted(set(s), reverse=True):
        made = (s >= score).astype(float)
        depths.append(made @ w / w.sum())
        curve.append(increments(y, t, w, e, made))
    return 1000 / w.sum() * (np.trapezoid(curve, depths) - curve[-1] / 2)


@QUICK
@given(rows_of_a_test)
def test_the_area_is_that_of_the_definition(rows):
    y, t, s, w = columns(rows)
    found = metrics.qini(y, t, s, weight=w)
    assert found["qini"] == pytest.approx(by_definition(y, t, s, w), abs=1e-9)
    assert found["increments"] == pytest.approx(found["qini"] * w.sum() / 1000)


@QUICK
@given(rows_of_a_test)
def test_weights_count_as_rows_would(rows):
    y, t, s, w = columns(rows)
    apart = metrics.qini(*(np.repeat(part, w.astype(int)) for part in (y, t, s)))
    pd.testing.assert_series_equal(metrics.qini(y, t, s, weight=w), apart, rtol=1e-9, atol=1e-9)


@QUICK
@given(rows_of_a_test)
def test_one_score_for_all_is_random_choice(rows):
    y, t, _, w = columns(rows)
    assert metrics.qini(y, t, np.ones(len(y)), weight=w)["qini"] == pytest.approx(0, abs=1e-9)


def test_the_reversed_ranking_is_worth_the_opposite_where_arms_are_balanced():
    y, t, s = [1, 0, 0, 0, 0, 1, 1, 1], [1, 0, 1, 0, 1, 0, 1, 0], np.repeat([4, 3, 2, 1], 2)
    there, back = metrics.qini(y, t, s)["qini"], metrics.qini(y, t, -s)["qini"]
    assert there == pytest.approx(-back)
    assert there > 0


def test_the_curve_of_a_peer_counts_increments_of_the_treated():
    """Y₁ − Y₀ N₁/N₀ among the best k, as Radcliffe and scikit-uplift draw it, is I N₁/k."""
    rng = np.random.default_rng(0)
    y, t, s = rng.integers(0, 2, 400), rng.integers(0, 2, 400), rng.permutation(400)
    order = np.argsort(-s)
    treated, came = np.cumsum(t[order]), np.cumsum((y * t)[order])
    alone, by_themselves = np.cumsum(1 - t[order]), np.cumsum((y * (1 - t))[order])
    table = metrics.uplift_by_depth(y, t, s, bins=10)
    for row in table.itertuples():
        k = round(row.contacts) - 1
        peer = came[k] - by_themselves[k] * treated[k] / alone[k]
        assert row.increments * treated[k] / (k + 1) == pytest.approx(peer)


def test_the_influence_is_the_derivative_by_a_weight():
    rng = np.random.default_rng(3)
    n = 60
    for score in (rng.normal(size=n), rng.integers(0, 4, n)):
        share = rng.choice([0.3, 0.6], n)
        t = rng.random(n) < share
        order = ranked(
            rng.normal(size=n), t, score, treated_share=share, weight=1.0 + rng.random(n)
        )
        rows, total = order.rows, order.rows.contacts
        _, influence = area_of(order)
        assert rows.weight @ influence == pytest.approx(0, abs=1e-9)

        def area(weight, rows=rows, order=order, total=total):
            """∫ of a list that is kept as long as it is."""
            given = np.where(rows.treated, rows.chance, 1 - rows.chance)
            again = ranked(rows.y, rows.treated, order.score, treated_share=given, weight=weight)
            return area_of(again)[0] * total / weight.sum()

        for k in range(0, n, 7):
            step = np.zeros(n)
            step[k] = 1e-5
            slope = (area(rows.weight + step) - area(rows.weight - step)) / 2e-5
            assert influence[k] == pytest.approx(slope, abs=1e-5)


def test_a_known_uplift_has_its_known_area():
    """Uplift 0.2 d' at the share d' from the end: the area is 0.2 ∫ (d − d²/2 − d/2) = 0.2/12."""
    rng = np.random.default_rng(4)
    n = 400_000
    s, t = rng.random(n), rng.random(n) < 0.5
    y = rng.random(n) < 0.1 + 0.2 * t * s
    found = metrics.qini(y, t, s, treated_share=0.5)
    assert found["low"] < 1000 * 0.2 / 12 < found["high"]
    assert found["high"] - found["low"] < 3


def test_the_interval_is_as_wide_as_that_of_a_bootstrap():
    rng = np.random.default_rng(5)
    n, groups = 2000, 500
    customer = rng.integers(0, groups, n)
    s = rng.normal(size=n).round(1) + rng.normal(size=groups)[customer].round(1)
    t = rng.random(n) < 0.5
    y = rng.random(n) < 0.2 + 0.1 * t * (s > 0) + 0.2 * (customer % 3 == 0)
    found = metrics.qini(y, t, s, cluster=customer)
    drawn = []
    for _ in range(300):
        count = np.bincount(rng.integers(0, groups, groups), minlength=groups)[customer]
        drawn.append(metrics.qini(y, t, s, weight=count)["qini"])
    assert (found["high"] - found["qini"]) / 1.965 == pytest.approx(np.std(drawn), rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("campaigns", [1, 12])
def test_a_ranking_of_noise_covers_zero_as_often_as_it_should(campaigns):
    """95% of 300 draws, ± 3.8: three standard errors. The effect itself is not zero."""
    rng = np.random.default_rng(6)
    held = []
    for _ in range(300):
        campaign = rng.integers(0, campaigns, 2400)
        t = rng.random(2400) < 0.5
        y = rng.random(2400) < 0.15 + 0.1 * t + 0.02 * (campaign % 3)
        found = metrics.qini(y, t, rng.normal(size=2400), treated_share=0.5, campaign=campaign)
        held.append(found["low"] <= 0 <= found["high"])
    assert np.mean(held) == pytest.approx(0.95, abs=0.038)


def test_outcomes_that_never_differ_have_no_interval():
    found = metrics.qini([0.0] * 8, [1, 0] * 4, range(8))
    assert found["qini"] == 0
    assert np.isnan(found["low"])
    assert np.isnan(found["increments_high"])
