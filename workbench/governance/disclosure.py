"""What may be shown of how few people: every view, chart and table of a report asks here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench._checks import check_choice
from workbench.feature_frame import FeatureFrame

FEWEST_PEOPLE = 10
"""Customers below which no count, level or campaign is shown by itself."""
PRIVATE, STATIC, EXACT = "private", "static", "exact"
RELEASES = (PRIVATE, STATIC, EXACT)
"""How a view leaves the notebook: see `check_release`."""
OTHER = "other"


def check_release(release: str) -> str:
    """Return how a view leaves the notebook, if there is such a way.

    "private": statistics of clipped rows, with noise. "static": a picture and tables alone.
    "exact": the statistics as they are, for readers inside the house.

    Raises
    ------
    ParameterError
        It is none of them.
    """
    check_choice(release, RELEASES, name="release")
    return release


def people(frame: FeatureFrame) -> npt.NDArray[np.int64]:
    """Return a number of each row's customer; where none is named, each row is somebody's.

    A row of many contacts, of whom no customer is named, is many people: see `heads`.
    """
    if frame.customer is None:
        return np.arange(len(frame), dtype=np.int64)
    codes, names = pd.factorize(frame.customer)
    nobody = np.flatnonzero(codes < 0)
    codes[nobody] = len(names) + np.arange(len(nobody))
    return np.asarray(codes, dtype=np.int64)


def heads(frame: FeatureFrame) -> npt.NDArray[np.float64]:
    """Return how many people each row stands for: of a cell all of its contacts, else one."""
    if frame.cell is None:
        return np.ones(len(frame))
    named = False if frame.customer is None else frame.customer.notna().to_numpy()
    return np.where(named, 1.0, frame.weights)


def people_of(
    labels: pd.Series[Any], person: npt.NDArray[np.int64], number: Any = None
) -> pd.Series[Any]:
    """Count the distinct customers of each label, each for as many people as it stands for.

    Examples
    --------
    >>> people_of(pd.Series(["a", "a", "b"]), np.array([0, 0, 1])).to_dict()
    {'a': 1, 'b': 1}
    """
    table = pd.DataFrame({"label": labels.to_numpy(), "person": person})
    table["number"] = 1 if number is None else number
    each = table.groupby(["label", "person"], observed=True)["number"].max()
    return each.groupby(level="label").sum()


def count_of(person: npt.NDArray[np.int64], number: Any) -> float:
    """Count distinct customers, each for as many people as it stands for.

    Examples
    --------
    >>> count_of(np.array([0, 0, 1]), np.array([1.0, 1.0, 40.0]))
    41.0
    """
    return float(pd.Series(number).groupby(person).max().sum())


def few(counts: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Say which counts stand for one to nine people.

    Examples
    --------
    >>> few([0, 1, 9, 10]).tolist()
    [False, True, True, False]
    """
    n = np.asarray(counts)
    return np.asarray((n > 0) & (n < FEWEST_PEOPLE))


def pooled(
    labels: pd.Series[Any], person: npt.NDArray[np.int64], number: Any = None
) -> pd.Series[Any]:
    """Write "other" in place of labels of fewer than ten customers.

    Where "other" would still be fewer than ten, the smallest of the other labels joins it.

    Examples
    --------
    >>> labels = pd.Series(["May"] * 30 + ["June"] * 3)
    >>> pooled(labels, np.arange(33)).unique().tolist()
    ['other']
    """
    each = np.ones(len(person)) if number is None else np.asarray(number)
    counts = people_of(labels, person, each).sort_values(kind="stable")
    rare = list(counts.index[counts < FEWEST_PEOPLE])
    if not rare:
        return labels
    kept = [name for name in counts.index if name not in set(rare)]
    while kept:
        joined = labels.isin(rare).to_numpy()
        if count_of(person[joined], each[joined]) >= FEWEST_PEOPLE:
            break
        rare.append(kept.pop(0))
    return labels.astype(object).where(~labels.isin(rare), OTHER)


def shown_frame(frame: FeatureFrame) -> FeatureFrame:
    """Return a frame whose campaigns are all of ten customers or more: to be shown, not fitted."""
    from dataclasses import replace

    if frame.campaign is None:
        return frame
    return replace(frame, campaign=pooled(frame.campaign, people(frame), heads(frame)))


def rare_columns(columns: Iterable[str], frame: FeatureFrame) -> set[str]:
    """Name the design columns, such as ``town=Lonelyville``, of fewer than ten customers.

    Parameters
    ----------
    columns : iterable of str
        Of a fitted model's design.
    frame : FeatureFrame
        The contacts that it was fitted to.
    """
    person, number, names = people(frame), heads(frame), set(columns)
    rare = set()
    for feature in frame.X.columns:
        values = frame.X[feature]
        gaps = values.isna().to_numpy()
        if few(count_of(person[gaps], number[gaps])):
            rare.add(f"{feature} (missing)")
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            continue
        counts = people_of(values.astype(str), person, number)
        rare |= {f"{feature}={level}" for level in counts.index[counts < FEWEST_PEOPLE]}
    return rare & names


def without_rare(table: pd.DataFrame, frame: FeatureFrame) -> pd.DataFrame:
    """Leave out the rows of a table by column that stand for fewer than ten customers."""
    rare = rare_columns(map(str, table.index), frame)
    return table[[str(name) not in rare for name in table.index]]
