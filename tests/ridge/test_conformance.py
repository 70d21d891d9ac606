"""Every kind of statistics, on dense, sparse and bare rows, of every outcome: the same fit."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.ridge.sources import BareSource
from workbench.ridge.outcomes.gaussian import Gaussian
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.outcomes.poisson import POISSON
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.solve import leave_out
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.matrix_free import MatrixFreeStatistics
from workbench.ridge.statistics.moments import moments
from workbench.ridge.statistics.row_space import RowSpaceStatistics

FOLDS = 4
EXACT = {DenseStatistics: 1e-9, RowSpaceStatistics: 1e-9, MatrixFreeStatistics: 1e-6}


OUTCOMES = {"logistic": LOGISTIC, "gaussian": Gaussian(), "poisson": POISSON}


def drawn(n, p, outcome, seed=3):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) * (rng.random((n, p)) < 0.4)
    eta = X[:, :3] @ np.array([1.0, -0.8, 0.5]) - 0.5
    y = {
        "logistic": lambda: rng.random(n) < 1 / (1 + np.exp(-eta)),
        "gaussian": lambda: eta + rng.normal(size=n),
        "poisson": lambda: rng.poisson(np.exp(eta)),
    }[outcome]().astype(float)
    return X, y, rng.uniform(0.5, 2.0, n), np.arange(n) * FOLDS // n


SOURCES = {
    "dense": ArrayRows,
    "sparse": lambda X, *rest: SparseRows(csr_array(X), *rest),
    "bare": BareSource,
}
SHAPES = {"tall": (240, 12), "wide": (60, 90)}
CASES = [
    (kind, source, shape, outcome)
    for kind in EXACT
    for source in SOURCES
    for shape in SHAPES
    for outcome in OUTCOMES
    if kind is not RowSpaceStatistics or source == "dense"
]


def objective_of(shape, source, kind, outcome, *, forward=None):
    given = drawn(*SHAPES[shape], outcome)
    p = given[0].shape[1]
    scaling = moments(ArrayRows(*given), np.zeros(p)).scaling(np.ones(p, dtype=bool))
    rows = SOURCES[source](*given).judged_from(forward)
    # fewer counts than columns: under weaker ones products do not arrive, and say so
    weakest = 0.1 if outcome == "poisson" else 0.02
    penalties = np.where(np.arange(p) < 2, 0.0, weakest * (1 + np.arange(p) % 3))
    names, total = tuple(map(str, range(p))), float(given[2].sum())
    return Objective(rows, scaling, penalties, total, names, kind, OUTCOMES[outcome])


@pytest.fixture(scope="module")
def reference():
    """What dense rows with matrices give, by shape, outcome and how folds are judged."""
    found = {}
    for shape, outcome, forward in product(SHAPES, OUTCOMES, (None, 2)):
        objective = objective_of(shape, "dense", DenseStatistics, outcome, forward=forward)
        fit = minimise(objective, start=objective.base_rate_start())
        stats = objective.statistics(fit.b)
        loss, b = leave_out.exact(objective.rows, objective.scaling, stats, objective.penalties)
        one_step = stats.without_folds(2 * objective.penalties)
        found[shape, outcome, forward] = (fit, one_step, loss, b)
    return found


@pytest.mark.parametrize("forward", [None, 2])
@pytest.mark.parametrize(("kind", "source", "shape", "outcome"), CASES)
def test_the_same_optimum_and_the_same_left_out_fits(
    kind, source, shape, outcome, forward, reference
):
    fit, one_step, loss, b = reference[shape, outcome, forward]
    objective, close = objective_of(shape, source, kind, outcome, forward=forward), EXACT[kind]
    own = minimise(objective, start=objective.base_rate_start())
    assert own.converged
    np.testing.assert_allclose(own.b, fit.b, atol=1e-8)
    stats = objective.statistics(fit.b)
    found = stats.without_folds(2 * objective.penalties)
    np.testing.assert_allclose(found.loss, one_step.loss, rtol=close)
    for ours, theirs in ((found.slope, one_step.slope), (found.b, one_step.b)):
        size = max(1.0, np.abs(theirs).max())
        np.testing.assert_allclose(ours, theirs, atol=100 * close * size)
    refits = leave_out.refitted(objective.rows, objective.scaling, stats, objective.penalties)
    assert refits.open == 0
    np.testing.assert_allclose(refits.loss, loss, rtol=1e-6)
    np.testing.assert_allclose(refits.b, b, atol=2e-4)


@pytest.mark.parametrize(("kind", "source", "shape", "outcome"), CASES)
def test_the_same_diagonal_and_slopes_by_fold(kind, source, shape, outcome, reference):
    fit = reference[shape, outcome, None][0]
    exact = objective_of(shape, "dense", DenseStatistics, outcome)
    objective = objective_of(shape, source, kind, outcome)
    objective = replace(objective, penalties=exact.penalties + 0.01)
    ours, theirs = (one.statistics(fit.b) for one in (objective, exact))
    for found, expected in zip(ours.about(0.9 * fit.b), theirs.about(0.9 * fit.b), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)
    found, expected = (of.inverse(objective.penalties) for of in (ours, theirs))
    if found.probes is None:
        np.testing.assert_allclose(found.diagonal, expected.diagonal, rtol=1e-7)
    else:  # an estimate, within four of its standard errors for most columns
        error = found.probes.std(axis=0, ddof=1) / np.sqrt(len(found.probes))
        off = np.abs(found.diagonal - expected.diagonal) / np.maximum(error, 1e-12)
        assert np.mean(off < 4) > 0.95
    assert ours.mean_curvature() is None or kind is not MatrixFreeStatistics
