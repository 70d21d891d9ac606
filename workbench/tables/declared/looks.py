"""A first look at the files of a folder: which columns may be keys, which hold moments."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import DataError, MissingDataError, WorkbenchError
from workbench.messages import listed
from workbench.reading.files import SUFFIXES
from workbench.reading.identifiers import words_of
from workbench.tables.read import read_table

CUSTOMER = (
    *("customer", "client", "household", "user", "member", "person", "subscriber", "account"),
    *("cust", "buyer", "shopper", "donor", "kunde", "kunden", "haushalt", "mitglied", "nutzer"),
    *(
        "people",
        "persons",
        "konto",
        "spender",
        "contact",
        "lead",
        "kundennummer",
        "kundennr",
        "kdnr",
        "kundenid",
    ),
)
CAMPAIGN = ("campaign", "kampagne", "mailing", "wave", "welle", "promo", "promotion", "aktion")
_NUMBERS_OF = ("id", "nr", "no", "number", "nummer", "key", "code", "num", "name")


@dataclass(frozen=True)
class Look:
    """One file, read whole.

    Parameters
    ----------
    name : str
        Of the table: the file's name, as a word.
    file : str
        Below the folder.
    data : DataFrame
    doubts : tuple of str
        What reading it left open.
    """

    name: str
    file: str
    data: pd.DataFrame
    doubts: tuple[str, ...] = ()

    @property
    def dates(self) -> list[str]:
        """Columns that hold moments, at least one of them."""
        return [
            str(name)
            for name, column in self.data.items()
            if pd.api.types.is_datetime64_any_dtype(column) and column.notna().any()
        ]

    def keys_like(self, hints: Collection[str]) -> list[str]:
        """Columns that may be a key by their names, the plainest name first.

        A name of other words too, such as ``customer_segment``, must say that it is a number of.
        """
        rest = {str(name): {*words_of(str(name))} - {*hints, *_NUMBERS_OF} for name in self.data}
        named = [name for name in rest if {*words_of(name)} & {*hints}]
        possible = [name for name in named if not rest[name] or {*words_of(name)} & {*_NUMBERS_OF}]
        return sorted(filter(self.may_be_key, possible), key=lambda name: len(rest[name]))

    def numbers_of(self, hints: Collection[str]) -> list[str]:
        """Columns called only ``id``, or the like, where the table is called like what they number.

        Numbers of products begin at 1 as those of customers do: values alone tell nothing.
        """
        about = words_of(self.name)
        if not {*about, *(word.removesuffix("s") for word in about)} & {*hints}:
            return []
        plain = [str(name) for name in self.data if {*words_of(str(name))} <= {*_NUMBERS_OF}]
        return [name for name in plain if self.may_be_key(name)]

    def may_be_key(self, name: str) -> bool:
        """Whether a column is neither a moment, an amount, nor nearly empty."""
        column = self.data[name]
        if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_bool_dtype(column):
            return False
        whole = not pd.api.types.is_float_dtype(column) or bool((column.dropna() % 1 == 0).all())
        return whole and bool(column.notna().mean() > 0.5)

    def is_unique(self, names: Sequence[str]) -> bool:
        """Whether no two rows have the same values in some columns."""
        return not self.data.duplicated(list(names)).any()

    def values(self, name: str) -> set[str]:
        """Return the distinct values of a column, as text."""
        return set(self.data[name].dropna().astype("str"))


def look_at(folder: Path) -> tuple[list[Look], dict[str, str]]:
    """Read every file of a folder that may be a table.

    Returns
    -------
    looks : list of Look
    unread : dict of file to reason

    Raises
    ------
    MissingDataError
        There is no such folder.
    DataError
        It holds no table.
    """
    if not folder.is_dir():
        raise MissingDataError(f"There is no folder {str(folder)!r}. Check the path.")
    files = sorted(path for path in folder.iterdir() if _may_be_table(path))
    looks: list[Look] = []
    unread: dict[str, str] = {}
    for path in files:
        try:
            looks.append(_look(path, taken={look.name for look in looks}))
        except WorkbenchError as error:
            unread[path.name] = str(error)
    if not looks:
        raise DataError(
            f"The folder {str(folder)!r} must hold tables, files that end in one of "
            f"{listed(SUFFIXES)}; it holds none that can be read."
        )
    return looks, unread


def _may_be_table(path: Path) -> bool:
    name = path.name.lower()
    hidden = name.startswith((".", "~"))  # and what Excel leaves beside an open file
    return path.is_file() and not hidden and name.endswith((*SUFFIXES, ".tsv.gz", ".txt.gz"))


def _look(path: Path, taken: Collection[str]) -> Look:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        data = read_table(path)
    doubts = tuple(str(one.message) for one in told)
    name = re.sub(r"\W+", "_", path.name.split(".")[0].casefold()).strip("_") or "table"
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return Look(free, path.name, data, doubts)


def share_within(values: Iterable[Any], others: Collection[Any]) -> float:
    """Return the share of some values that are among others; 0 where there are none."""
    values = set(values)
    return len(values & set(others)) / len(values) if values else 0.0
