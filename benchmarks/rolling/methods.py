"""What is compared: each method fits a frame, and says a propensity of each row of another."""

import warnings

import lightgbm
import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold

from workbench import RidgePropensity
from workbench.evidence.baselines import BaseRate, LassoPropensity, _dense
from workbench.frame.kinds import kind_of
from workbench.ridge.design.design import Design

NEW, TODAY, RANDOM, LEFT_OUT = (
    "new default",
    "today's default",
    "one alpha, random folds",
    "one alpha, campaigns left out",
)
BASE, FORECAST = "training base rate", "forecast base rate"
LOGISTIC, LASSO, TREES = "logistic regression, C = 1", "lasso, cross-validated", "LightGBM"

OFF = {"base_rate": "training", "half_life": None, "slope": 1.0}
"""What the default did before: the options that came later, switched off."""

TREES_LIKE = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_threads": 1,
    "verbose": -1,
    "deterministic": True,
    "seed": 0,
}


def methods():
    """Return every method by name, unfitted."""
    return {
        BASE: BaseRate(),
        FORECAST: ForecastBaseRate(),
        LOGISTIC: Standardised(lambda weight: LogisticRegression(C=1.0, max_iter=2000)),  # noqa: ARG005
        RANDOM: Standardised(cross_validated),
        LEFT_OUT: today(penalty_factors={}),
        LASSO: LassoPropensity(),
        TREES: Trees(),
        TODAY: today(),
        NEW: RidgePropensity(),
    }


def today(**settings):
    """Return the ridge without what came later."""
    known = RidgePropensity().get_params()
    off = {name: value for name, value in OFF.items() if name in known}
    return RidgePropensity(**{**off, **settings})


def cross_validated(weight):
    """Return scikit-learn's ridge, C chosen on five random folds of the rows."""
    alphas = np.logspace(-5, 1, 13)
    return LogisticRegressionCV(
        Cs=1 / (alphas * weight.sum()),
        cv=StratifiedKFold(5, shuffle=True, random_state=0),
        scoring="neg_log_loss",
        max_iter=2000,
        l1_ratios=(0.0,),
        use_legacy_attributes=False,
    )


class ForecastBaseRate:
    """Everybody gets the base rate of the last three campaigns, at most 200 rows of each."""

    def fit(self, frame):
        """Take the response rate of recent campaigns, alike in weight; half a response to each."""
        recent = frame.campaigns[-3:]
        label, w = np.asarray(frame.campaign), frame.weights
        positives = total = 0.0
        for name in recent:
            here = label == name
            count = w[here].sum()
            share = min(1.0, 200 / count)
            positives += share * (w * frame.y.to_numpy())[here].sum()
            total += share * count
        self.rate_ = (positives + 0.5) / (total + 1)
        return self

    def propensity(self, frame):
        """Return the rate for each row."""
        return pd.Series(self.rate_, index=frame.X.index)


class Standardised:
    """A linear model of scikit-learn on the product's own design, standardised.

    `make` takes the training weights, and returns the unfitted estimator.
    """

    def __init__(self, make):
        self.make = make

    def fit(self, frame):
        """Standardise by the training rows, and fit."""
        self.design, raw = Design.of(frame.X, frame.weights)
        X, w = _dense(raw), frame.weights
        self.mean = np.average(X, axis=0, weights=w)
        scale = np.sqrt(np.average((X - self.mean) ** 2, axis=0, weights=w))
        self.scale = np.where(scale > 1e-12 * np.abs(X).max(axis=0), scale, np.inf)
        self.model = self.make(w)
        with warnings.catch_warnings(action="ignore"):  # C = 1 need not converge on such tables
            self.model.fit((X - self.mean) / self.scale, frame.y, sample_weight=w)
        return self

    def propensity(self, frame):
        """Return the propensity of each row."""
        Z = (_dense(self.design.matrix(frame.X)) - self.mean) / self.scale
        return pd.Series(expit(self.model.decision_function(Z)), index=frame.X.index)


class Trees:
    """LightGBM, the number of trees stopped early on a random fifth, then fitted to all rows."""

    def fit(self, frame):
        """Learn the levels of text, the number of trees, and the trees."""
        text = [name for name in frame.X.columns if kind_of(frame.X[name]) == "category"]
        self.levels = {n: frame.X[n].astype("str").value_counts().index[:200] for n in text}
        held = np.random.default_rng(0).random(len(frame)) < 0.2
        learn = self._data(frame.rows(~held))
        check = self._data(frame.rows(held)) if held.any() else learn
        stop = lightgbm.early_stopping(30, verbose=False)
        first = lightgbm.train(TREES_LIKE, learn, 500, valid_sets=[check], callbacks=[stop])
        rounds = max(1, first.best_iteration)
        self.trees = lightgbm.train(TREES_LIKE, self._data(frame), rounds)
        return self

    def propensity(self, frame):
        """Return the propensity of each row."""
        return pd.Series(self.trees.predict(self._table(frame)), index=frame.X.index)

    def _data(self, frame):
        weight = None if frame.weight is None else frame.weights
        return lightgbm.Dataset(self._table(frame), frame.y, weight=weight, free_raw_data=False)

    def _table(self, frame):
        coded = {}
        for name, levels in self.levels.items():
            text = frame.X[name].astype("str")
            coded[name] = pd.Categorical(text.where(text.isin(levels)), categories=levels)
        table = frame.X.assign(**coded)
        return table.set_axis([f"x{j}" for j in range(table.shape[1])], axis=1)
