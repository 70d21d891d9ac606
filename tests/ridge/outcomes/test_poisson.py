import numpy as np
import pytest
import statsmodels.api as sm

from workbench.ridge.outcomes.poisson import POISSON, Poisson
from workbench.ridge.rows.source import Block


def test_an_exposure_is_a_weight_of_the_rate():
    rng = np.random.default_rng(2)
    e, eta, weight = rng.uniform(0.1, 5, 30), rng.normal(size=30), rng.uniform(1, 3, 30)
    y = rng.poisson(e * np.exp(eta)).astype(float)
    loss = POISSON.loss(eta, Block(None, y / e, weight * e, 0))
    deviance = sm.families.Poisson().deviance(y, e * np.exp(eta), freq_weights=weight)
    assert loss == pytest.approx(deviance / 2, rel=1e-10)


def test_far_away_the_loss_is_finite_and_goes_on_rising():
    block = Block(None, np.array([3.0]), np.ones(1), 0)
    near, far, further = (POISSON.loss(np.array([eta]), block) for eta in (50.0, 500.0, 800.0))
    assert near < far < further < np.inf
    assert np.isfinite(POISSON.mean(np.array([1e6]))).all()


def test_counts_that_vary_less_than_poissons_narrow_no_errors():
    assert (POISSON.dispersion(0.4), POISSON.dispersion(2.5)) == (1.0, 2.5)
    of_many = Poisson(level=100.0)  # over their mean, counts vary a hundredth as much
    assert (of_many.dispersion(0.004), of_many.dispersion(0.025)) == (0.01, 0.025)
    assert np.isnan(POISSON.dispersion(np.nan))
