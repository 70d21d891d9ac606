"""What a treatment changed among some of the rows of a test, and how sure that is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from workbench.frame.dealing import ENOUGH
from workbench.metrics._trial import Trial
from workbench.metrics.clusters import Numbers, reach_of
from workbench.numbers import Array

FEW_RESPONSES = 30
"""Responses of an arm below which their number is too skewed for an interval from its variance."""
_ROUNDING = 1e-12


class Effect(NamedTuple):
    """The effect on some contacts.

    Parameters
    ----------
    contacts : float
    treated_mean, untreated_mean : float
        Means of the outcome, each contact by the inverse of the chance of its arm.
    uplift : float
        The difference of the means.
    influence : ndarray, shape (n,)
        What one more contact such as each row's would add to contacts × uplift, their number
        being held: its weighted sum is 0.
    least : float
        A variance of contacts × uplift that few responses do not allow to be undercut.
    """

    contacts: float
    treated_mean: float
    untreated_mean: float
    uplift: float
    influence: Array
    least: float

    @property
    def increments(self) -> float:
        """How much more of the outcome came of these contacts than without treatment."""
        return self.contacts * self.uplift


def effect_of(
    rows: Trial, part: Array, *, if_treated: Array | None = None, untreated: Array | None = None
) -> Effect:
    """Compare the arms among some contacts: the difference of means weighted by inverse chances.

    With predictions the means are those of what they leave over (doubly robust).

    Parameters
    ----------
    rows : Trial
    part : ndarray, shape (n,)
        The share, 0 to 1, of each row's contacts that is meant.
    if_treated, untreated : ndarray, shape (n,), optional
        Predicted outcomes.

    Returns
    -------
    Effect
        NaN where an arm has no contact.
    """
    contacts = float(part @ rows.weight)
    guess = [np.zeros_like(rows.y) if one is None else one for one in (untreated, if_treated)]
    means, influence, least = [], np.zeros_like(rows.y), 0.0
    shares = bool(((rows.y == 0) | (rows.y == 1)).all())
    for arm, predicted in enumerate(guess):
        own = rows.treated == bool(arm)
        inverse = np.where(own, part / rows.chance, 0.0)
        known, made = float(rows.weight @ inverse), float(rows.weight @ (part * own))
        if known <= 0:
            means.append(np.nan)
            influence[:] = np.nan
            continue
        left = rows.y - predicted
        over = float(rows.weight @ (inverse * left)) / known
        average = float(rows.weight @ (part * predicted)) / contacts
        spare = np.sqrt(made / (made - 1)) if made > 1 else np.nan
        sign = 1.0 if arm else -1.0
        influence += sign * contacts * spare * inverse * (left - over) / known
        influence += sign * part * (predicted - average)
        means.append(over + average)
        if shares:
            least += contacts**2 * _least_variance(rows.y[own], inverse[own], rows.weight[own])
    return Effect(contacts, means[1], means[0], means[1] - means[0], influence, least)


def reach(rows: Trial, influence: Array, *, level: float, least: float = 0.0) -> float:
    """Return half the interval of a sum over contacts, from what each contact adds to it.

    Of independent contacts, t √(Σ w u²). Customers with several rows are drawn as wholes, and
    so are six campaigns or more: with r the half of the interval by each,
    r² = r²(campaigns) + r²(customers) − r²(customers of a campaign).

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, Journal of
    Business & Economic Statistics 29.
    """
    counted = np.abs(influence) > _ROUNDING * np.abs(rows.y).max()
    among = rows.rows(counted) if counted.any() else rows
    quantile = float(stdtrit(max(among.contacts - 2, 1.0), 0.5 + level / 2))
    floor = quantile * np.sqrt(least)
    if np.isnan(influence).any() or not counted.any():
        return floor if least > 0 else float("nan")  # a mean of what never differs is not sure
    rows, total = among, among.weight * influence[counted]
    alone = quantile * float(np.sqrt(rows.weight @ influence[counted] ** 2))
    person = alone if rows.customer is None else _by(total, rows.customer, level=level)
    if rows.campaign is None or len(np.unique(rows.campaign)) < ENOUGH:
        return float(np.maximum(person, floor))
    campaign = _by(total, rows.campaign, level=level)
    if rows.customer is None:
        return float(np.maximum(campaign, floor))
    both = _by(total, rows.customer, rows.campaign, level=level)
    square = campaign**2 + person**2 - both**2
    return float(np.maximum(np.sqrt(max(square, min(campaign, person) ** 2)), floor))


def _by(total: Array, *labels: Numbers, level: float) -> float:
    """Draw as wholes the rows whose labels are the same."""
    one, *others = labels
    for other in others:
        one = one * (other.max() + 1) + other
    return reach_of(total, pd.factorize(one)[0], level)


def _least_variance(y: Array, inverse: Array, weight: Array) -> float:
    """Return the variance of a share of few responses, two of four contacts being added.

    0 where 30 responded and 30 did not. Agresti & Caffo (2000),
    The American Statistician 54: none of forty may well have been one.
    """
    known = float(weight @ inverse)
    count = known**2 / float(weight @ inverse**2)  # Kish: contacts that would tell as much
    came = count * float(weight @ (inverse * y)) / known
    if min(came, count - came) >= FEW_RESPONSES:
        return 0.0
    share = (came + 1) / (count + 2)
    return share * (1 - share) / (count + 2)
