import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from workbench.errors import FitError
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.solve import leave_out
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics import matrix_free as wide
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.layout import lay_out_sparse
from workbench.ridge.statistics.matrix_free import Curvature, MatrixFreeStatistics

N, P = 600, 40


@pytest.fixture(scope="module")
def both():
    """The same objective without and with p × p matrices; folds -1 to 3."""
    rng = np.random.default_rng(21)
    X = rng.normal(size=(N, P)) * (rng.random((N, P)) < 0.2)
    X[:, 0] = rng.normal(size=N) + 3.0
    y = (rng.random(N) < 1 / (1 + np.exp(1 - X[:, 1:] @ rng.normal(0, 0.5, P - 1)))).astype(float)
    w, fold = rng.uniform(0.5, 2, N), rng.integers(-1, 4, N)
    rows, measured = lay_out_sparse(csr_array(X), y, w, fold)
    used = np.arange(P) != 7
    penalties = np.exp(rng.normal(size=P - 1)) * 0.01
    penalties[:2] = 0.0
    names = tuple(f"x{j}" for j in np.flatnonzero(used))
    dense = Objective(rows, measured.scaling(used), penalties, measured.total, names)
    return replace(dense, kind=MatrixFreeStatistics), dense


def test_products_are_those_of_the_matrices(both):
    without, dense = both
    rng = np.random.default_rng(0)
    b = rng.normal(size=P) * 0.1
    A = DenseStatistics.take(dense.rows, dense.scaling, b).curvature
    products = Curvature.at(without.rows, without.scaling, b, LOGISTIC)
    np.testing.assert_allclose(products.diagonal, np.einsum("gjj->gj", A), rtol=1e-10)
    x = rng.normal(size=(4, P))
    total = A.sum(axis=0)
    np.testing.assert_allclose(products.product(x), x @ total, rtol=1e-9, atol=1e-9)
    rest = np.stack([(total - A[g]) @ x[g] for g in range(4)])
    np.testing.assert_allclose(
        products.product_without(x, np.arange(4)), rest, rtol=1e-9, atol=1e-9
    )
    own = np.stack([A[g] @ x[g] for g in range(4)])
    np.testing.assert_allclose(products.product_within(x, np.arange(4)), own, rtol=1e-9, atol=1e-9)


def test_the_optimum_is_the_same_and_certified(both):
    without, dense = both
    ours = minimise(without, start=without.base_rate_start())
    theirs = minimise(dense, start=dense.base_rate_start())
    np.testing.assert_allclose(ours.b, theirs.b, atol=1e-8)
    assert ours.converged
    assert ours.kkt_residual == np.abs(dense(ours.b)[1]).max() <= 1e-10
    assert not minimise(without, start=without.base_rate_start(), max_passes=2).converged


def test_scikit_learn_finds_the_same_optimum(both):
    without, _ = both
    without = replace(without, penalties=np.maximum(without.penalties, 1e-3))
    ours = minimise(without, start=without.base_rate_start())
    rows, scaling, root = without.rows, without.scaling, np.sqrt(without.penalties)
    Z = (rows.X.toarray()[:, scaling.columns] - scaling.mean) / scaling.scale
    peer = LogisticRegression(C=1 / without.total, solver="newton-cholesky", tol=1e-12)
    peer.fit(Z / root, rows.y, sample_weight=rows.weight)
    np.testing.assert_allclose(ours.b, np.append(peer.intercept_, peer.coef_[0] / root), atol=1e-8)


