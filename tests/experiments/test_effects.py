from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar

from tests.experiments.contacts_of_tests import frame_of, read
from workbench.experiments.assignment import assigned
from workbench.experiments.effects import calibrated, difference, relative, row_of
from workbench.experiments.validity import validity_of

ONE_LOOK = validity_of("at_end", level=0.95, planned_contacts=None)


def contacts(n=300, outcome=None, **settings):
    frame, y = frame_of(n, **settings)
    return assigned(read(frame, y if outcome is None else outcome), None)


def test_without_adjustment_it_is_welchs_test():
    found, weights = contacts(kind="amount", share=[0.7, 0.3])
    arms = [found.y[found.arm == arm] for arm in (1, 0)]
    test = stats.ttest_ind(*arms, equal_var=False)
    one = difference(found, weights, (1, 0))
    assert one.effect == pytest.approx(arms[0].mean() - arms[1].mean())
    row = row_of(one, ONE_LOOK)
    limits = test.confidence_interval(0.95)
    assert [row["low"], row["high"]] == pytest.approx(list(limits))
    assert row["p_value"] == pytest.approx(test.pvalue)
    assert one.freedom == pytest.approx(test.df)
    assert [row["contacts"], row["contacts_against"]] == [len(arms[0]), len(arms[1])]


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_weighted_rows_are_the_contacts_that_they_stand_for(seed):
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 5, 100)
    frame, y = frame_of(100, seed=seed, kind="amount", weight=pd.Series(weight.astype(float)))
    each = np.repeat(np.arange(100), weight)
    single = replace(frame.rows(each), weight=None)
    h = rng.normal(size=100)
    found, weights = assigned(read(frame, y), None)
    as_rows = difference(found, weights, (1, 0), h)
    found, weights = assigned(read(single, y[each]), None)
    as_contacts = difference(found, weights, (1, 0), h[each])
    assert as_rows.effect == pytest.approx(as_contacts.effect)
    assert as_rows.std_error == pytest.approx(as_contacts.std_error)
    assert as_rows.freedom == pytest.approx(as_contacts.freedom)
    assert as_rows.variance == pytest.approx(as_contacts.variance)


def test_clusters_are_those_of_statsmodels():
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(100), 3)
    arm = np.repeat(np.arange(100) % 2, 3)
    y = rng.normal(size=100)[unit] + 0.5 * rng.normal(size=300) + arm
    frame, _ = frame_of(300, customer=pd.Series(unit))
    frame = replace(frame, treatment=pd.Series(np.array(["none", "mail"])[arm]))
    found, weights = assigned(read(frame, y), None)
    one = difference(found, weights, (1, 0))
    fit = sm.OLS(y, sm.add_constant(arm)).fit(
        cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False}
    )
    assert one.effect == pytest.approx(fit.params[1])
    assert one.std_error == pytest.approx(fit.bse[1] * np.sqrt(50 / 49))
    assert one.freedom <= 98


def test_customers_in_both_arms_count_for_both():
    """Each customer is once in each arm: the paired t test, but for its degrees of freedom."""
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(60), 2)
    arm = np.tile([0, 1], 60)
    y = 3 * rng.normal(size=60)[unit] + rng.normal(size=120) + 0.5 * arm
    frame, _ = frame_of(120, customer=pd.Series(unit))
    frame = replace(frame, treatment=pd.Series(np.array(["none", "mail"])[arm]))
    found, weights = assigned(read(frame, y), None)
    one = difference(found, weights, (1, 0))
    paired = stats.ttest_rel(y[arm == 1], y[arm == 0])
    assert one.effect / one.std_error == pytest.approx(paired.statistic)


def test_strata_are_averaged_by_contacts():
    rng = np.random.default_rng(0)
    campaign = np.repeat(["a", "b"], [200, 300])
    arm = (rng.random(500) < np.where(campaign == "a", 0.2, 0.7)).astype(int)
    y = 5.0 * (campaign == "b") + rng.normal(size=500) + arm
    frame, _ = frame_of(500, campaign=pd.Series(campaign))
    frame = replace(frame, treatment=pd.Series(np.array(["none", "mail"])[arm]))
    found, weights = assigned(read(frame, y), None)
    one = difference(found, weights, (1, 0))
    effect = error = 0.0
    for label, share in (("a", 0.4), ("b", 0.6)):
        own = [y[(campaign == label) & (arm == k)] for k in (1, 0)]
        effect += share * (own[0].mean() - own[1].mean())
        error += share**2 * sum(part.var(ddof=1) / len(part) for part in own)
    assert one.effect == pytest.approx(effect)
    assert one.std_error == pytest.approx(np.sqrt(error))
    assert abs(one.effect - 1) < 4 * one.std_error  # the plain difference is 2.3 too large


