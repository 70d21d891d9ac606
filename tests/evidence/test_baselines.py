import re

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import PredefinedSplit

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import ParameterError
from workbench.evidence import baselines
from workbench.evidence.cross_validation import GRID
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.tune.folds import random_folds


@pytest.fixture(scope="module")
def frame():
    return planted(train_campaigns=8, new_campaigns=0, rows=400, stable=4, spiky=4, seed=1).frame


def test_the_base_rate_weighs_contacts():
    X = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    frame = FeatureFrame(X, pd.Series([1.0, 0.0, 0.0]), weight=pd.Series([3.0, 1.0, 2.0]))
    assert baselines.BaseRate().fit(frame).propensity(frame).tolist() == [0.5] * 3


def test_no_penalty_is_maximum_likelihood(frame):
    p = baselines.NoPenalty().fit(frame).propensity(frame)
    peer = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit(frame.X, frame.y)
    np.testing.assert_allclose(p, peer.predict_proba(frame.X)[:, 1], rtol=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_where_levels_add_up_to_one_next_to_no_penalty_stands_for_none(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(200, 2_000))
    X = pd.DataFrame({"segment": rng.choice(list("abc"), n), "visits": rng.normal(size=n)})
    y = pd.Series((rng.random(n) < 0.3).astype(float))
    found = baselines.NoPenalty().fit(FeatureFrame(X, y))
    assert found.ridge_.alpha_ == baselines.ALMOST_NOTHING
    coded = X.assign(b=X["segment"] == "b", c=X["segment"] == "c").drop(columns="segment")
    peer = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10).fit(coded, y)
    said = found.propensity(FeatureFrame(X, y))
    np.testing.assert_allclose(said, peer.predict_proba(coded)[:, 1], atol=1e-6)


def test_concentration_is_the_one_that_penalties_listen_to(frame):
    """Against the moments from which `co_data="concentration"` is read."""
    labels = frame.campaign.to_numpy()
    X = frame.X.to_numpy()
    # a fit measures from zero where a column is mostly zero, else from the mean
    pivot = np.where((X == 0).mean(axis=0) > 0.5, 0.0, X.mean(axis=0))
    second = np.array([((X[labels == c] - pivot) ** 2).mean(axis=0) for c in frame.campaigns])
    ones = np.ones(len(second))
    effective = Moments(ones, ones, pivot, second, second, 0.0).effective_folds
    found = baselines.concentration_of(frame)
    np.testing.assert_allclose(np.exp(-found), effective / 8, rtol=1e-9)
    assert found[frame.catalogue["group"] == "stable"].max() < 0.05
    without = FeatureFrame(frame.X, frame.y)
    assert (baselines.concentration_of(without) == 0).all()


def test_spiky_features_are_dropped_by_what_the_training_rows_say(frame):
    fitted = baselines.SpikyDropped().fit(frame)
    effective = 8 * np.exp(-baselines.concentration_of(frame))
    assert fitted.dropped_ == list(effective.index[effective < 4])
    assert len(fitted.dropped_) > 0
    peer = RidgePropensity(penalty_factors={}).fit(frame.without(*fitted.dropped_))
    assert (fitted.propensity(frame) == peer.propensity(frame.without(*fitted.dropped_))).all()


def test_the_control_deals_every_score_to_some_feature(frame):
    fitted = baselines.ShuffledCoData(seed=3).fit(frame)
    scores = baselines.concentration_of(frame)
    dealt = np.random.default_rng(3).permutation(scores)
    table = pd.DataFrame({"s": dealt}, index=scores.index)
    peer = RidgePropensity(penalty_factors={}, co_data=table).fit(frame)
    assert sorted(dealt) == sorted(scores)
    assert (fitted.propensity(frame) == peer.propensity(frame)).all()


def test_the_lasso_is_scikit_learns(frame):
    fitted = baselines.LassoPropensity().fit(frame)
    X, W = frame.X, len(frame)
    peer = LogisticRegression(l1_ratio=1.0, C=1 / (fitted.alpha_ * W), solver="saga", tol=1e-6)
    # its order of rows is random: by the global state, it would hang on the tests before it
    peer.set_params(max_iter=5000, random_state=0).fit((X - X.mean()) / X.std(ddof=0), frame.y)
    p = peer.predict_proba((X - X.mean()) / X.std(ddof=0))[:, 1]
    np.testing.assert_allclose(fitted.propensity(frame), p, rtol=0.01)


@pytest.mark.slow
def test_boosting_takes_text_and_a_level_it_has_never_seen():
    rng = np.random.default_rng(0)
    kind = rng.choice(["mail", "shop"], 600)
    X = pd.DataFrame({"kind": kind, "x": rng.normal(size=600)})
    y = pd.Series((rng.random(600) < np.where(kind == "mail", 0.7, 0.2)).astype(float))
    frame = FeatureFrame(X, y)
    p = baselines.Boosting(seed=1).fit(frame).propensity(frame)
    coded = X.assign(kind=pd.Categorical(X["kind"], categories=X["kind"].value_counts().index))
    peer = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=1)
    np.testing.assert_allclose(p, peer.fit(coded, y).predict_proba(coded)[:, 1])
    unseen = FeatureFrame(X.assign(kind="app"), y)
    assert baselines.Boosting().fit(frame).propensity(unseen).between(0, 1).all()