def test_left_out_losses_coefficients_and_slopes_are_the_same(both, monkeypatch):
    without, dense = both
    b = minimise(dense, start=dense.base_rate_start()).b
    penalties = 3 * dense.penalties
    exact = dense.statistics(b).without_folds(penalties)
    stats = without.statistics(b)
    found = stats.without_folds(penalties)
    # solved to 1e-5, the loss is exact to the square of it
    np.testing.assert_allclose(found.loss, exact.loss, rtol=1e-8)
    np.testing.assert_allclose(found.slope, exact.slope, atol=1e-4 * np.abs(exact.slope).max())
    monkeypatch.setattr(wide, "_CLOSE", 1e-12)
    closer = stats.without_folds(penalties)  # from where the last search left off
    np.testing.assert_allclose(closer.loss, exact.loss, rtol=1e-11)
    np.testing.assert_allclose(closer.slope, exact.slope, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(closer.b, exact.b, atol=1e-9)


def test_the_slope_by_finite_differences(both, monkeypatch):
    monkeypatch.setattr(wide, "_CLOSE", 1e-12)
    without, _ = both
    stats = without.statistics(without.base_rate_start())
    penalties = np.maximum(without.penalties, 1e-3)
    slope = stats.without_folds(penalties).slope
    for j in (0, 5, 38):
        up, down = penalties.copy(), penalties.copy()
        up[j], down[j] = penalties[j] * np.exp(1e-4), penalties[j] * np.exp(-1e-4)
        rise = stats.without_folds(up).total - stats.without_folds(down).total
        assert slope[:, j].sum() == pytest.approx(rise / 2e-4, rel=1e-6, abs=1e-6)


def test_exact_left_out_refits_come_close_to_one_step(both):
    """Refit without each fold by the dense path, and compare the one-step losses."""
    without, dense = both
    b = minimise(dense, start=dense.base_rate_start()).b
    stats = without.statistics(b)
    one_step = stats.without_folds(without.penalties)
    exact, _ = leave_out.exact(
        dense.rows,
        dense.scaling,
        DenseStatistics.take(dense.rows, dense.scaling, b),
        dense.penalties,
    )
    assert one_step.total == pytest.approx(exact.sum(), rel=5e-3)


def test_systems_of_several_targets(both):
    without, dense = both
    b, targets = without.base_rate_start(), np.random.default_rng(4).normal(size=(3, P))
    A = DenseStatistics.take(dense.rows, dense.scaling, b).total_curvature()
    ridge = dense.total * dense.ridge
    expected = np.linalg.solve(A + np.diag(ridge), targets.T).T
    products = Curvature.at(without.rows, without.scaling, b, LOGISTIC)
    found = products.solve(targets, ridge, close=1e-12)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("penalty", [0.01, 1e-4])
def test_fits_without_each_fold_are_those_with_matrices(both, penalty, ahead):
    pair = forward(both) if ahead else both
    at, penalties = np.zeros(P), np.full(P - 1, penalty)
    found = []
    for one in pair:
        stats = one.statistics(at)
        found.append(leave_out.refitted(one.rows, one.scaling, stats, penalties))
    ours, theirs = found
    assert (ours.open, len(ours.loss)) == (0, 3 if ahead else 4)
    np.testing.assert_allclose(ours.loss, theirs.loss, rtol=1e-6)
    np.testing.assert_allclose(ours.b, theirs.b, atol=1e-4)
    assert ours.passes < 40


def test_what_statistics_tell_of_each_fold_at_other_coefficients(both):
    rng = np.random.default_rng(6)
    b, away = rng.normal(size=(2, P)) * 0.1
    ours, theirs = (one.statistics(b).about(away) for one in both)
    for found, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


def tiny(X, y, fold=None):
    rows, measured = lay_out_sparse(
        csr_array(X), y, np.ones(len(y)), np.zeros(len(y), dtype=int) if fold is None else fold
    )
    scaling = measured.scaling(np.ones(X.shape[1], dtype=bool))
    names, kind = ("special", "visits"), MatrixFreeStatistics
    return Objective(rows, scaling, np.array([0.0, 0.1]), measured.total, names, kind)


def test_a_free_column_that_separates_the_classes():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    objective = tiny(X, (X[:, 0] > 0).astype(float))
    message = (
        "Unpenalised columns must not separate the classes perfectly; ['special'] do, so their "
        "coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        minimise(objective, start=objective.base_rate_start())


def test_a_free_column_that_lives_in_one_fold_is_named():
    rng = np.random.default_rng(0)
    fold = np.repeat([0, 1, 2], 50)
    X = rng.normal(size=(150, 2))
    X[fold != 1, 0] = 0.0
    objective = tiny(X, (rng.random(150) < 0.5).astype(float), fold)
    stats = objective.statistics(objective.base_rate_start())
    message = (
        "Unpenalised columns must vary in at least two campaigns; ['special'] do not, so leaving "
        "that campaign out leaves them undetermined. Give them a penalty (a factor above 0)."
    )
    with pytest.raises(FitError, match=f"^{re.escape(message)}$"):
        stats.without_folds(objective.penalties, objective.names)


# --- folds judged by those before them


def forward(both):
    """The same two, no row without a fold, each fold but the first two judged by those before."""
    found = []
    for one in both:
        fold = one.rows.fold_of_row + 1
        order = np.argsort(fold, kind="stable")
        arrays = (one.rows.X[order], one.rows.y[order], one.rows.weight[order], fold[order])
        rows = SparseRows(*arrays).judged_from(2)
        found.append(replace(one, rows=rows))
    return found


def test_forward_losses_coefficients_and_slopes_are_the_same(both, monkeypatch):
    monkeypatch.setattr(wide, "_CLOSE", 1e-12)
    without, dense = forward(both)
    b = minimise(dense, start=dense.base_rate_start()).b
    exact = dense.statistics(b).without_folds(dense.penalties)
    stats = without.statistics(b)
    found = stats.without_folds(dense.penalties)
    assert found.loss.shape == (3,)
    for ours, theirs in zip(found, exact, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8)
    back = stats.leaving_out()
    again = replace(without, rows=without.rows.judged_from(None)).statistics(b)
    for one, other in zip(
        back.without_folds(dense.penalties), again.without_folds(dense.penalties), strict=True
    ):
        np.testing.assert_array_equal(one, other)
