"""Losses on what is left out against refits by scikit-learn, and their slope."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from tests.ridge.multinomial.problems import ALIKE, PLAN, drawn
from workbench.ridge.multinomial import left_out as module
from workbench.ridge.multinomial.left_out import LeftOut, of_same_length
from workbench.ridge.penalties.plan import PenaltyPlan


def left_out(problem, fold, by_class=ALIKE, close=1e-14):
    return LeftOut(problem, fold, PLAN, by_class, close=close)


@pytest.fixture(scope="module")
def problem():
    return drawn()


@pytest.fixture(scope="module")
def fold(problem):
    return np.arange(len(problem.code)) % 3


def test_losses_are_those_of_refits(problem, fold):
    parameters = np.log([0.01, 0.1])
    folds = left_out(problem, fold)
    judged = folds.at(parameters)
    assert folds.open == 0
    root = np.sqrt(PLAN.penalties(parameters))
    for g in range(3):
        rest, X = fold != g, problem.X[:, 1:] / root
        share = problem.weight[rest] / problem.weight[rest].sum()
        peer = LogisticRegression(C=1.0, tol=1e-11, max_iter=5000, solver="newton-cg")
        peer.fit(X[rest], problem.code[rest], sample_weight=share)
        chance = peer.predict_proba(X[~rest])[np.arange((~rest).sum()), problem.code[~rest]]
        expected = -problem.weight[~rest] @ np.log(chance)
        assert judged.loss[g] == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("by_class", [ALIKE, np.array([1.0, 3.0, 0.5, 1.0])])
@pytest.mark.parametrize(("left_open", "apart"), [(1e-12, 1e-4), (1e-3, 4e-2)])
def test_the_slope_is_that_of_finite_differences(
    problem, fold, by_class, left_open, apart, monkeypatch
):
    monkeypatch.setattr(module, "_SLOPE_OPEN", left_open)  # a share of squares
    folds, at, step = left_out(problem, fold, by_class, 1e-18), np.log([0.02, 0.3]), 1e-4
    slope = folds.at(at, slope=True).slope
    for k, direction in enumerate(np.eye(2)):
        up, down = (folds.at(at + side * step * direction).value for side in (1, -1))
        assert slope[k] == pytest.approx((up - down) / (2 * step), rel=apart)


def test_a_slope_that_begins_at_the_last_one_is_the_same(problem, fold, monkeypatch):
    monkeypatch.setattr(module, "_SLOPE_OPEN", 1e-12)
    anew, again = left_out(problem, fold), left_out(problem, fold)
    for there in (np.log([0.05, 0.1]), np.log([0.02, 0.3])):
        found = again.at(there, slope=True).slope
    np.testing.assert_allclose(found, anew.at(there, slope=True).slope, rtol=1e-5)


def test_rows_of_a_class_that_no_other_fold_has_are_not_judged(problem):
    fold = np.where(problem.code == 2, 0, np.arange(len(problem.code)) % 3)
    folds = left_out(problem, fold)
    judged, chances = folds.at(np.log([0.02, 0.3])), folds.chances(np.log([0.02, 0.3]))
    own = problem.code == 2
    assert (chances[own, 2] == 0).all()  # whoever answers for single rows sees that it was missed
    np.testing.assert_allclose(chances.sum(axis=1), 1.0)
    known = (fold == 0) & ~own
    expected = -problem.weight[known] @ np.log(chances[known, problem.code[known]])
    assert judged.loss[0] == pytest.approx(expected, rel=1e-9)


def test_chances_are_missing_where_a_row_is_never_left_out(problem, fold):
    fold = fold.copy()
    fold[:7] = -1
    chances = left_out(problem, fold).chances(np.log([0.02, 0.3]))
    assert np.isnan(chances[:7]).all()
    assert np.isfinite(chances[7:]).all()


@pytest.mark.parametrize("single", [False, True])
def test_weak_penalties_asked_for_at_once_are_those_that_the_ladder_leads_to(single):
    problem = drawn(n=120, p=200, seed=3, sparse=True)
    if single:
        problem = replace(
            problem,
            X=problem.X.astype(np.float32),
            weight=problem.weight.astype(np.float32),
        )
    plan = PenaltyPlan(np.ones(200), np.zeros(200, dtype=int), ("all",))
    fold = np.arange(120) % 3
    along, at_once = (LeftOut(problem, fold, plan, ALIKE) for _ in range(2))
    for strength in np.log([1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]):
        expected = along.at(np.array([strength]))
    found = at_once.at(np.array([np.log(1e-6)]))
    if not single:  # in float32 rounding may end it before
        assert at_once.open == 0
    np.testing.assert_allclose(found.loss, expected.loss, rtol=1e-3)
    for one, other in zip(at_once.folds, along.folds, strict=True):
        np.testing.assert_allclose(one.W, other.W, atol=0.02 * np.abs(other.W).max())


def test_rows_that_are_judged_lose_what_no_row_to_learn_from_has_and_keep_their_length():
    rng = np.random.default_rng(0)
    X = rng.poisson(0.6, (30, 12)).astype(float)
    block, seen = np.repeat([0, 1, 2], [1, 6, 5]), rng.random(12) < 0.6
    seen[0] = True
    found = of_same_length(csr_array(X), seen, block).toarray()
    for k in range(3):
        part, kept = X[:, block == k], (X * seen)[:, block == k]
        length, left = (np.linalg.norm(one, axis=1) for one in (part, kept))
        wanted = kept * np.divide(length, left, out=np.zeros(30), where=left > 0)[:, None]
        np.testing.assert_allclose(found[:, block == k], wanted)
