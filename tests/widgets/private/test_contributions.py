"""What each customer adds, against sums by hand, and how it is bounded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.scaling import Scaling
from workbench.widgets.private import contributions
from workbench.widgets.private.contributions import Clipped, bounds, fit, measure


def clipped(n=900, people=300, folds=3, seed=0, *, odd=0.0):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 3))])
    y = (rng.random(n) < 1 / (1 + np.exp(1.5 - x[:, 1]))) * 1.0
    if odd:
        x[0, 1], y[0] = odd, 0.0
    fold, person = np.arange(n) * folds // n, np.arange(n) % people
    return Clipped(x, np.zeros(n), y, np.ones(n), fold, person, rng.random(n))


def test_the_fit_is_scikit_learns():
    rows, penalty = clipped(), 0.02
    ridge = np.append(0.0, np.full(3, penalty)) * 900
    b, factor = fit(rows, np.ones(900), ridge, np.zeros(4))
    oracle = LogisticRegression(C=1 / (900 * penalty), tol=1e-10, max_iter=1000)
    oracle.fit(rows.x[:, 1:], rows.y)
    np.testing.assert_allclose(b, [*oracle.intercept_, *oracle.coef_[0]], atol=1e-6)
    mu = oracle.predict_proba(rows.x[:, 1:])[:, 1]
    hessian = (rows.x * (mu * (1 - mu))[:, None]).T @ rows.x + np.diag(ridge)
    np.testing.assert_allclose(factor @ factor.T, hessian, rtol=1e-5)


def test_norms_are_those_of_each_customers_own_rows():
    rows = clipped()
    found, kept, typical = measure(rows, np.full(3, 0.02), np.zeros(4))
    weight = kept[rows.person]
    mu = 1 / (1 + np.exp(-rows.x @ found.b))
    u = np.linalg.solve(found.factor, rows.x.T).T
    for c in (0, 7, 299):
        own = rows.person == c
        v, r = (weight * mu * (1 - mu))[own], (weight * (rows.y - mu))[own]
        gram, moved = (u[own] * v[:, None]).T @ u[own], r @ u[own]
        assert np.linalg.norm(gram) <= found.norms["curvature"][c] + 1e-12
        assert found.norms["curvature"][c] == pytest.approx(np.trace(gram))
        assert found.norms["coefficients"][c] == pytest.approx(np.linalg.norm(moved))
        by_fold = [r[rows.fold[own] == g] @ u[own][rows.fold[own] == g] for g in range(3)]
        assert found.norms["score"][c] == pytest.approx(np.linalg.norm(by_fold))
        assert found.norms["loss"][c] == pytest.approx(rows.loss[own].sum())
    assert found.norms["contacts"].tolist() == [3.0] * 300
    np.testing.assert_allclose(found.curvature.sum(axis=0) * 1.0, _whole(u, weight, mu), atol=1e-12)
    assert typical["contacts"] == 3.0


def _whole(u, weight, mu):
    return (u * (weight * mu * (1 - mu))[:, None]).T @ u


def test_no_customer_stays_large_and_ordinary_ones_stay_as_they_are():
    found, kept, typical = measure(clipped(odd=20.0), np.full(3, 0.02), np.zeros(4))
    # a loss counts as it is, so that the others are a little more than bounded
    assert found.sizes(typical).max() < contributions.LARGEST * 1.1
    assert kept[0] < 0.5
    assert np.mean(kept == 1) > 0.97


def test_removing_a_customer_moves_the_fit_by_about_what_they_add():
    rows = clipped()
    ridge = np.append(0.0, np.full(3, 0.02)) * 900
    b, factor = fit(rows, np.ones(900), ridge, np.zeros(4))
    found, _, _ = measure(rows, np.full(3, 0.02), np.zeros(4))
    for c in (3, 11, 200):
        without, _ = fit(rows, (rows.person != c) * 1.0, ridge, b)
        moved = np.linalg.norm(factor.T @ (without - b))
        assert moved == pytest.approx(found.norms["coefficients"][c], rel=0.1)


@given(st.integers(0, 1000), st.integers(1, 4))
def test_at_least_ten_customers_are_at_or_beyond_each_bound(seed, contacts):
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(40), contacts)
    X = rng.standard_cauchy(size=(len(person), 2))
    X[:, 1] = rng.random(len(person)) < 0.5
    rows = ArrayRows(X, (np.arange(len(person)) % 2) * 1.0, person=person)
    scaling = Scaling(np.zeros(2), np.ones(2), np.arange(2), 2)
    low, high = bounds(rows, scaling, person)
    assert (low <= high).all()
    for j in range(2):
        assert len(set(person[X[:, j] <= low[j]])) >= 10
        assert len(set(person[X[:, j] >= high[j]])) >= 10
