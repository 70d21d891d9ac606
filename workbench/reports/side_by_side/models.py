"""Two models side by side: penalties, features, coefficients and trained ranges."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.numbers import Z95
from workbench.reports.side_by_side.one_run import OneRun

MUCH_WIDER = 0.1
"""Of the width of a range: what is less moves hardly a score."""


class Moved(NamedTuple):
    """Coefficients of both models that can be compared, those that moved most first.

    Parameters
    ----------
    table : DataFrame
        Of those that moved: ``old, new, std_error, z, penalty_old, penalty_new``, by column.
    compared : int
        How many were compared.
    few : int
        How many moved and are not shown, as they are of few people.
    """

    table: pd.DataFrame
    compared: int
    few: int


def penalties(old: OneRun, new: OneRun) -> pd.DataFrame:
    """Compare the penalty of each group: the geometric mean of those of its columns.

    Returns
    -------
    DataFrame
        By group: ``columns_old, columns_new`` (design columns that are not dropped),
        ``penalty_old, penalty_new`` (on the scale of the mean loss, so the same at any number of
        contacts; NaN where a group is not there, or wholly dropped), and ``times``, the ratio.
    """
    sides = {name: _by_group(one) for name, one in (("old", old), ("new", new))}
    groups = list(dict.fromkeys([*sides["old"].index, *sides["new"].index]))
    table = pd.DataFrame(index=pd.Index(groups, name="group"))
    for what in ("columns", "penalty"):
        for name, side in sides.items():
            table[f"{what}_{name}"] = side[what].reindex(table.index)
    both = table[["penalty_old", "penalty_new"]].gt(0).all(axis=1)
    table["times"] = (table["penalty_new"] / table["penalty_old"]).where(both)
    return table


def _by_group(one: OneRun) -> pd.DataFrame:
    columns = one.columns
    if columns.empty:
        return pd.DataFrame({"columns": [], "penalty": []}, dtype="float64")
    kept = columns[~columns["dropped"]]
    groups = kept.groupby("group", sort=False)["penalty"]
    with np.errstate(divide="ignore"):  # no penalty at all is a penalty of 0
        means = groups.agg(lambda each: float(np.exp(np.log(each).mean())))
    table = pd.DataFrame({"columns": groups.size(), "penalty": means})
    return table.reindex(columns["group"].unique()).fillna({"columns": 0})


def features(old: OneRun, new: OneRun) -> tuple[list[str], list[str]]:
    """Return the features that came, and those that went."""
    before, now = (list(dict.fromkeys(_features(one))) for one in (old, new))
    return [each for each in now if each not in set(before)], [
        each for each in before if each not in set(now)
    ]


def _features(one: OneRun) -> list[str]:
    columns = one.own_columns
    return [] if columns.empty else [str(name) for name in columns["feature"]]


def moved(old: OneRun, new: OneRun) -> Moved:
    """Find coefficients that differ by more than their errors say.

    Per standard deviation of the old training, a coefficient is b and b′ = b″ s / s″, where b″
    and s″ are of the new model; it moved where

        |b − b′| > 1.96 √(e² + e′²) ,

    with e and e′ their standard errors. Runs that share contacts vary less against each other,
    so that the rule then finds fewer than there are. Of columns that did not change, one in
    twenty is found by chance at most.

    Returns
    -------
    Moved
    """
    before, now = old.own_columns, new.own_columns
    if before.empty or now.empty:
        return Moved(pd.DataFrame(), 0, 0)
    both = _beside(before, now)
    both = both[~(both["dropped_old"] | both["dropped_new"]).astype(bool)]
    stretch = both["scale_old"] / both["scale_new"]
    table = pd.DataFrame(
        {
            "old": both["coef_standardised_old"],
            "new": both["coef_standardised_new"] * stretch,
            "std_error": np.hypot(
                both["std_error_old"].astype("float64"),
                both["std_error_new"].astype("float64") * stretch,
            ),
            "penalty_old": both["penalty_old"],
            "penalty_new": both["penalty_new"],
        }
    )
    table = table[table["std_error"] > 0]  # very wide fits leave some out
    table.insert(3, "z", (table["new"] - table["old"]) / table["std_error"])
    found = table[table["z"].abs() > Z95]
    order = found["z"].abs().sort_values(ascending=False, kind="stable").index
    few = [name in _of_few(old) or name in _of_few(new) for name in order]
    shown = found.loc[order][[not one for one in few]]
    return Moved(shown, len(table), sum(few))


def _beside(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of what both have side by side, in the order of the old."""
    return pd.concat([old.add_suffix("_old"), new.add_suffix("_new")], axis=1, join="inner")


def _of_few(one: OneRun) -> set[str]:
    """Return columns of levels that may be of fewer than ten people: of so few contacts each time.

    A person is contacted once in a campaign, as a rule, so that there are at least as many
    people as contacts in one of them.
    """
    columns, training = one.own_columns, one.model["training"]
    each_time = columns["mean"] * training["contacts"] / max(1, training["campaigns"])
    level = columns.index.to_series() != columns["feature"]
    return set(columns.index[level & (each_time < FEWEST_PEOPLE)])


def ranges(old: OneRun, new: OneRun) -> pd.DataFrame:
    """Compare the range of numbers that training saw of each feature that both have.

    Returns
    -------
    DataFrame
        Of those whose ends moved by more than a tenth of the width, most first: ``low_old,
        high_old, low_new, high_new, moved``, the larger move over the width of the old range.
    """
    before, now = old.own_columns, new.own_columns
    names = ["low", "high"]
    if not all(set(names) <= set(one) for one in (before, now)):
        return pd.DataFrame()
    both = _beside(before[names], now[names])
    both = both[before["feature"].reindex(both.index) == both.index]  # numbers, and no levels
    width = (both["high_old"] - both["low_old"]).replace(0.0, np.nan)
    ends = {name: (both[f"{name}_new"] - both[f"{name}_old"]).abs() for name in names}
    furthest = pd.DataFrame(ends).max(axis=1)
    both["moved"] = (furthest / width).where(width.notna(), furthest.mask(furthest > 0, np.inf))
    found = both[both["moved"] > MUCH_WIDER]
    return found.sort_values("moved", ascending=False, kind="stable")
