import numpy as np
import pytest

from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.kernels import score_and_loss, score_covariance


def standardised(X, weight):
    mean = np.average(X, axis=0, weights=weight)
    Z = (X - mean) / np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weight))
    return np.column_stack([np.ones(len(X)), Z])


def test_statistics_are_those_of_standardised_rows(drawn, blocks, measured):
    X, y, w, fold = drawn
    scaling = measured.scaling(np.ones(4, dtype=bool))
    b = np.array([-0.4, 0.3, -0.2, 0.5, 0.1])
    stats = DenseStatistics.take(blocks, scaling, b)
    Z = standardised(X, w)
    mu = 1 / (1 + np.exp(-Z @ b))
    for g in range(3):
        own = fold == g
        v = w[own] * mu[own] * (1 - mu[own])
        np.testing.assert_allclose(
            stats.curvature[g], (Z[own] * v[:, None]).T @ Z[own], rtol=1e-9, atol=1e-9
        )
        np.testing.assert_allclose(
            stats.score[g], Z[own].T @ (w * (y - mu))[own], rtol=1e-9, atol=1e-9
        )
        losses = -np.log(np.where(y == 1, mu, 1 - mu))
        assert stats.loss[g] == pytest.approx((w * losses)[own].sum(), rel=1e-12)
    score, loss = score_and_loss(blocks, scaling, b, LOGISTIC)
    np.testing.assert_allclose(score, stats.score.sum(axis=0), atol=1e-10)
    assert loss == pytest.approx(stats.loss.sum(), rel=1e-12)
    covariance, variance = score_covariance(blocks, scaling, b)
    eta = Z @ b
    together = np.cov(np.column_stack([Z[:, 1:], eta]).T, aweights=w, ddof=0)
    np.testing.assert_allclose(covariance, together[:-1, -1], rtol=1e-9)
    assert variance == pytest.approx(together[-1, -1], rel=1e-10)


def test_columns_not_in_use_have_no_part(drawn, blocks, measured):
    used = np.array([True, False, True, False])
    some = DenseStatistics.take(blocks, measured.scaling(used), np.array([0.1, 0.2, 0.3]))
    everything = measured.scaling(np.ones(4, dtype=bool))
    rest = DenseStatistics.take(blocks, everything, np.array([0.1, 0.2, 0.0, 0.3, 0.0]))
    kept = np.array([0, 1, 3])
    np.testing.assert_allclose(some.curvature, rest.curvature[:, kept][:, :, kept], rtol=1e-12)
    np.testing.assert_allclose(some.score, rest.score[:, kept], rtol=1e-12)


# --- folds judged by those before them


def test_statistics_of_what_is_known_before_a_fold(forward, stats):
    ahead = DenseStatistics.take(forward.rows, forward.scaling, stats.b)
    np.testing.assert_array_equal(ahead.curvature, stats.curvature)
    assert (list(ahead.judged_folds), ahead.judged) == ([1, 2, 3], slice(1, 4))
    for k, t in enumerate([1, 2, 3]):
        np.testing.assert_allclose(ahead.known(ahead.score)[k], stats.score[:t].sum(axis=0))
        np.testing.assert_allclose(ahead.known_curvature(t), stats.curvature[:t].sum(axis=0))
        assert ahead.penalty_weight[k, 0] == pytest.approx(stats.weight[:t].sum())
        assert ahead.known_to(t).tolist() == [g < t for g in range(4)]
    assert ahead.judged_weight == pytest.approx(stats.weight[1:].sum())
    back = ahead.leaving_out()
    np.testing.assert_array_equal(back.known(back.score), stats.known(stats.score))
    assert back.penalty_weight == back.judged_weight == stats.total_weight
