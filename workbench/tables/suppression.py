"""Customers who must not be used: a list of ids, compared as keys are compared elsewhere.

A list that cannot match, because it holds numbers and the customers are text, is an error. So is
an id that people would read as a customer's and a comparison would not: '007' beside 7.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.messages import count_of, did_you_mean, listed
from workbench.reading import RawTable
from workbench.tables.as_read import as_read, is_whole, reads_as_whole
from workbench.tables.faults import Faults
from workbench.tables.key_kinds import check_rounded
from workbench.tables.read import raw_table

_PASSED_OVER = ("The first row is no data", "The last row is named")
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


@dataclass(frozen=True)
class SuppressionList:
    """A list of customers who objected, or must not be used for another reason.

    Parameters
    ----------
    table : RawTable
        As it stands in its file.
    column : str or None
        The column that holds the customer; None: its only one, or that which is called so.
    name : str
        What messages call the list.
    """

    table: RawTable
    column: str | None = None
    name: str = "`suppress`"

    @classmethod
    def of(cls, ids: Any, *, column: str | None = None) -> Self:
        """Read a list of ids.

        Parameters
        ----------
        ids : path, table, Series, list, set or SuppressionList
            A file or table that `workbench.read_table` reads, or the ids themselves.
        column : str, optional
            The column that holds the customer.

        Raises
        ------
        MissingDataError
            There is no such file.
        ParameterError
            It is nothing that lists ids.
        SchemaError
            There is no such column.

        Examples
        --------
        >>> SuppressionList.of(["a7", "b9"]).matched(pd.Series(["a7", "c1", "a7"])).rows.tolist()
        [True, False, True]
        """
        if isinstance(ids, cls):
            return ids if column is None else cls(ids.table, column, ids.name)
        if isinstance(ids, (str, Path)):
            made = cls(raw_table(ids), column, repr(Path(ids).name))
            made._check_whole()
        else:
            made = cls(RawTable(_as_table(ids), typed=True), column)
        if column is not None and column not in made.table.data.columns:
            names = list(made.table.data.columns)
            raise SchemaError(
                f"{made.name} has no column {column!r}; got {listed(names)}."
                f"{did_you_mean(column, names)}"
            )
        return made

    def _check_whole(self) -> None:
        """Raise DataError where a row was taken for a second header, or for a total."""
        passed_over = [note for note in self.table.notes if note.startswith(_PASSED_OVER)]
        if passed_over:
            raise DataError(
                f"Every row of {self.name} must be a customer. {passed_over[0]} Take that row out "
                "of the file, or write all ids alike."
            )

    def for_customers(self, customer: str) -> Self:
        """Return the same list, for customers that stand in a column of this name."""
        return replace(self, column=self._column_for(customer))

    def matched(self, customers: pd.Series[Any], *, customer: str | None = None) -> LeftOut:
        """Find the rows of suppressed customers.

        Parameters
        ----------
        customers : Series
            Who each row is of, as read.
        customer : str, optional
            What that column is called, for a list of several columns.

        Raises
        ------
        SchemaError
            The list has several columns, and it is not plain which is meant.
        DataError
            Ids are of another kind than the customers, or match but for their spelling.
        """
        given = self._ids(str(customers.name) if customer is None else customer)
        known = pd.Series(customers.dropna().unique())
        kind = _kind_of(known)
        ids = list(dict.fromkeys(_of_kind(one, kind) for one in given))
        there = {_of_kind(one, kind): one for one in known.tolist()}
        self._check_kind(ids, kind, known)
        strange = [one for one in ids if one not in there]
        heads = [_of_kind(one, kind) for one in self._header()]  # an id, in a file without header
        self._check_spelling([*heads, *ids], there)
        if kind == _NUMBER:
            self._check_numbers([*heads, *ids], there, {one for one in heads if _is_name(one)})
        found = [one for one in dict.fromkeys([*heads, *ids]) if one in there]
        rows = customers.isin([there[one] for one in found])
        return LeftOut(
            rows.to_numpy(dtype="bool"), frozenset(found), frozenset([*ids, *found]), len(strange)
        )

    def _ids(self, customer: str) -> list[Any]:
        """Return the ids as they stand there, gaps aside."""
        data = self.table.data
        column = data[self._column_for(customer)].dropna()
        faults = Faults()
        check_rounded(column, f"{self.name}: {column.name!r}", faults)
        if faults.lines:
            raise DataError(faults.lines[0])
        return [one for one in column.tolist() if not (isinstance(one, str) and not one.strip())]

    def _column_for(self, customer: str) -> Any:
        names = list(self.table.data.columns)
        if self.column is not None:
            return self.column
        if len(names) == 1:
            return names[0]
        alike = [name for name in names if str(name).strip().casefold() == customer.casefold()]
        if len(alike) == 1:
            return alike[0]
        which = f"{listed(alike)} are both called so" if alike else "none is called so"
        raise SchemaError(
            f"{self.name} must have one column, or one that is called {customer!r} like the "
            f"customers of the data; it has {listed(names)}, and {which}. Keep the column of "
            "customers alone, or rename it."
        )

    def _header(self) -> list[str]:
        """Return the only column's name, where it may be the first id of a file without header."""
        names = [str(name) for name in self.table.data.columns]
        return names if len(names) == 1 and not self.table.typed else []

    def _check_kind(self, ids: list[Any], kind: str, known: pd.Series[Any]) -> None:
        """Raise DataError where no id can be a customer, whoever it is of."""
        if not ids or known.empty or any(_kind_of_one(one) == kind for one in ids):
            return
        theirs = _kind_of_one(ids[0])
        raise DataError(
            f"No id of {self.name} can be a customer: the ids are {theirs}, the customers {kind}. "
            "Nobody would be left out. Write both in one way, and numbers in digits alone."
        )

    def _check_spelling(self, ids: list[Any], there: Collection[Any]) -> None:
        """Raise DataError where people would read an id as a customer's, and no comparison does."""
        strange = [(place, one) for place, one in enumerate(ids, 1) if one not in there]
        if not strange:
            return
        read = {as_read(one) for one in there}
        near = [place for place, one in strange if as_read(one) in read]
        if near:
            raise DataError(
                f"{count_of(len(near), 'id')} of {self.name} would be {_of_customers(len(near))} "
                "but for blanks, capitals, zeros before or behind, or signs that look alike or "
                f"are not seen, such as the {_ordinal(near[0])} of the list. "
                "Spell them as the data do, or take them out if they are other people."
            )

    def _check_numbers(
        self, ids: list[Any], there: Collection[Any], names: Collection[Any]
    ) -> None:
        """Raise DataError where customers are whole numbers, and an id is none: 1.001 or 1,001."""
        strange = [(place, one) for place, one in enumerate(ids, 1) if one not in there]
        odd = [place for place, one in strange if not (one in names or reads_as_whole(one))]
        if odd:
            are = "is no whole number" if len(odd) == 1 else "are no whole numbers"
            raise DataError(
                f"Every id of {self.name} must be a whole number, as the customers are; "
                f"{count_of(len(odd), 'id')} {are}, such as the {_ordinal(odd[0])} of the list. "
                "Write numbers in digits alone, without a mark for thousands, and take out what "
                "is no customer of these data."
            )


