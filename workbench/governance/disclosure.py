"""What may be shown of how few people: every view, chart and table of a report asks here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_choice
from workbench.errors import DataError
from workbench.frame.column_names import GAP_FLAG
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.people import People

FEWEST_PEOPLE = 10
"""Customers below which no count, level or campaign is shown by itself."""
ROUNDED_TO = 5
"""What counts of people are rounded to in a report."""
PRIVATE, STATIC, EXACT = "private", "static", "exact"
RELEASES = (PRIVATE, STATIC, EXACT)
"""How a view leaves the notebook: see `check_release`."""
OTHER = "other"
_OTHERS = re.compile(rf"(?<=[\[ ])'{OTHER}'(?:, '{OTHER}')+(?=[],])")


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


def few(counts: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Say which counts stand for one to nine people, or for a part of one.

    Examples
    --------
    >>> few([0, 1, 9, 10]).tolist()
    [False, True, True, False]
    """
    n = np.asarray(counts)
    return np.asarray((n > 0) & (n < FEWEST_PEOPLE))


def rounded(count: float) -> float:
    """Round a number of people to five.

    Examples
    --------
    >>> rounded(1253.0), rounded(11.0)
    (1255.0, 10.0)
    """
    return float(ROUNDED_TO * np.floor(count / ROUNDED_TO + 0.5))


def check_enough(frame: FeatureFrame, *, name: str) -> FeatureFrame:
    """Return a frame of ten people or more.

    Raises
    ------
    DataError
        There are fewer, so that every number of them would be one of few people.
    """
    found = People.of(frame).count()
    if found < FEWEST_PEOPLE:
        raise DataError(
            f"A report must stand on {FEWEST_PEOPLE} customers or more; {name} have "
            f"{found:,.0f}. Take more campaigns, or join small ones."
        )
    return frame


def pooled(labels: pd.Series[Any], people: People) -> pd.Series[Any]:
    """Write "other" in place of labels of fewer than ten people.

    Where "other" would still be fewer than ten, the smallest of the other labels joins it.

    Examples
    --------
    >>> labels = pd.Series(["May"] * 30 + ["June"] * 3)
    >>> pooled(labels, People.each(np.arange(33))).unique().tolist()
    ['other']
    """
    counts = people.by(labels).sort_values(kind="stable")
    rare = list(counts.index[counts < FEWEST_PEOPLE])
    if not rare:
        return labels
    kept = [name for name in counts.index if name not in set(rare)]
    while kept and people.count(labels.isin(rare).to_numpy()) < FEWEST_PEOPLE:
        rare.append(kept.pop(0))
    return labels.astype(object).where(~labels.isin(rare), OTHER)


def shown_frame(frame: FeatureFrame) -> FeatureFrame:
    """Return a frame whose campaigns are all of ten people or more: to be shown, not fitted.

    The moments of a campaign are all that of its tenth customer, as the first is one customer's.
    """
    if frame.campaign is None:
        return frame
    found = People.of(frame)
    campaign = pooled(frame.campaign, found)
    if frame.as_of is None:
        return replace(frame, campaign=campaign)
    rows = campaign.groupby(campaign, sort=False).indices
    first = {
        label: _days(frame.as_of.iloc[at], found.rows(np.asarray(at)))[0]
        for label, at in rows.items()
    }
    return replace(frame, campaign=campaign, as_of=campaign.map(first))


def rare_levels(values: pd.Series[Any], people: People) -> list[str]:
    """Name the levels of a text column that fewer than ten people have.

    Examples
    --------
    >>> towns = pd.Series(["Bonn"] * 20 + ["Lonelyville"])
    >>> rare_levels(towns, People.each(np.arange(21)))
    ['Lonelyville']
    """
    if is_number(values):
        return []
    counts = people.by(values.astype("str").where(values.notna()))
    return [str(level) for level in counts.index[counts < FEWEST_PEOPLE]]


def is_number(values: pd.Series[Any]) -> bool:
    """Say whether a column holds numbers or flags, and no levels."""
    return bool(pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values))


def rare_features(frame: FeatureFrame) -> set[str]:
    """Name the features that hardly anybody differs in: one to nine people.

    Such as a flag that three customers have, or a column filled for three. Features that a
    builder made bear names of levels: of these, one that nobody differs in is rare, too.
    """
    people, built = People.of(frame), _built(frame)
    rare = set()
    for feature, made in zip(frame.X.columns, built, strict=True):
        away = people.differing(frame.X[feature])
        if few(away).any() or (made and min(away) == 0):
            rare.add(str(feature))
    return rare


