import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench.networks.left_out_step import LeftOutStep, Linearised


def linear_world(n=240, p=5, campaigns=4, seed=0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=(n, p)), np.ones(n)])
    y = (rng.random(n) < expit(X @ rng.normal(size=p + 1))).astype(float)
    rows = [np.arange(k, n, campaigns) for k in range(campaigns)]
    return X, y, rows


def fitted(X, y, decay, total):
    def objective(theta):
        eta = X @ theta
        value = np.sum(np.logaddexp(0, eta) - y * eta) / total + 0.5 * np.sum(decay * theta**2)
        return value, X.T @ (expit(eta) - y) / total + decay * theta

    return minimize(objective, np.zeros(X.shape[1]), jac=True, tol=1e-14).x


def step_of(seed=0):
    X, y, rows = linear_world(seed=seed)
    decay = np.array([0.1, 0.1, 0.02, 0.02, 0.05, 0.0])
    theta = fitted(X, y, decay, len(y))
    weight = np.ones(len(y))
    return LeftOutStep.of(Linearised(X, X @ theta, theta), y, weight, rows), decay


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_of_finite_differences(seed):
    step, decay = step_of(seed)
    loss, gradient = step.loss(decay)
    for k in range(5):
        moved = [step.loss(decay * np.exp(h * (np.arange(6) == k)))[0] for h in (1e-5, -1e-5)]
        assert gradient[k] == pytest.approx((moved[0] - moved[1]) / 2e-5, rel=1e-4, abs=1e-9)
    assert loss > 0
    assert gradient[5] == 0


def test_one_step_is_near_the_loss_of_fits_without_each_campaign():
    """A linear model is a network whose Jacobian is exact: only Newton's step is approximate."""
    step, decay = step_of()
    X, y = step.at.jacobian, step.outcome
    loss = 0.0
    for some in step.rows:
        others = np.setdiff1d(np.arange(len(y)), some)
        eta = X[some] @ fitted(X[others], y[others], decay, len(y))
        loss += np.sum(np.logaddexp(0, eta) - y[some] * eta)
    assert step.loss(decay)[0] == pytest.approx(loss / len(y), rel=3e-3)


def test_cells_count_as_their_contacts():
    step, decay = step_of()
    number = np.random.default_rng(1).integers(1, 4, len(step.outcome))
    each = np.repeat(np.arange(len(number)), number)
    rows = [np.flatnonzero(np.isin(each, some)) for some in step.rows]
    weighed = LeftOutStep.of(step.at, step.outcome, number.astype(float), step.rows)
    at = Linearised(step.at.jacobian[each], step.at.log_odds[each], step.at.parameters)
    alone = LeftOutStep.of(at, step.outcome[each], np.ones(len(each)), rows)
    one, other = weighed.loss(decay), alone.loss(decay)
    assert one[0] == pytest.approx(other[0], rel=1e-12)
    np.testing.assert_allclose(one[1], other[1], rtol=1e-9)


def test_scikit_learn_agrees_that_the_fit_is_one():
    X, y, _ = linear_world()
    decay = np.r_[np.full(5, 0.05), 0.0]
    oracle = LogisticRegression(C=1 / (0.05 * len(y)), tol=1e-12, max_iter=9999).fit(X[:, :5], y)
    np.testing.assert_allclose(fitted(X, y, decay, len(y))[:5], oracle.coef_[0], atol=1e-5)
