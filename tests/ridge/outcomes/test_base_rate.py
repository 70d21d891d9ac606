import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit, logit

from workbench.ridge.outcomes.base_rate import (
    HOLD,
    Misses,
    Scored,
    misses,
    recent,
    recent_shift,
    shift_of,
    table,
)


def drawn(*, campaigns=6, rows=300, walk=0.0, apart=0.0, seed=0, heaviest=3):
    rng = np.random.default_rng(seed)
    fold = np.repeat(np.arange(campaigns), rows)
    log_odds = rng.normal(-1.5, 1.0, campaigns * rows)
    own = np.append(0, rng.normal(0, walk, campaigns - 1)).cumsum() if walk else np.zeros(campaigns)
    own = own + rng.normal(0, apart, campaigns)
    y = (rng.random(len(log_odds)) < expit(log_odds + own[fold])).astype(float)
    weight = rng.integers(1, heaviest + 1, len(y)).astype(float)
    return Scored(log_odds, y, weight, fold)


def test_the_shift_is_that_of_a_model_with_an_offset():
    rows = drawn(apart=0.5, seed=1)
    glm = sm.GLM(
        rows.y,
        np.ones(len(rows.y)),
        family=sm.families.Binomial(),
        offset=rows.log_odds,
        freq_weights=rows.weight,
    ).fit(tol=1e-12)
    found = shift_of(rows)
    assert found.by == pytest.approx(glm.params[0], abs=1e-8)
    assert found.precision**-0.5 == pytest.approx(glm.bse[0], rel=1e-6)


@pytest.mark.parametrize("hold", [0.5, 5.0, 500.0])
def test_a_held_shift_is_the_root_of_its_equation(hold):
    rows = drawn(apart=1.0, seed=2)

    def slope(by):
        return rows.weight @ (expit(rows.log_odds + by) - rows.y) + hold * by

    assert shift_of(rows, hold=hold).by == pytest.approx(brentq(slope, -9, 9, xtol=1e-13))


@given(st.integers(1, 400), st.integers(1, 400), st.floats(-8, 8))
@settings(derandomize=True, max_examples=50)
def test_without_differences_it_is_the_rate_in_closed_form(positives, negatives, start):
    y = np.repeat([1.0, 0.0], [positives, negatives])
    n = len(y)
    rows = Scored(np.full(n, start), y, np.ones(n), np.zeros(n, dtype=int))
    assert shift_of(rows).by == pytest.approx(logit(positives / n) - start, abs=1e-7)


def test_without_a_response_the_hold_bounds_the_shift():
    n = 100
    rows = Scored(np.full(n, -2.0), np.zeros(n), np.ones(n), np.zeros(n, dtype=int))
    found = shift_of(rows, hold=HOLD).by
    assert -3 < found < -0.5
    assert n * expit(-2.0 + found) + HOLD * found == pytest.approx(0.0, abs=1e-6)


def test_only_the_last_three_campaigns_count_and_each_to_two_hundred_contacts():
    rows = drawn(campaigns=5, rows=400, seed=3)
    kept = recent(rows)
    assert set(kept.fold) == {2, 3, 4}
    np.testing.assert_allclose(np.bincount(kept.fold, kept.weight)[2:], 200.0)
    small = rows._replace(weight=rows.weight / 100)
    assert recent(small).weight.sum() == pytest.approx(small.weight[small.fold >= 2].sum())


def test_what_came_before_does_not_move_the_shift():
    rows = drawn(campaigns=6, seed=4)
    other = rows._replace(y=np.where(rows.fold < 3, 1.0 - rows.y, rows.y))
    assert recent_shift(other) == recent_shift(rows)


def test_equal_rows_give_what_a_weight_gives():
    rows = drawn(campaigns=4, rows=50, seed=5)
    twice = Scored(*(np.repeat(part, rows.weight.astype(int)) for part in rows))
    twice = twice._replace(weight=np.ones(len(twice.y)))
    assert recent_shift(twice).by == pytest.approx(recent_shift(rows).by, abs=1e-12)


