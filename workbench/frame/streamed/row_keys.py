"""What rows have in common, numbered as it appears: campaign, hour, and value of the target.

All that is settled of campaigns, moments and outcomes is settled of these; there are few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.numbers import Array
from workbench.reading.decide import given_type, is_text

MOST = 20_000
ROLES = ("campaign", "time", "matured", "target")
MOMENTS = ("time", "matured")
_HOURS = "h"
_LATER = pd.Timedelta(seconds=1)  # added to an hour for each of its cuts that lie behind
Numbers = npt.NDArray[np.int64]


@dataclass
class RowKeys:
    """Keys in the order in which they appear, and sums over the rows of each.

    Parameters
    ----------
    columns : dict of role to column
        Of "campaign", "time", "matured" and "target", those that there are.
    cuts : mapping of role to tuple of Timestamp
        Moments that part an hour, so that no key has rows on both sides: those of "time" from the
        cut on, and those of "matured" after it, have keys of their own.

    Examples
    --------
    >>> keys = RowKeys({"target": "bought"})
    >>> keys.add(pd.DataFrame({"bought": [1, 0, 1]}), np.ones(3)).tolist()
    [0, 1, 0]
    >>> keys.table()["bought"].tolist(), keys.weight
    ([1, 0], [2.0, 1.0])
    """

    columns: dict[str, str]
    number: dict[tuple[Any, ...], int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    weighing: list[int] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    earliest: list[Any] = field(default_factory=list)
    latest: list[Any] = field(default_factory=list)
    cuts: Mapping[str, tuple[pd.Timestamp, ...]] = field(default_factory=dict)
    _kinds: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.number)

    def add(self, block: pd.DataFrame, weight: Array) -> Numbers:
        """Count the rows of a block, and return the number of the key of each.

        Raises
        ------
        DataError
            There are too many keys.
        """
        found, place = self._distinct(block)
        of_key = np.array([self._number(one) for one in found], dtype=np.int64)
        for k, rows, some, total in zip(
            of_key.tolist(),
            np.bincount(place).tolist(),
            np.bincount(place, weight > 0).tolist(),
            np.bincount(place, weight).tolist(),
            strict=True,
        ):
            self.rows[k] += rows
            self.weighing[k] += int(some)
            self.weight[k] += total
        self._see_moments(block, of_key, place)
        return of_key[place]

    def merge(self, other: RowKeys) -> Numbers:
        """Count the keys of later rows, and return the number of each of them here.

        Raises
        ------
        DataError
            There are too many keys.
        """
        numbered = np.array([self._number(one) for one in other.number], dtype=np.int64)
        for k, to in enumerate(numbered.tolist()):
            self.rows[to] += other.rows[k]
            self.weighing[to] += other.weighing[k]
            self.weight[to] += other.weight[k]
        for name, kind in other._kinds.items():
            self._kinds.setdefault(name, kind)
        if other.earliest:
            self._see_earlier(zip(numbered.tolist(), other.earliest, strict=False))
        if other.latest:
            self._see_later(zip(numbered.tolist(), other.latest, strict=False))
        return numbered

    def find(self, block: pd.DataFrame) -> Numbers | None:
        """Return the number of the key of each row; None where a key is new."""
        found, place = self._distinct(block)
        of_key = [self.number.get(one) for one in found]
        return None if None in of_key else np.array(of_key, dtype=np.int64)[place]

    def table(self) -> pd.DataFrame:
        """Return one row a key, each column as the files have it."""
        columns = {}
        for place, name in enumerate(self.columns.values()):
            values = pd.Series([one[place] for one in self.number], dtype=object, name=name)
            columns[name] = _typed(values, self._kinds.get(name))
        return pd.DataFrame(columns, index=range(len(self)))

    def moments(self) -> pd.Series[Any] | None:
        """Return the earliest moment of each key; None where the files have no moments."""
        return pd.Series(self.earliest) if "time" in self.columns and self.earliest else None

    def matured(self) -> pd.Series[Any] | None:
        """Return from when on all outcomes of each key were known; None where that is not told."""
        return pd.Series(self.latest) if "matured" in self.columns and self.latest else None

    def parted_by(self, role: str, cut: pd.Timestamp) -> npt.NDArray[np.bool_]:
        """Mark the keys that may have rows on both sides of a moment."""
        seen = {"time": self.earliest, "matured": self.latest}[role]
        if not seen or cut in self.cuts.get(role, ()):
            return np.zeros(len(self), dtype=bool)
        place, hour = list(self.columns).index(role), cut.floor(_HOURS)
        here = [key[place] is not None and key[place].floor(_HOURS) == hour for key in self.number]
        ends = pd.Series(seen)
        inside = ends < cut if role == "time" else ends > cut
        return np.array(here) & inside.to_numpy()

    def _number(self, key: tuple[Any, ...]) -> int:
        if key not in self.number:
            if len(self.number) == MOST:
                named = " and ".join(repr(name) for name in self.columns.values())
                raise DataError(
                    f"A stream keeps {MOST:,} different values of {named} in mind; there are more. "
                    "Name a column of campaigns with fewer, or leave `time` out."
                )
            self.number[key] = len(self.number)
            self.rows.append(0)
            self.weighing.append(0)
            self.weight.append(0.0)
        return self.number[key]

    def _distinct(self, block: pd.DataFrame) -> tuple[list[tuple[Any, ...]], Numbers]:
        """Return the keys of a block by appearance, and which each row has."""
        place = np.zeros(len(block), dtype=np.int64)
        parts: list[tuple[npt.NDArray[np.int64], list[Any]]] = []
        for role, name in self.columns.items():
            values = self._hours(block[name], role) if role in MOMENTS else block[name]
            self._kinds.setdefault(name, values.dtype)
            codes, distinct = pd.factorize(values, use_na_sentinel=False)
            known = [None if pd.isna(one) else one for one in distinct.tolist()]
            parts.append((codes, known))
            place = place * len(known) + codes
        _, first, place = np.unique(place, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")  # by appearance: it may be all that orders them
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        keys = [tuple(known[codes[row]] for codes, known in parts) for row in first[order]]
        return keys, rank[place]

    def _hours(self, column: pd.Series[Any], role: str) -> pd.Series[Any]:
        if not _is_moment(column):
            return column
        moments = on_the_clock(column)
        hours = moments.dt.floor(_HOURS)
        parts = hours
        for cut in self.cuts.get(role, ()):
            after = moments >= cut if role == "time" else moments > cut
            parts = parts.mask(after & (hours == cut.floor(_HOURS)), parts + _LATER)
        return pd.Series(parts)

    def _see_moments(self, block: pd.DataFrame, of_key: Numbers, place: Numbers) -> None:
        for role in MOMENTS:
            if role not in self.columns or not _is_moment(block[self.columns[role]]):
                continue
            by_key = on_the_clock(block[self.columns[role]]).groupby(place)
            ends = by_key.min() if role == "time" else by_key.max()
            pairs = zip(of_key[ends.index.to_numpy()].tolist(), ends, strict=True)
            (self._see_earlier if role == "time" else self._see_later)(pairs)

    def _see_earlier(self, moments: Iterable[tuple[int, Any]]) -> None:
        self.earliest += [pd.NaT] * (len(self) - len(self.earliest))
        for k, moment in moments:
            known = self.earliest[k]
            self.earliest[k] = moment if known is pd.NaT or moment < known else known

    def _see_later(self, moments: Iterable[tuple[int, Any]]) -> None:
        self.latest += [pd.NaT] * (len(self) - len(self.latest))
        for k, moment in moments:
            known = self.latest[k]
            self.latest[k] = moment if known is pd.NaT or moment > known else known


def on_the_clock(moments: pd.Series[Any]) -> pd.Series[Any]:
    """Return what clocks show: an hour that is there twice, when they are set back, is one."""
    return pd.Series(moments.dt.tz_localize(None))


def _is_moment(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_datetime64_any_dtype(column)


def _typed(values: pd.Series[Any], kind: Any) -> pd.Series[Any]:
    """Give values the type that a whole column of them would have."""
    if isinstance(kind, pd.CategoricalDtype) or values.isna().all():
        return values.astype("str").where(values.notna()) if not values.isna().all() else values
    typed = values.infer_objects()
    if is_text(given_type(typed)):
        return given_type(typed)
    numbers = pd.api.types.infer_dtype(values, skipna=True)
    if numbers in ("integer", "floating", "mixed-integer-float") and values.isna().any():
        return values.astype("float64")
    return typed
