import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import PredefinedSplit

from workbench.evidence.cross_validation import GRID, cross_validated


def rows(seed=0, n=400, p=8, *, signal=0.5, folds=5):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, p))
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    y = (rng.random(n) < expit(-1 + signal * Z[:, :3].sum(axis=1))).astype(float)
    return Z, y, np.ones(n), np.arange(n) % folds


def by_scikit_learn(Z, y, weight, fold, grid=GRID):
    """Losses of every fold left out, summed, under every penalty: one fit each."""
    losses = []
    for alpha in grid:
        total = 0.0
        for g in range(fold.max() + 1):
            out = fold == g
            peer = LogisticRegression(
                C=1 / (alpha * weight.sum()), solver="newton-cholesky", tol=1e-9
            )
            peer.fit(Z[~out], y[~out], sample_weight=weight[~out])
            eta = peer.decision_function(Z[out])
            total += weight[out] @ (np.logaddexp(0, eta) - y[out] * eta)
        losses.append(total / weight[fold >= 0].sum())
    return np.array(losses)


def agree(found, losses, *, rtol):
    """Compare losses as far as the search went: until one was 2% above the least."""
    went = np.isfinite(found.loss)
    np.testing.assert_allclose(found.loss[went], losses[went], rtol=rtol)
    risen = np.flatnonzero(losses > 1.02 * np.minimum.accumulate(losses))
    assert went.sum() == (risen[0] + 1 if len(risen) else len(losses))


@pytest.mark.parametrize(("signal", "p"), [(1.0, 4), (0.2, 20), (0.0, 20)])
def test_it_chooses_what_scikit_learns_cross_validation_chooses(signal, p):
    Z, y, weight, fold = rows(3, p=p, signal=signal)
    found = cross_validated(Z, y, weight, fold)
    peer = LogisticRegressionCV(
        Cs=1 / (GRID * len(y)),
        cv=PredefinedSplit(fold),
        l1_ratios=(0.0,),
        scoring="neg_log_loss",
        solver="newton-cholesky",
        tol=1e-8,
        use_legacy_attributes=False,
    ).fit(Z, y)
    assert found.alpha == pytest.approx(1 / (peer.C_ * len(y)))
    agree(found, -peer.scores_.mean(axis=0).ravel(), rtol=1e-6)


def test_weights_and_rows_that_are_never_left_out():
    Z, y, _, fold = rows(1)
    weight = np.random.default_rng(0).uniform(0.5, 3, len(y))
    fold = np.where(np.arange(len(y)) < 40, -1, fold)
    found = cross_validated(Z, y, weight, fold)
    agree(found, by_scikit_learn(Z, y, weight, fold), rtol=1e-6)


def test_more_columns_than_rows():
    Z, y, weight, fold = rows(2, n=60, p=150, signal=1.0)
    found = cross_validated(Z, y, weight, fold)
    agree(found, by_scikit_learn(Z, y, weight, fold), rtol=1e-5)


def test_a_fold_without_which_the_classes_come_apart():
    """Curvature at the fit to all rows is far from that without the fold."""
    Z, y, weight, fold = rows(4, n=300, p=3, folds=3)
    Z[:, 2] = np.where(fold == 1, Z[:, 2], 2 * y - 1)
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    grid = np.array([0.1, 1e-3, 1e-5, 1e-6])
    found = cross_validated(Z, y, weight, fold, grid)
    agree(found, by_scikit_learn(Z, y, weight, fold, grid), rtol=1e-4)


@settings(derandomize=True, deadline=None, max_examples=10)
@given(st.integers(0, 2**31))
def test_the_order_of_rows_does_not_matter_and_weights_are_rows(seed):
    Z, y, _, fold = rows(seed, n=150)
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 4, 150)
    found = cross_validated(Z, y, count.astype(float), fold)
    at = rng.permutation(np.repeat(np.arange(150), count))
    again = cross_validated(Z[at], y[at], np.ones(len(at)), fold[at])
    np.testing.assert_allclose(found.loss, again.loss, rtol=1e-6)
