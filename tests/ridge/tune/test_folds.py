import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from workbench import FeatureFrame
from workbench.errors import DataError
from workbench.ridge import RidgePropensity
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.tune.fold_checks import check_told_elsewhere
from workbench.ridge.tune.folds import (
    KINDS,
    NEVER_OUT,
    campaign_folds,
    folds_of,
    in_blocks,
    random_folds,
    time_folds,
)

QUICK = settings(deadline=None, derandomize=True, max_examples=40)


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


@pytest.mark.parametrize("kind", ["numbers", "flags", "levels", "sparse", "sparse levels"])
@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_columns_does_not_matter(kind, seed):
    """Nor where columns hold the same values equally often, as flags and levels do."""
    rng = np.random.default_rng(seed)
    X = {
        "numbers": lambda: rng.normal(size=(60, 5)),
        "flags": lambda: np.column_stack([rng.permutation(60) < 30 for _ in range(8)]) * 1.0,
        "levels": lambda: np.column_stack([np.eye(4)[rng.permutation(60) % 4] for _ in range(3)]),
        "sparse levels": lambda: np.column_stack(
            [np.eye(4)[rng.permutation(60) % 4] for _ in range(3)]
        ),
        "sparse": lambda: rng.integers(0, 3, (60, 8)) * (rng.random((60, 8)) < 0.3) * 1.0,
    }[kind]()
    y = (rng.random(60) < 0.4) * 1.0
    moved = rng.permutation(X.shape[1])
    as_given = csr_array if "sparse" in kind else np.asarray
    fold = random_folds(as_given(X), y)
    np.testing.assert_array_equal(random_folds(as_given(X[:, moved]), y), fold)
    assert np.bincount(fold + 1).max() < 25, "few rows share a place by chance"


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


def test_customers_are_dealt_whole_whatever_they_are_called_and_however_often_rows_repeat():
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(200, 2)), (rng.random(200) < 0.5) * 1.0
    person = np.arange(200) // 4
    fold = random_folds(X, y, whole=person)
    together = pd.Series(fold).groupby(person)
    assert together.nunique().max() == 1
    assert np.bincount(together.first()).tolist() == [5] * 10
    other_names = rng.permutation(50)[person]
    np.testing.assert_array_equal(random_folds(X, y, whole=other_names), fold)
    order = np.append(rng.permutation(200), [0, 0, 7])  # three rows come again
    found = random_folds(X[order], y[order], whole=person[order])
    np.testing.assert_array_equal(found, fold[order])
    alone = random_folds(X, y, whole=np.arange(200))
    np.testing.assert_array_equal(alone, random_folds(X, y))


# --- what must be elsewhere


def measured(weight, positive):
    nothing = np.zeros((len(weight), 0))
    return Moments(np.array(weight), np.array(positive), np.zeros(0), nothing, nothing, 1e-16)


@pytest.mark.parametrize(
    ("name", "positive"), [("positive", [3.0, 0.0, 0.0]), ("negative", [3.0, 5.0, 5.0])]
)
def test_a_class_that_lives_in_one_fold(name, positive):
    message = (
        f"Tuning needs both classes in at least two folds; all {name} outcomes are in one of them. "
        "Give `alpha` a number, or add campaigns."
    )
    with pytest.raises(DataError, match=exactly(message)):
        check_told_elsewhere(measured([5.0, 5.0, 5.0], positive), 3, LOGISTIC)


def test_a_class_may_live_in_rows_that_are_never_left_out():
    check_told_elsewhere(measured([5.0, 5.0, 5.0], [1.0, 1.0, 5.0]), 2, LOGISTIC)
    check_told_elsewhere(measured([5.0, 5.0, 5.0], [5.0, 5.0, 1.0]), 2, LOGISTIC)  # all negatives


def test_rows_that_do_not_differ():
    message = (
        "Tuning needs at least two folds that can be left out; these rows differ too little from "
        "one another. Give `alpha` a number."
    )
    with pytest.raises(DataError, match=exactly(message)):
        check_told_elsewhere(measured([5.0], [2.0]), 1, LOGISTIC)


# --- folds of time


def test_blocks_of_time_hold_about_as_many_rows_and_never_part_a_moment():
    rng = np.random.default_rng(0)
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 60, 1000), unit="D")
    fold, labels = time_folds(pd.Series(days), most=5)
    assert np.unique(fold).tolist() == [0, 1, 2, 3, 4]
    assert np.bincount(fold).min() > 150
    assert pd.Series(fold).groupby(days).nunique().max() == 1
    order = np.argsort(days, kind="stable")
    assert (np.diff(fold[order]) >= 0).all()
    assert labels[0].startswith("2024-01-01 … ")


def test_a_single_moment_cannot_be_cut():
    message = (
        "`folds='time'` needs at least two moments; all rows have the same. Leave `folds` out, or "
        "give `alpha` a number."
    )
    with pytest.raises(DataError, match=exactly(message)):
        time_folds(pd.Series(pd.to_datetime(["2024-01-01"] * 3)))


