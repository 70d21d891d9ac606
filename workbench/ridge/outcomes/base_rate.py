"""The base rate of what comes: the intercept anew, from the last campaigns.

With the log-odds η of a fit held as they are, the shift δ of all of them minimises

    Σ_i a_i [ log(1 + e^{η_i + δ}) − y_i (η_i + δ) ] + ½ κ δ²

over the rows of the last three campaigns. a_i are the weights, brought down where a
campaign has more than 200 contacts, so that each counts about alike. κ = 5 holds δ at 0 as
firmly as some five responses would move it: Σ a μ(1 − μ) is close to the number of responses
where these are rare.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from scipy.stats import t as student_t

Array = npt.NDArray[np.float64]

RECENT = 3
MOST_CONTACTS = 200.0
HOLD = 5.0
AUTO, LAST, TRAINING = BASE_RATES = ("auto", "recent", "training")

_STEPS = 60
_LONGEST = 2.0  # of a Newton step in log-odds
_CLOSE = 1e-10
_HOLD_ONE = 1.0  # a campaign's own shift is held so: one without a response has none else


class Scored(NamedTuple):
    """Rows with their log-odds: ``log_odds, y, weight, fold`` (n,), folds in time order."""

    log_odds: Array
    y: Array
    weight: Array
    fold: npt.NDArray[np.int64]

    def only(self, chosen: npt.NDArray[np.bool_]) -> Scored:
        """Keep some rows."""
        return Scored(self.log_odds[chosen], self.y[chosen], self.weight[chosen], self.fold[chosen])


class Shift(NamedTuple):
    """δ, and its precision Σ a μ(1 − μ) + κ."""

    by: float
    precision: float


def shift_of(rows: Scored, *, hold: float = 0.0) -> Shift:
    """Return the δ that fits the rows best.

    Parameters
    ----------
    rows : Scored
    hold : float
        κ; at 0 both classes must be there.

    Examples
    --------
    >>> rows = Scored(np.zeros(4), np.array([1.0, 0, 0, 0]), np.ones(4), np.zeros(4, dtype=int))
    >>> round(shift_of(rows).by, 4)  # log(1/3)
    -1.0986
    """
    a, by = rows.weight, 0.0
    for _ in range(_STEPS):
        mu = expit(rows.log_odds + by)
        precision = float(a @ (mu * (1 - mu))) + hold
        step = (float(a @ (mu - rows.y)) + hold * by) / max(precision, np.finfo(float).tiny)
        by -= float(np.clip(step, -_LONGEST, _LONGEST))
        if abs(step) < _CLOSE:
            break
    return Shift(by, precision)


def recent(rows: Scored) -> Scored:
    """Keep the last three campaigns, each of 200 contacts at most by weight.

    Examples
    --------
    >>> fold = np.repeat([0, 1, 2, 3], 400)
    >>> rows = Scored(np.zeros(1600), np.zeros(1600), np.ones(1600), fold)
    >>> len(recent(rows).y), float(recent(rows).weight.sum())
    (1200, 600.0)
    """
    kept = rows.only(rows.fold >= _count(rows) - RECENT)
    contacts = np.bincount(kept.fold, weights=kept.weight)[kept.fold]
    share = np.minimum(1.0, MOST_CONTACTS / np.maximum(contacts, np.finfo(float).tiny))
    return kept._replace(weight=kept.weight * share)


def recent_shift(rows: Scored) -> Shift:
    """Return the shift of the last three campaigns, shrunk by the number of their responses."""
    return shift_of(recent(rows), hold=HOLD)


class Misses(NamedTuple):
    """How far base rates miss their forecast: a standard deviation, of so many ``seen``."""

    deviation: float
    seen: int

    def bound(self, precision: float) -> float:
        """Return how far a forecast of this precision misses at most, with a chance of 95%."""
        if self.seen < 2:
            return float("nan")
        quantile = student_t.ppf(0.975, self.seen - 1)
        return float(quantile * np.hypot(self.deviation, precision**-0.5))


def misses(rows: Scored, *, follows: bool) -> Misses:
    """Measure by how much campaigns' own base rates miss their forecast.

    A campaign's own shift less what was forecast, the mean of the three before it or, where
    nothing `follows`, none; squares less what chance within the campaign makes of them, and
    averaged with that chance's precision.
    """
    own = [shift_of(rows.only(rows.fold == g), hold=_HOLD_ONE) for g in range(_count(rows))]
    miss, variance = np.array([s.by for s in own]), 1 / np.array([s.precision for s in own])
    if follows:
        miss = miss[RECENT:] - _means_before(miss)
        variance = variance[RECENT:] + _means_before(variance) / RECENT
    surplus = (miss**2 - variance) @ (1 / variance) / (1 / variance).sum()
    return Misses(float(np.sqrt(max(0.0, surplus))), len(miss))


def _count(rows: Scored) -> int:
    return int(rows.fold.max()) + 1


def _means_before(values: Array) -> Array:
    """Return the mean of the three values before each but the first three."""
    return np.convolve(values, np.full(RECENT, 1 / RECENT), mode="valid")[:-1]


def table(
    rows: Scored, forecast: Array, intercepts: tuple[float, float], *, follows: bool
) -> pd.DataFrame:
    """Set the base rate that was fitted beside the one that is forecast.

    Parameters
    ----------
    rows : Scored
        By the fit's own intercept.
    forecast : ndarray, shape (n,)
        Log-odds as scored.
    intercepts : pair of float
        The log-odds of the average training contact, fitted and as scored.
    follows : bool
        Whether the forecast follows the last campaigns.

    Returns
    -------
    DataFrame
        Rows ``fitted`` and ``forecast``; ``intercept``, and ``rate``, the response rate that
        is expected of the last three campaigns' contacts, with ``lower_95`` and ``upper_95``
        for one campaign more of their kind, NaN where too few campaigns tell.
    """
    own, ahead = recent(rows), recent(rows._replace(log_odds=forecast))
    precision = shift_of(ahead, hold=HOLD).precision
    apart = misses(rows, follows=follows).bound(precision)
    low, middle, high = (_rate(ahead, by) for by in (-apart, 0.0, apart))
    values = [[intercepts[0], _rate(own, 0.0), np.nan, np.nan], [intercepts[1], middle, low, high]]
    columns = ["intercept", "rate", "lower_95", "upper_95"]
    return pd.DataFrame(values, index=["fitted", "forecast"], columns=columns)


def _rate(rows: Scored, by: float) -> float:
    return float(np.average(expit(rows.log_odds + by), weights=rows.weight))
