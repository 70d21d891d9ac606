"""How all columns of a table were read: decided together, kept together, shown in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import pandas as pd

from workbench.checks import check_columns
from workbench.messages import listed
from workbench.reading.column import ColumnReading
from workbench.reading.decide import find_reading, given_type, is_text, monthly
from workbench.reading.decimal_marks import MARKS, MarkSigns
from workbench.reading.numbers import PARTS
from workbench.reading.raw_table import RawTable
from workbench.reading.told import Told
from workbench.reading.word_counts import Words


@dataclass(frozen=True)
class TableReading:
    """The reading of each column, by its place, and what was found in all of them.

    Parameters
    ----------
    names : tuple of str
    columns : tuple of ColumnReading
    notes : tuple of str
        Sentences on what is open to two readings, or was taken for nothing.
    """

    names: tuple[str, ...]
    columns: tuple[ColumnReading, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __getitem__(self, name: str) -> ColumnReading:
        return self.columns[self.names.index(name)]

    def apply(self, data: pd.DataFrame) -> pd.DataFrame:
        """Read the columns, by their places."""
        read = [
            reading.apply(given_type(data.iloc[:, place]))
            for place, reading in enumerate(self.columns)
        ]
        made = pd.concat(read, axis=1) if read else data
        made.columns = data.columns
        return made

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, by the names of the columns."""
        return {n: c.to_dict() for n, c in zip(self.names, self.columns, strict=True)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Mapping[str, Any]]) -> Self:
        """Make it of what `to_dict` gave."""
        read = tuple(ColumnReading.from_dict(entry) for entry in content.values())
        return cls(tuple(content), read)

    def summary(self) -> pd.DataFrame:
        """Describe the columns that are not plain: ``column, read_as, remark``.

        Examples
        --------
        >>> reading = TableReading(("spend",), (ColumnReading("number", ",", unit="€"),))
        >>> reading.summary().iloc[0].tolist()
        ['spend', 'number', 'a decimal comma; in €']
        """
        rows = [
            (name, reading.kind, said)
            for name, reading in zip(self.names, self.columns, strict=True)
            if (said := remark(reading))
        ]
        return pd.DataFrame(rows, columns=["column", "read_as", "remark"])


def how_read(recipe: Mapping[str, Any]) -> pd.DataFrame:
    """Describe how the columns of a flat table were read, where that is not plain.

    Parameters
    ----------
    recipe : mapping
        Of a frame that was made from a table.

    Returns
    -------
    DataFrame
        ``column, read_as, remark``; without rows where all is plain.

    Examples
    --------
    >>> how_read({"reading": {"since": {"kind": "date", "order": "day-first"}}}).iloc[0].tolist()
    ['since', 'date', 'day first']
    """
    return TableReading.from_dict(recipe.get("reading") or {}).summary()


def remark(reading: ColumnReading) -> str:
    """Say what is not plain of a reading, in a few words."""
    parts = {
        "number": _of_number,
        "date": _of_date,
        "flag": _of_flag,
    }.get(reading.kind, lambda _: [])(reading)
    if reading.missing:
        parts.append(f"{listed(reading.missing, 4)} as missing")
    if reading.told:
        parts.append("as said")
    if reading.note:
        parts.append(reading.note)
    return "; ".join(parts)


def _of_number(reading: ColumnReading) -> list[str]:
    parts = []
    if reading.decimal == ",":
        parts.append(MARKS[","])
    if reading.thousands:
        parts.append(f"thousands set apart by {reading.thousands!r}")
    if reading.unit in PARTS:
        parts.append(f"{reading.unit} as parts of one")
    elif reading.unit:
        parts.append(f"in {reading.unit}")
    return parts


def _of_date(reading: ColumnReading) -> list[str]:
    parts = []
    if reading.order in ("day-first", "month-first"):
        parts.append(reading.order.replace("-", " "))
    if monthly(reading):
        parts.append("its first day for each month or quarter")
    if reading.zone:
        parts.append(f"in the zone {reading.zone}")
    return parts


def _of_flag(reading: ColumnReading) -> list[str]:
    return (
        [f"two words: {listed(reading.levels, 4)}"] if reading.levels and not reading.typed else []
    )


