"""The measured bound: exact on quadratics, and above the truth on what it was not measured on."""

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from workbench import RidgePropensity
from workbench.errors import FitError
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.drift import SAFETY, Bend, drift, length, measured
from workbench.ridge.statistics.moments import moments


def statistics(b, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(200, 2))
    y = (rng.random(200) < 0.3).astype(float)
    rows = ArrayRows(X, y, fold=np.repeat([0, 1], 100))
    scaling = moments(rows, np.zeros(2)).scaling(np.array([True, True]))
    return DenseStatistics.take(rows, scaling, b)


def test_length_is_the_root_mean_square_of_log_odds_as_contacts_weigh():
    rng = np.random.default_rng(3)
    Z = np.column_stack([np.ones(50), rng.normal(size=(50, 2))])
    v, move = rng.random(50), rng.normal(size=3)
    A = (Z * v[:, None]).T @ Z
    assert length(A, move) == pytest.approx(np.sqrt(np.average((Z @ move) ** 2, weights=v)))


def test_the_worst_of_the_moves_that_were_tried_counts():
    A, at = np.eye(2), np.zeros(2)
    pairs = [(np.array([1.1, 0.0]), np.array([1.0, 0.0])), (np.array([0.0, 2.8]), np.array([0, 2]))]
    found = measured(A, at, pairs)
    assert found.size == pytest.approx(0.2)
    assert found.reach == pytest.approx(2.0)
    assert measured(A, at, []).size == np.inf


def test_nothing_has_moved_and_nothing_is_off():
    stats = statistics(np.array([-1.0, 0.2, 0.1]))
    assert drift(stats, np.tile(stats.b, (2, 1)), Bend(np.inf, 0.0)) == 0.0


def test_beyond_what_was_tried_the_bound_grows_faster():
    stats = statistics(np.zeros(3))
    near, far = np.array([0.1, 0.0, 0.0]), np.array([0.4, 0.0, 0.0])
    bend = Bend(1.0, 0.2)
    inside, outside = (drift(stats, np.tile(move, (2, 1)), bend) for move in (near, far))
    assert inside == pytest.approx(SAFETY * 0.1**2)
    assert outside == pytest.approx(SAFETY * 0.4**2 * 2)


def exact(X, y, alpha, scale):
    """Minimise the penalised mean loss by scipy, standardised as the model is."""
    mean, deviation = X.mean(axis=0), X.std(axis=0)
    Z = np.column_stack([np.ones(len(X)), (X - mean) / deviation])

    def value(b):
        eta = Z @ b
        loss = np.logaddexp(0, eta) - y * eta
        gradient = Z.T @ (1 / (1 + np.exp(-eta)) - y) / len(y)
        ridge = np.concatenate([[0.0], np.full(X.shape[1], alpha)])
        return loss.mean() + 0.5 * ridge @ b**2, gradient + ridge * b

    found = minimize(value, np.zeros(Z.shape[1]), jac=True, method="BFGS", tol=1e-10).x
    v = (p := 1 / (1 + np.exp(-Z @ found))) * (1 - p)
    return found, Z, v


def draw(seed):
    """A history of campaigns whose effects change, updated by one, and the truth by scipy."""
    rng = np.random.default_rng(seed)
    campaigns, rows = int(rng.integers(4, 9)), int(rng.integers(150, 500))
    fold = np.repeat(np.arange(campaigns + 1), rows)
    X = rng.normal(size=(len(fold), 4)) * rng.lognormal(0, 0.5, size=4)
    effects = rng.normal(0, 0.5, 4) + rng.normal(0, rng.choice([0.1, 0.5]), (campaigns + 1, 4))
    eta = -1.5 + rng.normal(0, 0.4, campaigns + 1)[fold] + (X * effects[fold]).sum(axis=1)
    y = (rng.random(len(fold)) < 1 / (1 + np.exp(-eta))).astype(float)
    old, alpha, name = (
        fold < campaigns,
        float(10 ** rng.uniform(-4, -1)),
        np.char.mod("c%02d", fold),
    )
    model = RidgePropensity(alpha=alpha).fit(X[old], y[old], campaign=name[old])
    updated = model.update(X[~old], y[~old], campaign=name[~old])
    b, Z, v = exact(X, y, alpha, updated.columns_["scale"])
    slopes = updated.coef_standardised_.to_numpy() - b[1:]
    apart = Z[:, 1:] @ slopes
    apart = apart - np.average(apart, weights=v)  # the intercept that suits
    return np.sqrt(np.average(apart**2, weights=v)), updated.training_["drift"]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_the_truth_is_below_the_bound(seed):
    try:
        off, bound = draw(seed)
    except FitError:  # the bound itself was too large
        reject()
    assert off <= bound
