"""From the score of the average contact to that of one row, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pandas as pd

from workbench.messages import count_of
from workbench.ridge.design.column_numbers import numbers_of
from workbench.ridge.explain.contributions import Explainable, edges_of, held
from workbench.ridge.explain.units import PLAIN, Unit


class Averaged(Explainable, Protocol):
    """What is read of a fitted model beside that."""

    @property
    def at_average(self) -> float:
        """The score of the average contact."""


def steps_of(
    model: Averaged,
    row: pd.DataFrame,
    *,
    by: str,
    most: int | None,
    units: Mapping[str, Unit],
) -> pd.DataFrame:
    """Return the table that `Explaining.explanation` describes.

    Parameters
    ----------
    model : RidgePropensity
    row : DataFrame, shape (1, p)
    by : {"feature", "group"}
    most : int or None
    units : mapping of feature to Unit
    """
    return arranged(by_feature(model, row, units), model.at_average, by=by, most=most)


def arranged(
    table: pd.DataFrame, average: float, *, by: str = "feature", most: int | None = None
) -> pd.DataFrame:
    """Make steps of what features add, the strongest first.

    Parameters
    ----------
    table : DataFrame
        From `by_feature`.
    average : float
        The score that the first step starts at.
    by : {"feature", "group"}
    most : int or None
    """
    if by == "group":
        sums = table.groupby("group", sort=False)["contribution"].sum()
        table = pd.DataFrame({"group": sums.index, "value": "", "contribution": sums})
    order = np.argsort(-np.abs(table["contribution"].to_numpy()), kind="stable")
    table = _lumped(table.iloc[order].rename_axis(by), by, most)
    ends = average + np.cumsum(table["contribution"].to_numpy())
    return table.assign(start=np.concatenate([[average], ends[:-1]]), end=ends)


def values_of(model: Explainable, row: pd.DataFrame, units: Mapping[str, Unit]) -> dict[str, str]:
    """Write the value of each feature, and what it counts as where training never saw it."""
    edges, texts = edges_of(model), {}
    for column in model.design_.columns:
        name, unit = column.name, units.get(column.name, PLAIN)
        texts[name] = unit.written(row[name].tolist()[0])
        if name in edges:
            texts[name] += held(float(numbers_of(row[name], column)[0]), edges[name], unit)
    return texts


def by_feature(model: Explainable, row: pd.DataFrame, units: Mapping[str, Unit]) -> pd.DataFrame:
    """Return ``group``, ``value`` and ``contribution`` of each feature."""
    parts, texts = model.contributions(row).iloc[0], values_of(model, row, units)
    groups = model.columns_.drop_duplicates("feature").set_index("feature")["group"]
    return pd.DataFrame(
        {
            "group": groups.loc[parts.index],
            "value": [texts[str(name)] for name in parts.index],
            "contribution": parts.astype("float64"),
        }
    )


def _lumped(table: pd.DataFrame, by: str, most: int | None) -> pd.DataFrame:
    """Make one step of all that follow the strongest, where they are two or more."""
    if most is None or len(table) <= most + 1:
        return table
    shown, rest = table.iloc[:most], table.iloc[most:]
    facts = {"group": "", "value": "", "contribution": float(rest["contribution"].sum())}
    name = count_of(len(rest), f"more {by}")
    return pd.concat([shown, pd.DataFrame(facts, index=pd.Index([name], name=by))])