def find_readings(
    raw: RawTable,
    told: Told | None = None,
    *,
    roles: Mapping[str, str] | None = None,
    words: Mapping[str, Mapping[str, int]] | None = None,
) -> TableReading:
    """Find out how every column of a table is to be read.

    Parameters
    ----------
    raw : RawTable
    told : Told, optional
        What somebody says of it.
    roles : mapping of column to role
        What a column is for, of "target", "customer", "campaign", "time", "trials", "treatment",
        "arm_probability" and "offer": a customer's number is no amount.
    words : mapping of column to mapping of word to int, optional
        Where `raw` is some rows of a table: the words of all of its rows, with their number.

    Returns
    -------
    TableReading

    Raises
    ------
    SchemaError
        `told` names a column that is not there.

    Examples
    --------
    >>> raw = RawTable(pd.DataFrame({"pay": ["1.200,5", "2"], "bonus": ["1.234", "7"]}))
    >>> find_readings(raw).apply(raw.data)["bonus"].tolist()
    [1234, 7]
    """
    told, roles, words = told or Told(), roles or {}, words or {}
    check_columns(
        raw.data.iloc[:0].loc[:, ~raw.data.columns.duplicated()], list(told.kinds), name="The table"
    )
    columns = [raw.data.iloc[:, place] for place in range(raw.data.shape[1])]
    names = [str(name) for name in raw.data.columns]

    def read(place: int, decimal: str) -> ColumnReading:
        name = names[place]
        found = find_reading(
            columns[place],
            kind=told.kinds.get(name, ""),
            order=told.dates,
            decimal=decimal,
            typed=raw.typed,
            words=words.get(name),
        )
        return _for_role(found, columns[place], roles.get(name, ""), typed=raw.typed)

    readings = [read(place, told.decimal) for place in range(len(columns))]
    signs = MarkSigns.of(readings, told.decimal, raw.separator)
    for place, found in enumerate(readings):
        if not found.is_open:
            continue
        some = words.get(names[place])
        shown = columns[place] if some is None else pd.Series(list(some), dtype="str")
        mark, why = signs.mark_of(found, shown)
        readings[place] = replace(read(place, mark), note=f"{found.note}: {why}")
    readings = [
        replace(r, decimal=signs.sure)
        if r.kind in ("number", "identifier") and not (r.decimal or r.typed or r.is_open)
        else r
        for r in readings
    ]
    notes = [
        n
        for k, r in enumerate(readings)
        for n in _notes(names[k], r, columns[k], words.get(names[k]))
    ]
    return TableReading(tuple(names), tuple(readings), tuple(notes))


def _for_role(
    found: ColumnReading, column: pd.Series[Any], role: str, *, typed: bool
) -> ColumnReading:
    """Read the columns that have a role by what they are for."""
    if not role or found.told or not is_text(given_type(column)):
        return found
    plain = found.kind == "empty" or _is_plain_whole(found)
    whole_days = found.kind == "date" and found.dates.settled and not monthly(found)
    kept = {
        "target": found.kind in ("empty", "number"),
        "customer": plain,
        "campaign": plain or whole_days,
        "time": True,
        "trials": True,
        "treatment": plain,
        "arm_probability": True,
        "offer": plain,
    }[role]
    if kept:
        return replace(found, kind="number") if _is_plain_whole(found) else found
    if role in ("treatment", "offer"):  # one may be called None: only what is empty is missing
        return ColumnReading("category", level_type="text", typed=True)
    words = Words.of(given_type(column), typed=typed)
    missing = tuple(word for word in words.missing if word)
    return ColumnReading("category", missing=missing, level_type="text", typed=typed)


def _is_plain_whole(found: ColumnReading) -> bool:
    dressed = found.unit or found.thousands or found.missing or found.decimal or found.note
    return (found.kind == "number" or found.level_type == "whole") and not dressed


def _notes(
    name: str,
    reading: ColumnReading,
    column: pd.Series[Any],
    of_all: Mapping[str, int] | None = None,
) -> list[str]:
    """Say what was taken for nothing in a column, and what is open."""
    notes = []
    if reading.missing and of_all is not None:
        count = sum(n for word, n in of_all.items() if word.strip() in reading.missing)
        notes.append(
            f"{name!r} has {listed(reading.missing, 4)} in {count:,} rows: read as missing."
        )
    elif reading.missing:
        words = given_type(column).astype("str").str.strip()
        count, rows = int(words.isin(list(reading.missing)).sum()), len(column)
        notes.append(
            f"{name!r} has {listed(reading.missing, 4)} in {count:,} of {rows:,} rows: read as "
            "missing."
        )
    return [*notes, *doubt_of(name, reading)]


def doubt_of(name: str, reading: ColumnReading) -> list[str]:
    """Say what is open to two readings in a column, and how to settle it."""
    if not reading.note:
        return []
    if reading.kind == "date":
        settle = "Say `dates`, or write" if "may begin" in reading.note else "Write"
        return [f"{name!r}: {reading.note}. {settle} them as YYYY-MM-DD."]
    if reading.is_open:
        return [f"{name!r}: {reading.note}. Say `decimal`."]
    if reading.kind == "number":
        return [f"{name!r}: {reading.note}. Say `decimal` if that is wrong."]
    return [f"{name!r}: {reading.note} It is read as a category; `kinds` says otherwise."]
