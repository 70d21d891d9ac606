"""Where Newton's method ends, against scipy and scikit-learn."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from tests.ridge.multinomial.problems import K, P, drawn
from workbench.ridge.multinomial.newton import minimise


@pytest.fixture(params=["dense", "sparse"])
def problem(request):
    return drawn(sparse=request.param == "sparse", by_class=True)


def test_newton_ends_where_a_plain_minimiser_does(problem):
    def value(flat):
        at = problem.at(flat.reshape(P + 1, K))
        return at.value, problem.gradient(at).ravel()

    found = minimize(value, np.zeros((P + 1) * K), jac=True, method="BFGS", options={"gtol": 1e-9})
    W = found.x.reshape(P + 1, K)
    W[0] -= W[0].mean()  # intercepts are known but for a common number
    ours = minimise(problem, np.zeros((P + 1, K)), tolerance=1e-11)
    assert ours.converged
    np.testing.assert_allclose(ours.at.W, W, atol=1e-6)
    assert ours.at.value <= found.fun + 1e-12


@pytest.mark.parametrize("penalty", [1.0, 1e-2, 1e-5])
def test_it_is_scikit_learns_fit(penalty):
    problem = drawn()
    problem = problem.under(penalty * np.array([0.0] + [1.0] * P)[:, None])
    ours = minimise(problem, np.zeros((P + 1, K)), tolerance=1e-12)
    peer = LogisticRegression(C=1 / penalty, tol=1e-11, max_iter=5000, solver="newton-cg")
    peer.fit(problem.X[:, 1:], problem.code, sample_weight=problem.weight)
    np.testing.assert_allclose(ours.at.W[1:].T, peer.coef_, atol=2e-7)


@pytest.mark.parametrize("by_class", [False, True])
def test_where_it_starts_and_how_it_is_kept_change_nothing(by_class):
    dense = minimise(drawn(by_class=by_class), np.zeros((P + 1, K)), tolerance=1e-12)
    start = 3 * np.random.default_rng(1).normal(size=(P + 1, K))
    sparse = minimise(drawn(sparse=True, by_class=by_class), start, tolerance=1e-12)
    assert sparse.converged
    np.testing.assert_allclose(sparse.at.W, dense.at.W, atol=1e-9)
