"""Which values of a column few people have, found block by block in memory that is bounded.

A column is rare where one to nine people are away from its most common value. Which value that is,
is known only at the end. But whoever is away from a value once stays away: a value that ten people
are away from is out of the question for good. Once ten people are seen, at most ten values are
left, and of most columns none after the first block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.streamed.contents import Contents
from workbench.governance.disclosure import FEWEST_PEOPLE, few, is_number
from workbench.governance.people import People

Numbers = npt.NDArray[np.int64]
MANY = float("inf")
"""Ten people or more: how many is not counted."""


@dataclass
class Away:
    """Who is away from the most common value of a column, as long as they may be few.

    Parameters
    ----------
    rows : dict of value to int
        Rows of each value, in the order in which values appear; none once `many` is known.
    away : dict of value to set of int
        Of each value that may still matter, the people with another one: nine at most.
    begun : list of (person, value)
        Until ten people are seen: of each person two values, if there are two.
    many : bool
        Whether ten people or more are away from every value.

    Examples
    --------
    >>> flag = Away()
    >>> flag.add(np.array([0, 1] + [0] * 18), [0.0, 1.0], np.arange(20))
    >>> flag.people()
    1.0
    """

    rows: dict[Any, int] = field(default_factory=dict)
    away: dict[Any, set[int]] = field(default_factory=dict)
    begun: list[tuple[int, Any]] | None = field(default_factory=list)
    many: bool = False

    def add(self, codes: Numbers, values: list[Any], person: Numbers) -> None:
        """Add a block: of each row which of `values` it has, by appearance, and whose it is."""
        if self.many or not len(codes):
            return
        if self.begun is not None:
            self._begin(codes, values, person)
        else:
            self._go_on(codes, values, person)
        self.many = self.begun is None and not self.away
        if self.many:
            self.rows.clear()
            return
        rows = np.bincount(codes, minlength=len(values))
        for k in np.flatnonzero(rows).tolist():
            self.rows[values[k]] = self.rows.get(values[k], 0) + int(rows[k])

    def people(self) -> float:
        """Count those who are away from the most common value; `MANY` where they are ten or more.

        Of two values with as many rows, the one that appeared first counts.
        """
        if self.many:
            return MANY
        if not self.rows:
            return 0.0
        usual = max(self.rows, key=self.rows.__getitem__)
        if self.begun is not None:
            return float(len({who for who, value in self.begun if value != usual}))
        return float(len(self.away[usual])) if usual in self.away else MANY

    def _begin(self, codes: Numbers, values: list[Any], person: Numbers) -> None:
        """Find the values that fewer than ten people are away from, once there are ten people."""
        begun, every = self.begun or [], list(values)
        known = {value: k for k, value in enumerate(values)} if begun else {}
        for _, value in begun:
            if known.setdefault(value, len(every)) == len(every):
                every.append(value)
        of = np.concatenate([codes, np.array([known[v] for _, v in begun], dtype=np.int64)])
        who = np.concatenate([person, np.array([p for p, _ in begun], dtype=np.int64)])
        there, low, high = _ends(who, of)
        if len(there) < FEWEST_PEOPLE:
            ends = zip(there.tolist(), low.tolist(), high.tolist(), strict=True)
            self.begun = [(p, every[k]) for p, a, b in ends for k in sorted({a, b})]
            return
        alike = np.bincount(low[low == high], minlength=len(every))
        left = np.flatnonzero(len(there) - alike < FEWEST_PEOPLE)
        self.away = {every[k]: set(there[(low != k) | (high != k)].tolist()) for k in left.tolist()}
        self.begun = None

    def _go_on(self, codes: Numbers, values: list[Any], person: Numbers) -> None:
        """Leave out the values that ten people are away from by now."""
        place = {value: k for k, value in enumerate(values)}
        for value in list(self.away):
            others = person[codes != place.get(value, -1)]
            found = self.away[value]
            found.update(np.unique(others).tolist())
            if len(found) >= FEWEST_PEOPLE:
                del self.away[value]


def _ends(who: Numbers, code: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return each person, and the lowest and highest of their codes: alike, where all are."""
    order = np.argsort(who, kind="stable")
    there, start = np.unique(who[order], return_index=True)
    sorted_codes = code[order]
    low, high = (f.reduceat(sorted_codes, start) for f in (np.minimum, np.maximum))
    return there, low, high


