import numpy as np
import pytest

from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.tune.strengths import (
    LIMITS,
    STRONGEST,
    WEAKEST,
    at_strengths,
    symmetric_differences,
    ties_to_the_stronger,
)


def test_limits_are_those_of_every_tuned_penalty():
    assert np.exp(LIMITS) == pytest.approx([WEAKEST, STRONGEST])


def test_penalties_change_and_nothing_else(problem):
    plan = PenaltyPlan(np.array([0.5, 0, 1, 2, 3]), np.array([-1, -1, 0, 0, 1]), ("a", "b"))
    before = problem.penalties.copy()
    moved = at_strengths(problem, plan, np.log([0.1, 10.0]))
    np.testing.assert_allclose(moved.penalties, [0.5, 0.0, 0.1, 0.2, 30.0])
    np.testing.assert_array_equal(problem.penalties, before)
    assert moved.rows is problem.rows


def test_a_flat_criterion_goes_to_the_cap_and_a_told_one_stays():
    told = ties_to_the_stronger(lambda s: 1 + 1e-4 * s[0] ** 2 + 1e-9 * s[1] ** 2, np.zeros(2))
    np.testing.assert_allclose(told, [0.0, LIMITS[1]])


def test_ties_of_a_negative_criterion():
    """A log density can have either sign."""
    told = ties_to_the_stronger(lambda s: -1 + 1e-4 * s[0] ** 2, np.zeros(1))
    assert told == [0.0]


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e4, -1e4])
def test_a_millionth_of_the_criterion_is_a_tie_whatever_its_size(size):
    def moved(rise):
        return ties_to_the_stronger(lambda s: size + abs(size) * rise * (s[0] > 0), np.zeros(1))

    assert moved(5e-7) == [LIMITS[1]]
    assert moved(2e-6) == [0.0]
    assert ties_to_the_stronger(lambda s: 0.0, np.zeros(1)) == [LIMITS[1]]


def test_of_two_sets_that_cannot_both_go_the_stronger_goes():
    def either(strength):
        return 1.0 + 0.1 * (strength == LIMITS[1]).all()

    assert ties_to_the_stronger(either, np.array([0.0, 3.0])).tolist() == [0.0, LIMITS[1]]
    assert ties_to_the_stronger(either, np.array([3.0, 0.0])).tolist() == [LIMITS[1], 0.0]


def test_differences_of_a_quadratic_are_its_matrix():
    matrix = np.array([[2.0, 0.5], [0.5, 1.0]])
    found = symmetric_differences(lambda s: matrix @ s, np.array([1.0, -2.0]), 0.1)
    np.testing.assert_allclose(found, matrix)
