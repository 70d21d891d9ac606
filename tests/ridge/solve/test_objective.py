import numpy as np
import pytest

from tests.ridge.solving import loss_of
from workbench.ridge.statistics.dense import DenseStatistics


def test_loss_gradient_and_curvature_agree_with_one_another(problem):
    at = np.array([-0.3, 0.5, -1.0, 0.2, 0.7, 0.1])
    value, gradient = problem(at)
    assert value == pytest.approx(loss_of(problem, at), rel=1e-14)
    h = 1e-5
    moves = h * np.eye(6)
    steps = [loss_of(problem, at + m) - loss_of(problem, at - m) for m in moves]
    np.testing.assert_allclose(gradient, np.array(steps) / (2 * h), atol=1e-9)

    def gradient_at(point):
        return problem(point)[1]

    hessian = problem.curvature(at) + np.diag(np.append(0.0, problem.penalties))
    second = [(gradient_at(at + m) - gradient_at(at - m)) / (2 * h) for m in moves]
    np.testing.assert_allclose(hessian, second, atol=1e-9)


def test_statistics_are_of_its_kind_and_columns_have_names(problem):
    at = np.linspace(-0.2, 0.3, 6)
    stats = problem.statistics(at)
    assert isinstance(stats, DenseStatistics)
    np.testing.assert_allclose(stats.mean_curvature(), problem.curvature(at), rtol=1e-12)
    assert problem.named(np.array([1, 4])) == ["visits", "noise"]


def test_the_start_is_the_base_rate(problem):
    rate = np.average(problem.rows.y, weights=problem.rows.weight)
    start = problem.base_rate_start()
    assert start[0] == pytest.approx(np.log(rate / (1 - rate)), rel=1e-12)
    assert not start[1:].any()
