"""What past contacts say of a test to come: its base rate, and how much features will explain.

A test of one campaign is adjusted within that campaign. So what counts is the share of the variance
*within* campaigns that is explained by predictions of a model that did not see the campaign,

    R² = (Σ w ỹ p̃)² / (Σ w ỹ² · Σ w p̃²) ,

ỹ and p̃ being outcome and prediction less their means in the campaign: what one slope on that
prediction saves (Deng, Xu, Kohavi & Walker, 2013).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_propensity
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.frame.dealing import numbered
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of, listed
from workbench.metrics import ENOUGH_POSITIVES
from workbench.numbers import Array, real_numbers
from workbench.ridge.ahead.recency import as_they_came
from workbench.ridge.amount import RidgeAmount
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.model.scores import row_products
from workbench.ridge.propensity import RidgePropensity
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.choose import in_memory
from workbench.ridge.tune.folds import MOST_FOLDS, campaign_folds

BINARY, AMOUNT = "binary", "amount"


@dataclass(frozen=True)
class Past:
    """What is known of the outcome before the test.

    Parameters
    ----------
    kind : {"binary", "amount"}
    mean : float
        Response rate, or mean amount, of a contact.
    variance : float
        Of a contact's amount, within campaigns; of a response, the rate tells it.
    contacts : float
    rarer : float
        Contacts with the rarer outcome; of amounts, those with one other than 0.
    plain, adjusted : float
        What the variance is multiplied by, without features and with them. ``plain`` is 1
        where contacts are independent; ``adjusted / plain`` is the share of the sample that
        is left to be drawn, and 1 where the rarer outcome is too rare to tell.
    control_only : bool
        Whether these are the contacts of an earlier control group alone.
    """

    kind: str
    mean: float
    variance: float
    contacts: float
    rarer: float
    plain: float
    adjusted: float
    control_only: bool = False

    def variance_at(self, mean: Any) -> Any:
        """Return the variance of a contact of an arm with this mean."""
        return mean * (1 - mean) if self.kind == BINARY else self.variance


def past_of(source: Any, outcome: Any = None) -> Past:
    """Read the past off a frame, or off a model that was fitted to it.

    Parameters
    ----------
    source : FeatureFrame or RidgePropensity
    outcome : array of numbers, shape (n,), optional
        Beside a frame; NaN where it is not known. By default the frame's own.

    Returns
    -------
    Past

    Raises
    ------
    DataError, ParameterError
        The outcomes are not known, all the same, or told by a suspect feature; the model
        keeps no rows, or foretells something else.
    FitError
        The model has neither campaigns nor random parts to leave out.
    """
    if isinstance(source, FeatureFrame):
        return _of_frame(source, outcome)
    check_propensity(source, "A plan needs")
    if outcome is not None:
        raise ParameterError(
            "`outcome` goes with a frame, and the first argument is a model. Give the frame that "
            "the outcomes belong to."
        )
    return _of_model(source)


def _of_model(model: Any) -> Past:
    rows = in_memory(model.workspace_.given.rows) if hasattr(model, "workspace_") else None
    if rows is None:
        raise ParameterError(
            "A plan reads what the model explains of contacts that it was fitted to, and this one "
            "keeps none: it was loaded, or fitted to a row source. Give the frame of past contacts."
        )
    if model.campaigns_out_ and any(" … " in label for label in model.workspace_.folds):
        raise ParameterError(
            "A plan needs predictions of single campaigns left out, and this model leaves out "
            f"{len(model.workspace_.folds)} groups of campaigns. Give the frame of past contacts."
        )
    rows, fit = as_they_came(rows, model.half_life_), model.workspace_
    rarer = _rarer(rows.y.astype(float), rows.weight.astype(float), BINARY)
    return _read(fit, rows, _strata(rows, campaigns=model.campaigns_out_), BINARY, rarer)


def _of_frame(frame: FeatureFrame, outcome: Any) -> Past:
    if frame.suspects:
        raise DataError(
            "Features that may give the outcome away would promise a sample far too small; there "
            f"are {listed(frame.suspects)}. Leave them out with `frame.without(…)`."
        )
    y = frame.y if outcome is None else _numbers(outcome, len(frame))
    used = y.notna().to_numpy() & (frame.weights > 0)
    controlled = frame.treatment is not None
    if frame.treatment is not None:
        used &= frame.treatment.eq(str(frame.control)).to_numpy()
    if not used.any():
        raise DataError(
            "A plan needs past contacts whose outcome is known; there are none"
            f"{f' in the control group {frame.control!r}' if controlled else ''}. Give earlier "
            "campaigns, whose outcomes had time to happen."
        )
    past, y = frame.rows(used), y[used].reset_index(drop=True)
    if y.min() == y.max():
        raise DataError(
            f"A plan needs outcomes that differ; all {count_of(len(y), 'known one')} are "
            f"{y.iloc[0]:g}. Check the outcome, and whether it had time to happen."
        )
    kind = BINARY if y.isin((0, 1)).all() else AMOUNT
    return replace(_crossfitted(past, y, kind), control_only=controlled)


def _numbers(outcome: Any, n: int) -> pd.Series[float]:
    try:
        y = pd.Series(real_numbers(pd.to_numeric(np.asarray(outcome).ravel())))
    except (TypeError, ValueError):
        raise DataError(
            "`outcome` must be numbers, one a row of the frame; got values that are none. Give an "
            "amount, or 0 and 1, and NaN where it is not known."
        ) from None
    if len(y) != n or np.isinf(y).any():
        raise DataError(
            f"`outcome` must be one finite number a row, or NaN where it is not known; got "
            f"{count_of(len(y), 'value')} for {count_of(n, 'row')}, {int(np.isinf(y).sum()):,} of "
            "them infinite. Give a column of the frame's table."
        )
    return y


def _crossfitted(past: FeatureFrame, y: pd.Series[float], kind: str) -> Past:
    """Fit to the past, and read what is explained of campaigns, or parts, left out."""
    several = len(past.campaigns) > 1
    model = _fitted(past, y, kind, "campaigns" if several else "random")
    rows = cast("ArrayRows", in_memory(model.workspace_.given.rows))
    if len(past.campaigns) > MOST_FOLDS:
        fold, _ = campaign_folds(past.campaign, past.campaigns, weight=past.weights)  # type: ignore[arg-type]
        strata = numbered(past.campaign)[np.argsort(fold, kind="stable")]  # type: ignore[arg-type]
    else:
        strata = _strata(rows, campaigns=several)
    rarer = _rarer(np.asarray(y, dtype=np.float64), past.weights, kind)
    found = _read(model.workspace_, rows, strata, kind, rarer)
    if kind == BINARY:
        return found
    w, value = past.weights, y.to_numpy()
    mean = float(w @ value / w.sum())
    within = value - _means(value, w, numbered(past.campaign) if several else np.zeros(len(y), int))  # type: ignore[arg-type]
    variance = float(w @ within**2 / w.sum())
    return replace(found, mean=mean, variance=variance)


def _fitted(past: FeatureFrame, y: pd.Series[float], kind: str, folds: str) -> Any:
    """Fit a model that nobody will keep: what it would warn of is none of the plan's."""
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        if kind != BINARY:
            return RidgeAmount(folds=folds).fit(past, y)
        model = RidgePropensity(folds=folds, half_life=None, slope=1.0, base_rate="training")
        return model.fit(replace(past, y=y))


