import numpy as np
import pytest
import statsmodels.api as sm

from workbench.ridge.solve.minimise import minimise
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.tune.row_leverage import Whitening


def test_lengths_are_those_of_the_inverse_curvature(problem):
    rng = np.random.default_rng(5)
    root = rng.normal(size=(12, 6))
    hessian = root.T @ root
    e = Whitening(hessian, problem.scaling, np.dtype("float64"))(problem.rows.X)
    x = np.column_stack([np.ones(len(problem.rows)), problem.rows.X])
    expected = np.einsum("ij,jk,ik->i", x, np.linalg.inv(hessian), x)
    np.testing.assert_allclose((e**2).sum(axis=1), expected, rtol=1e-9)


def test_standardising_inside_and_outside_agree(problem):
    hessian = np.diag(np.arange(1.0, 7.0)) + 0.3
    rng = np.random.default_rng(6)
    mean, scale = rng.normal(size=5), rng.uniform(0.5, 2.0, 5)
    inside = Scaling(mean, scale, np.arange(5), 5)
    X = problem.rows.X * scale + mean
    dtype = np.dtype("float64")
    np.testing.assert_allclose(
        Whitening(hessian, inside, dtype)(X),
        Whitening(hessian, problem.scaling, dtype)(problem.rows.X),
        atol=1e-12,
    )


def test_leverages_without_penalties_are_those_of_statsmodels(problem, as_they_are):
    rows = problem.rows
    free = as_they_are(rows.X, rows.y, rows.weight, np.zeros(5), problem.total, problem.names)
    fit = minimise(free, start=free.base_rate_start())
    stats = DenseStatistics.take(free.rows, free.scaling, fit.b)
    e = Whitening(stats.total_curvature(), free.scaling, np.dtype("float64"))(rows.X)
    x = sm.add_constant(rows.X)
    peer = sm.GLM(rows.y, x, sm.families.Binomial(), var_weights=rows.weight).fit(tol=1e-12)
    mu = peer.fittedvalues
    leverage = rows.weight * mu * (1 - mu) * (e**2).sum(axis=1)
    np.testing.assert_allclose(leverage, peer.get_hat_matrix_diag(), rtol=1e-7)
    assert leverage.sum() == pytest.approx(6.0)  # as many as there are coefficients
