"""What may be shown of how few people: every view, chart and table of a report asks here.

People are customers where these are known, and otherwise contacts: a row that stands for
several contacts is that many people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench._checks import check_choice
from workbench.errors import DataError
from workbench.feature_frame import FeatureFrame

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

FEWEST_PEOPLE = 10
"""Customers below which no count, level or campaign is shown by itself."""
ROUNDED_TO = 5
"""What counts of people are rounded to in a report."""
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


@dataclass(frozen=True)
class People:
    """Whose each row is, and how many people that is.

    Parameters
    ----------
    code : ndarray of int, shape (n,)
        The customer of each row, from 0.
    number : ndarray, shape (customers,)
        1 each where customers are known; otherwise the contacts that a row stands for.

    Examples
    --------
    >>> cells = People(np.array([0, 1]), np.array([300.0, 4.0]))
    >>> cells.by(pd.Series(["May", "June"])).to_dict()
    {'May': 300.0, 'June': 4.0}
    """

    code: Numbers
    number: Array

    @classmethod
    def of(cls, frame: FeatureFrame) -> People:
        """Read them off a frame."""
        code = people(frame)
        if frame.customer is not None:
            return cls(code, np.ones(int(code.max(initial=-1)) + 1))
        return cls(code, np.asarray(frame.weights, dtype=float))

    @classmethod
    def each(cls, code: Numbers) -> People:
        """Take every code for one customer."""
        return cls(code, np.ones(int(code.max(initial=-1)) + 1))

    def count(self, rows: npt.NDArray[np.bool_] | None = None) -> float:
        """Count the people of some rows, by default of all."""
        code = self.code if rows is None else self.code[rows]
        return float(self.number[np.unique(code)].sum())

    def rows(self, at: Numbers) -> People:
        """Return the people of some rows."""
        return People(self.code[at], self.number)

    def by(self, labels: pd.Series[Any]) -> pd.Series[float]:
        """Count the people of each label; a gap is no label."""
        label = np.asarray(labels)
        pairs = pd.DataFrame({"label": label, "code": self.code}).drop_duplicates()
        number = pd.Series(self.number[pairs["code"].to_numpy()])
        return number.groupby(pairs["label"].to_numpy(), sort=True).sum()

    def away(self, values: pd.Series[Any]) -> float:
        """Count the people with another value than the one that most have; a gap is a value."""
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
        if len(distinct) < 2:
            return 0.0
        usual = int(self.by(pd.Series(codes)).to_numpy().argmax())
        return self.count(codes != usual)


def people(frame: FeatureFrame) -> Numbers:
    """Return a number of each row's customer; where none is named, each row is somebody's."""
    if frame.customer is None:
        return np.arange(len(frame), dtype=np.int64)
    codes, names = pd.factorize(frame.customer)
    nobody = np.flatnonzero(codes < 0)
    codes[nobody] = len(names) + np.arange(len(nobody))
    return np.asarray(codes, dtype=np.int64)


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
        label: span(frame.as_of.iloc[at], found.rows(np.asarray(at)))[0]
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

    Such as a flag that three customers have, or a column filled for three.
    """
    people = People.of(frame)
    return {str(name) for name in frame.X if few(people.away(frame.X[name]))}


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
            rare.add(f"{feature} (missing)")
        rare |= {f"{feature}={level}" for level in rare_levels(values, found)}
    return rare & set(columns)


def without_rare(table: pd.DataFrame, frame: FeatureFrame) -> pd.DataFrame:
    """Leave out the rows of a table by column that stand for fewer than ten people."""
    rare = rare_columns(map(str, table.index), frame)
    return table[[str(name) not in rare for name in table.index]]


def coarse(curve: pd.DataFrame) -> pd.DataFrame:
    """Keep the points of a curve over ranked contacts that are ten contacts apart or more.

    Parameters
    ----------
    curve : DataFrame
        With ``contacts``, those down to each point, in order.

    Examples
    --------
    >>> coarse(pd.DataFrame({"contacts": [0, 1, 9, 12, 25, 26]}))["contacts"].tolist()
    [0, 12, 26]
    """
    contacts = curve["contacts"].to_numpy(dtype=float)
    last = len(contacts) - 1
    kept = [0]
    for k in range(1, last):
        far = contacts[k] - contacts[kept[-1]] >= FEWEST_PEOPLE
        if far and contacts[last] - contacts[k] >= FEWEST_PEOPLE:
            kept.append(k)
    return curve.iloc[[*kept, last]] if last > 0 else curve


def span(moments: pd.Series[Any], people: People) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return from when until when: the tenth person's first and last moment, by day."""
    days = moments.dt.normalize()
    first = pd.DataFrame({"day": days.to_numpy(), "code": people.code}).groupby("code")["day"]
    ends = []
    for of_person, ascending in ((first.min(), True), (first.max(), False)):
        ordered = of_person.sort_values(ascending=ascending, kind="stable")
        reached = np.cumsum(people.number[ordered.index.to_numpy()]) >= FEWEST_PEOPLE
        ends.append(ordered.iloc[int(reached.argmax()) if reached.any() else len(ordered) - 1])
    return ends[0], max(ends)