def note_of(counts: Mapping[str, int]) -> str:
    """Say how many are left out.

    Examples
    --------
    >>> note_of({"customers": 1, "rows": 1200})
    'Suppressed and left out: 1 customer with 1,200 rows.'
    """
    customers, rows = count_of(counts["customers"], "customer"), count_of(counts["rows"], "row")
    return f"Suppressed and left out: {customers} with {rows}."


def sentence_of(counts: Mapping[str, int]) -> str:
    """Say how many are left out, and how many ids of the list there were for nothing.

    Examples
    --------
    >>> sentence_of({"customers": 1, "rows": 2, "unknown": 3})
    'Suppressed and left out: 1 customer with 2 rows; 3 ids of the list have no contact here.'
    """
    said = note_of(counts)
    if not counts["unknown"]:
        return said
    ids = count_of(counts["unknown"], "id of the list has", "ids of the list have")
    return f"{said.removesuffix('.')}; {ids} no contact here."


def check_some_left(found: LeftOut) -> None:
    """Raise DataError where all rows are of suppressed customers."""
    if len(found.rows) and found.rows.all():
        raise nobody_left(len(found.rows))


def nobody_left(rows: int) -> DataError:
    """Return the error of data of which all rows are of suppressed customers."""
    return DataError(
        f"`suppress` leaves nobody: all {count_of(rows, 'row')} are of customers of the list. "
        "Check the list."
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


_LISTS = (list, tuple, set, frozenset, pd.Index, pd.api.extensions.ExtensionArray)


def _as_table(ids: Any) -> pd.DataFrame:
    if isinstance(ids, pd.Series):
        return ids.reset_index(drop=True).to_frame("id")
    if isinstance(ids, pd.DataFrame):
        return ids
    if isinstance(ids, np.ndarray) and ids.ndim == 1:
        return pd.DataFrame({"id": ids.tolist()}, dtype=object)
    if isinstance(ids, _LISTS):
        return pd.DataFrame({"id": list(ids)}, dtype=object)
    if callable(getattr(ids, "to_list", None)):  # a Series of polars
        return pd.DataFrame({"id": ids.to_list()}, dtype=object)
    try:
        return raw_table(ids).data
    except ParameterError:
        raise ParameterError(
            "`suppress` must list customers: the path of a file, a table, a Series or a list; got "
            f"{type(ids).__name__}."
        ) from None


def _kind_of(known: pd.Series[Any]) -> str:
    """Say what most customers are: a column of keys is all text, or all numbers."""
    return _kind_of_one(known.iloc[0]) if len(known) else _TEXT


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
