"""The ids of a list looked for among customers, all of them at once or in blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.messages import count_of
from workbench.tables.as_read import as_read, is_whole, reads_as_whole

_TEXT, _NUMBER = "text", "numbers"


@dataclass(frozen=True)
class LeftOut:
    """Which rows are of suppressed customers, and which ids of the list have none.

    Parameters
    ----------
    rows : ndarray of bool
        Of the table.
    ids : frozenset
        Those that were found, as the table has them.
    listed : frozenset
        All ids of the list, written as those.
    unknown : int
        How many of them no row has.
    """

    rows: npt.NDArray[np.bool_]
    ids: frozenset[Any]
    listed: frozenset[Any]
    unknown: int

    @property
    def counts(self) -> dict[str, int]:
        """What a model remembers of it: never an id."""
        return {"customers": len(self.ids), "rows": int(self.rows.sum())}

    def counts_with(self, before: Mapping[str, int]) -> dict[str, int]:
        """Return the counts together with those of an earlier list."""
        return {name: count + int(before.get(name, 0)) for name, count in self.counts.items()}

    def of(self, customers: pd.Series[Any]) -> LeftOut:
        """Return the same of other rows, of the customers among those that were found."""
        rows = customers.isin(self.ids)
        ids = frozenset(customers[rows].unique())
        unknown = self.unknown + len(self.ids) - len(ids)
        return LeftOut(rows.to_numpy(dtype="bool"), ids, self.listed, unknown)


class Matching:
    """Which customers a list holds: told block by block, and checked when all were seen.

    Parameters
    ----------
    name : str
        What messages call the list.
    ids : sequence
        As they stand there.
    heads : sequence of str
        The name of the only column, which may be the first id of a file without a header.

    Examples
    --------
    >>> matching = Matching("`suppress`", [7, 8, 9], [])
    >>> [matching.rows(pd.Series(block)).tolist() for block in ([7, 1], [9.0])]
    [[True, False], [True]]
    >>> matching.check()
    >>> sorted(matching.found), matching.unknown
    ([7, 9], 1)
    """

    def __init__(self, name: str, ids: Sequence[Any], heads: Sequence[str]) -> None:
        self.name = name
        self._as_given = list(ids), list(heads)
        self._kind = ""
        self._found: set[Any] = set()
        self._read: set[str] = set()
        self._in_kind(_TEXT)

    @property
    def found(self) -> frozenset[Any]:
        """Those that some customer is."""
        return frozenset(self._found)

    @property
    def listed(self) -> frozenset[Any]:
        """All of the list, written as the customers are."""
        return frozenset([*self._ids, *self._found])

    @property
    def unknown(self) -> int:
        """How many no customer is."""
        return len(set(self._ids) - self._found)

    def rows(self, customers: pd.Series[Any]) -> npt.NDArray[np.bool_]:
        """Return which rows are of customers of the list.

        Raises
        ------
        DataError
            Ids are of another kind than the customers.
        """
        known = pd.Series(customers.dropna().unique())
        if not self._kind and len(known):
            self._kind = _kind_of_one(known.iloc[0])  # a column of keys is of one kind
            self._in_kind(self._kind)
            self._check_kind()
        there = {_of_kind(one, self._kind): one for one in known.tolist()}
        found = [one for one in self._wanted if one in there]
        self._found.update(found)
        if len(self._found) < len(self._wanted):
            self._read |= self._spellings.intersection(map(as_read, there))
        return customers.isin([there[one] for one in found]).to_numpy(dtype="bool")

    def _in_kind(self, kind: str) -> None:
        ids, heads = self._as_given
        self._ids = list(dict.fromkeys(_of_kind(one, kind) for one in ids))
        self._heads = [_of_kind(one, kind) for one in heads]
        self._wanted = dict.fromkeys([*self._heads, *self._ids])
        self._spellings = {as_read(one) for one in self._wanted}

    def check(self) -> None:
        """Raise DataError where the list cannot be meant for these customers.

        Raises
        ------
        DataError
            Ids match but for their spelling, or are no whole numbers as the customers are.
        """
        listed = [*self._heads, *self._ids]
        strange = [(place, one) for place, one in enumerate(listed, 1) if one not in self._found]
        self._check_spelling(strange)
        if self._kind == _NUMBER:
            self._check_numbers(strange, {one for one in self._heads if _is_name(one)})

    def _check_kind(self) -> None:
        """Raise DataError where no id can be a customer, whoever it is of."""
        ids, kind = self._ids, self._kind
        if not ids or any(_kind_of_one(one) == kind for one in ids):
            return
        theirs = _kind_of_one(ids[0])
        raise DataError(
            f"No id of {self.name} can be a customer: the ids are {theirs}, the customers {kind}. "
            "Nobody would be left out. Write both in one way, and numbers in digits alone."
        )

    def _check_spelling(self, strange: list[tuple[int, Any]]) -> None:
        """Raise DataError where people would read an id as a customer's, and no comparison does."""
        near = [place for place, one in strange if as_read(one) in self._read]
        if near:
            raise DataError(
                f"{count_of(len(near), 'id')} of {self.name} would be {_of_customers(len(near))} "
                "but for blanks, capitals, zeros before or behind, or signs that look alike or "
                f"are not seen, such as the {_ordinal(near[0])} of the list. "
                "Spell them as the data do, or take them out if they are other people."
            )

    def _check_numbers(self, strange: list[tuple[int, Any]], names: set[Any]) -> None:
        """Raise DataError where customers are whole numbers, and an id is none: 1.001 or 1,001."""
        odd = [place for place, one in strange if not (one in names or reads_as_whole(one))]
        if odd:
            are = "is no whole number" if len(odd) == 1 else "are no whole numbers"
            raise DataError(
                f"Every id of {self.name} must be a whole number, as the customers are; "
                f"{count_of(len(odd), 'id')} {are}, such as the {_ordinal(odd[0])} of the list. "
                "Write numbers in digits alone, without a mark for thousands, and take out what "
                "is no customer of these data."
            )


def _is_name(head: Any) -> bool:
    """Whether a header is one, and no id of a file without header, where ids are numbers."""
    return any(sign.isalpha() for sign in str(head)) or not str(head).strip()


def _of_customers(count: int) -> str:
    return "a customer's" if count == 1 else "customers'"


def _ordinal(place: int) -> str:
    """Write a place in a list.

    Examples
    --------
    >>> [_ordinal(place) for place in (1, 2, 3, 11, 22, 104)]
    ['1st', '2nd', '3rd', '11th', '22nd', '104th']
    """
    teens = place % 100 in (11, 12, 13)
    return f"{place:,}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"


def _kind_of_one(value: Any) -> str:
    if isinstance(value, str):
        return _TEXT
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(
        value, (bool, np.bool_)
    )
    return _NUMBER if is_number else type(value).__name__


def _of_kind(value: Any, kind: str) -> Any:
    """Return a key as keys are compared: whole numbers as such; text of digits, where they are.

    Examples
    --------
    >>> _of_kind("7", "numbers"), _of_kind(7.0, "numbers"), _of_kind("007", "numbers")
    (7, 7, '007')
    >>> _of_kind("7", "text"), _of_kind(7, "text")
    ('7', 7)
    """
    if isinstance(value, str):
        return int(float(value)) if kind == _NUMBER and is_whole(value) else value
    if isinstance(value, (float, np.floating)) and value == round(value):
        return int(value)
    return int(value) if isinstance(value, np.integer) else value
