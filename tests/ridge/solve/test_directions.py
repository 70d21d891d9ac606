from dataclasses import replace

import numpy as np
import pytest

from workbench.ridge.solve.directions import ByMatrix, ByProducts, directions
from workbench.ridge.statistics.matrix_free import MatrixFreeStatistics


@pytest.fixture
def newton(problem):
    """A point, its gradient, and the step of Newton's method from there."""
    at = np.linspace(-0.3, 0.3, 6)
    gradient = problem(at)[1]
    hessian = problem.curvature(at) + np.diag(problem.ridge)
    return at, gradient, np.linalg.solve(hessian, gradient)


def test_the_kind_of_the_columns_decides(problem):
    free = replace(problem, kind=MatrixFreeStatistics)
    start = problem.base_rate_start()
    assert isinstance(directions(problem, start, None)[1], ByMatrix)
    assert isinstance(directions(free, start, None)[1], ByProducts)


@pytest.mark.parametrize("free", [False, True])
def test_fresh_curvature_gives_newtons_step(problem, newton, free):
    at, gradient, step = newton
    objective = replace(problem, kind=MatrixFreeStatistics) if free else problem
    _, by = directions(objective, at, None)
    by.renew(at)
    assert by.fresh
    close = 0.11 if free else 1e-9  # products: as exactly as a step needs be
    found = -by.to(at, gradient)
    assert np.linalg.norm(found - step) <= close * np.linalg.norm(step)
    np.testing.assert_allclose(by.exactly(at, gradient), step, rtol=5e-3, atol=1e-4)
    assert by.taken >= 1


def test_what_a_step_showed_is_learned(problem, newton):
    at, gradient, step = newton
    _, by = directions(problem, at, np.eye(6))  # a bad curvature
    assert (by.taken, by.fresh) == (0, False)
    away = np.linalg.norm(by.to(at, gradient) + step)
    for _ in range(12):
        move = 1e-4 * by.to(at, gradient)
        by.learn(move, problem(at + move)[1] - gradient)
    assert np.linalg.norm(by.to(at, gradient) + step) < 0.3 * away


def test_a_sample_serves_where_there_are_many_rows(as_they_are):
    rng = np.random.default_rng(1)
    Z, y = rng.normal(size=(40_000, 3)), (rng.random(40_000) < 0.3).astype(float)
    objective = as_they_are(Z, y, np.ones(len(y)), [0.01] * 3, float(len(y)))
    begin, by = directions(objective, objective.base_rate_start(), None)
    assert by.taken == 0
    assert np.abs(objective(begin)[1]).max() < 0.03
