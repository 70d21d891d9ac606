"""Sums of a campaign against the same written out, of dense and of sparse rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.updates.taken import (
    LEAST_IN_BIN,
    Centre,
    fold_sums,
    pool_by_age,
    pooled,
    score_bins,
)

SCALING = Scaling(np.array([0.5, 0.2]), np.array([2.0, 0.7]), np.array([0, 2]), 3)
B = np.array([-0.4, 0.3, -0.2])
CENTRE = Centre(np.array([0.5, 0.0, 0.0]), np.array([0.0, 0.0, 10.0]))


def rows(size=120, *, sparse=False):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(size, 3)) * (rng.random((size, 3)) < 0.6)
    X[3, 2] = -10.0  # zero as it was given
    y, w = (rng.random(size) < 0.4).astype(float), rng.integers(1, 4, size).astype(float)
    fold = np.repeat([0, 1, 2], size // 3)
    return (SparseRows(csr_array(X), y, w, fold) if sparse else ArrayRows(X, y, w, fold)), X, y, w


@pytest.mark.parametrize("sparse", [False, True])
def test_they_are_what_is_written_out(sparse):
    source, X, y, w = rows(sparse=sparse)
    found = fold_sums(source, SCALING, B, CENTRE, LOGISTIC)
    for g in range(3):
        some = slice(40 * g, 40 * g + 40)
        x, v = X[some], w[some]
        Z = np.column_stack([np.ones(40), (x[:, [0, 2]] - SCALING.mean) / SCALING.scale])
        mu = 1 / (1 + np.exp(-Z @ B))
        assert_allclose(found.curvature[g], (Z * (v * mu * (1 - mu))[:, None]).T @ Z)
        assert_allclose(found.score[g], (v * (y[some] - mu)) @ Z)
        assert_allclose(found.product[g], (Z * v[:, None]).T @ Z)
        assert_allclose(found.first[g], np.average(x - CENTRE.pivot, axis=0, weights=v))
        assert_allclose(found.second[g], np.average((x - CENTRE.pivot) ** 2, axis=0, weights=v))
        assert_allclose(found.zero[g], np.average(x == -CENTRE.origin, axis=0, weights=v))
        assert_allclose([found.low[g], found.high[g]], [x.min(axis=0), x.max(axis=0)])
        assert (found.rows[g], found.weight[g], found.positive[g]) == (40, v.sum(), v @ y[some])


def test_pools_are_the_sums_of_all_their_rows():
    source, X, y, w = rows()
    apart = fold_sums(source, SCALING, B, CENTRE, LOGISTIC)
    together = ArrayRows(X, y, w, np.repeat([0, 1], [80, 40]))
    whole = fold_sums(together, SCALING, B, CENTRE, LOGISTIC)
    found = pooled(apart, np.array([0, 0, 1]))
    for name in ("curvature", "score", "loss", "first", "second", "zero", "low", "high", "rows"):
        assert_allclose(getattr(found, name), getattr(whole, name))
    assert found.newest.tolist() == [1, 2]


def test_within_a_pool_the_older_campaign_weighs_less():
    source, *_ = rows()
    apart = fold_sums(source, SCALING, B, CENTRE, LOGISTIC)
    found = pool_by_age(apart, np.array([0, 0, 1]), half_life=1.0)
    assert_allclose(found.weight[0], 0.5 * apart.weight[0] + apart.weight[1])
    assert_allclose(found.weight[1], apart.weight[2])
    assert found.contacts[0] == apart.contacts[:2].sum()


def test_bins_hold_everybody_once_and_enough_of_them():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(3000, 3)), (rng.random(3000) < 0.3).astype(float)
    source = ArrayRows(X, y, np.ones(3000), np.repeat([0, 1], [120, 2880]))
    found = score_bins(source, SCALING, B, np.array([0, 1]), [1.0, 1.0])
    assert found.weight.sum() == pytest.approx(3000)
    assert (found.weight >= LEAST_IN_BIN).all()
    assert found.weight @ found.y == pytest.approx(y.sum())
    assert (found.fold == 0).sum() == 1
    eta = found.mean @ B
    assert (np.diff(eta[found.fold == 1]) > 0).all()
    plus, raw = SCALING.to_raw(B)
    mu = 1 / (1 + np.exp(-(X @ raw + plus)))
    assert found.weight @ found.rate == pytest.approx(mu.sum())
    squares = found.weight @ (found.rate**2 + found.spread**2)
    assert squares == pytest.approx((mu**2).sum())
