"""The test of chance: against a score test, its level where chance drew, its power elsewhere."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.special import expit
from scipy.stats import chi2, norm

from workbench.errors import DataError
from workbench.ridge.uplift.randomised import ArmTold, arm_told, check_randomised


def score_test(t, x):
    """The χ² of a logistic regression of the arm, by statsmodels."""
    model = sm.GLM(np.asarray(t, dtype=float), np.ones(len(t)), family=sm.families.Binomial())
    return float(model.score_test(model.fit().params, exog_extra=x)[0].item())


def test_one_column_is_the_score_test_of_a_logistic_regression():
    rng = np.random.default_rng(0)
    x = rng.normal(size=500)
    t = rng.random(500) < expit(0.3 * x - 1)
    told = arm_told(pd.DataFrame({"x": x}), t)
    contrast, centred = t - t.mean(), x - x.mean()
    by_chance = t.mean() * (1 - t.mean()) * (centred**2).sum()
    assert by_chance > (contrast**2 * centred**2).sum()  # the larger of the two is taken
    expected = score_test(t, x[:, None]) * 499 / 500  # drawn without replacement
    assert told.z["x"] ** 2 == pytest.approx(expected)
    # each of the two tests has half of the error; of one column they are one
    assert told.chance == pytest.approx(4 * norm.sf(told.z["x"]), rel=0.2)


def test_many_columns_that_each_tell_little_tell_it_together():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4000, 60))
    t = rng.random(4000) < expit(x @ rng.choice([-0.08, 0.08], 60))
    told = arm_told(x, t)
    assert 60 * 2 * norm.sf(told.z.abs().max()) > 0.001  # not one of them by itself
    assert told.chance == pytest.approx(0, abs=1e-12)
    assert (told.z**2).sum() == pytest.approx(score_test(t, x), rel=0.05)
    # columns that are not correlated: the gamma is χ² of their number
    none = arm_told(x, rng.random(4000) < 0.5)
    assert none.chance == pytest.approx(
        min(1, 2 * chi2.sf((none.z**2).sum(), 60), 120 * 2 * norm.sf(none.z.abs().max())), abs=0.02
    )


def normal(rng):
    return rng.normal(size=(300, 20)), rng.random(300) < 0.3, {}


def rare(rng):
    return (rng.random((400, 40)) < 0.01).astype(float), rng.random(400) < 0.05, {}


def alike(rng):
    shared = rng.normal(size=(300, 1))
    return shared + 0.3 * rng.normal(size=(300, 20)), rng.random(300) < 0.5, {}


def wide(rng):
    return rng.normal(size=(80, 200)), rng.random(80) < 0.5, {}


def customers(rng):
    person = np.repeat(np.arange(100), 5)
    x = rng.normal(size=(100, 10))[person] + 0.3 * rng.normal(size=(500, 10))
    return x, (rng.random(100) < 0.4)[person], {"unit": person}


def campaigns(rng):
    campaign = rng.integers(0, 4, 500)
    x = rng.normal(size=(500, 10)) + campaign[:, None]
    return x, rng.random(500) < np.array([0.1, 0.5, 0.9, 1.0])[campaign], {"campaign": campaign}


@pytest.mark.parametrize("draw", [normal, rare, alike, wide, customers, campaigns])
def test_chance_is_taken_for_chance(draw):
    rng = np.random.default_rng(20240601)
    chances = []
    for _ in range(200):
        x, t, more = draw(rng)
        chances.append(arm_told(x, t, **more).chance)
    assert np.mean(np.array(chances) < 0.05) <= 0.08  # 5% and two standard errors
    assert np.mean(np.array(chances) < 0.001) <= 0.005


def test_a_customer_of_many_rows_is_assigned_once():
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(20), 50)
    x, t = rng.normal(size=(20, 1))[person], (np.arange(20) % 2 == 0)[person]
    assert arm_told(x, t).chance < 0.001 < arm_told(x, t, unit=person).chance


def test_shares_that_differ_by_campaign_are_no_choice():
    rng = np.random.default_rng(2)
    campaign = np.repeat(["a", "b"], 500)
    x = rng.normal(size=(1000, 1)) + (campaign == "b")[:, None]
    t = rng.random(1000) < np.where(campaign == "b", 0.8, 0.2)
    assert arm_told(x, t).chance < 1e-6
    assert arm_told(x, t, campaign=campaign).chance > 0.01


@pytest.mark.parametrize(("rows", "treated", "share"), [(3, 3, 0.05), (60, 0, 0.1), (4, 0, 0.95)])
def test_a_level_of_few_rows_makes_no_alarm(rows, treated, share):
    level = np.zeros((1000, 1))
    level[:rows] = 1
    t = np.zeros(1000)
    t[:treated] = 1
    t[rows : rows + round((1000 - rows) * share)] = 1
    assert arm_told(level, t).chance > 0.01


def test_a_row_of_weight_three_is_three_contacts():
    rng = np.random.default_rng(6)
    x, t, weight = rng.normal(size=(200, 3)), rng.random(200) < 0.4, rng.integers(1, 5, 200)
    at = np.repeat(np.arange(200), weight)
    weighted, expanded = arm_told(x, t, weight=weight), arm_told(x[at], t[at])
    np.testing.assert_allclose(weighted.z, expanded.z)
    assert weighted.chance == pytest.approx(expanded.chance)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_neither_scale_nor_order_nor_names_of_the_arms_matter(seed, place, scale):
    rng = np.random.default_rng(seed)
    x, t, campaign = rng.normal(size=(60, 3)), rng.random(60) < 0.5, rng.integers(0, 3, 60)
    told, order = arm_told(x, t, campaign=campaign), rng.permutation(60)
    other = arm_told(place - scale * x[order], ~t[order], campaign=campaign[order])
    np.testing.assert_allclose(other.z, told.z, atol=1e-7)
    assert other.chance == pytest.approx(told.chance, rel=1e-5)


def test_arms_that_are_balanced_exactly_are_no_alarm():
    told = arm_told(np.array([[1.0], [2.0], [1.0], [2.0]]), [1, 1, 0, 0])
    assert told.z.tolist() == [0.0]
    assert told.chance == 1.0


def test_where_no_campaign_has_both_arms_nothing_is_told():
    told = arm_told(np.eye(4), [1, 1, 0, 0], campaign=list("aabb"))
    assert told.chance == 1.0
    assert told.z.tolist() == [0.0] * 4


def test_columns_that_are_too_many_for_their_correlations_are_tested_one_by_one(monkeypatch):
    rng = np.random.default_rng(7)
    x, t = rng.normal(size=(300, 5)), rng.random(300) < 0.5
    monkeypatch.setattr("workbench.ridge.uplift.randomised.MOST_COLUMNS", 4)
    told = arm_told(x, t)
    assert told.chance == pytest.approx(min(1.0, 5 * 2 * norm.sf(told.z.abs().max())))


def test_the_message_names_what_tells_and_what_to_do():
    z = pd.Series([4.5, -9.0, 0.3], index=["age", "visits", "city=Ulm"])
    with pytest.raises(DataError) as caught:
        check_randomised(ArmTold(2.3e-5, z), arm="mail", control="none")
    assert str(caught.value) == (
        "Arms must be assigned at random; features tell 'mail' from 'none' (p = 2e-05), most of "
        "all ['visits', 'age']. The arms differ in whom they contain, so a difference of outcomes "
        "is no effect of the contact. Give `arm_probability`, the chance with which each row got "
        "its arm, or drop features that were written after the contact. Next time, draw a control "
        "group at random: `workbench.experiments.assign`."
    )
    with pytest.raises(DataError, match=r"features tell the treated from 'none' \(p < 1e-12\)"):
        check_randomised(ArmTold(0.0, z), arm="any", control="none")
    check_randomised(ArmTold(0.001, z), arm="mail", control="none")


def test_the_variance_is_that_of_all_deals_of_the_arms():
    """Within campaigns of few contacts, where n/(n − 1) matters: every deal is looked at."""
    x = np.array([1.0, 4.0, 2.0, 7.0, 5.0, 5.5])
    campaign, t = np.array([0, 0, 1, 1, 1, 1]), np.array([1, 0, 1, 0, 0, 1])
    centred = x - np.where(campaign == 0, 2.5, x[2:].mean())
    deals = [
        np.r_[np.eye(2)[first], np.eye(4)[list(two)].sum(axis=0)]
        for first in range(2)
        for two in combinations(range(4), 2)
    ]
    scores = np.array([deal @ centred for deal in deals])
    assert scores.mean() == pytest.approx(0)
    told = arm_told(x[:, None], t, campaign=campaign)
    assert told.z[0] == pytest.approx(t @ centred / scores.std())


def test_rows_are_read_alike_however_they_are_kept():
    rng = np.random.default_rng(4)
    x, t = (rng.random((300, 6)) < 0.2) * rng.integers(1, 9, (300, 6)), rng.random(300) < 0.4
    unit, weight = rng.integers(0, 80, 300), rng.integers(0, 3, 300)
    for more in ({}, {"unit": unit}, {"weight": weight}):
        dense = arm_told(x.astype(float), t, **more)
        for kept in (csr_array(x.astype(float)), x.astype("float32"), pd.DataFrame(x)):
            other = arm_told(kept, t, **more)
            np.testing.assert_allclose(other.z, dense.z)
            assert other.chance == pytest.approx(dense.chance)
    there = weight > 0
    without = arm_told(x[there], t[there], weight=weight[there])
    np.testing.assert_allclose(arm_told(x, t, weight=weight).z, without.z)


def test_arms_that_were_chosen_are_no_alarm_where_the_chances_are_known():
    chances = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(400, 6))
        p = expit(x[:, 0])
        t = rng.random(400) < p
        assert arm_told(x, t).chance < 1e-6
        chances.append(arm_told(x, t, inverse_chance=1 / np.where(t, p, 1 - p)).chance)
    assert 0.005 <= np.mean(np.array(chances) < 0.05) <= 0.08


def test_rare_values_tell_the_arm_where_few_are_treated():
    """A tenth treated, one value in a hundred: the variance as it came would hide half of it."""
    found, by_lot = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x = (rng.random((1000, 30)) < 0.01).astype(float)
        eta = x @ rng.choice([-2.0, 2.0], 30) - 2.2
        found.append(arm_told(x, rng.random(1000) < expit(eta)).chance < 0.001)
        by_lot.append(arm_told(x, rng.random(1000) < 0.1).chance < 0.05)
    assert np.mean(found) > 0.8
    assert np.mean(by_lot) <= 0.1
