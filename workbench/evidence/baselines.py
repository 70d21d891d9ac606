"""What a model is held against when campaigns change: each fits and scores a frame."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.linalg import LinAlgError
from scipy.sparse import issparse
from scipy.special import expit
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from workbench.checks import check_choice, check_propensity
from workbench.errors import ConvergenceWarning, DataWarning, FitError
from workbench.evidence.cross_validation import cross_validated
from workbench.evidence.lasso import tuned_lasso
from workbench.evidence.nested import PropensityModel
from workbench.frame.dealing import together
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.kinds import kind_of
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.design.design import Design
from workbench.ridge.design.training_rows import training_rows
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.tune.co_data import concentration
from workbench.ridge.tune.fold_checks import check_told_elsewhere
from workbench.ridge.tune.folds import (
    CAMPAIGNS,
    RANDOM,
    campaign_folds,
    folds_of,
    in_blocks,
    random_folds,
)

OURS, BY_GROUP, BY_CO_DATA, DEVIATIONS = "this model", "by group", "by co-data", "with deviations"
UNIFORM, ONE_ALPHA = "one alpha, random folds", "one alpha, campaigns left out"
NONE, DROPPED, LASSO, BOOSTING = "no penalty", "spiky dropped", "lasso", "gradient boosting"
BASE, SHUFFLED = "base rate", "shuffled co-data"

SPIKY_BELOW = 0.5
"""A feature that lives in less than this share of the campaigns counts as spiky."""

ALMOST_NOTHING = 1e-8
"""The penalty that stands for none where columns determine one another or the classes."""


def methods(model: PropensityModel | None = None, *, seed: int = 0) -> dict[str, Any]:
    """Return every baseline of the protocol, and the model, by name.

    Parameters
    ----------
    model : RidgePropensity, or what fits and scores frames alike, optional
        ``this model``; default: `RidgePropensity()`.
    seed : int
        Of boosting, and of how co-data are shuffled.

    Returns
    -------
    dict
        ``this model, one alpha, random folds, one alpha, campaigns left out, by group,
        by co-data, with deviations, shuffled co-data, spiky dropped, no penalty, lasso,
        gradient boosting, base rate``.

    Examples
    --------
    >>> len(methods())
    12
    """
    if model is not None:
        check_propensity(model, "Baselines are compared by")
    return {
        OURS: RidgePropensity() if model is None else clone(model),
        UNIFORM: OneAlpha(folds=RANDOM),
        ONE_ALPHA: OneAlpha(folds=CAMPAIGNS),
        BY_GROUP: RidgePropensity(co_data=None),
        BY_CO_DATA: RidgePropensity(penalty_factors={}, co_data="concentration"),
        DEVIATIONS: RidgePropensity(penalty_factors={}, co_data="concentration", deviations=True),
        SHUFFLED: ShuffledCoData(seed=seed),
        DROPPED: SpikyDropped(),
        NONE: NoPenalty(),
        LASSO: LassoPropensity(),
        BOOSTING: Boosting(seed=seed),
        BASE: BaseRate(),
    }


class BaseRate(BaseEstimator):  # type: ignore[misc]
    """Everybody gets the response rate of the training rows.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = FeatureFrame(pd.DataFrame({"x": [1, 2]}), pd.Series([0.0, 1.0]))
    >>> BaseRate().fit(frame).propensity(frame).tolist()
    [0.5, 0.5]
    """

    def fit(self, frame: FeatureFrame) -> Self:
        """Take the weighted share of positives."""
        self.rate_ = frame.positives / frame.weights.sum()
        return self

    def propensity(self, frame: FeatureFrame) -> pd.Series[float]:
        """Return the rate for each row."""
        return pd.Series(self.rate_, index=frame.X.index)


class Wrapped(BaseEstimator):  # type: ignore[misc]
    """A ridge model under another setting: `ridge_` is the fitted one."""

    ridge_: RidgePropensity

    def propensity(self, frame: FeatureFrame) -> pd.Series[float]:
        """Return the propensity of each row."""
        return self.ridge_.propensity(self._seen(frame))

    def _seen(self, frame: FeatureFrame) -> FeatureFrame:
        return frame


class NoPenalty(Wrapped):
    """Maximum likelihood; where that has no optimum, under almost no penalty.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=200, stable=2, spiky=1).frame
    >>> NoPenalty().fit(frame).ridge_.alpha_ < 1e-7
    True
    """

    def fit(self, frame: FeatureFrame) -> Self:
        """Fit without a penalty, or with 1e-8 where the optimum is at infinity or not unique."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            try:
                self.ridge_ = RidgePropensity(0.0).fit(frame)
            except (FitError, LinAlgError):  # columns that determine one another, to rounding
                self.ridge_ = RidgePropensity(ALMOST_NOTHING).fit(frame)
        return self