def _strata(rows: ArrayRows, *, campaigns: bool) -> npt.NDArray[np.int64]:
    return rows.fold_of_row if campaigns else np.zeros(len(rows), dtype=np.int64)


def _read(
    fit: Fit, rows: ArrayRows, strata: npt.NDArray[np.int64], kind: str, rarer: float
) -> Past:
    y, weight = rows.y.astype(float), rows.weight.astype(float)
    said = _left_out(fit, rows)
    known = np.isfinite(said)  # rows that are never left out foretell nothing
    e, p = y - _means(y, weight, strata), said - _means(np.where(known, said, 0.0), weight, strata)
    e, p, w = e[known], p[known], weight[known]
    slope = max(float(w @ (e * p)) / max(float(w @ p**2), 1e-300), 0.0)
    alike = _alike(rows, strata)
    alike = None if alike is None else alike[known]
    plain, left = _clustering(e, w, alike), _clustering(e - slope * p, w, alike)
    adjusted = left * float(w @ (e - slope * p) ** 2) / float(w @ e**2)
    mean, whole = float(weight @ y / weight.sum()), float(weight.sum())
    adjusted = min(adjusted, plain) if rarer >= ENOUGH_POSITIVES else plain
    return Past(kind, mean, mean * (1 - mean), whole, rarer, plain, adjusted)


def _left_out(fit: Fit, rows: ArrayRows) -> Array:
    """Return the mean of each row that is foretold without its fold; NaN where it is never out."""
    at = fit.leaving_out()
    plus, raw = at.given.scaling.to_raw(at.left_out_coefficients())
    out, fold = np.full(len(rows), np.nan), rows.fold_of_row
    for g in range(len(plus)):
        own = fold == g
        out[own] = at.given.outcome.mean(row_products(rows.X[own], raw[g]) + plus[g])
    return out


def _rarer(y: Array, weight: Array, kind: str) -> float:
    other = float(weight[y != 0].sum())
    return min(other, float(weight.sum()) - other) if kind == BINARY else other


def _means(values: Array, weight: Array, strata: npt.NDArray[np.int64]) -> Array:
    """Return each row's weighted mean of its stratum, shape (n,)."""
    at = np.unique(strata, return_inverse=True)[1]
    return (np.bincount(at, weight * values) / np.bincount(at, weight))[at]


def _alike(rows: ArrayRows, strata: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
    """Return numbers of what shares its luck: a customer, or a cell, within a campaign."""
    who = rows.whole if rows.person is None else rows.person
    if who is None:
        return None
    return np.unique(np.column_stack([strata, who]), axis=0, return_inverse=True)[1].ravel()


def _clustering(e: Array, weight: Array, alike: npt.NDArray[np.int64] | None) -> float:
    """Return by what the variance of a mean is more than that of independent contacts."""
    if alike is None:
        return 1.0
    sums = np.bincount(alike, weight * e)
    return max(1.0, float(sums @ sums) / float(weight @ e**2))
