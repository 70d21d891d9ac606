"""What a contact changes, from the contacts with the highest scores down.

Contacts are taken from the highest score down, whatever the score is: an uplift, a propensity or
a rule of thumb. Ties are split in proportion, and nothing depends on the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Unpack

import numpy as np
import pandas as pd

from workbench.metrics._inputs import check_count
from workbench.metrics._trial import Roles, check_level
from workbench.metrics.effects import Effect, effect_of, reach
from workbench.metrics.money import one_for_all
from workbench.metrics.score_order import Ranked, ranked
from workbench.numbers import Array

AT_THE_BORDER = 0.05
"""How far from a depth, as a share of all, contacts tell the uplift of those at its border."""


def uplift_by_depth(
    y: Any,
    treated: Any,
    score: Any,
    *,
    treated_share: Any = None,
    weight: Any = None,
    cluster: Any = None,
    campaign: Any = None,
    bins: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure what treatment adds among the best contacts, depth by depth, and in each part.

    Among some contacts with treated share e, the uplift is the difference of the arms' means,
    each contact counting by the inverse of the chance of its arm (Hájek's estimate):

        uplift = Σ v₁ y / Σ v₁ − Σ v₀ y / Σ v₀ ,  v₁ = w t / e ,  v₀ = w (1 − t) / (1 − e) .

    With one e for all that is the treated mean less the untreated mean. Increments are the
    uplift times all of these contacts: what treating all of them adds to treating none.
    Parts are measured by themselves, so that their increments add up to those of the best share
    but for the luck of assignment.

    Parameters
    ----------
    y : array, shape (n,)
        Outcomes: 0 and 1, or any finite amount.
    treated : array of 0 and 1, shape (n,)
        1 for treated rows, 0 for the control group.
    score : array, shape (n,)
        What contacts are ranked by, the highest first.
    treated_share : float or array of shape (n,), optional
        The chance of each row, of either arm, of being treated. By default the share that was
        treated, within each `campaign` where these are given.
    weight : array, shape (n,), optional
        How many contacts a row stands for.
    cluster : array, shape (n,), optional
        The customer, where one has several rows: what is drawn as a whole.
    campaign : array, shape (n,), optional
        Six campaigns or more are drawn as wholes, too.
    bins : int
        Parts of the ranking, of as many contacts each.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a depth, the best first. ``depth`` (share), ``contacts``, ``score`` (the lowest so
        far), and of these contacts ``treated_mean``, ``untreated_mean``, ``uplift``,
        ``uplift_low``, ``uplift_high``, ``increments``, ``low``, ``high`` (of the increments).
        Of the part that ends at the depth ``bin_treated_mean``, ``bin_untreated_mean``,
        ``bin_uplift``, ``bin_low``, ``bin_high``. NaN where an arm is empty.

    Raises
    ------
    DataError
        Lengths differ, there are no rows, an outcome or score is missing or infinite, or
        `treated` is not 0 or 1. An arm is empty, also in a campaign where shares are observed. A
        share is not between 0 and 1, or is not the share that was treated: they are more than
        five standard errors apart.
    ParameterError
        `bins` or `level` is out of range.

    Notes
    -----
    Intervals are linearised. Each contact's influence on the increments is summed over what is
    drawn as a whole, customers and campaigns. Half an interval is Student's t times the root of
    the sum of squares (`workbench.metrics.effects.reach`). They agree with a bootstrap that draws
    these wholes, depend on no seed, and hold for few campaigns. Of fewer than 30 responses they
    are no narrower than those of Agresti & Caffo (2000).

    Sums of y by inverse chances that are not divided by their weights (Horvitz & Thompson, 1952)
    are unbiased, too. In simulated tests at shares of 0.5 to 0.9 their standard errors were 10 to
    18% larger, and they change where a constant is added to y.

    References
    ----------
    Radcliffe (2007), Using control groups to target on predicted lift, Direct Marketing Analytics
    Journal 1. Hájek (1971), Foundations of Statistical Inference, p. 236.

    Examples
    --------
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> table = uplift_by_depth(y, treated, [8, 7, 6, 5, 4, 3, 2, 1], bins=2)
    >>> table[["depth", "contacts", "treated_mean", "untreated_mean", "uplift", "increments"]]
       depth  contacts  treated_mean  untreated_mean  uplift  increments
    0    0.5       4.0           1.0            0.00    1.00         4.0
    1    1.0       8.0           1.0            0.25    0.75         6.0
    """
    check_count(bins, name="bins")
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
    depths = np.arange(bins + 1) / bins
    parts = [_measured(order, *ends, level) for ends in pairwise(depths)]
    names = ("bin_treated_mean", "bin_untreated_mean", "bin_uplift", "bin_low", "bin_high")
    return _of_best(order, depths[1:], level).assign(**_columns(parts, names))