class OneAlpha(Wrapped):
    """One ridge penalty for all columns, chosen by an exact cross-validation over a grid.

    Columns are standardised by the training rows, once, as the model's are; each fold is
    then fitted to its optimum under each penalty (see `cross_validation.cross_validated`).

    Parameters
    ----------
    folds : {"random", "campaigns"}
        Ten random parts of the rows, as is usual, or the campaigns, each left out in turn
        (neighbours merged to 30 where there are more).

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=200, stable=2, spiky=1).frame
    >>> round(OneAlpha().fit(frame).ridge_.alpha_, 4)
    0.0001
    """

    def __init__(self, folds: str = RANDOM) -> None:
        self.folds = folds

    def fit(self, frame: FeatureFrame) -> Self:
        """Choose the penalty, and fit with it to all rows."""
        check_choice(self.folds, (RANDOM, CAMPAIGNS), name="folds")
        rows = training_rows(RidgePropensity(), frame)
        _, raw = Design.of(rows.X, rows.weight)
        folds = folds_of(rows, raw, kind=self.folds, needed=True)
        blocks, measured = in_blocks(raw, rows, folds)
        check_told_elsewhere(measured, blocks.n_held, LOGISTIC)
        Z = _standardised(_dense(raw), rows.weight)
        self.chosen_ = cross_validated(Z, rows.y, rows.weight, folds.of_row)
        self.ridge_ = RidgePropensity(self.chosen_.alpha, {}).fit(frame)
        return self


class SpikyDropped(Wrapped):
    """One strength for all, without the features that live in few of the campaigns.

    A feature is dropped where its effective number of campaigns, 1/Σ S_g² with S_g the
    campaign's share of the feature's mean square, is below half of them. All are kept
    where there are no campaigns, or where none would remain.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=300, stable=3, spiky=2).frame
    >>> SpikyDropped().fit(frame).dropped_
    ['spiky_01', 'spiky_02']
    """

    def fit(self, frame: FeatureFrame) -> Self:
        """Find the spiky features in the training rows, and fit without them."""
        scores = concentration_of(frame)
        self.dropped_ = list(scores.index[np.exp(-scores) < SPIKY_BELOW])
        if len(self.dropped_) == len(scores):
            self.dropped_ = []
        self.ridge_ = RidgePropensity(penalty_factors={}).fit(self._seen(frame))
        return self

    def _seen(self, frame: FeatureFrame) -> FeatureFrame:
        return frame.without(*self.dropped_)