@pytest.mark.slow
def test_boosting_weighs_rows_where_their_weights_differ():
    rng = np.random.default_rng(2)
    X = pd.DataFrame({"x": rng.normal(size=600)})  # more values than bins: these are weighted too
    y = pd.Series((rng.random(600) < 1 / (1 + np.exp(-X["x"]))).astype(float))
    weight = pd.Series(rng.integers(1, 5, 600).astype(float))
    bare, weighed = (
        HistGradientBoostingClassifier(random_state=0).fit(X, y, sample_weight=w)
        for w in (None, weight)
    )
    for given, peer in ((weight * 0 + 3.0, bare), (weight, weighed)):
        p = (
            baselines.Boosting()
            .fit(FeatureFrame(X, y, weight=given))
            .propensity(FeatureFrame(X, y))
        )
        np.testing.assert_allclose(p, peer.predict_proba(X)[:, 1])
    assert not np.allclose(bare.predict_proba(X), weighed.predict_proba(X))


def test_the_model_is_cloned_and_named_first(frame):
    mine = RidgePropensity(alpha=0.3)
    every = baselines.methods(mine)
    assert next(iter(every)) == baselines.OURS
    assert every[baselines.OURS] is not mine
    assert every[baselines.OURS].alpha == 0.3


@pytest.mark.parametrize("folds", ["random", "campaigns"])
def test_one_alpha_is_the_grid_point_of_scikit_learns_cross_validation(frame, folds):
    fitted = baselines.OneAlpha(folds=folds).fit(frame)
    X = frame.X.to_numpy()
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    of_row = frame.campaign.map({name: k for k, name in enumerate(frame.campaigns)})
    dealt = random_folds(X, frame.y.to_numpy()) if folds == "random" else of_row.to_numpy()
    assert np.ptp(np.bincount(dealt)) <= 1  # as it averages folds, and contacts count here
    peer = LogisticRegressionCV(
        Cs=1 / (GRID * len(X)),
        cv=PredefinedSplit(dealt),
        l1_ratios=(0.0,),
        scoring="neg_log_loss",
        solver="newton-cholesky",
        tol=1e-10,
        use_legacy_attributes=False,
    ).fit(Z, frame.y)
    assert fitted.ridge_.alpha_ == pytest.approx(1 / (peer.C_ * len(X)))
    np.testing.assert_allclose(fitted.propensity(frame), peer.predict_proba(Z)[:, 1], rtol=1e-5)


LATE = {  # what the columns of a later campaign may hold that earlier ones did not
    "numbers only later": lambda rng, late: np.where(late, rng.integers(1, 20, late.size), np.nan),
    "text only later": lambda rng, late: np.where(late, rng.choice([*"ab"], late.size), None),
    "constant": lambda rng, late: np.full(late.size, 3.0),
    "constant, then not": lambda rng, late: np.where(late, rng.normal(size=late.size), 1.0),
    "one text, then more": lambda rng, late: np.where(late, rng.choice([*"ab"], late.size), "a"),
    "one value and gaps": lambda rng, late: np.where(rng.random(late.size) < 0.5, 7.0, np.nan),
    "one text and gaps": lambda rng, late: np.where(rng.random(late.size) < 0.5, "a", None),
    "flag only later": lambda rng, late: late & (rng.random(late.size) < 0.5),
    "never": lambda rng, late: np.full(late.size, np.nan),
}


@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")
@pytest.mark.parametrize("method", list(baselines.methods()))
def test_every_baseline_bears_columns_that_say_nothing_yet(frame, method):
    late = frame.campaign.isin(frame.campaigns[6:]).to_numpy()
    rng = np.random.default_rng(0)
    columns = {name: make(rng, late) for name, make in LATE.items()}
    X = pd.concat([frame.X, pd.DataFrame(columns)], axis=1)
    grown = FeatureFrame(X, frame.y, campaign=frame.campaign)
    fitted = baselines.methods()[method].fit(grown.rows(~late))
    assert fitted.propensity(grown.rows(late)).between(0, 1, inclusive="neither").all()


def test_boosting_learns_from_which_rows_miss_the_one_value_there_is():
    rng = np.random.default_rng(0)
    gap = rng.random(800) < 0.5
    y = pd.Series((rng.random(800) < np.where(gap, 0.7, 0.2)).astype(float))
    X = pd.DataFrame({"days": np.where(gap, np.nan, 7.0), "constant": 1.0})
    fitted = baselines.Boosting().fit(FeatureFrame(X, y))
    p = fitted.propensity(FeatureFrame(X, y))
    assert p[gap].mean() == pytest.approx(y[gap].mean(), abs=0.02)
    assert p[~gap].mean() == pytest.approx(y[~gap].mean(), abs=0.02)


@pytest.mark.parametrize("value", [np.nan, 2.0])
def test_boosting_without_a_column_that_differs_says_the_base_rate(value):
    X = pd.DataFrame({"x": np.full(40, value)})
    frame = FeatureFrame(X, pd.Series([0.0, 0.0, 0.0, 1.0] * 10))
    assert (baselines.Boosting().fit(frame).propensity(frame) == 0.25).all()


def test_one_alpha_knows_two_kinds_of_folds(frame):
    message = "`folds` must be one of ['random', 'campaigns']; got 'forward'."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}"):
        baselines.OneAlpha(folds="forward").fit(frame)
