import numpy as np
import pytest
from scipy.linalg import LinAlgError, cho_factor
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.solve.fold_refits import LeftOutFold, Point, refit_without, take_steps
from workbench.ridge.statistics import dense
from workbench.ridge.statistics.dense import DenseStatistics, DenseSystems


@pytest.fixture(scope="module")
def easy(as_they_are):
    return drawn(600, 4, 0.01, as_they_are)


@pytest.fixture(scope="module")
def hard(as_they_are):
    """As many columns as rows, under a small penalty."""
    return drawn(80, 60, 1e-4, as_they_are)


def drawn(n, p, penalty, as_they_are):
    rng = np.random.default_rng(8)
    Z = rng.normal(size=(n, p))
    y = (rng.random(n) < expit(-0.5 + Z @ rng.normal(size=p) * 2 / np.sqrt(p))).astype("float64")
    weight, fold = rng.uniform(0.5, 2.0, n), np.arange(n) * 4 // n
    return as_they_are(Z, y, weight, np.full(p, penalty), float(weight.sum()), fold=fold)


def by_sklearn(problem, fold):
    rows, out = problem.rows, np.arange(len(problem.rows)) * 4 // len(problem.rows) == fold
    C = 1 / (problem.total * problem.penalties[0])
    peer = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    peer.fit(rows.X[~out], rows.y[~out], sample_weight=rows.weight[~out])
    eta = peer.decision_function(rows.X[out])
    loss = rows.weight[out] @ (np.logaddexp(0, eta) - rows.y[out] * eta)
    return np.append(peer.intercept_, peer.coef_[0]), loss


def begun(problem, b, folds):
    """Folds that start at b, with the curvature there."""
    stats = DenseStatistics.take(problem.rows, problem.scaling, b)
    ridge, without = problem.total * problem.ridge, lambda g, of: np.delete(of, g, axis=0).sum(0)
    of_folds = [
        LeftOutFold(
            g,
            b,
            Point(ridge * b - without(g, stats.score), stats.loss[g], stats.score[g]),
            floor=1e-11,
        )
        for g in folds
    ]
    factors = [cho_factor(without(g, stats.curvature) + np.diag(ridge)) for g in folds]
    ridges = np.tile(ridge, (len(of_folds), 1))
    systems = DenseSystems(problem.rows, problem.scaling, LOGISTIC, ridges, folds, factors)
    take_steps(of_folds, systems, range(len(of_folds)))
    return ridges, of_folds, systems


@pytest.mark.parametrize(("name", "close"), [("easy", 1e-5), ("hard", 1e-4)])
def test_fits_are_those_of_sklearn_without_each_fold(request, name, close):
    problem = request.getfixturevalue(name)
    begun_there = begun(problem, problem.base_rate_start(), range(4))
    refits = refit_without(problem.rows, problem.scaling, LOGISTIC, *begun_there)
    for g in range(4):
        b, loss = by_sklearn(problem, g)
        np.testing.assert_allclose(refits.b[g], b, atol=close)
        assert refits.loss[g] == pytest.approx(loss, rel=1e-6)


def test_chord_steps_do_where_folds_know_little(easy):
    begun_there = begun(easy, easy.base_rate_start(), range(4))
    full = refit_without(easy.rows, easy.scaling, LOGISTIC, *begun_there).b.mean(axis=0)
    begun_there = begun(easy, full, range(4))
    refits = refit_without(easy.rows, easy.scaling, LOGISTIC, *begun_there)
    assert refits.curvatures == 0
    assert refits.passes < 6


def test_curvature_is_taken_anew_where_they_know_much(hard):
    begun_there = begun(hard, hard.base_rate_start(), range(4))
    refits = refit_without(hard.rows, hard.scaling, LOGISTIC, *begun_there)
    assert 4 <= refits.curvatures < 40
    assert refits.passes < 40


def test_some_folds_in_any_order(easy):
    begun_there = begun(easy, easy.base_rate_start(), [3, 1])
    refits = refit_without(easy.rows, easy.scaling, LOGISTIC, *begun_there)
    for k, g in enumerate([3, 1]):
        b, loss = by_sklearn(easy, g)
        np.testing.assert_allclose(refits.b[k], b, atol=1e-5)
        assert refits.loss[k] == pytest.approx(loss, rel=1e-6)


def test_no_folds_read_no_row(easy):
    refits = refit_without(easy.rows, easy.scaling, LOGISTIC, *begun(easy, np.zeros(5), []))
    assert refits.passes == 0
    assert refits.b.shape == (0, 5)


def test_fits_that_do_not_arrive_are_counted(hard):
    """From where the model is sure of every row, Newton's steps lead nowhere."""
    rng = np.random.default_rng(1)
    begun_there = begun(hard, 3 * rng.normal(size=61), range(4))
    assert refit_without(hard.rows, hard.scaling, LOGISTIC, *begun_there).open == 4


def test_curvature_without_an_inverse_leaves_the_old_one(easy, monkeypatch):
    begun_there = begun(easy, easy.base_rate_start(), [0])

    def fails(_):
        raise LinAlgError

    monkeypatch.setattr(dense, "cho_factor", fails)
    _, folds, systems = begun_there
    assert systems.renew(np.array([folds[0].b]), [0]) == 1
    folds[0].renewed()
    refits = refit_without(easy.rows, easy.scaling, LOGISTIC, *begun_there)
    np.testing.assert_allclose(refits.b[0], by_sklearn(easy, 0)[0], atol=1e-5)
