"""Whether arms are alike in what was known before: standardised differences, and chance.

The test of chance is that of an uplift model, `workbench.ridge.uplift.randomised`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr

from workbench.errors import DataError
from workbench.experiments.assignment import Assigned
from workbench.experiments.covariates import Columns
from workbench.experiments.sums import Sums
from workbench.experiments.tested import Tested
from workbench.messages import listed
from workbench.ridge.uplift.randomised import LEAST_CHANCE, ArmTold, arm_told, check_randomised

MANY = 0.25
"""From this share of columns on it is not columns that are wrong, but the assignment."""


def arms_told(found: Tested, given: Assigned, columns: Columns) -> list[ArmTold]:
    """Ask of each arm whether the columns tell it from the control group, beyond chance."""
    known = None if found.probability is None else given.omega
    return [
        arm_told(
            columns.matrix,
            found.arm == arm,
            names=columns.names,
            campaign=found.frame.campaign,
            unit=found.unit,
            weight=np.where((found.arm == arm) | (found.arm == against), found.weight, 0.0),
            inverse_chance=known,
        )
        for arm, against in found.pairs(every=False)
    ]


def balance(found: Tested, sums: Sums, names: list[str], told: Sequence[ArmTold]) -> pd.DataFrame:
    """Compare each arm with the control group, column by column.

    The standardised difference is (x̄_a − x̄_0)/s, s being the standard deviation of all
    contacts.

    Parameters
    ----------
    found : Tested
    sums : Sums
        Of the features.
    names : list of str
        Of the columns.
    told : sequence of ArmTold
        From `arms_told`; its z gives the p-values.

    Returns
    -------
    DataFrame
        One row an arm and column: ``arm, column, mean, mean_against, difference, p_value``.
    """
    totals = sums.totals.sum(axis=0)
    means = totals[:, 1:-1] / totals[:, :1]
    tables = []
    for (arm, against), one in zip(found.pairs(every=False), told, strict=True):
        tables.append(
            pd.DataFrame(
                {
                    "arm": found.names[arm],
                    "column": names,
                    "mean": sums.mean + sums.scale * means[arm],
                    "mean_against": sums.mean + sums.scale * means[against],
                    "difference": means[arm] - means[against],
                    "p_value": 2 * ndtr(-one.z.abs().to_numpy()),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def check_balance(
    found: Tested, table: pd.DataFrame, told: Sequence[ArmTold], features: dict[str, str]
) -> None:
    """Raise DataError where columns tell the arms beyond chance.

    A few that do so by themselves are named as written afterwards; else the arms were chosen.

    Parameters
    ----------
    found : Tested
    table : DataFrame
        From `balance`.
    told : sequence of ArmTold
    features : dict
        The feature of each column.
    """
    least = min(range(len(told)), key=lambda k: told[k].chance)
    worst = told[least]._replace(chance=min(1.0, len(told) * told[least].chance))
    if worst.chance >= LEAST_CHANCE:
        return
    wrong = table[table["p_value"] < LEAST_CHANCE / len(table)].sort_values("p_value")
    names = list(dict.fromkeys(wrong["column"].map(features)))
    if 0 < len(names) <= max(3, MANY * len(set(features.values()))):
        raise _written_afterwards(found, wrong, names)
    check_randomised(worst, arm=found.names[least + 1], control=found.names[0])


def _written_afterwards(found: Tested, wrong: pd.DataFrame, names: list[str]) -> DataError:
    first = wrong.iloc[0]
    dropped = ", ".join(map(repr, names))
    return DataError(
        f"Covariates must be known before contacts are assigned; {listed(names)} differ between "
        f"arms beyond chance: {first['column']!r} is {first['mean']:.4g} on average in "
        f"{first['arm']!r}, and {first['mean_against']:.4g} in {found.names[0]!r}. What was "
        f"written afterwards must be left out, with `drop` where the table is read or by "
        f"`frame.without({dropped})`. If it was known before, the assignment was not random: give "
        "`arm_probability`."
    )