# --- which folds


@pytest.fixture(scope="module")
def frame(rows):
    days = {"autumn": 0, "spring": 180, "summer": 270, "winter": 90}
    as_of = pd.Timestamp("2023-10-01") + pd.to_timedelta(rows.campaign.map(days), unit="D")
    catalogue = pd.DataFrame({"group": "all"}, index=rows.X.columns)
    return FeatureFrame(
        rows.X, pd.Series(rows.y), campaign=rows.campaign, as_of=as_of, catalogue=catalogue
    )


def test_what_is_left_out_can_be_chosen(frame):
    kinds = {kind: RidgePropensity(folds=kind).fit(frame).folds_ for kind in KINDS[:-1]}
    assert kinds["auto"] == kinds["campaigns"] == "4 campaigns"
    assert kinds["random"] == "10 random parts of the rows"
    assert kinds["time"] == "4 blocks of time"


@pytest.mark.parametrize(
    ("kind", "needed", "found"),
    [
        ("auto", False, "none"),
        ("auto", True, "10 random parts of the rows"),
        ("random", False, "10 random parts of the rows"),
        ("random", True, "10 random parts of the rows"),
    ],
)
def test_rows_without_campaigns_are_dealt_where_folds_are_needed_or_asked_for(
    rows, kind, needed, found
):
    given = training_rows(RidgePropensity(), rows.X, rows.y)
    folds = folds_of(given, rows.X.to_numpy(), kind=kind, needed=needed)
    assert folds.kind == found
    assert folds.random == (found != "none")
    assert len(np.unique(folds.of_row)) == len(folds.labels)


def test_folds_that_cannot_be_had(frame, rows):
    message = (
        "`folds='time'` needs the moment of each row; there is none. Give a FeatureFrame with "
        "`as_of`, or leave `folds` out."
    )
    with pytest.raises(DataError, match=exactly(message)):
        RidgePropensity(folds="time").fit(rows.X, rows.y)
    message = (
        "`folds='campaigns'` needs the campaign of each row; there is none. Give `campaign` to "
        "`fit`, or a FeatureFrame that has them."
    )
    with pytest.raises(DataError, match=exactly(message)):
        RidgePropensity(folds="campaigns").fit(rows.X, rows.y)


def test_random_folds_of_sparse_rows_follow_what_is_in_them():
    rng = np.random.default_rng(6)
    X = rng.integers(0, 3, (400, 5)) * (rng.random((400, 5)) < 0.4).astype(float)
    y = (rng.random(400) < 0.4).astype(float)
    fold = random_folds(csr_array(X), y)
    moved = rng.permutation(400)
    np.testing.assert_array_equal(random_folds(csr_array(X[moved]), y[moved]), fold[moved])
    # equal rows share a fold, and as many folds are filled as for rows written out
    together = pd.DataFrame(X).assign(fold=fold).groupby(list(range(5)))["fold"].nunique()
    assert (together == 1).all()
    assert len(np.unique(fold)) == len(np.unique(random_folds(X, y)))
    written = csr_array(X + 1.0)
    written.data -= 1.0  # a zero that is stored is a zero
    np.testing.assert_array_equal(random_folds(written, y), fold)


# --- folds judged by those before them


def monthly(y, *, labels="2024-{:02d}"):
    """Six rows a campaign."""
    X = pd.DataFrame({"a": np.random.default_rng(0).normal(size=len(y))})
    return X, y, [labels.format(1 + k // 6) for k in range(len(y))]


def test_forward_folds_are_campaigns_in_time_order_after_the_first_three():
    X, y, campaign = monthly(np.arange(36) % 2)
    order = np.random.default_rng(1).permutation(36)
    rows = training_rows(
        RidgePropensity(), X.iloc[order], y[order], campaign=np.array(campaign)[order]
    )
    found = folds_of(rows, rows.X.to_numpy(), kind="forward", needed=True)
    assert found.labels == tuple(f"2024-0{k}" for k in range(1, 7))
    assert found.of_row.tolist() == (order // 6).tolist()
    assert found.kind == "3 campaigns, each judged by those before it"
    assert (found.campaigns, found.random, found.forward_from) == (True, False, 3)
    blocks, _ = in_blocks(rows.X.to_numpy(), rows, found)
    assert blocks.forward_from == 3


def test_many_campaigns_are_merged_to_blocks_forward_too():
    X, y = pd.DataFrame({"a": np.arange(200.0)}), np.arange(200) % 2
    days = pd.date_range("2024-01-01", periods=40).strftime("%Y-%m-%d").repeat(5)
    rows = training_rows(RidgePropensity(), X, y, campaign=days)
    found = folds_of(rows, X.to_numpy(), kind="forward", needed=False)
    assert len(found.labels) == 30
    assert found.kind == "27 groups of campaigns, each judged by those before it"