@dataclass
class LevelsSeen:
    """Who has each level of a text column: ten people of each at most.

    Examples
    --------
    >>> towns = LevelsSeen()
    >>> towns.add(np.array([0, 1] + [0] * 18), ["Bonn", "Lonelyville"], np.arange(20))
    >>> towns.few, towns.others
    (('Lonelyville',), ('Bonn',))
    """

    people: dict[str, set[int] | None] = field(default_factory=dict)

    def add(self, codes: Numbers, values: list[Any], person: Numbers) -> None:
        """Add a block: of each row which of `values` it has, and whose it is."""
        names = [None if value is None else str(value) for value in values]
        for name in names:
            if name is not None:
                self.people.setdefault(name, set())
        still_few = np.array([n is not None and self.people[n] is not None for n in names])
        rows = np.flatnonzero(still_few[codes])
        if not len(rows):
            return
        pairs = pd.DataFrame({"code": codes[rows], "person": person[rows]}).drop_duplicates()
        pairs = pairs.sort_values("code", kind="stable")
        there, start = np.unique(pairs["code"].to_numpy(), return_index=True)
        those = np.split(pairs["person"].to_numpy(), start[1:])
        for k, some in zip(there.tolist(), those, strict=True):
            self._add_to(str(names[k]), some[:FEWEST_PEOPLE].tolist())

    def _add_to(self, name: str, those: list[int]) -> None:
        found = self.people[name]
        if found is None:  # by another value that is written alike
            return
        found.update(those)
        if len(found) >= FEWEST_PEOPLE:
            self.people[name] = None

    @property
    def few(self) -> tuple[str, ...]:
        """Levels of fewer than ten people, in the order of the alphabet."""
        return tuple(sorted(name for name, found in self.people.items() if found is not None))

    @property
    def others(self) -> tuple[str, ...]:
        """The other levels, in the order in which they appear."""
        return tuple(name for name, found in self.people.items() if found is None)


@dataclass
class ColumnSeen:
    """What is known of a column so far.

    Parameters
    ----------
    levels : LevelsSeen or None
        Of a text column.
    made : bool
        Whether a builder made it, so that its name may be that of a level.
    """

    levels: LevelsSeen | None
    made: bool
    every: Away = field(default_factory=Away)
    known: Away = field(default_factory=Away)
    missing: set[int] = field(default_factory=set)

    @property
    def is_settled(self) -> bool:
        """Whether nothing that follows can change what is said of it, gaps apart."""
        return self.every.many and self.known.many and self.levels is None

    def add(self, values: pd.Series[Any], person: Numbers) -> None:
        """Add a block."""
        gap = values.isna().to_numpy()
        if gap.any() and len(self.missing) < FEWEST_PEOPLE:
            self.missing.update(np.unique(person[gap])[:FEWEST_PEOPLE].tolist())
        if self.is_settled:
            return
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
        found = distinct.tolist()
        for k in np.flatnonzero(pd.isna(distinct)).tolist():
            found[k] = None
        self.every.add(codes, found, person)
        there = codes if not gap.any() else codes[~gap]
        self.known.add(there, found, person if not gap.any() else person[~gap])
        if self.levels is not None:
            self.levels.add(codes, found, person)

    @property
    def few_gaps(self) -> bool:
        """Whether one to nine people miss it."""
        return bool(few(len(self.missing)))

    @property
    def is_rare(self) -> bool:
        """Whether hardly anybody differs in it, as `rare_features` says."""
        away = self.every.people(), self.known.people()
        return bool(few(away).any()) or (self.made and min(away) == 0)


def seen_in_files(contents: Contents, people: People) -> dict[str, ColumnSeen]:
    """Read all features once, and find what few people have of each.

    Parameters
    ----------
    contents : Contents
    people : People
        Of its rows, in the order of the files.

    Raises
    ------
    DataError
        A file has changed since the first pass.
    """
    seen = {name: _unseen(contents, name) for name in contents.features}
    start = 0
    for block in contents.read(contents.features, doing="Looking for what few people have"):
        person = people.code[start : start + len(block.key)]
        start += len(block.key)
        for name, one in seen.items():
            one.add(block.X[name], person)
    return seen


def _unseen(contents: Contents, name: str) -> ColumnSeen:
    words = contents.settled.words
    builder = contents.settled.catalogue["builder"].get(name)
    made = isinstance(builder, str) and builder != "table"
    is_text = name in words and not is_number(words[name])
    return ColumnSeen(LevelsSeen() if is_text else None, made)
