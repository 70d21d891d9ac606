"""An effect against statsmodels, and its interval against draws and other sandwiches."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from workbench.metrics._trial import trial_of
from workbench.metrics.clusters import reach_of
from workbench.metrics.effects import effect_of, reach


def a_test(n=600, seed=0, customers=150, campaigns=12):
    rng = np.random.default_rng(seed)
    treated = (rng.random(n) < 0.6).astype(float)
    customer, campaign = rng.integers(0, customers, n), rng.integers(0, campaigns, n)
    y = rng.normal(size=n) + treated * 0.3 + rng.normal(size=customers)[customer]
    return y, treated, customer, campaign


def test_the_difference_of_means_and_its_interval_are_those_of_welch():
    y, treated, *_ = a_test()
    rows, _ = trial_of(y, treated)
    effect = effect_of(rows, np.ones_like(y))
    welch = stats.ttest_ind(y[treated == 1], y[treated == 0], equal_var=False)
    assert effect.uplift == pytest.approx(y[treated == 1].mean() - y[treated == 0].mean())
    assert effect.increments == pytest.approx(len(y) * effect.uplift)
    half = reach(rows, effect.influence, level=0.95) / len(y)
    ends = welch.confidence_interval()
    # the degrees of freedom of Welch are a little fewer than n − 2
    assert half == pytest.approx((ends.high - ends.low) / 2, rel=2e-3)


def test_inverse_chances_are_those_of_weighted_least_squares():
    y, treated, *_ = a_test(seed=1)
    chance = np.where(y > 0, 0.5, 0.7)  # any shares, so that weights differ
    part = np.linspace(0, 1, len(y))
    rows, _ = trial_of(y, treated, chance=chance)
    weight = part / chance
    fitted = sm.WLS(y, sm.add_constant(treated), weights=weight).fit(cov_type="HC0")
    effect = effect_of(rows, part)
    assert effect.uplift == pytest.approx(fitted.params[1])
    assert effect.untreated_mean == pytest.approx(fitted.params[0])
    # HC0 leaves out m/(m − 1) of each arm
    error = np.sqrt(np.sum(effect.influence**2)) / effect.contacts
    assert error == pytest.approx(fitted.bse[1], rel=5e-3)


def test_customers_are_drawn_as_the_clustered_sandwich_does():
    y, treated, customer, _ = a_test(seed=2)
    rows, _ = trial_of(y, treated, treated_share=0.6, cluster=customer)
    fitted = sm.OLS(y, sm.add_constant(treated)).fit(
        cov_type="cluster", cov_kwds={"groups": customer, "use_correction": False}
    )
    effect = effect_of(rows, np.ones_like(y))
    groups = len(set(customer))
    quantile = stats.t.ppf(0.975, groups - 1) * np.sqrt(groups / (groups - 1))
    half = reach(rows, effect.influence, level=0.95) / len(y)
    assert half == pytest.approx(quantile * fitted.bse[1], rel=5e-3)


def test_six_campaigns_are_drawn_too_as_the_two_way_sandwich_does():
    y, treated, customer, campaign = a_test(seed=3)
    rows, _ = trial_of(y, treated, treated_share=0.6, cluster=customer, campaign=campaign)
    influence = effect_of(rows, np.ones_like(y)).influence
    halves = [reach_of(influence, pd.factorize(label)[0]) for label in (campaign, customer)] + [
        reach_of(influence, pd.factorize(campaign * 1000 + customer)[0])
    ]
    expected = np.sqrt(halves[0] ** 2 + halves[1] ** 2 - halves[2] ** 2)
    assert reach(rows, influence, level=0.95) == pytest.approx(expected)
    few, _ = trial_of(y, treated, treated_share=0.6, cluster=customer, campaign=campaign % 5)
    assert reach(few, influence, level=0.95) == pytest.approx(halves[1])


def test_doubly_robust_with_no_predictions_is_the_plain_one():
    y, treated, *_ = a_test(seed=4)
    rows, _ = trial_of(y, treated)
    part, nothing = np.linspace(0, 1, len(y)), np.zeros_like(y)
    plain, robust = (
        effect_of(rows, part),
        effect_of(rows, part, if_treated=nothing, untreated=nothing),
    )
    assert robust.uplift == plain.uplift
    assert np.array_equal(robust.influence, plain.influence)


def test_doubly_robust_with_the_least_squares_of_each_arm_is_that_of_regression():
    """Lin (2013): the effect of OLS with a centred covariate and its product with treatment."""
    rng = np.random.default_rng(5)
    x, treated = rng.normal(size=500), (rng.random(500) < 0.5).astype(float)
    y = x + treated * (0.5 + 0.3 * x) + rng.normal(size=500)
    rows, _ = trial_of(y, treated)
    design = np.column_stack([np.ones(500), treated, x - x.mean(), treated * (x - x.mean())])
    b = sm.OLS(y, design).fit(cov_type="HC1")
    guess = design[:, [0, 2]] @ b.params[[0, 2]]
    lift = design[:, [0, 2]] @ b.params[[1, 3]]
    effect = effect_of(rows, np.ones(500), if_treated=guess + lift, untreated=guess)
    assert effect.uplift == pytest.approx(b.params[1])
    # OLS takes x as given: what x adds to the mean effect is on top
    error = np.sqrt(np.sum(effect.influence**2)) / 500
    assert error == pytest.approx(np.sqrt(b.bse[1] ** 2 + np.var(lift) / 500), rel=0.02)


def test_few_responses_are_no_certainty():
    """None of 40 against none of 40: Agresti and Caffo add a response and another to each arm."""
    rows, _ = trial_of(np.zeros(80), np.tile([1, 0], 40))
    effect = effect_of(rows, np.ones(80))
    assert effect.uplift == 0
    share = 1 / 42
    expected = np.sqrt(2 * share * (1 - share) / 42)
    assert np.sqrt(effect.least) / 80 == pytest.approx(expected)
    half = reach(rows, effect.influence, level=0.95, least=effect.least) / 80
    assert half == pytest.approx(stats.t.ppf(0.975, 78) * expected)


def test_an_amount_that_never_differs_says_nothing_of_how_far_it_might():
    rows, _ = trial_of(np.full(80, 0.1), np.tile([1, 0], 40))
    effect = effect_of(rows, np.ones(80))
    assert effect.uplift == pytest.approx(0)
    assert np.isnan(reach(rows, effect.influence, level=0.95, least=effect.least))


def test_the_floor_is_for_few_responses_alone():
    y = np.tile([1, 1, 0, 0], 100)  # 100 of 200 responded in each arm
    rows, _ = trial_of(y, np.tile([1, 0], 200))
    assert effect_of(rows, np.ones(400)).least == 0
    amounts, _ = trial_of(y * 2.5, np.tile([1, 0], 200))
    assert effect_of(amounts, np.ones(400)).least == 0


def test_without_an_arm_nothing_is_known():
    rows, _ = trial_of([1, 0, 1], [1, 1, 0])
    effect = effect_of(rows, np.array([1.0, 1.0, 0.0]))
    assert np.isnan(effect.uplift)
    assert np.isnan(reach(rows, effect.influence, level=0.95))
