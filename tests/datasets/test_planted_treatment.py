import re

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import kstest

from workbench.datasets import planted
from workbench.errors import ParameterError

CAMPAIGNS, ROWS, STABLE = 22, 2000, 40


@pytest.fixture(scope="module")
def drawn():
    return planted(seed=3, treated=0.3, uplift=0.6)


@pytest.fixture(scope="module")
def without():
    return planted(seed=3)


def test_the_contacts_are_those_of_no_test(drawn, without):
    assert drawn.frame.X.equals(without.frame.X)
    np.testing.assert_array_equal(drawn.spiky_effects, without.spiky_effects)
    np.testing.assert_array_equal(drawn.intercepts, without.intercepts)
    untreated = drawn.treated == 0
    np.testing.assert_array_equal(drawn.probability[untreated], without.probability[untreated])
    assert drawn.frame.y[untreated].equals(without.frame.y[untreated])


def test_the_effect_of_each_row_follows_from_the_truth(drawn):
    X = drawn.frame.X.to_numpy()
    for row in (0, 1, 2001, 30_000, 43_999):  # by the formula, term by term
        campaign = row // ROWS
        before, added = drawn.intercepts[campaign], 0.6
        for k in range(STABLE):
            before += X[row, k] * drawn.stable_effects[k]
            added += X[row, k] * drawn.stable_uplift[k]
        for k in range(60):
            before += X[row, STABLE + k] * drawn.spiky_effects[campaign, k]
            added += X[row, STABLE + k] * drawn.spiky_uplift[campaign, k]
        without, with_it = expit(before), expit(before + added)
        assert drawn.effect[row] == pytest.approx(with_it - without, abs=1e-12)
        own = with_it if drawn.treated[row] else without
        assert drawn.probability[row] == pytest.approx(own, abs=1e-12)


def test_the_arms_of_the_frame_are_who_was_treated(drawn):
    frame = drawn.frame
    assert frame.control == "control"
    assert ((frame.treatment == "treated") == (drawn.treated == 1)).all()
    assert set(frame.treatment) == {"treated", "control"}
    assert not {"treated", "treatment"} & set(frame.X)
    assert frame.arm_probability is None  # one share for all


def test_who_is_treated_has_nothing_to_do_with_columns_and_campaigns(drawn):
    share = drawn.treated.mean()
    assert abs(share - 0.3) < 4 * np.sqrt(0.3 * 0.7 / len(drawn.treated))
    X = drawn.frame.X.to_numpy()
    one, zero = X[drawn.treated == 1], X[drawn.treated == 0]
    error = np.sqrt(one.var(axis=0) / len(one) + zero.var(axis=0) / len(zero))
    z = (one.mean(axis=0) - zero.mean(axis=0)) / error
    assert kstest(z, "norm").pvalue > 1e-3
    by_campaign = drawn.treated.reshape(CAMPAIGNS, ROWS).mean(axis=1)
    chi2 = ((by_campaign - share) ** 2 * ROWS / (share * (1 - share))).sum()
    assert 7 < chi2 < 45  # 21 degrees of freedom: beyond by chance once in 500


def test_the_difference_of_the_arms_is_the_mean_effect_within_its_error(drawn):
    y, treated = drawn.frame.y.to_numpy(), drawn.treated == 1
    found = y[treated].mean() - y[~treated].mean()
    error = np.sqrt(y[treated].var() / treated.sum() + y[~treated].var() / (~treated).sum())
    assert abs(found - drawn.effect.mean()) < 3 * error
    assert drawn.effect.mean() > 5 * error  # there is one


def test_the_sizes_of_what_columns_change(drawn):
    assert drawn.stable_uplift.std() == pytest.approx(0.6 * 0.25, rel=0.35)
    assert drawn.stable_uplift.shape == (STABLE,)
    active = drawn.spiky_effects != 0
    assert not drawn.spiky_uplift[~active].any()
    assert drawn.spiky_uplift[active].std() == pytest.approx(0.6 * 0.25, rel=0.15)
    assert drawn.effect.std() > 0.05


def test_the_dose_scales_what_is_of_one_campaign_alone():
    one, three = (planted(dose=d, rows=50, treated=0.5, uplift=0.6) for d in (1.0, 3.0))
    np.testing.assert_array_equal(one.treated, three.treated)
    np.testing.assert_array_equal(one.stable_uplift, three.stable_uplift)
    np.testing.assert_allclose(three.spiky_uplift, 3 * one.spiky_uplift)
    assert not planted(dose=0.0, rows=50, treated=0.5, uplift=0.6).spiky_uplift.any()


def test_no_uplift_changes_nothing_but_the_arms():
    none, without = planted(rows=50, treated=0.5), planted(rows=50)
    assert not none.effect.any()
    np.testing.assert_array_equal(none.probability, without.probability)
    assert none.frame.y.equals(without.frame.y)
    assert 0 < none.treated.mean() < 1


def test_an_uplift_of_nobody():
    message = (
        "`uplift` needs `treated`, the share of rows that are treated at random; got uplift=0.3. "
        "Say `treated=0.5`, or leave it out."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        planted(uplift=0.3)


@pytest.mark.parametrize(
    ("treated", "uplift"), [(0.0, 0.0), (1.0, 0.0), (float("nan"), 0.0), (0.5, float("inf"))]
)
def test_shares_and_uplifts_that_make_no_sense(treated, uplift):
    message = (
        "`planted` needs a share of treated rows between 0 and 1, and a finite uplift; got "
        f"treated={treated}, uplift={uplift}."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        planted(treated=treated, uplift=uplift)
