import re

import numpy as np
import pandas as pd
import pytest
from glum import GeneralizedLinearRegressor
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LogisticRegression

from workbench.errors import DataError
from workbench.ridge.penalty import ALPHA_GRID
from workbench.ridge.tuning import NEVER_OUT, campaign_folds, random_folds, tune_alpha

QUICK = settings(deadline=None, derandomize=True, max_examples=40)
GRID = np.array([1.0, 0.1, 0.01, 1e-4])


def exactly(message):
    return f"^{re.escape(message)}$"


# --- folds of campaigns


def test_each_campaign_is_a_fold_in_time_order():
    campaign = pd.Series(["spring", "winter", "summer", "spring"])
    fold, labels = campaign_folds(campaign, ["winter", "spring", "summer"])
    assert fold.tolist() == [1, 0, 2, 1]
    assert labels == ["winter", "spring", "summer"]


@QUICK
@given(sizes=st.lists(st.integers(1, 40), min_size=2, max_size=30), most=st.integers(2, 8))
def test_too_many_campaigns_are_merged_with_their_neighbours(sizes, most):
    order = list(range(100, 100 + len(sizes)))
    fold, labels = campaign_folds(pd.Series(np.repeat(order, sizes)), order, most=most)
    assert 1 < len(labels) <= max(most, 2)
    assert np.unique(fold).tolist() == list(range(len(labels)))
    assert (np.diff(fold) >= 0).all()  # neighbours in time stay neighbours
    for campaign in order:
        assert len(set(fold[np.repeat(order, sizes) == campaign])) == 1
    if len(order) > most:
        assert np.bincount(fold).max() <= len(fold) / most + max(sizes)


def test_a_merged_fold_is_called_by_its_first_and_last_campaign():
    campaign = pd.Series(["a", "b", "c", "d", "e"])
    fold, labels = campaign_folds(campaign, list("abcde"), most=2)
    assert labels == ["a … b", "c … e"]
    assert fold.tolist() == [0, 0, 1, 1, 1]


def test_fewer_than_two_campaigns():
    message = (
        "Leaving campaigns out needs at least two campaigns; got 1. Give `alpha` a number, or fit "
        "without `campaign` to tune on random folds."
    )
    with pytest.raises(DataError, match=exactly(message)):
        campaign_folds(pd.Series(["spring", "spring"]), ["spring"])


# --- folds of rows


few_values = arrays(
    np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.integers(-1, 2)
)


def outcomes(n, bits):
    return (bits >> np.arange(n) & 1).astype("float64")