def _built(frame: FeatureFrame) -> npt.NDArray[np.bool_]:
    builder = frame.catalogue["builder"]
    return (builder.notna() & (builder != "table")).to_numpy()


def rare_columns(columns: Iterable[str], frame: FeatureFrame) -> set[str]:
    """Name the design columns, such as ``town=Lonelyville``, of fewer than ten people.

    Parameters
    ----------
    columns : iterable of str
        Of a fitted model's design.
    frame : FeatureFrame
        The contacts that it was fitted to.
    """
    found, rare = People.of(frame), rare_features(frame)
    for feature in frame.X.columns:
        values = frame.X[feature]
        if feature in rare or few(found.count(values.isna().to_numpy())):
            rare.add(f"{feature}{GAP_FLAG}")
        if is_number(values) and feature not in rare:
            continue
        levels = values.dropna().unique() if feature in rare else rare_levels(values, found)
        rare |= {f"{feature}={level}" for level in levels}
    return rare & set(columns)


def without_rare(table: pd.DataFrame, frame: FeatureFrame) -> pd.DataFrame:
    """Leave out the rows of a table by column that stand for fewer than ten people."""
    rare = rare_columns(map(str, table.index), frame)
    return table[[str(name) not in rare for name in table.index]]


def coarse(curve: pd.DataFrame, *, kept: int | None = None) -> pd.DataFrame:
    """Keep the points of a curve over ranked contacts that are ten contacts apart or more.

    Parameters
    ----------
    curve : DataFrame
        With ``contacts``, those down to each point, in order.
    kept : int, optional
        The place of a point that is said elsewhere too: it stays, and those near it go, unless
        it is less than ten contacts from an end.

    Examples
    --------
    >>> coarse(pd.DataFrame({"contacts": [0, 1, 9, 12, 25, 26]}))["contacts"].tolist()
    [0, 12, 26]
    >>> curve = pd.DataFrame({"contacts": [0, 1, 12, 15, 21, 26, 40]})
    >>> coarse(curve, kept=3)["contacts"].tolist()
    [0, 15, 26, 40]
    """
    contacts = curve["contacts"].to_numpy(dtype=float)
    last = len(contacts) - 1
    if last <= 0:
        return curve
    if kept is None or not 0 < kept < last:
        return curve.iloc[[0, *_apart(contacts, 0, last), last]]
    if min(contacts[kept], contacts[last] - contacts[kept]) < FEWEST_PEOPLE:
        return curve.iloc[[0, *_apart(contacts, 0, last), last]]
    before, after = _apart(contacts, 0, kept), _apart(contacts, kept, last)
    return curve.iloc[[0, *before, kept, *after, last]]


def _apart(contacts: npt.NDArray[np.float64], start: int, end: int) -> list[int]:
    """Return places between two that are ten contacts from both, and from one another."""
    found = [start]
    for k in range(start + 1, end):
        far = contacts[k] - contacts[found[-1]] >= FEWEST_PEOPLE
        if far and contacts[end] - contacts[k] >= FEWEST_PEOPLE:
            found.append(k)
    return found[1:]


def span(frame: FeatureFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return from when until when contacts were decided on: the tenth person's days.

    Parameters
    ----------
    frame : FeatureFrame
        With moments.
    """
    return _days(pd.Series(frame.as_of), People.of(frame))


def _days(moments: pd.Series[Any], people: People) -> tuple[pd.Timestamp, pd.Timestamp]:
    days = pd.DataFrame({"day": moments.dt.normalize().to_numpy(), "code": people.code})
    of_person, ends = days.groupby("code")["day"], []
    for day, ascending in ((of_person.min(), True), (of_person.max(), False)):
        ordered = day.sort_values(ascending=ascending, kind="stable")
        reached = np.cumsum(people.number[ordered.index.to_numpy()]) >= FEWEST_PEOPLE
        ends.append(ordered.iloc[int(reached.argmax()) if reached.any() else len(ordered) - 1])
    return ends[0], max(ends)


def others_counted(text: str) -> str:
    """Write names of a list that are held back one after another as their number.

    Examples
    --------
    >>> others_counted("Constant: ['age', 'other', 'other', … 4 more].")
    "Constant: ['age', 2 others, … 4 more]."
    """
    return _OTHERS.sub(lambda run: f"{run[0].count(OTHER)} {OTHER}s", text)