def test_told_chances_weigh_as_hajek_has_it():
    rng = np.random.default_rng(0)
    chance = rng.choice([0.2, 0.8], 2000)
    arm = (rng.random(2000) < chance).astype(int)
    own = np.where(arm, chance, 1 - chance)
    y = 4 * chance + rng.normal(size=2000) + arm
    frame, _ = frame_of(2000)
    frame = replace(
        frame,
        treatment=pd.Series(np.array(["none", "mail"])[arm]),
        arm_probability=pd.Series(own),
    )
    found, weights = assigned(read(frame, y), None)
    one = difference(found, weights, (1, 0))
    means = [np.average(y[arm == k], weights=1 / own[arm == k]) for k in (1, 0)]
    assert one.effect == pytest.approx(means[0] - means[1])
    fit = sm.WLS(y, sm.add_constant(arm), weights=1 / own).fit(cov_type="HC2")
    assert one.std_error == pytest.approx(fit.bse[1])


def test_adjusted_means_differ_by_the_effect_and_hold_the_overall_level():
    found, weights = contacts(kind="amount")
    h = found.frame.X["x0"].to_numpy()
    one = difference(found, weights, (1, 0), h)
    rest = found.y - h
    by_arm = [rest[found.arm == arm].mean() for arm in (1, 0)]
    assert one.effect == pytest.approx(by_arm[0] - by_arm[1])
    assert one.mean == pytest.approx(by_arm[0] + h.mean())
    moved = difference(found, weights, (1, 0), h + 100)
    assert moved.mean == pytest.approx(one.mean)
    assert moved.variance == pytest.approx(one.variance)


def test_it_comes_near_to_a_regression_with_interactions():
    """Lin (2013), with one covariate: HC2 errors of statsmodels."""
    found, weights = contacts(3000, kind="amount", share=[0.5, 0.5])
    x = found.frame.X["x0"].to_numpy()
    one = difference(found, weights, (1, 0), calibrated(found, weights, (1, 0), x))
    centred = x - x.mean()
    design = sm.add_constant(np.column_stack([found.arm, centred, found.arm * centred]))
    fit = sm.OLS(found.y, design).fit(cov_type="HC2")
    assert one.effect == pytest.approx(fit.params[1], abs=0.05 * fit.bse[1])
    assert one.std_error == pytest.approx(fit.bse[1], rel=0.01)


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_calibration_makes_the_variance_least(share):
    found, weights = contacts(2000, kind="amount", share=[1 - share, share])
    x = found.frame.X["x0"].to_numpy() / 7
    best = minimize_scalar(lambda c: difference(found, weights, (1, 0), c * x).std_error)
    slope = np.mean(calibrated(found, weights, (1, 0), x) / x)
    assert slope == pytest.approx(best.x, rel=1e-2)


def test_an_adjustment_that_explains_nothing_is_left_out():
    found, weights = contacts(400, kind="amount")
    rng = np.random.default_rng(0)
    slopes = []
    for _ in range(40):
        noise = rng.normal(size=400)
        adjusted = calibrated(found, weights, (1, 0), noise)
        slopes.append(adjusted[0] / noise[0])
        one = difference(found, weights, (1, 0), adjusted)
        assert one.std_error <= difference(found, weights, (1, 0)).std_error * (1 + 1e-9)
    assert np.mean(np.array(slopes) == 0) > 0.7
    assert not calibrated(found, weights, (1, 0), np.zeros(400)).any()


@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-50, 50))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_effects_follow_the_outcome_and_the_names_of_arms(seed, factor, shift):
    found, weights = contacts(150, kind="amount", seed=seed)
    one = difference(found, weights, (1, 0))
    scaled = difference(replace(found, y=factor * found.y + shift), weights, (1, 0))
    assert scaled.effect == pytest.approx(factor * one.effect)
    assert scaled.std_error == pytest.approx(factor * one.std_error)
    turned = difference(found, weights, (0, 1))
    assert turned.effect == pytest.approx(-one.effect)
    assert turned.std_error == pytest.approx(one.std_error)


def test_fiellers_limits_are_where_the_ratio_may_be_0():
    found, weights = contacts(500, kind="count")
    one = difference(found, weights, (1, 0), found.frame.X["x0"].to_numpy() / 3)
    middle, low, high = relative(one, 1.96)
    assert middle == pytest.approx(one.mean / one.against - 1)
    for limit in (low, high):
        turn = np.array([1.0, -(1 + limit)])
        off = turn @ [one.mean, one.against]
        assert abs(off) == pytest.approx(1.96 * np.sqrt(turn @ one.variance @ turn))
    assert low < middle < high
    unknown = replace(one, against=0.01 * np.sqrt(one.variance[1, 1]))
    assert np.isnan(relative(unknown, 1.96)[1:]).all()
