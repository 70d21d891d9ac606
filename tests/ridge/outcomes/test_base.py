"""What every outcome keeps: its loss is half a deviance, with the slope and curvature it says."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.ridge.outcomes.gaussian import Gaussian
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.outcomes.poisson import POISSON
from workbench.ridge.rows.source import Block

OUTCOMES = {"logistic": LOGISTIC, "gaussian": Gaussian(), "poisson": POISSON}
FAMILIES = {
    "logistic": sm.families.Binomial(),
    "gaussian": sm.families.Gaussian(),
    "poisson": sm.families.Poisson(),
}
STEP = 1e-5


def drawn(name, rng, n=40):
    y = {
        "logistic": rng.integers(0, 2, n),
        "gaussian": rng.normal(size=n),
        "poisson": rng.poisson(2.0, n),
    }[name]
    return y.astype(float), rng.uniform(0.2, 3, n)


@pytest.mark.parametrize("name", OUTCOMES)
@settings(deadline=None, derandomize=True, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_the_loss_is_half_the_deviance_of_statsmodels(name, seed):
    rng = np.random.default_rng(seed)
    y, weight = drawn(name, rng)
    eta, of, family = rng.normal(size=len(y)), OUTCOMES[name], FAMILIES[name]
    mu = family.link.inverse(eta)
    np.testing.assert_allclose(of.mean(eta), mu, rtol=1e-12)
    loss = of.loss(eta, Block(None, y, weight, 0))
    assert loss == pytest.approx(family.deviance(y, mu, freq_weights=weight) / 2, rel=1e-10)
    assert of.link(float(mu[0])) == pytest.approx(eta[0], abs=1e-10)


@pytest.mark.parametrize("name", OUTCOMES)
@settings(deadline=None, derandomize=True, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_slope_curvature_and_bend_are_derivatives_of_the_loss(name, seed):
    rng = np.random.default_rng(seed)
    y, weight = drawn(name, rng, n=1)
    eta, of = rng.normal(size=1), OUTCOMES[name]
    block = Block(None, y, weight, 0)
    up, down = eta + STEP, eta - STEP
    slope = (of.loss(up, block) - of.loss(down, block)) / (2 * STEP)
    assert slope == pytest.approx(float(weight[0] * (of.mean(eta) - y)[0]), abs=1e-7)
    moved = weight * (of.mean(up) - of.mean(down)) / (2 * STEP)
    np.testing.assert_allclose(of.curvature(of.mean(eta), weight), moved, atol=1e-7)
    bent = of.curvature(of.mean(up), weight) - of.curvature(of.mean(down), weight)
    np.testing.assert_allclose(of.bend(of.mean(eta), weight), bent / (2 * STEP), atol=1e-7)


@pytest.mark.parametrize("name", OUTCOMES)
def test_what_cannot_be_an_outcome_is_told(name):
    values = np.array([0.0, 1.0, 2.5, -1.0, np.inf, np.nan])
    cannot = {"logistic": [2, 3, 4, 5], "gaussian": [4, 5], "poisson": [3, 4, 5]}[name]
    assert np.flatnonzero(OUTCOMES[name].odd(values)).tolist() == cannot


@pytest.mark.parametrize("name", OUTCOMES)
def test_high_outcomes_are_some_and_not_all(name):
    y, _ = drawn(name, np.random.default_rng(1))
    high = OUTCOMES[name].high(y)
    assert set(high) == {0.0, 1.0}
    assert y[high == 1].min() > y[high == 0].max()


@pytest.mark.parametrize("kind", ["f4", "f8"])
@pytest.mark.parametrize("name", OUTCOMES)
def test_floating_point_stays_what_it_is(name, kind):
    eta, weight = np.array([-2.0, 0.5], dtype=kind), np.ones(2, dtype=kind)
    of = OUTCOMES[name]
    mu = of.mean(eta)
    assert {mu.dtype, of.curvature(mu, weight).dtype, of.bend(mu, weight).dtype} == {np.dtype(kind)}
