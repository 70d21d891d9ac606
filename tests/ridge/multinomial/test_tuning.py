"""Strengths that are chosen: as good as the grid, and strong where nothing is told."""

import numpy as np

from tests.ridge.multinomial.problems import ALIKE, PLAN, K, P, drawn
from workbench.ridge.multinomial.left_out import LeftOut
from workbench.ridge.multinomial.tuning import tuned_classes


def test_what_is_chosen_is_as_good_as_the_grid_and_a_set_of_noise_is_held():
    rng = np.random.default_rng(5)
    problem = drawn(n=600, p=P, seed=5)
    X = problem.X.copy()
    X[:, 3:] = rng.normal(size=(600, 3))  # the second set says nothing of these classes
    code = (X[:, 1:3] @ rng.normal(size=(2, K)) * 2 + rng.gumbel(size=(600, K))).argmax(axis=1)
    problem = type(problem)(X, code, problem.weight, problem.penalties, K)
    folds = LeftOut(problem, np.arange(600) % 5, PLAN, np.ones(1))
    found = tuned_classes(folds)
    assert found.loss <= found.grid["loss"].min() * (1 + 2e-4)
    assert found.parameters[1] - found.parameters[0] > np.log(20)


def test_the_grid_ends_where_weaker_penalties_only_lose():
    folds = LeftOut(drawn(n=60, p=P, seed=9), np.arange(60) % 3, PLAN, ALIKE, close=1e-6)
    grid = tuned_classes(folds).grid
    assert grid["penalty"].is_monotonic_decreasing
    least = grid["loss"].min()
    assert len(grid) == 9 or (grid["loss"].tail(2) > 1.02 * least).all()