def incremental_profit_by_depth(
    y: Any,
    treated: Any,
    score: Any,
    *,
    cost: float,
    margin: float,
    bins: int = 50,
    level: float = 0.95,
    **roles: Unpack[Roles],
) -> pd.DataFrame:
    """Follow what contacts earn beyond what would have come anyway, best first.

    With the increments and the treated mean of `uplift_by_depth`,

        incremental = margin · increments − cost · contacts ,
        gross = margin · treated mean · contacts − cost · contacts ,

    so that gross profit counts responses that would have come without the contact.

    Parameters
    ----------
    y, treated, score, level
        As for `uplift_by_depth`.
    cost : float
        Of one contact, in any currency.
    margin : float
        Earned by one response (by a unit of `y`) before that cost, in the same currency.
    bins : int
        Depths that are looked at.
    **roles
        `treated_share`, `weight`, `cluster` and `campaign`, as for `uplift_by_depth`.

    Returns
    -------
    DataFrame
        A first row at depth 0, then one row a depth. ``depth``, ``contacts``, ``score``,
        ``increments``, ``incremental_profit``, ``low``, ``high`` (of that) and ``gross_profit``.

    Raises
    ------
    DataError, ParameterError
        As for `uplift_by_depth`; or `cost` or `margin` is negative or not finite.

    Examples
    --------
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> table = incremental_profit_by_depth(
    ...     y, treated, [8, 7, 6, 5, 4, 3, 2, 1], cost=1.0, margin=3.0, bins=2
    ... )
    >>> table[["contacts", "increments", "incremental_profit", "gross_profit"]]
       contacts  increments  incremental_profit  gross_profit
    0       0.0         0.0                 0.0           0.0
    1       4.0         4.0                 8.0           8.0
    2       8.0         6.0                10.0          16.0
    """
    one_for_all(cost, name="cost")
    one_for_all(margin, name="margin")
    check_count(bins, name="bins")
    check_level(level)
    order = ranked(y, treated, score, **roles)
    return profit_in_order(order, cost=cost, margin=margin, bins=bins, level=level)


def profit_in_order(
    order: Ranked, *, cost: float, margin: float, bins: int, level: float
) -> pd.DataFrame:
    """Return what `incremental_profit_by_depth` does, of rows that are in order."""
    table = _of_best(order, np.arange(1, bins + 1) / bins, level)
    spent = cost * table["contacts"]
    profit = pd.DataFrame(
        {
            "depth": table["depth"],
            "contacts": table["contacts"],
            "score": table["score"],
            "increments": table["increments"],
            "incremental_profit": margin * table["increments"] - spent,
            "low": margin * table["low"] - spent,
            "high": margin * table["high"] - spent,
            "gross_profit": margin * table["treated_mean"] * table["contacts"] - spent,
        }
    )
    nobody = pd.DataFrame({name: [0.0] for name in profit}).assign(score=np.nan)
    return pd.concat([nobody, profit], ignore_index=True)


def effect_between(order: Ranked, start: float, end: float) -> Effect:
    """Measure the contacts between two depths, as far as depths are held: whoever is added there.

    One more contact among the best pushes another out, the one at the border, so that the part
    is as long as before.
    """
    first, last = order.best(start) if start > 0 else np.zeros_like(order.score), order.best(end)
    effect = effect_of(order.rows, last - first)
    standing = (last - first - (end - start)) * effect.uplift
    for depth, among, side in ((start, first, 1), (end, last, -1)):
        if 0 < depth < 1:
            standing += side * (among - depth) * uplift_at(order, depth)
    return effect._replace(influence=effect.influence + standing)


def uplift_at(order: Ranked, depth: float) -> float:
    """Return the uplift of the contacts about a depth; 0 where an arm is empty there."""
    near = order.best(min(depth + AT_THE_BORDER, 1.0)) - order.best(max(depth - AT_THE_BORDER, 0.0))
    among = near > 0
    uplift = effect_of(order.rows.rows(among), near[among]).uplift
    return uplift if np.isfinite(uplift) else 0.0


def _measured(order: Ranked, start: float, end: float, level: float) -> tuple[Effect, float]:
    """Return an effect, and half the interval of its increments."""
    effect = effect_between(order, start, end)
    return effect, reach(order.rows, effect.influence, level=level, least=effect.least)


def _of_best(order: Ranked, depths: Array, level: float) -> pd.DataFrame:
    """Measure the best contacts, down to each of some depths."""
    found = [_measured(order, 0.0, depth, level) for depth in depths]
    names = ("treated_mean", "untreated_mean", "uplift", "uplift_low", "uplift_high")
    return pd.DataFrame(
        {
            "depth": depths,
            "contacts": [effect.contacts for effect, _ in found],
            "score": [float(order.score[order.best(depth) > 0][-1]) for depth in depths],
            **_columns(found, names),
            "increments": [effect.increments for effect, _ in found],
            "low": [effect.increments - half for effect, half in found],
            "high": [effect.increments + half for effect, half in found],
        }
    )


def _columns(found: list[tuple[Effect, float]], names: Iterable[str]) -> dict[str, list[float]]:
    rows = [
        (
            effect.treated_mean,
            effect.untreated_mean,
            effect.uplift,
            effect.uplift - half / effect.contacts,
            effect.uplift + half / effect.contacts,
        )
        for effect, half in found
    ]
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