def many(seed, **more):
    return drawn(campaigns=40, seed=seed, heaviest=1, **more)


def deviation(rows, *, follows):
    return misses(rows, follows=follows).deviation


def test_how_far_campaigns_lie_apart_is_found_again():
    found = [deviation(many(s, apart=0.5), follows=False) for s in range(10)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.05)
    alike = [misses(many(s), follows=False).deviation for s in range(10)]
    assert np.mean(alike) < 0.08


def test_misses_of_a_walk_are_those_of_following_its_last_three():
    # the next value less the mean of three before it: steps of weights 1, 2/3 and 1/3
    expected = 0.3 * np.sqrt(1 + 4 / 9 + 1 / 9)
    found = [deviation(many(s, walk=0.3), follows=True) for s in range(10)]
    assert np.mean(found) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("follows", [False, True])
def test_misses_of_seven_campaigns_worked_one_by_one(follows):
    rows = drawn(campaigns=7, rows=150, apart=0.6, seed=8)
    own, chance = [], []
    for g in range(7):
        eta, y, w = (part[rows.fold == g] for part in (rows.log_odds, rows.y, rows.weight))
        by = brentq(lambda at, e=eta, y=y, w=w: w @ (expit(e + at) - y) + at, -9, 9, xtol=1e-14)
        own.append(by)
        chance.append(1 / (w @ (expit(eta + by) * expit(-eta - by)) + 1))
    squares, weights = [], []
    for g in range(3 if follows else 0, 7):
        before = slice(g - 3, g)
        miss = own[g] - np.mean(own[before]) if follows else own[g]
        variance = chance[g] + np.sum(chance[before]) / 9 if follows else chance[g]
        squares.append(miss**2 - variance)
        weights.append(1 / variance)
    found = misses(rows, follows=follows)
    assert found.deviation == pytest.approx(np.sqrt(np.average(squares, weights=weights)))
    assert found.seen == len(squares)


def test_the_bound_of_five_misses_is_students_t_times_both_deviations():
    """t(97.5%, 4) = 2.776 from a printed table; 0.3 and 1/√25 make √0.13."""
    assert Misses(0.3, 5).bound(25.0) == pytest.approx(2.776 * np.sqrt(0.13), rel=2e-4)
    assert Misses(0.3, 2).bound(25.0) == pytest.approx(12.706 * np.sqrt(0.13), rel=2e-4)
    assert np.isnan(Misses(0.3, 1).bound(25.0))


def test_four_campaigns_do_not_tell_how_far_a_forecast_misses():
    assert np.isnan(misses(drawn(campaigns=4), follows=True).bound(1.0))
    assert np.isfinite(misses(drawn(campaigns=5), follows=True).bound(1.0))


def test_the_table_sets_both_beside_each_other_and_its_interval_covers():
    inside = 0
    for seed in range(60):
        rows = drawn(campaigns=13, apart=0.4, seed=100 + seed, heaviest=1)
        known, new = rows.only(rows.fold < 12), rows.only(rows.fold == 12)
        by = recent_shift(known).by
        found = table(known, known.log_odds + by, (-1.5, -1.5 + by), follows=True)
        assert found.loc["fitted", ["lower_95", "upper_95"]].isna().all()
        assert found["intercept"].tolist() == [-1.5, -1.5 + by]
        rate = np.average(new.y, weights=new.weight)
        inside += found.loc["forecast", "lower_95"] < rate < found.loc["forecast", "upper_95"]
    assert 54 <= inside <= 60


def test_rates_are_means_of_the_recent_contacts_propensities():
    rows = drawn(campaigns=5, rows=100, seed=6)
    found = table(rows, rows.log_odds + 0.5, (0.0, 0.5), follows=True)
    last = recent(rows)
    for name, by in (("fitted", 0.0), ("forecast", 0.5)):
        expected = np.average(expit(last.log_odds + by), weights=last.weight)
        assert found.loc[name, "rate"] == pytest.approx(expected, rel=1e-12)
