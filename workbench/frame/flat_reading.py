"""One flat table read for a frame: found out at training, and done again alike at scoring."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_columns, check_not_empty
from workbench.errors import DataError, DataWarning, ParameterError, SchemaError
from workbench.frame.kinds import DATES, check_feature_kinds
from workbench.frame.personal_columns import note_of
from workbench.messages import listed
from workbench.reading import ColumnReading, RawTable, TableReading, Told, find_readings
from workbench.reading.decide import find_reading, given_type, is_text
from workbench.reading.files import TEXT
from workbench.reading.personal.find import find_personal
from workbench.reading.personal.finding import Finding
from workbench.tables.key_kinds import refuse_odd_keys
from workbench.tables.read import raw_table

TOLD_LATER = ("treatment", "arm_probability", "offer")
"""Roles of columns that tell what was done with a contact: new contacts have none of them."""

OF_OUTCOMES = ("target", "trials", *TOLD_LATER)
"""Roles that new contacts need not have: what was done with a contact, and what came of it."""

ROLES = ("target", "campaign", "time", "customer", "trials", *TOLD_LATER)
"""What a column of a flat table may be other than a feature."""

LEFT_OUT = {"date": "a date", "identifier": "an identifier", "text": "free text", "empty": "empty"}
OPEN_NUMBERS = "numbers of an unknown decimal mark"


@dataclass(frozen=True)
class FlatTable:
    """A table whose columns have their types, and how they got them.

    Parameters
    ----------
    data : DataFrame
    reading : TableReading
    notes : tuple of str
    personal : mapping of column to Finding
        What was found of people in the columns without a role.
    """

    data: pd.DataFrame
    reading: TableReading
    notes: tuple[str, ...]
    personal: Mapping[str, Finding] = field(default_factory=dict)

    def refused(self, allowed: Collection[str] = ()) -> list[Finding]:
        """Return what is found of people and nobody has allowed."""
        found = self.personal.values()
        return [one for one in found if one.refused and one.column not in allowed]

    def features(
        self, names: Sequence[Any], allowed: Collection[str] = ()
    ) -> tuple[pd.DataFrame, list[str]]:
        """Keep what can be a feature; say what was left out and why.

        Parameters
        ----------
        names : sequence
            Of the columns without a role.
        allowed : collection of str
            Columns that hold personal data, and are features all the same.

        Raises
        ------
        DataError
            Nothing is left.
        """
        left_out: dict[str, list[str]] = {why: [] for why in (*LEFT_OUT.values(), OPEN_NUMBERS)}
        refused = {
            one.column: one for one in self.refused(allowed) if one.column in set(map(str, names))
        }
        kept = {}
        for name in names:
            if str(name) in refused:
                continue
            reading = self.reading[str(name)]
            stays = reading.told and reading.kind == "text"
            if reading.is_open:
                left_out[OPEN_NUMBERS].append(str(name))
            elif reading.kind in LEFT_OUT and not stays:
                left_out[LEFT_OUT[reading.kind]].append(str(name))
            else:
                kept[str(name)] = self.data[name]
        if not kept:
            raise DataError(_no_feature(names, refused, texts=left_out[LEFT_OUT["text"]]))
        said = [*note_of(refused.values())]
        said += [f"Left out as {why}: {', '.join(who)}." for why, who in left_out.items() if who]
        return pd.DataFrame(kept), said

    def kept(self, names: Sequence[Any]) -> dict[str, Any]:
        """Return the readings of some columns, as plain values for the recipe."""
        return {str(name): self.reading[str(name)].to_dict() for name in names}


def _no_feature(
    names: Sequence[Any], refused: Mapping[str, Finding], *, texts: Sequence[str]
) -> str:
    """Say that nothing is left, and what can be made of texts."""
    head = "The table must have at least one feature; every column has another role, or is empty, "
    if refused:
        return (
            f"{head}a date, an identifier, free text or personal data: {listed(names)}. Say why "
            f"one of {listed(refused)} may be a feature: `allow`."
        )
    if not texts:
        return f"{head}a date or an identifier: {listed(names)}."
    return (
        f"{head}a date, an identifier or free text: {listed(names)}. Make features of the text "
        f"{listed(texts)}, such as its length, or whether it has a certain word."
    )


def read_flat(
    table: Any,
    *,
    roles: Mapping[str, str | None],
    drop: Sequence[str],
    told: Told,
    look: bool = True,
    words: Mapping[str, Mapping[str, int]] | None = None,
) -> FlatTable:
    """Read a table for training.

    Parameters
    ----------
    table : DataFrame, Arrow table, path
    roles : mapping of role to column
    drop : sequence of str
    told : Told
    look : bool
        Whether to look for personal data: not where columns without a role are not used.
    words : mapping of column to mapping of word to int, optional
        As for `find_readings`, where the table is some rows of a larger one.

    Raises
    ------
    ParameterError
        A column has a role, and is to be left out.
    DataError
        It is empty, a column holds lists or the like, or the order of day and month of its time
        column cannot be told.
    SchemaError
        A column is missing, or stands twice.
    """
    for role, column in roles.items():
        if column is not None and column in drop:
            raise ParameterError(
                f"A column with a role is no feature anyway; {column!r} is `{role}`, and `drop` "
                "names it, too. Take it out of one of the two."
            )
    raw = raw_table(table, encoding=told.encoding, columns=told.columns)
    check_not_empty(raw.data, name="The table")
    taken = [column for column in [*roles.values(), *drop] if column is not None]
    check_columns(raw.data, taken, name="The table")
    kept = [name for name in raw.data.columns if name not in drop]
    raw = replace(raw, data=raw.data[kept])
    features = raw.data.drop(columns=[c for c in roles.values() if c is not None])
    check_feature_kinds(features, but=[DATES])  # which are left out, with a note
    of_column = {name: role for role, name in roles.items() if name is not None}
    for role in ("customer", "campaign", "treatment", "offer"):
        if roles.get(role) is not None:  # once read, 1 and '1' would be one
            refuse_odd_keys(raw.data[roles[role]], f"`{role}`")
    reading = find_readings(raw, _of_kept(told, drop), roles=of_column, words=words)
    _check_time(reading, roles.get("time"))
    notes = (*raw.notes, *reading.notes, *_zone_note(reading, roles.get("time")))
    personal = find_personal(raw.data, but=of_column) if look else {}
    return FlatTable(reading.apply(raw.data), reading, notes, personal)


def _of_kept(told: Told, drop: Sequence[str]) -> Told:
    return replace(told, kinds={k: v for k, v in told.kinds.items() if k not in drop})


def read_flat_again(table: Any, recipe: Mapping[str, Any], told: Told) -> pd.DataFrame:
    """Read a table to be scored as its model's own was read, each row by itself.

    Columns of which the recipe tells nothing, as those of models of before, are found out.
    """
    raw = raw_table(table, encoding=told.encoding, columns=columns_again(table, recipe, told))
    check_not_empty(raw.data, name="The table")
    read = _read_again(raw, recipe, told)
    customer = recipe.get("customer")
    came = raw.data.get(customer)
    if isinstance(came, pd.Series) and not is_text(came):
        read[customer] = came  # a number that came as one goes as one
    return read


def columns_again(table: Any, recipe: Mapping[str, Any], told: Told) -> Sequence[str]:
    """Return the names for a file without a header: those said now, or those of training."""
    is_text = isinstance(table, (str, Path)) and str(table).lower().removesuffix(".gz").endswith(
        TEXT
    )
    return told.columns or (tuple(recipe.get("columns") or ()) if is_text else ())


def known_outcomes(raw: RawTable, recipe: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    """Whether the outcome of each row is known: the target has a value, whichever it is.

    Warns
    -----
    DataWarning
        The table has no column of that name: none is known.
    """
    target = recipe.get("target")
    if target not in raw.data.columns:
        warnings.warn(
            f"The table has no column {target!r}: the outcome of every row is taken as open.",
            DataWarning,
            stacklevel=3,
        )
        return np.zeros(len(raw.data), dtype=bool)
    column = given_type(raw.data[target])
    entry = (recipe.get("reading") or {}).get(str(target))
    # the words for nothing are those of training, and of every column; the rest is an outcome
    reading = ColumnReading.from_dict(entry) if entry else find_reading(column, typed=raw.typed)
    text = replace(reading, kind="category", note="", decimal="") if is_text(column) else reading
    return np.asarray(text.apply(column).notna(), dtype=bool)


def reading_again(recipe: Mapping[str, Any], told: Told) -> dict[str, ColumnReading]:
    """Return how each column is read at scoring: as in training, but for what is said anew."""
    return {
        name: _said_anew(ColumnReading.from_dict(entry), told)
        for name, entry in (recipe.get("reading") or {}).items()
    }


def _read_again(raw: RawTable, recipe: Mapping[str, Any], told: Told) -> pd.DataFrame:
    known = reading_again(recipe, told)
    read = {
        name: known[str(name)].apply(given_type(raw.data[name]))
        for name in raw.data.columns
        if str(name) in known and isinstance(raw.data[name], pd.Series)
    }
    unknown = [name for name in raw.data.columns if name not in read]
    if not known and unknown:
        raw = RawTable(raw.data, typed=raw.typed, separator=raw.separator)
        roles = {str(recipe[role]): role for role in ROLES if recipe.get(role) is not None}
        return find_readings(raw, told, roles=roles).apply(raw.data)
    return raw.data.assign(**{str(name): values for name, values in read.items()})


def _said_anew(reading: ColumnReading, told: Told) -> ColumnReading:
    """Take what is said of this file: it may come from another system than the training."""
    if told.decimal and reading.kind == "number":
        other = "," if told.decimal == "." else "."
        reading = replace(reading, decimal=told.decimal, thousands=f"{other} '")
    if told.dates and reading.kind == "date" and reading.order:
        reading = replace(reading, order=told.dates)
    return reading


def _check_time(reading: TableReading, time: str | None) -> None:
    if time is None:
        return
    found = reading[time]
    if found.kind == "date" and not found.dates.settled:
        doubt = found.note or "its days cannot be told"
        raise DataError(
            f"The time column {time!r} must have days that can be read in one way; {doubt}. Say "
            "`dates='day-first'` or `dates='month-first'`, or write them as YYYY-MM-DD."
        )
    if found.kind not in ("date", "number", "identifier", "empty"):
        example = found.levels[0] if found.levels else "text"
        raise SchemaError(
            f"The time column {time!r} must hold dates; it has {example!r}. Write them as "
            "YYYY-MM-DD, or name another column."
        )


def _zone_note(reading: TableReading, time: str | None) -> list[str]:
    zone = "" if time is None else reading[time].zone
    return (
        [f"The moments of {time!r} are taken as clocks show them in the zone {zone}."]
        if zone
        else []
    )