@QUICK
@given(few_values, st.integers(0, 2**30 - 1), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(X, bits, random):
    y = outcomes(len(X), bits)
    moved = np.array(random.sample(range(len(X)), len(X)))
    np.testing.assert_array_equal(random_folds(X, y)[moved], random_folds(X[moved], y[moved]))


@QUICK
@given(few_values, st.integers(0, 2**30 - 1), st.integers(1, 3))
def test_repeated_rows_change_nothing(X, bits, times):
    y = outcomes(len(X), bits)
    fold = random_folds(X, y)
    np.testing.assert_array_equal(
        np.repeat(fold, times), random_folds(np.repeat(X, times, axis=0), np.repeat(y, times))
    )


@QUICK
@given(few_values, st.integers(0, 2**30 - 1))
def test_equal_rows_share_a_fold_whatever_their_outcome(X, bits):
    fold = random_folds(X, outcomes(len(X), bits))
    for row in X:
        assert len(set(fold[(row == X).all(axis=1)])) == 1


@QUICK
@given(few_values, st.integers(0, 2**30 - 1))
def test_both_outcomes_stay_when_any_fold_is_left_out(X, bits):
    y = outcomes(len(X), bits)
    fold = random_folds(X, y)
    for g in set(fold[fold != NEVER_OUT]):
        assert set(y[fold != g]) == set(y)


def test_rows_of_one_outcome_are_dealt_evenly():
    X = np.random.default_rng(0).normal(size=(500, 3))
    y = np.arange(500) < 60
    fold = random_folds(X, y.astype("float64"))
    assert np.bincount(fold).tolist() == [50] * 10
    assert np.bincount(fold[y]).tolist() == [6] * 10


def test_the_only_row_with_an_outcome_is_never_left_out():
    X = np.array([[1.0], [1.0], [2.0], [3.0], [1.0]])
    fold = random_folds(X, np.array([1.0, 1.0, 0.0, 0.0, 0.0]))
    assert fold[[0, 1, 4]].tolist() == [NEVER_OUT] * 3
    assert set(fold[[2, 3]]) <= set(range(10))


def test_minus_zero_is_zero():
    fold = random_folds(np.array([[0.0], [-0.0], [1.0], [2.0]]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert fold[0] == fold[1]


# --- the loss on what was left out


def losses_of_refits(problem, factors, fold, alpha, fit_without):
    """The weighted loss of every fold under a refit by another implementation."""
    losses = []
    for g in np.unique(fold):
        out = fold == g
        intercept, coef = fit_without(problem, alpha, factors, out)
        eta = intercept + problem.Z[out] @ coef
        loss = np.where(problem.y[out] == 1, np.logaddexp(0, -eta), np.logaddexp(0, eta))
        losses.append(problem.weight[out] @ loss)
    return np.array(losses)


def by_sklearn(problem, alpha, factors, out):
    root = np.sqrt(factors)
    # C weighs a sum over rows: the weight of all rows, left out or not, is in it
    peer = LogisticRegression(C=1 / (alpha * problem.total), solver="newton-cholesky", tol=1e-12)
    peer.fit(problem.Z[~out] / root, problem.y[~out], sample_weight=problem.weight[~out])
    return peer.intercept_[0], peer.coef_[0] / root


def by_glum(problem, alpha, factors, out):
    share = problem.weight[~out].sum() / problem.total  # a mean over the rows that are left
    peer = GeneralizedLinearRegressor(
        family="binomial", alpha=alpha / share, l1_ratio=0, P2=factors, gradient_tol=1e-11
    ).fit(problem.Z[~out], problem.y[~out], sample_weight=problem.weight[~out])
    return peer.intercept_, peer.coef_


@pytest.mark.parametrize("fit_without", [by_sklearn, by_glum])
def test_losses_are_those_of_refits_without_each_fold(problem, rows, fit_without):
    factors = np.array([0.2, 0.5, 1.0, 4.0, 20.0])
    fold = campaign_folds(rows.campaign, sorted(set(rows.campaign)))[0]
    table = tune_alpha(problem, factors, fold, grid=GRID)
    for alpha, loss, error in table[["alpha", "loss", "loss_se"]].to_numpy():
        left_out = losses_of_refits(problem, factors, fold, alpha, fit_without)
        assert loss == pytest.approx(left_out.sum() / problem.total, abs=1e-7)
        weight = np.bincount(fold, weights=problem.weight)
        excess = left_out - weight * left_out.sum() / problem.total
        assert error == pytest.approx(np.sqrt(4 / 3 * (excess**2).sum()) / problem.total, abs=1e-7)
    assert table["folds"].tolist() == [4] * 4
    assert table["chosen"].tolist() == (table["loss"] == table["loss"].min()).tolist()


def test_the_path_along_the_grid_leaves_no_trace(problem):
    fold = np.arange(len(problem.y)) % 5
    together = tune_alpha(problem, np.ones(5), fold, grid=GRID)
    for k, alpha in enumerate(GRID):
        alone = tune_alpha(problem, np.ones(5), fold, grid=np.array([alpha]))
        assert alone["loss"][0] == pytest.approx(together["loss"][k], abs=1e-7)


def test_ties_go_to_the_stronger_penalty(problem):
    fold = np.arange(len(problem.y)) % 5
    table = tune_alpha(problem, np.zeros(5), fold)  # nothing is penalised: all strengths agree
    assert np.ptp(table["loss"]) < 1e-10
    assert table.loc[table["chosen"], "alpha"].tolist() == [ALPHA_GRID.max()]


def test_rows_never_left_out_are_fitted_and_not_judged(problem):
    fold = np.arange(len(problem.y)) % 4 - 1
    assert fold.min() == NEVER_OUT
    table = tune_alpha(problem, np.ones(5), fold, grid=GRID)
    total, weight = 0.0, 0.0
    for g in range(3):
        out = fold == g
        intercept, coef = by_sklearn(problem, 0.1, np.ones(5), out)
        eta = intercept + problem.Z[out] @ coef
        total += problem.weight[out] @ (np.logaddexp(0, eta) - problem.y[out] * eta)
        weight += problem.weight[out].sum()
    assert table["folds"][0] == 3
    assert table["loss"][1] == pytest.approx(total / weight, abs=1e-7)


@pytest.mark.parametrize(("name", "keep"), [("positive", 1.0), ("negative", 0.0)])
def test_a_class_that_lives_in_one_fold(problem, name, keep):
    fold = (problem.y == keep).astype(int) + 3
    message = (
        f"Tuning needs both classes in at least two folds; all {name} outcomes are in one of them. "
        "Give `alpha` a number, or add campaigns."
    )
    fold[np.flatnonzero(problem.y != keep)[0]] = 4  # the other class has two
    with pytest.raises(DataError, match=exactly(message)):
        tune_alpha(problem, np.ones(5), fold, grid=GRID)


@pytest.mark.parametrize("fold", [NEVER_OUT, 0])
def test_rows_that_do_not_differ(problem, fold):
    message = (
        "Tuning needs at least two folds that can be left out; these rows differ too little from "
        "one another. Give `alpha` a number."
    )
    with pytest.raises(DataError, match=exactly(message)):
        tune_alpha(problem, np.ones(5), np.full(len(problem.y), fold), grid=GRID)
