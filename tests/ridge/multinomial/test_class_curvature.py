"""The curvature of each class, inverted exactly and by its heaviest rows."""

import numpy as np
import pytest

from tests.ridge.multinomial.problems import K, N, P, drawn
from workbench.ridge.multinomial import class_curvature
from workbench.ridge.multinomial.class_curvature import inverse_of
from workbench.ridge.multinomial.newton import minimise


def test_few_columns_are_inverted_exactly_and_many_by_their_heaviest_rows(monkeypatch):
    problem = drawn(by_class=True)
    at = problem.at(np.random.default_rng(2).normal(size=(P + 1, K)))
    G = np.random.default_rng(3).normal(size=(P + 1, K))
    exact = np.empty_like(G)
    for k in range(K):
        h = problem.weight * at.chance[:, k] * (1 - at.chance[:, k])
        matrix = problem.X.T @ (problem.X * h[:, None]) + np.diag(problem.penalties[:, k])
        exact[:, k] = np.linalg.solve(matrix, G[:, k])
    np.testing.assert_allclose(inverse_of(problem, at)(G), exact, rtol=1e-6)
    monkeypatch.setattr(class_curvature, "MOST_NUMBERS", 0)
    apart = []
    for rows in (2, 50, N):
        monkeypatch.setattr(class_curvature, "HEAVY_ROWS", rows)
        apart.append(np.linalg.norm(inverse_of(problem, at)(G) - exact))
    assert apart[0] > apart[1] > apart[2]
    assert apart[2] < 0.02 * np.linalg.norm(exact)


@pytest.mark.parametrize("sparse", [False, True])
def test_more_columns_than_rows(monkeypatch, sparse):
    problem = drawn(sparse=sparse, n=60, p=90)
    monkeypatch.setattr(class_curvature, "HEAVY_ROWS", 20)
    wide = minimise(problem, np.zeros((91, K)), tolerance=1e-11)
    monkeypatch.setattr(class_curvature, "HEAVY_ROWS", 1000)
    narrow = minimise(problem, np.zeros((91, K)), tolerance=1e-11)
    assert wide.converged
    assert narrow.converged
    np.testing.assert_allclose(wide.at.W, narrow.at.W, atol=1e-8)
