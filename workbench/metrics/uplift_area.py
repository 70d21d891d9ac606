"""How well scores rank contacts by what the contact changes: the area of the Qini curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.metrics._trial import Trial, check_level
from workbench.metrics.effects import reach
from workbench.metrics.score_order import Ranked, ranked
from workbench.numbers import Array

PER = 1000.0
"""Contacts to which a Qini is stated."""


def qini(
    y: Any,
    treated: Any,
    score: Any,
    *,
    treated_share: Any = None,
    weight: Any = None,
    cluster: Any = None,
    campaign: Any = None,
    level: float = 0.95,
) -> pd.Series[float]:
    """Measure how many more increments a ranking finds than random choice, over all depths.

    With I(d) the increments among the best share d of W contacts, as `uplift_by_depth` estimates
    them, it is the area between the curve and the straight line of random choice,

        Q = 1000/W ∫₀¹ [ I(d) − d I(1) ] dd ,

    in increments per 1,000 contacts of the whole list, averaged over the depths to which one may
    contact. 0 is a ranking that finds nothing, below 0 one that finds the wrong contacts. Where
    the best half holds all of the uplift, and ranks no further, Q is a quarter of the uplift of
    1,000 contacts. I is straight between distinct scores, and 0 while an arm is empty.

    Parameters
    ----------
    y, treated, score, treated_share, weight, cluster, campaign, level
        As for `uplift_by_depth`.

    Returns
    -------
    Series
        ``qini``, ``low``, ``high``; and ``increments``, the Q of all contacts together, with
        ``increments_low``, ``increments_high``. Its interval is NaN where no outcome differs.

    Raises
    ------
    DataError, ParameterError
        As for `uplift_by_depth`.

    Notes
    -----
    Peers state other numbers by the same name. Some count increments of the treated contacts
    alone, I(d) times their share. Some divide by the area of a perfect ranking, which no one can
    reach, as nobody is seen in both arms. Some divide by the increments of everybody, which may
    be 0. Some leave the random line in. Compare rankings by numbers of one definition only.

    The interval is linearised, as that of `uplift_by_depth`: a contact's influence is the exact
    derivative of the area by its weight, the length of the list being held.

    References
    ----------
    Radcliffe (2007), Using control groups to target on predicted lift, Direct Marketing Analytics
    Journal 1.

    Examples
    --------
    >>> y, treated = [1, 0, 0, 0, 0, 0, 0, 0], [1, 0, 1, 0, 1, 0, 1, 0]
    >>> float(qini(y, treated, [2, 2, 2, 2, 1, 1, 1, 1])["qini"])  # a quarter of 250
    62.5
    """
    check_level(level)
    order = ranked(
        y,
        treated,
        score,
        treated_share=treated_share,
        weight=weight,
        cluster=cluster,
        campaign=campaign,
    )
    area, influence = area_of(order)
    half = reach(order.rows, influence, level=level)
    values = np.array([area, area - half, area + half])
    per = PER / order.rows.contacts
    names = ["qini", "low", "high", "increments", "increments_low", "increments_high"]
    return pd.Series(np.concatenate([values * per, values]), index=names)


def area_of(order: Ranked) -> tuple[float, Array]:
    """Return ∫ [I(d) − d I(1)] dd of all contacts, and each row's influence on it, (n,).

    A contact of the arm a, that stands at a level, adds v_a (y − ȳ_a(d)) W d/N_a(d) to
    I(d) of each depth d from there on, where N_a is the sum of inverse chances. And by standing
    among the best it pushes others out.
    """
    rows, ends = order.rows, order.ends
    contacts = order.upto[ends]
    width = np.diff(contacts, prepend=0.0, append=contacts[-1]) / rows.contacts
    weight = (width[:-1] + width[1:]) / 2  # of each I in the sum of trapezoids
    weight[-1] -= 0.5  # the straight line
    curve, means, known = _curve(rows, ends)
    level = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
    influence = _of_standing(curve, weight, contacts)[level]
    for arm, sign in ((0, -1.0), (1, 1.0)):
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = np.where((known > 0).all(axis=0), weight * contacts / known[arm], 0.0)
        onwards, mean = _from_here(gain), _from_here(gain * np.nan_to_num(means[arm]))
        apart = sign / rows.chance * (rows.y * onwards[level] - mean[level])
        influence += np.where(rows.treated == bool(arm), apart, 0.0)
    return float(weight @ curve), influence


def _curve(rows: Trial, ends: Any) -> tuple[Array, Array, Array]:
    """Return I at the end of each level (L,), and the arms' means and sums of chances (2, L)."""
    sums = []
    for arm in (0, 1):
        inverse = np.where(rows.treated == bool(arm), rows.weight / rows.chance, 0.0)
        sums.append([np.cumsum(inverse)[ends], np.cumsum(inverse * rows.y)[ends]])
    known, came = np.array(sums).transpose(1, 0, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = came / known
    contacts = np.cumsum(rows.weight)[ends]
    return np.nan_to_num(contacts * (means[1] - means[0])), means, known


def _from_here(values: Array) -> Array:
    return np.asarray(np.cumsum(values[::-1])[::-1], dtype=np.float64)


def _of_standing(curve: Array, weight: Array, contacts: Array) -> Array:
    """Return what a contact of each level adds by standing there, the list's length being held.

    From its level l on there is one more, Σ_{k ≥ l} ω_k Δ_k, where Δ is the uplift and ω what a
    level counts in the area. Its level is longer, (I_l + I_{l−1})/2W, and all others are shorter,
    which makes the sum over all contacts 0.
    """
    start = np.concatenate([[0.0], curve[:-1]])
    added = _from_here(weight * curve / contacts) + (curve + start) / 2 / contacts[-1]
    mean = float(np.diff(contacts, prepend=0.0) @ added) / contacts[-1]
    return np.asarray(added - mean)
