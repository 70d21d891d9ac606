import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from workbench.evidence.lasso import tuned_lasso


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    Z = rng.normal(size=(600, 6))
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    y = (rng.random(600) < 1 / (1 + np.exp(1 - Z[:, 0] + 0.4 * Z[:, 1]))).astype(float)
    return Z, y, rng.uniform(0.5, 2.0, 600), np.arange(600) % 3


def by_saga(Z, y, weight, alpha):
    peer = LogisticRegression(l1_ratio=1.0, C=1 / (alpha * weight.sum()), solver="saga", tol=1e-8)
    return peer.set_params(max_iter=5000).fit(Z, y, sample_weight=weight)


def test_the_penalty_is_the_best_of_the_grid_by_another_solver(rows):
    Z, y, weight, fold = rows
    found = tuned_lasso(*rows)
    centred = weight * (y - np.average(y, weights=weight))
    strongest = 1.001 * np.abs(Z.T @ centred).max() / weight.sum()
    losses = {}
    for alpha in strongest * np.logspace(0, -3, 16):
        losses[alpha] = 0.0
        for g in range(3):
            out = fold == g
            peer = by_saga(Z[~out], y[~out], weight[~out], alpha)
            eta = peer.decision_function(Z[out])
            losses[alpha] += weight[out] @ (np.logaddexp(0, eta) - y[out] * eta)
    assert found.alpha == pytest.approx(min(losses, key=losses.get))
    peer = by_saga(Z, y, weight, found.alpha)
    np.testing.assert_allclose(found.fit.coef_, peer.coef_, atol=2e-3)
    # the intercept is penalised by a hundredth
    np.testing.assert_allclose(found.fit.intercept_, peer.intercept_, atol=2e-3)


def test_what_turns_its_sign_from_fold_to_fold_is_dropped():
    rng = np.random.default_rng(1)
    Z, fold = rng.normal(size=(600, 3)), np.arange(600) // 150
    sign = np.where(fold % 2 == 0, 1.0, -1.0)
    y = (rng.random(600) < 1 / (1 + np.exp(-sign * Z[:, 0]))).astype(float)
    found = tuned_lasso(Z, y, np.ones(600), fold)
    assert not found.fit.coef_.any()
