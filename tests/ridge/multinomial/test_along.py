"""The lowest point along a direction, against scipy's minimiser of one number."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from tests.ridge.multinomial.problems import K, P, drawn
from workbench.ridge.multinomial.along import further, lowest_along


def slope_of(problem, at, direction):
    return float((problem.gradient(at) * direction).sum())


@pytest.mark.parametrize("times", [0.5, 5.0, 1000.0])
def test_most_of_what_can_be_won_along_a_direction_is_won(times):
    problem = drawn(sparse=True, by_class=True)
    at = problem.at(np.random.default_rng(1).normal(size=(P + 1, K)))
    direction = -times * problem.gradient(at)
    there, length = lowest_along(problem, at, direction, slope_of(problem, at, direction))
    best = minimize_scalar(lambda t: problem.at(at.W + t * direction).value, method="brent")
    assert at.value - there.value >= 0.8 * (at.value - best.fun)
    np.testing.assert_allclose(there.W, at.W + length * direction, rtol=1e-12)
    # scores were carried along, and are those of the coefficients
    np.testing.assert_allclose(there.scores, problem.scores(there.W), atol=1e-12)
    assert there.value == pytest.approx(problem.at(there.W).value, rel=1e-12)


def test_the_slope_along_a_direction_is_the_gradients():
    problem = drawn(by_class=True)
    W, V = np.random.default_rng(2).normal(size=(2, P + 1, K))
    at = problem.at(W)
    along = problem.slope_along(at, V, problem.scores(V))
    assert along == pytest.approx(slope_of(problem, at, V), rel=1e-12)


def test_upwards_leads_nowhere():
    problem = drawn()
    at = problem.at(np.random.default_rng(1).normal(size=(P + 1, K)))
    up = problem.gradient(at)
    assert lowest_along(problem, at, up, -slope_of(problem, at, up)) == (None, 0.0)


def test_going_further_never_ends_higher():
    problem = drawn()
    rng = np.random.default_rng(4)
    for size in (1e-3, 0.1, 3.0):
        W, V = rng.normal(size=(P + 1, K)), size * rng.normal(size=(P + 1, K))
        last = problem.at(W + V)
        there = further(problem, problem.at(W), last)
        assert there.value <= last.value
        assert there.value == pytest.approx(problem.at(there.W).value, rel=1e-12)
