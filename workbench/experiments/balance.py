"""Whether arms are alike in what was known before: standardised differences, and chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtr
from scipy.stats import f as fishers

from workbench.errors import DataError
from workbench.experiments.sums import Sums, centred
from workbench.experiments.tested import Tested, unit_counts
from workbench.messages import listed
from workbench.numbers import Array

BEYOND_CHANCE = 0.001
"""For all columns together (Bonferroni), and all pairs of arms."""

TOGETHER = 1e-5
"""For all columns at once (Hotelling), which trusts the normal distribution more."""

MANY = 0.25
"""From this share of columns on it is not columns that are wrong, but the assignment."""


def balance(found: Tested, sums: Sums, names: list[str]) -> pd.DataFrame:
    """Compare each arm with the control group, column by column.

    The standardised difference is (x̄_a − x̄_0)/s, s being the standard deviation of all
    contacts. Its standard error is that of the arms' own variances or of the pooled one,
    whichever is larger: rare values know too little of their own variance.

    Parameters
    ----------
    found : Tested
    sums : Sums
        Of the features.
    names : list of str
        Of the columns.

    Returns
    -------
    DataFrame
        One row an arm and column: ``arm, column, mean, mean_against, difference, p_value``.
    """
    squares, totals = sums.squares.sum(axis=0), sums.totals.sum(axis=0)
    S, means = centred(squares)[:, :-1, :-1], totals[:, 1:-1] / totals[:, :1]
    units = unit_counts(found, found.arm, len(found.names))
    freedom = np.minimum(units, units[0]) - 1  # of the smaller arm, which knows least
    tables = []
    for arm, _ in found.pairs(every=False):
        d = means[arm] - means[0]
        error = np.sqrt(np.maximum(*_variances(S, squares, totals, arm)))
        z = np.divide(d, error, out=np.zeros_like(d), where=error > 1e-12)
        tables.append(
            pd.DataFrame(
                {
                    "arm": found.names[arm],
                    "column": names,
                    "mean": sums.mean + sums.scale * means[arm],
                    "mean_against": sums.mean + sums.scale * means[0],
                    "difference": d,
                    "p_value": 2 * stdtr(freedom[arm], -np.abs(z)),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _variances(S: Array, squares: Array, totals: Array, arm: int) -> tuple[Array, Array]:
    """Return the variances of a difference of means: from each arm's own, and pooled."""
    pair = [arm, 0]
    own = np.diagonal(S[pair], axis1=1, axis2=2)
    divisor = totals[pair, 0] ** 2
    counted = squares[pair, 0, 0]
    pooled = (own / counted[:, None] * totals[pair, :1]).sum(axis=0) / totals[pair, 0].sum()
    return (own / divisor[:, None]).sum(axis=0), pooled * (counted / divisor).sum()


def check_balance(found: Tested, table: pd.DataFrame, features: dict[str, str]) -> None:
    """Raise DataError where arms differ beyond chance.

    Parameters
    ----------
    found : Tested
    table : DataFrame
        From `balance`.
    features : dict
        The feature of each column.
    """
    wrong = table[table["p_value"] < BEYOND_CHANCE / len(table)]
    if wrong.empty:
        return
    worst = wrong.sort_values("p_value")
    names = list(dict.fromkeys(worst["column"].map(features)))
    every = len(set(features.values()))
    if len(names) > max(3, MANY * every):
        raise DataError(
            f"Arms must be assigned at random; {found.names[0]!r} and the others differ beyond "
            f"chance in {len(names)} of {every} features: {listed(names, 4)}. What the arms did "
            "cannot be told from whom they got. Where the chance of each contact's arm is known, "
            "name its column: `arm_probability=`; else keep a control group at random next time."
        )
    first = worst.iloc[0]
    dropped = ", ".join(map(repr, names))
    raise DataError(
        f"Covariates must be known before contacts are assigned; {listed(names)} differ between "
        f"arms beyond chance: {first['column']!r} is {first['mean']:.4g} on average in "
        f"{first['arm']!r}, and {first['mean_against']:.4g} in {found.names[0]!r}. What was "
        f"written afterwards must be left out, with `drop` where the table is read or by "
        f"`frame.without({dropped})`. If it was known before, the assignment was not random: give "
        "`arm_probability`."
    )


def check_together(found: Tested, sums: Sums) -> None:
    """Raise DataError where arms differ in all columns together beyond chance (Hotelling's T²)."""
    squares, totals = sums.squares.sum(axis=0), sums.totals.sum(axis=0)
    S, means = centred(squares)[:, :-1, :-1], totals[:, 1:-1] / totals[:, :1]
    n = min(float(found.weight.sum()), np.inf if found.unit is None else found.unit.max() + 1.0)
    for arm, _ in found.pairs(every=False):
        pair = [arm, 0]
        # pooled, as nothing differs by chance alone: an arm may not know its rare values' variance
        counted, weight = squares[pair, 0, 0], totals[pair, 0]
        each = np.tensordot(weight / counted, S[pair], axes=1) / weight.sum()
        spread = each * (counted / weight**2).sum()
        values, vectors = np.linalg.eigh(spread)
        told = values > 1e-9 * values.max()
        p = int(told.sum())
        if p == 0 or n < 10 * p:
            continue
        turned = vectors[:, told].T @ (means[arm] - means[0])
        statistic = float((turned**2 / values[told]).sum())
        chance = float(fishers.sf(statistic * (n - p - 1) / (n - 2) / p, p, n - p - 1))
        if chance < TOGETHER / (len(found.names) - 1):
            raise DataError(
                f"Arms must be assigned at random; {found.names[arm]!r} and {found.names[0]!r} "
                f"differ in their features, taken together, beyond chance (p = {chance:.1g}). "
                "What the arms did cannot be told from whom they got. Where the chance of each "
                "contact's arm is known, name its column: `arm_probability=`; else keep a control "
                "group at random next time."
            )
