"""How well propensities rank contacts, and how well they predict: loss, AUC, lift, gain.

Contacts are taken from the highest propensity down. Ties are split in proportion: where
a depth ends inside a run of equal propensities, it holds that share of the run's contacts
and of its positives. Nothing here depends on the order of rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import xlog1py, xlogy

from workbench.metrics._inputs import Levels, check_count, check_share, levels, scored
from workbench.numbers import Array

_EPS = float(np.finfo(np.float64).eps)


def log_loss(y: Any, propensity: Any, *, weight: Any = None) -> float:
    """Average the negative log-likelihood, in nats per contact.

        −(1/W) Σ_i w_i [ y_i log p_i + (1 − y_i) log(1 − p_i) ]

    Parameters
    ----------
    y : array of 0 and 1, shape (n,)
    propensity : array in [0, 1], shape (n,)
        Kept 2.2e-16 away from 0 and 1, so that one impossible contact costs 36, not infinity.
    weight : array, shape (n,), optional
        How many contacts a row stands for.

    Returns
    -------
    float

    Raises
    ------
    DataError
        Lengths differ, or a value is not what it must be.

    Examples
    --------
    >>> round(log_loss([1, 0], [0.8, 0.4]), 4)
    0.367
    """
    rows = scored(y, propensity, weight)
    return float(np.average(row_log_loss(rows.y, rows.propensity), weights=rows.weight))


def row_log_loss(y: Array, propensity: Array) -> Array:
    """Return each row's own log loss, shape (n,)."""
    p = np.clip(propensity, _EPS, 1 - _EPS)
    return np.asarray(-xlogy(y, p) - xlog1py(1 - y, -p))


def brier(y: Any, propensity: Any, *, weight: Any = None) -> float:
    """Average the squared error of the probability, (1/W) Σ w_i (p_i − y_i)².

    Errors are those of `log_loss`. Brier (1950), Monthly Weather Review 78.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcomes, 0 or 1.
    propensity : array-like, shape (n,)
        In [0, 1].
    weight : array-like, shape (n,), optional
        How many contacts a row is; 1 each where it is left out.

    Returns
    -------
    float
        From 0, which is perfect, to 1.

    Examples
    --------
    >>> round(brier([1, 0], [0.8, 0.4]), 4)
    0.1
    """
    rows = scored(y, propensity, weight)
    return float(np.average((rows.propensity - rows.y) ** 2, weights=rows.weight))


def auc(y: Any, propensity: Any, *, weight: Any = None) -> float:
    """Area under the ROC curve: the chance that a positive ranks above a negative.

        P(p₁ > p₀) + ½ P(p₁ = p₀)

    Errors are those of `log_loss`.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcomes, 0 or 1.
    propensity : array-like, shape (n,)
        In [0, 1].
    weight : array-like, shape (n,), optional
        How many contacts a row is; 1 each where it is left out.

    Returns
    -------
    float
        In [0, 1]; NaN where there are not two classes.

    References
    ----------
    Hanley & McNeil (1982), Radiology 143.

    Examples
    --------
    >>> auc([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])
    0.875
    """
    return auc_of(levels(scored(y, propensity, weight)))


def auc_of(by_level: Levels) -> float:
    """Return the AUC of positives and contacts by level."""
    positives = by_level.positives
    negatives = by_level.contacts - positives
    pairs = positives.sum() * negatives.sum()
    above = np.cumsum(positives) - positives
    return float(negatives @ (above + positives / 2) / pairs) if pairs > 0 else float("nan")


def gain_curve(y: Any, propensity: Any, *, weight: Any = None) -> pd.DataFrame:
    """Follow the share of positives reached, contact by contact.

    Errors are those of `log_loss`.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcomes, 0 or 1.
    propensity : array-like, shape (n,)
        In [0, 1].
    weight : array-like, shape (n,), optional
        How many contacts a row is; 1 each where it is left out.

    Returns
    -------
    DataFrame
        A first row at depth 0, then one row a distinct propensity, highest first:

        - ``depth``: the share contacted;
        - ``contacts, positives``;
        - ``propensity``: the lowest contacted;
        - ``cumulative_gain``: the share of positives reached;
        - ``cumulative_lift``: gain / depth.

        Straight between rows.

    Examples
    --------
    >>> gain_curve([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])[["depth", "cumulative_gain"]]
       depth  cumulative_gain
    0   0.00              0.0
    1   0.25              0.5
    2   0.75              1.0
    3   1.00              1.0
    """
    by_level = levels(scored(y, propensity, weight))
    contacts, positives = by_level.cumulated()
    table = pd.DataFrame(
        {
            "depth": contacts / contacts[-1],
            "contacts": contacts,
            "positives": positives,
            "propensity": np.concatenate([[np.nan], by_level.propensity]),
        }
    )
    return _with_gain(table, float(positives[-1]))


