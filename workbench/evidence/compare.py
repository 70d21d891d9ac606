"""A model beside no penalty, one strength for all, and the lasso, on the last campaigns."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from workbench import metrics
from workbench.checks import check_propensity
from workbench.digits import loss_text
from workbench.errors import ConvergenceWarning, DataWarning, FitError
from workbench.evidence.baselines import (
    ALMOST_NOTHING,
    BASE,
    LASSO,
    NONE,
    OURS,
    BaseRate,
    LassoPropensity,
)
from workbench.evidence.paired import loss_difference
from workbench.evidence.protocol import out_of_time
from workbench.evidence.split import ORDER_THEM, Split
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.tune.folds import MOST_FOLDS

UNIFORM = "one alpha"


class _Judged(NamedTuple):
    """What one method says of the test rows, and of how many columns it makes use."""

    propensity: Array
    kept: int
    edf: float
    alpha: float
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """Methods side by side on the same split.

    Parameters
    ----------
    table : DataFrame
        Index method (``base rate, no penalty, one alpha, this model, lasso``):

        - ``columns_kept``: those with a coefficient other than 0;
        - ``edf``: effective degrees of freedom; of the lasso the number of columns kept;
        - ``alpha``;
        - ``log_loss, auc, weighted_auc``: on the last campaigns;
        - ``loss_more``: its log loss less this model's, with ``low, high`` (95%, these
          campaigns drawn again);
        - ``note``.
    propensity : DataFrame
        Of each test row, a column a method.
    columns : int
        Design columns.
    split : Split
    """

    table: pd.DataFrame
    propensity: pd.DataFrame
    columns: int
    split: Split

    def sentence(self) -> str:
        """Say that shrinking is not dropping, in these figures."""
        ours, lasso = self.table.loc[OURS], self.table.loc[LASSO]
        said = say(
            "Shrinking is not dropping: this model keeps {kept} of {columns} columns, worth "
            "{edf:.1f} unpenalised ones; the lasso keeps {lasso} and drops {dropped}.",
            kept=ours["columns_kept"],
            columns=self.columns,
            edf=ours["edf"],
            lasso=lasso["columns_kept"],
            dropped=self.columns - lasso["columns_kept"],
        )
        losses = {"ours": loss_text(ours["log_loss"]), "lasso": loss_text(lasso["log_loss"])}
        if self.split.later:
            later_said = say("Log loss on later campaigns: {ours} against {lasso}.", **losses)
            return f"{said} {later_said}"
        other = say("Log loss on other campaigns: {ours} against {lasso}.", **losses)
        return f"{said} {other} {say(ORDER_THEM)}"

    def __repr__(self) -> str:
        return f"{self.table.to_string(float_format='{:.4g}'.format)}\n\n{self.sentence()}"

    def _repr_html_(self) -> str:
        table = self.table.to_html(border=0, float_format="{:.4g}".format, na_rep="")
        return f"<p>{escape(self.split.sentence())}</p>{table}<p>{escape(self.sentence())}</p>"


def compare(
    model: RidgePropensity,
    frame: FeatureFrame,
    *,
    test_campaigns: int | None = None,
    repeats: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Fit a model, and what it might have been, to earlier campaigns; judge all on the last.

    One alpha and the lasso's penalty are tuned on the campaigns on which the model tunes
    its own: each of the earlier ones left out in turn.

    Parameters
    ----------
    model : RidgePropensity
        Not changed: a clone is fitted.
    frame : FeatureFrame
        With campaigns.
    test_campaigns : int, optional
        How many of the last are kept for the test; default as in `out_of_time`.
    repeats : int
        Draws of the last campaigns for the intervals.
    seed : int

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        There are fewer than two campaigns; tuning needs a third.

    References
    ----------
    Zou, Hastie & Tibshirani (2007), On the degrees of freedom of the lasso, Annals of
    Statistics 35.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=5, new_campaigns=3, rows=300, stable=4, spiky=2).frame
    >>> found = compare(RidgePropensity(), frame, test_campaigns=3, repeats=50)
    >>> found.table.index.tolist()
    ['base rate', 'no penalty', 'one alpha', 'this model', 'lasso']
    >>> found.sentence()
    'Shrinking is not dropping: this model keeps 6 of 6 columns, worth ...'
    """
    check_propensity(model, "Models are compared by")
    split = out_of_time(frame, test_campaigns=test_campaigns)
    ours = clone(model).fit(split.train)
    with warnings.catch_warnings():
        # what is amiss with the data has been said once, of the model itself
        warnings.simplefilter("ignore", DataWarning)
        judged = {
            BASE: _base(split),
            NONE: _without_penalty(split),
            UNIFORM: _ridge(RidgePropensity("tuned", {}, rule=model.rule), split),
            OURS: _judge(ours, split.test, _several_penalties(ours)),
            LASSO: _lasso(split),
        }
    propensity = pd.DataFrame({name: one.propensity for name, one in judged.items()})
    rows = {
        name: {
            "columns_kept": one.kept,
            "edf": one.edf,
            "alpha": one.alpha,
            **_measures(split.test, one.propensity),
            **_against(split.test, one.propensity, judged[OURS].propensity, repeats, seed),
            "note": one.note,
        }
        for name, one in judged.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")
    return Comparison(table, propensity, len(ours.columns_), split)


def _judge(model: RidgePropensity, test: FeatureFrame, note: str = "") -> _Judged:
    kept = int((model.coef_standardised_ != 0).sum())
    return _Judged(np.asarray(model.propensity(test)), kept, model.edf_, model.alpha_, note)


def _several_penalties(model: RidgePropensity) -> str:
    least, most = model.penalties_.min(), model.penalties_[~model.columns_["dropped"]].max()
    return "" if least == most else f"penalties from {least:.2g} to {most:.2g}"


def _ridge(model: RidgePropensity, split: Split, note: str = "") -> _Judged:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore", DataWarning)
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(split.train)
    # no optimum is the usual fault of no penalty: the table says so, on its row
    stopped = any(issubclass(one.category, ConvergenceWarning) for one in caught)
    notes = [note] * bool(note) + ["stopped before the optimum"] * stopped
    return _judge(model, split.test, "; ".join(notes))


def _base(split: Split) -> _Judged:
    said = BaseRate().fit(split.train).propensity(split.test)
    return _Judged(np.asarray(said), 0, 0.0, np.nan)


def _without_penalty(split: Split) -> _Judged:
    try:
        return _ridge(RidgePropensity(0.0), split)
    except FitError:
        note = f"no unique optimum: alpha = {ALMOST_NOTHING:g}"
        return _ridge(RidgePropensity(ALMOST_NOTHING), split, note)


def _lasso(split: Split) -> _Judged:
    """Fit the lasso, tuned on the folds on which the ridge tunes its own."""
    lasso = LassoPropensity(most_folds=MOST_FOLDS).fit(split.train)
    kept = int((lasso.lasso_.coef_ != 0).sum())
    return _Judged(np.asarray(lasso.propensity(split.test)), kept, float(kept), lasso.alpha_)


def _measures(test: FeatureFrame, propensity: Array) -> dict[str, float]:
    by_campaign = metrics.by_campaign(test.y, propensity, test.campaign, weight=test.weights)
    return {
        "log_loss": metrics.log_loss(test.y, propensity, weight=test.weights),
        "auc": metrics.auc(test.y, propensity, weight=test.weights),
        "weighted_auc": metrics.weighted_auc(by_campaign),
    }


def _against(
    test: FeatureFrame, propensity: Array, ours: Array, repeats: int, seed: int
) -> dict[str, float]:
    """Bound how much more a method loses than the model, on the same rows."""
    found = loss_difference(test, propensity, ours, repeats=repeats, seed=seed)
    return {"loss_more": found.estimate, "low": found.low, "high": found.high}
