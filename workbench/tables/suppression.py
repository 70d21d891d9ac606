"""Customers who must not be used: a list of ids, compared as keys are compared elsewhere.

A list that cannot match, because it holds numbers and the customers are text, is an error. So is
an id that people would read as a customer's and a comparison would not: '007' beside 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.messages import count_of, did_you_mean, listed
from workbench.reading import RawTable
from workbench.tables.faults import Faults
from workbench.tables.key_kinds import check_rounded
from workbench.tables.matching import LeftOut, Matching
from workbench.tables.read import raw_table

_PASSED_OVER = ("The first row is no data", "The last row is named")


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
        matching = self.matching(str(customers.name) if customer is None else customer)
        rows = matching.rows(customers)
        matching.check()
        return LeftOut(rows, matching.found, matching.listed, matching.unknown)

    def matching(self, customer: str) -> Matching:
        """Begin to look for the ids among customers that come in blocks.

        Parameters
        ----------
        customer : str
            What their column is called, for a list of several columns.

        Raises
        ------
        SchemaError, DataError
            As for `matched`.
        """
        # the name of a column is an id, too, in a file without a header
        return Matching(self.name, self._ids(customer), self._header())

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
