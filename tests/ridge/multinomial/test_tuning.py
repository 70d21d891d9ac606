"""Strengths that are chosen: as good as the grid, and strong where nothing is told."""

import numpy as np

from tests.ridge.multinomial.problems import ALIKE, PLAN, K, P, drawn
from workbench.ridge.multinomial import tuning
from workbench.ridge.multinomial.left_out import LeftOut
from workbench.ridge.multinomial.tuning import tuned_classes

FAR_OFF = np.array([np.log(1e-6), np.log(1e2)])  # where no walk ends


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


def test_what_is_chosen_is_judged_exactly_and_no_common_strength_is_better():
    problem, fold = drawn(n=400, p=P, seed=3), np.arange(400) % 4
    found = tuned_classes(LeftOut(problem, fold, PLAN, ALIKE))
    anew = LeftOut(problem, fold, PLAN, ALIKE, close=1e-10)
    np.testing.assert_allclose(found.loss, anew.at(found.parameters).value / anew.weight, rtol=3e-5)
    common = [anew.at(np.full(len(PLAN.sets), rung)).value / anew.weight for rung in tuning.LADDER]
    np.testing.assert_allclose(found.grid["loss"], common[: len(found.grid)], rtol=3e-3)
    assert found.loss <= min(common) * (1 + 3e-4)


def test_fits_that_are_stopped_early_cost_nothing(monkeypatch):
    problem, fold = drawn(n=400, p=P, seed=7), np.arange(400) % 4
    found = tuned_classes(LeftOut(problem, fold, PLAN, ALIKE))
    monkeypatch.setattr(tuning, "_ROUGHLY", 1e-10)
    exact = tuned_classes(LeftOut(problem, fold, PLAN, ALIKE))
    np.testing.assert_allclose(found.loss, exact.loss, rtol=3e-4)


def test_a_walk_that_ends_above_the_grid_is_given_up(monkeypatch):
    folds = LeftOut(drawn(n=400, p=P, seed=3), np.arange(400) % 4, PLAN, ALIKE)
    monkeypatch.setattr(tuning, "_descended", lambda *_, gain: FAR_OFF)
    found = tuned_classes(folds)
    assert found.loss <= found.grid["loss"].min() * (1 + 3e-4)


def test_where_rows_are_many_one_fold_and_two_propose_and_all_decide(monkeypatch):
    monkeypatch.setattr(LeftOut, "large", True)
    problem, fold = drawn(n=900, p=P, seed=3), np.arange(900) % 5
    asked, at = [], LeftOut.at

    def noted(left_out, parameters, **how):
        found = at(left_out, parameters, **how)
        asked.append((len(found.loss), "beside" in how))
        return found

    monkeypatch.setattr(LeftOut, "at", noted)
    found = tuned_classes(LeftOut(problem, fold, PLAN, ALIKE, dealt=True))
    assert {folds for folds, _ in asked} == {1, 2, 5}
    assert all(folds == 5 for folds, of_a_tie in asked if of_a_tie)
    anew = LeftOut(problem, fold, PLAN, ALIKE, close=1e-10)
    np.testing.assert_allclose(found.loss, anew.at(found.parameters).value / anew.weight, rtol=3e-5)
    common = {
        rung: anew.at(np.full(len(PLAN.sets), rung)).value / anew.weight for rung in tuning.LADDER
    }
    assert found.loss <= min(common.values()) * (1 + 3e-4)
    tried = np.log(found.grid["penalty"])
    told = [common[min(common, key=lambda rung, one=one: abs(rung - one))] for one in tried]
    np.testing.assert_allclose(found.grid["loss"], told, rtol=0.05)  # of one fold, scaled
    asked.clear()
    tuned_classes(LeftOut(problem, fold, PLAN, ALIKE))  # campaigns differ: each is asked
    assert {folds for folds, _ in asked} == {5}
