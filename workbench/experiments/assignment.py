"""How contacts came into their arms: planned shares, shares by campaign, customers in two arms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from workbench.errors import DataError, ParameterError
from workbench.experiments.tested import Numbers, Tested, assigned_counts, unit_counts
from workbench.messages import count_of, did_you_mean, listed
from workbench.numbers import Array

MISMATCH = 0.001
"""A sample-ratio mismatch less likely than this is no chance: something is broken."""

SHARES_DIFFER = 0.01
"""Below it shares are taken to differ between campaigns: each is weighted by its own."""

FEWEST_OF_CAMPAIGN = 2
"""Units that a campaign must have in each arm, to be compared within."""


@dataclass(frozen=True)
class Assigned:
    """Weights that make arms comparable.

    Parameters
    ----------
    omega : ndarray, shape (n,)
        The inverse of the chance of the row's arm: as it was told, or as it was in the row's
        stratum.
    stratum : ndarray of int, shape (n,)
        Within which arms are compared: the campaign where shares differ between them, else 0.
    mismatch : float
        The p-value of the sample ratio; NaN where no share was told.
    planned : ndarray, shape (arms,)
        The share of each arm that was told; NaN where none was.
    """

    omega: Array
    stratum: Numbers
    mismatch: float
    planned: Array


def assigned(found: Tested, shares: Mapping[str, float] | None) -> tuple[Tested, Assigned]:
    """Check the assignment; return the contacts that can be compared, and their weights.

    Raises
    ------
    DataError
        The sample ratio is not as it was told, or customers are in two arms.
    """
    found = _without_single_armed(_by_customer(found))
    planned = _told_shares(found, shares)
    mismatch = _check_shares(found, planned)
    if found.probability is not None:
        zero = np.zeros(len(found.y), dtype=np.int64)
        return found, Assigned(
            1 / found.probability, zero, _check_probability(found, found.probability), planned
        )
    if shares is None:
        found = found.noting(
            "The planned shares of the arms are not known, so whether they were kept could not be "
            f"checked: give `shares={_as_typed(found)}`."
        )
    stratum = _strata(found)
    if stratum.any():
        found = found.noting(
            "Shares of the arms differ between campaigns: arms are compared within each campaign, "
            "and the effects are averaged by contacts."
        )
    cell = stratum * len(found.names) + found.arm
    of_cell = np.bincount(cell, weights=found.weight)
    of_stratum = np.bincount(stratum, weights=found.weight)
    return found, Assigned(of_stratum[stratum] / of_cell[cell], stratum, mismatch, planned)


def _as_typed(found: Tested) -> str:
    return "{" + ", ".join(f"{name!r}: …" for name in found.names) + "}"


def _by_customer(found: Tested) -> Tested:
    """Say what is independent; refuse an assignment by customer that was not kept."""
    if found.unit is None:
        if (found.weight != 1).any():
            return found.noting(
                "Rows stand for several contacts, each taken as assigned on its own. Where they "
                "were assigned as a whole, name what was: `cluster=`."
            )
        return found
    where = _campaign_codes(found)
    unit = pd.factorize(where * (found.unit.max() + 1) + found.unit)[0]
    arms = np.zeros((unit.max() + 1, len(found.names)), dtype=bool)
    arms[unit, found.arm] = True
    several = np.bincount(unit) > 1
    mixed = int((arms.sum(axis=1) > 1)[several].sum())
    expected = _mixed_by_chance(found, np.bincount(unit)[several])
    if 0 < mixed < expected / 2:
        raise DataError(
            "Contacts must be assigned one by one, or each customer as a whole; of "
            f"{int(several.sum()):,} customers with several contacts {mixed:,} are in two arms, "
            f"{expected:,.0f} would be by chance. Find out how they came into the second arm, and "
            "leave out those customers only if their arm did not decide it."
        )
    how = "one by one" if mixed else "with their customer"
    return replace(found, wholes=not mixed).noting(
        f"Customers have several contacts, assigned {how}: standard errors are of "
        f"{count_of(found.unit.max() + 1, 'customer')}."
    )


def _mixed_by_chance(found: Tested, sizes: Numbers) -> float:
    share = np.bincount(found.arm) / len(found.arm)
    return float((1 - (share[None, :] ** sizes[:, None]).sum(axis=1)).sum())


def _campaign_codes(found: Tested) -> Numbers:
    if found.frame.campaign is None:
        return np.zeros(len(found.y), dtype=np.int64)
    return np.asarray(pd.factorize(found.frame.campaign)[0], dtype=np.int64)


def _without_single_armed(found: Tested) -> Tested:
    """Leave out campaigns without a control group, or with nothing else."""
    where = _campaign_codes(found)
    size, arms = int(where.max()) + 1, len(found.names)
    count = unit_counts(found, where * arms + found.arm, size * arms).reshape(size, arms)
    enough = count >= FEWEST_OF_CAMPAIGN
    fit = enough[:, 0] & enough[:, 1:].any(axis=1)
    if fit.all():
        return found
    if not fit.any():
        raise DataError(
            "A test must have a control group and another arm in the same campaign; no campaign "
            "has both. Effects of arms and of campaigns cannot be told apart: keep a control "
            "group in every campaign."
        )
    out = pd.Series(found.frame.campaign)[~fit[where]]
    return found.rows(fit[where]).noting(
        f"Left out, as they have one arm only: {count_of(out.nunique(), 'campaign')} "
        f"({listed(out.unique(), 4)}), {count_of(len(out), 'row')}."
    )


def _check_shares(found: Tested, told: Array) -> float:
    if np.isnan(told).any():
        return float("nan")
    where, arms = _campaign_codes(found), len(told)
    size = (int(where.max()) + 1, arms)  # a customer is assigned once a campaign
    count = assigned_counts(found, where * arms + found.arm, size[0] * arms).reshape(size).sum(0)
    expected = told * count.sum()
    chance = float(chdtrc(len(told) - 1, ((count - expected) ** 2 / expected).sum()))
    if chance < MISMATCH:
        seen = ", ".join(
            f"{name!r} {n:,.0f} of {e:,.0f} expected"
            for name, n, e in zip(found.names, count, expected, strict=True)
        )
        raise DataError(
            "The sample ratio must be as planned; chance explains what came with a probability of "
            f"{chance:.1g}: {seen}. Contacts are missing, or came in twice, in one of the arms, "
            "and no analysis mends that: find out which. If the plan was another, tell it in "
            "`shares`."
        )
    return chance


def _told_shares(found: Tested, shares: Mapping[str, float] | None) -> Array:
    if shares is None:
        return np.full(len(found.names), np.nan)
    given = {str(name): value for name, value in shares.items()}
    for name in given:
        if name not in found.names:
            raise ParameterError(
                f"`shares` names unknown arm {name!r}; there are {listed(found.names)}."
                f"{did_you_mean(name, found.names)}"
            )
    missing = [name for name in found.names if name not in given]
    told = np.array([float(given.get(name, 1.0)) for name in found.names])
    if missing or not (np.isfinite(told) & (told > 0)).all():
        raise ParameterError(
            f"`shares` must have a number above 0 for each of {listed(found.names)}; got "
            f"{dict(shares)!r}. Give the planned share, or the planned number, of each arm."
        )
    return np.asarray(told / told.sum(), dtype=np.float64)


def _check_probability(found: Tested, p: Array) -> float:
    """Compare Σ 1/p of each arm with the number of contacts; raise where chance does not do it."""
    total, least = float(found.weight.sum()), 1.0
    unit = np.arange(len(p)) if found.unit is None else found.unit
    w = found.weight if found.unit is not None else np.sqrt(found.weight)
    for code, name in enumerate(found.names):
        here = found.arm == code
        # what each row adds to the sum, less the 1 that it adds on average
        noise = np.bincount(unit, w * np.where(here, (1 - p) / p, -1.0))
        spread = float(np.sqrt(noise @ noise + 1e-12 * total))
        sum_ = float((found.weight / p)[here].sum())
        chance = float(2 * ndtr(-abs(sum_ - total) / spread))
        least = min(least, chance)
        if chance < MISMATCH / len(found.names):
            raise DataError(
                f"`arm_probability` must be the chance with which each row got its arm: the sum "
                f"of 1/probability of arm {name!r} must be near the number of contacts, "
                f"{total:,.0f}; it is {sum_:,.0f}. Mend the probabilities, or find the contacts "
                "that are missing in that arm."
            )
    return min(1.0, least * len(found.names))


def _strata(found: Tested) -> Numbers:
    """Return the campaign of each row where shares differ between campaigns, else zeros."""
    where = _campaign_codes(found)
    size, arms = int(where.max()) + 1, len(found.names)
    count = assigned_counts(found, where * arms + found.arm, size * arms).reshape(size, arms)
    expected = count.sum(axis=1, keepdims=True) * count.sum(axis=0) / count.sum()
    statistic = float(((count - expected) ** 2 / expected).sum())
    chance = float(chdtrc((size - 1) * (arms - 1), statistic)) if size > 1 else 1.0
    return where if chance < SHARES_DIFFER else np.zeros_like(where)