class ShuffledCoData(Wrapped):
    """The negative control: each feature gets the concentration of another.

    Parameters
    ----------
    seed : int

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=200, stable=2, spiky=1).frame
    >>> len(ShuffledCoData().fit(frame).ridge_.co_data_)
    1
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, frame: FeatureFrame) -> Self:
        """Deal the scores of the training rows anew, and tune on them."""
        scores = concentration_of(frame)
        dealt = np.random.default_rng(self.seed).permutation(scores.to_numpy())
        co_data = pd.DataFrame({"shuffled": dealt}, index=scores.index)
        self.ridge_ = RidgePropensity(penalty_factors={}, co_data=co_data).fit(frame)
        return self


class LassoPropensity(BaseEstimator):  # type: ignore[misc]
    """The lasso, its strength chosen by an exact cross-validation with campaigns left out.

    Columns are standardised by the training rows, once, as those of `OneAlpha` are.

    Parameters
    ----------
    most_folds : int
        Campaigns are merged with their neighbours to so many blocks at most.

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=200, stable=2, spiky=1).frame
    >>> float(LassoPropensity().fit(frame).propensity(frame).max()) < 1
    True
    """

    def __init__(self, most_folds: int = 4) -> None:
        self.most_folds = most_folds

    def fit(self, frame: FeatureFrame) -> Self:
        """Standardise by the training rows, tune, fit."""
        self.design_, raw = Design.of(frame.X, frame.weights)
        X = _dense(raw)
        y = np.asarray(frame.y, dtype=np.float64)
        self.mean_, self.scale_ = _mean_and_scale(X, frame.weights)
        if frame.campaign is None or len(frame.campaigns) < 2:
            fold = random_folds(X, y, most=self.most_folds, whole=together(frame))
        else:
            fold, _ = campaign_folds(
                frame.campaign, frame.campaigns, most=self.most_folds, weight=frame.weights
            )
        Z = (X - self.mean_) / self.scale_
        self.alpha_, self.lasso_ = tuned_lasso(Z, y, frame.weights, fold)
        return self

    def propensity(self, frame: FeatureFrame) -> pd.Series[float]:
        """Return the propensity of each row."""
        X = _dense(self.design_.matrix(frame.X))
        log_odds = self.lasso_.decision_function((X - self.mean_) / self.scale_)
        return pd.Series(expit(log_odds), index=frame.X.index)


class Boosting(BaseEstimator):  # type: ignore[misc]
    """scikit-learn's HistGradientBoosting as it comes; text and categories taken as such.

    Its bins need two values of a column: where the training rows hold one, what is left to
    learn from is which rows miss it, and where they hold none, nothing.

    Parameters
    ----------
    seed : int

    Examples
    --------
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=8, new_campaigns=0, rows=200, stable=2, spiky=1).frame
    >>> bool(Boosting().fit(frame).propensity(frame).between(0, 1).all())
    True
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, frame: FeatureFrame) -> Self:
        """Learn the levels, then the trees; the rate alone where no column differs."""
        X = frame.X
        values = X.nunique()
        several = [name for name in X.columns if values[name] > 1]
        self.gappy_ = [name for name in X.columns if values[name] == 1 and X[name].isna().any()]
        text = [name for name in several if kind_of(X[name]) == "category"]
        self.numeric_ = [name for name in several if name not in text]
        # rare levels share what is left: the trees take 255 at most
        self.levels_ = {name: commonest(X[name], frame.weights)[:200] for name in text}
        if not several and not self.gappy_:
            self.trees_: Any = BaseRate().fit(frame)
            return self
        trees = HistGradientBoostingClassifier(
            categorical_features="from_dtype",
            random_state=self.seed,
            # the rows by which it would stop early are drawn one by one, and part cells
            early_stopping="auto" if frame.cell is None else False,
        )
        # weights that are all alike change no tree, but bins are then weighted percentiles,
        # each with a sort of its own: five times the time of all the trees
        uneven = None if np.ptp(frame.weights) == 0 else frame.weights
        with threadpool_limits(1):  # on busy cores its threads wait for one another
            self.trees_ = trees.fit(self._table(frame), frame.y, sample_weight=uneven)
        return self

    def propensity(self, frame: FeatureFrame) -> pd.Series[float]:
        """Return the propensity of each row."""
        if isinstance(self.trees_, BaseRate):
            return self.trees_.propensity(frame)
        chances = self.trees_.predict_proba(self._table(frame))[:, 1]
        return pd.Series(chances, index=frame.X.index)

    def _table(self, frame: FeatureFrame) -> pd.DataFrame:
        read: dict[str, Any] = {name: frame.X[name].isna() for name in self.gappy_}
        for name, levels in self.levels_.items():
            text = frame.X[name].astype("str")
            # rare and new levels are as if missing
            read[name] = pd.Categorical(text.where(text.isin(levels)), categories=levels)
        return frame.X[[*self.numeric_, *read]].assign(**read)


def commonest(values: pd.Series[Any], weight: Array) -> pd.Index:
    """Return the levels of a column as text, those of most contacts first.

    Examples
    --------
    >>> list(commonest(pd.Series(["a", "b", "b"]), np.array([9.0, 1.0, 1.0])))
    ['a', 'b']
    """
    counts = pd.Series(weight, values.index).groupby(values.astype("str"), sort=False).sum()
    return counts.sort_values(ascending=False, kind="stable").index


def _dense(matrix: Any) -> Array:
    return np.asarray(matrix.todense() if issparse(matrix) else matrix, dtype=np.float64)


def _mean_and_scale(X: Array, weight: Array) -> tuple[Array, Array]:
    """Return each column's mean and standard deviation, infinite where it is constant."""
    mean = np.average(X, axis=0, weights=weight)
    scale = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weight))
    return mean, np.where(scale > 1e-12 * np.abs(X).max(axis=0), scale, np.inf)


def _standardised(X: Array, weight: Array) -> Array:
    mean, scale = _mean_and_scale(X, weight)
    found: Array = ((X - mean) / scale)[:, np.isfinite(scale)]
    return found


def concentration_of(frame: FeatureFrame) -> pd.Series[float]:
    """Return the `co_data.concentration` of each feature, as a fit to this frame reads it.

    Of a text or gappy feature, whose design has several columns, the mean over these;
    zeros without campaigns.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"steady": [1.0, -1, 1, -1], "spiky": [0.0, 0, 0, 2]})
    >>> frame = FeatureFrame(X, pd.Series([0.0, 1, 0, 1]), campaign=pd.Series([*"AABB"]))
    >>> concentration_of(frame).round(2).to_dict()
    {'steady': 0.0, 'spiky': 0.69}
    """
    if frame.campaign is None:
        return pd.Series(0.0, index=frame.X.columns)
    with warnings.catch_warnings(action="ignore", category=DataWarning):  # fits say it
        rows = training_rows(RidgePropensity(), frame)
        design, matrix = Design.of(rows.X, rows.weight)
    _, measured = in_blocks(matrix, rows, folds_of(rows, matrix, kind=CAMPAIGNS, needed=False))
    scores = pd.Series(concentration(measured)).groupby(np.array(design.features)).mean()
    return scores[list(frame.X.columns)]