def ranking_table(y: Any, propensity: Any, *, weight: Any = None, bins: int = 10) -> pd.DataFrame:
    """Cut the ranking into equal parts, best first (ten: the decile table).

    Parameters
    ----------
    y, propensity, weight
        As for `log_loss`.
    bins : int
        Number of parts; each holds W / bins contacts, a share of one if need be.

    Returns
    -------
    DataFrame
        One row a part: ``depth`` (share contacted down to and with this part),
        ``contacts`` and ``positives`` in it, ``rate`` = positives / contacts,
        ``mean_propensity``, ``lift`` = rate / overall rate, ``cumulative_gain`` and
        ``cumulative_lift``. Lift and gain are NaN where there are no positives.

    Raises
    ------
    DataError
        As for `log_loss`.
    ParameterError
        `bins` is not a positive whole number.

    Examples
    --------
    >>> table = ranking_table([1, 1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], bins=2)
    >>> table[["depth", "contacts", "positives", "lift", "cumulative_gain"]].round(2)
       depth  contacts  positives  lift  cumulative_gain
    0    0.5       3.0        2.0  1.33             0.67
    1    1.0       3.0        1.0  0.67             1.00
    """
    check_count(bins, name="bins")
    by_level = levels(scored(y, propensity, weight))
    contacts, positives = by_level.cumulated()
    expected = np.concatenate([[0.0], np.cumsum(by_level.contacts * by_level.propensity)])
    edges = contacts[-1] * np.arange(bins + 1) / bins
    in_bin = contacts[-1] / bins
    reached = np.interp(edges, contacts, positives)
    table = pd.DataFrame(
        {
            "depth": edges[1:] / contacts[-1],
            "contacts": in_bin,
            "positives": np.diff(reached),
            "rate": np.diff(reached) / in_bin,
            "mean_propensity": np.diff(np.interp(edges, contacts, expected)) / in_bin,
        }
    )
    overall = positives[-1] / contacts[-1]
    table["lift"] = table["rate"] / overall if overall > 0 else np.nan
    return _with_gain(table, float(positives[-1]), reached[1:])


def lift_at(y: Any, propensity: Any, *, depth: float = 0.1, weight: Any = None) -> float:
    """Return the rate among the best contacts over the overall rate.

    Parameters
    ----------
    y, propensity, weight
        As for `log_loss`.
    depth : float
        Share contacted, in (0, 1].

    Returns
    -------
    float
        1 is what a random choice gives; NaN where there are no positives.

    Raises
    ------
    DataError
        As for `log_loss`.
    ParameterError
        `depth` is not in (0, 1].

    Examples
    --------
    >>> lift_at([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1], depth=0.5)
    1.5
    """
    check_share(depth, name="depth")
    return lift_of(levels(scored(y, propensity, weight)), depth)


def lift_of(by_level: Levels, depth: float) -> float:
    """Return the lift at a depth, of positives and contacts by level."""
    contacts, positives = by_level.cumulated()
    if positives[-1] == 0:
        return float("nan")
    reached = np.interp(depth * contacts[-1], contacts, positives)
    return float(reached / positives[-1] / depth)


def _with_gain(table: pd.DataFrame, total: float, reached: Array | None = None) -> pd.DataFrame:
    reached = table["positives"].to_numpy() if reached is None else reached
    gain = reached / total if total > 0 else np.full(len(table), np.nan)
    depth = table["depth"].to_numpy()
    lift = np.divide(gain, depth, out=np.full(len(table), np.nan), where=depth > 0)
    return table.assign(cumulative_gain=gain, cumulative_lift=lift)
