"""A campaign missing from the middle: each judged by a model that learned nothing from it.

What the next campaign will bring is another, harder question: `forward_estimate`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone

from workbench import metrics
from workbench.checks import check_propensity
from workbench.digits import loss_text
from workbench.errors import DataError, DataWarning
from workbench.evidence.bootstrap import bootstrap_interval
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of
from workbench.progress import Progress

INTERVAL_COLUMNS = ["estimate", "low", "high", "clusters", "repeats", "note"]


class PropensityModel(Protocol):
    """Anything that scikit-learn can clone, and that learns from and scores a frame."""

    def fit(self, frame: FeatureFrame, /) -> Self:
        """Learn everything that is learned: encoders, imputation, penalties, coefficients."""

    def propensity(self, frame: FeatureFrame, /) -> pd.Series[float]:
        """Return the propensity of each row."""


@dataclass(frozen=True)
class NestedEstimate:
    """How a model does on a campaign missing from the middle of those that it learns from.

    Parameters
    ----------
    propensity : Series, shape (n,)
        Of each row of the frame, by the model that was fitted without its campaign; NaN
        where no outcome is known.
    overall : DataFrame
        Index ``log_loss, base_log_loss, auc, weighted_auc``; ``estimate, low, high,
        clusters, repeats, note``. ``base_log_loss`` is of the response rate of all other
        campaigns; ``weighted_auc`` averages the AUCs within campaigns by their positives.
    campaigns : DataFrame
        `metrics.by_campaign` of these propensities, in time order.
    penalties : DataFrame
        What was tuned without each campaign: index campaign, a column a set of features;
        none where nothing is tuned.
    """

    propensity: pd.Series[float]
    overall: pd.DataFrame
    campaigns: pd.DataFrame
    penalties: pd.DataFrame

    def sentence(self) -> str:
        """Say what was done and what came out."""
        loss, base, auc = (self.overall.loc[name] for name in ("log_loss", "base_log_loss", "auc"))
        campaigns = count_of(len(self.campaigns), "campaign")
        return (
            f"{campaigns}, each judged by a model that learned nothing from it, "
            "but from its neighbours in time. Log loss "
            f"{loss_text(loss['estimate'])} ({loss_text(loss['low'])} to "
            f"{loss_text(loss['high'])}), where the response rate of the others gives "
            f"{loss_text(base['estimate'])}; AUC "
            f"{auc['estimate']:.3f} ({auc['low']:.3f} to {auc['high']:.3f})."
        )

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        shown = ["campaign", "contacts", "positives", "rate", "mean_propensity", "log_loss"]
        by_campaign = self.campaigns[[*shown, "auc", "lift_10", "note"]]
        tables = [
            self.overall.to_html(border=0, float_format="{:.4f}".format),
            by_campaign.to_html(border=0, index=False, float_format="{:.4g}".format),
        ]
        if not self.penalties.empty:
            tables.append(self.penalties.to_html(border=0, float_format="{:.3g}".format))
        return f"<p>{escape(self.sentence())}</p>{''.join(tables)}"


def nested_estimate(
    model: PropensityModel, frame: FeatureFrame, *, repeats: int = 1000, seed: int = 0
) -> NestedEstimate:
    """Leave every campaign out in turn, learn everything again, and judge what was left out.

    A clone of the model is fitted to all other campaigns. It learns everything from
    their rows: levels, imputation, standardisation, and the penalties, which are tuned
    by leaving out campaigns of those that remain. So the figure carries the cost of
    tuning, which the loss that tuning minimised does not (Varma & Simon 2006). Fits are
    exact.

    Later campaigns help to judge earlier ones: this asks how the model does on a campaign
    missing from the middle, and the interval is of a mean over such campaigns. The next one
    is harder, and one campaign scatters more than a mean: on five real tables the interval
    held the next campaign's loss at none of 14 cut-offs. For that ask `forward_estimate`.
    What was learned
    from outcomes before the frame was made (a target-encoded column) is beyond it: let
    the model do that in its `fit`.

    Parameters
    ----------
    model : RidgePropensity, or what fits and scores frames alike
        Not changed.
    frame : FeatureFrame
        With campaigns.
    repeats : int
        Draws of whole campaigns for the 95% intervals of the means.
    seed : int

    Returns
    -------
    NestedEstimate

    Raises
    ------
    DataError
        There are fewer than two campaigns with outcomes; tuning inside needs a third.

    References
    ----------
    Varma & Simon (2006), Bias in error estimation when using cross-validation for model
    selection, BMC Bioinformatics 7. Stone (1974), Cross-validatory choice and assessment
    of statistical predictions, JRSS B 36.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=3, new_campaigns=0, rows=200, stable=3, spiky=1).frame
    >>> nested_estimate(RidgePropensity(alpha=0.01), frame, repeats=50)
    3 campaigns, each judged by a model that learned nothing from it, but from its neighbours in
    time. Log loss 0... (...), where the response rate of the others gives 0...; AUC 0... (...).
    """
    check_propensity(model, "Campaigns left out are judged by")
    known = frame.known()
    if known.campaign is None or len(known.campaigns) < 2:
        raise DataError(
            f"Leaving campaigns out needs at least two campaigns with outcomes; got "
            f"{len(known.campaigns)}. Name the campaign column, or use `random_hold_out`."
        )
    propensity, base, penalties = _left_out(model, known)
    predictions = pd.DataFrame(
        {
            "campaign": pd.Categorical(known.campaign, categories=known.campaigns, ordered=True),
            "y": known.y,
            "weight": known.weights,
            "propensity": propensity,
            "base": base,
        }
    )
    campaigns = metrics.by_campaign(
        known.y, propensity, predictions["campaign"], weight=known.weights
    )
    aligned = np.full(len(frame), np.nan)
    aligned[frame.y.notna().to_numpy()] = propensity
    return NestedEstimate(
        pd.Series(aligned, frame.X.index, name="propensity"),
        _overall(predictions, campaigns, repeats=repeats, seed=seed),
        campaigns,
        penalties,
    )


def _left_out(
    model: PropensityModel, known: FeatureFrame
) -> tuple[pd.Series[float], pd.Series[float], pd.DataFrame]:
    """Return propensities, the rate of the other campaigns, and the penalties tuned there."""
    propensity, base = (pd.Series(np.nan, known.X.index) for _ in range(2))
    penalties = {}
    steps = Progress(known.campaigns, desc="Leaving campaigns out")
    for label in steps:
        out = (known.campaign == label).to_numpy()
        rest = known.rows(~out)
        fitted, propensity[out] = _judge(model, rest, known.rows(out), label)
        base[out] = rest.positives / rest.weights.sum()
        tuning = getattr(fitted, "tuning_", None)
        if tuning is not None:
            penalties[label] = tuning["penalty"]
    return propensity, base, pd.DataFrame(penalties).T.rename_axis("campaign")


def _judge(
    model: PropensityModel, rest: FeatureFrame, out: FeatureFrame, label: Any
) -> tuple[PropensityModel, npt.NDArray[np.float64]]:
    try:
        with warnings.catch_warnings():
            # a column that lives in one campaign is constant without it, a level there is unseen
            # without it: that is what is asked, and no fault of the data
            warnings.simplefilter("ignore", DataWarning)
            fitted = clone(model).fit(rest)
            return fitted, fitted.propensity(out).to_numpy()
    except Exception as error:
        error.add_note(f"This happened without campaign {label!r}, which was left out.")
        raise


def _overall(
    predictions: pd.DataFrame, campaigns: pd.DataFrame, *, repeats: int, seed: int
) -> pd.DataFrame:
    def interval(table: pd.DataFrame, statistic: Any) -> pd.Series[Any]:
        return bootstrap_interval(table, statistic, repeats=repeats, seed=seed).iloc[0]

    base = predictions.assign(propensity=predictions["base"])
    rows = {
        "log_loss": interval(predictions, metrics.log_loss),
        "base_log_loss": interval(base, metrics.log_loss),
        "auc": interval(predictions, metrics.auc),
        "weighted_auc": _within(campaigns, interval),
    }
    return pd.DataFrame(rows).T[INTERVAL_COLUMNS].rename_axis("measure").infer_objects()


def _within(campaigns: pd.DataFrame, interval: Any) -> pd.Series[Any]:
    """Bound the AUC within campaigns: it does not change when others are drawn beside them."""
    there = campaigns.dropna(subset="auc")
    if len(there) < 2:
        estimate = metrics.weighted_auc(campaigns)
        note = "fewer than two campaigns have both classes"
        return pd.Series([estimate, np.nan, np.nan, len(there), 0, note], INTERVAL_COLUMNS)
    # one row a campaign: its AUC stands for the propensity, its positives for the weight
    table = there[["campaign"]].assign(y=1.0, propensity=there["auc"], weight=there["positives"])
    result: pd.Series[Any] = interval(table, _weighted_mean)
    return result


def _weighted_mean(_: Any, values: Any, /, *, weight: Any) -> float:
    return float(np.average(values, weights=weight)) if weight.any() else float("nan")
