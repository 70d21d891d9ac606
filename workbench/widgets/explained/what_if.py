"""Other values for the columns of one contact: what may be entered, and what it counts as."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.level_spelling import spelled
from workbench.language import later, number_text, say, written
from workbench.messages import did_you_mean, listed
from workbench.ridge.design.column import Column
from workbench.ridge.design.column_numbers import NUMBER, numbers_of
from workbench.ridge.design.levels import UNSEEN
from workbench.ridge.design.trained_range import Ranged, knows_ranges, ranges_of
from workbench.ridge.explain.units import PLAIN, Unit

LARGEST = 1e100
"""Of a number that is entered: beyond, columns have no squares."""
_PLAIN = 1e5  # a number below it is written without a power of ten
WRONG_NUMBER = later(
    "Write a number, such as 12 or 0.8: digits, and a point before decimals. Leave it empty "
    "where it is missing."
)
WRONG_COMMA = later(
    "Write a number, such as 12 or 0,8: digits, a comma before decimals, and no points. Leave it "
    "empty where it is missing."
)


@dataclass(frozen=True)
class WhatIf:
    """The columns of one row that a model reads, and what they may be changed to.

    Parameters
    ----------
    model : RidgePropensity, RidgeAmount or RidgeCount
        Fitted.
    row : DataFrame, shape (1, p)
    units : mapping of feature to Unit
    """

    model: Ranged
    row: pd.DataFrame
    units: Mapping[str, Unit]

    @cached_property
    def columns(self) -> dict[str, Column]:
        """What the model reads, by name."""
        return {column.name: column for column in self.model.design_.columns}

    @cached_property
    def _ranges(self) -> dict[str, tuple[float, float]]:
        """Return the trained range of each numeric column, that of what is extrapolated too."""
        if not knows_ranges(self.model):
            return {}
        low, high = ranges_of(self.model)
        at = {name: k for k, name in enumerate(self.model.columns_.index)}
        numeric = [name for name, column in self.columns.items() if column.levels is None]
        return {name: (float(low[at[name]]), float(high[at[name]])) for name in numeric}

    @cached_property
    def _constant(self) -> set[str]:
        """Name the features of which no column is in the model."""
        table = self.model.columns_
        dropped = table["dropped"].groupby(table["feature"]).all()
        return set(dropped.index[dropped].map(str))

    def unit(self, name: str) -> Unit:
        """Return the unit of a column."""
        return self.units.get(name, PLAIN)

    def field(self, name: str) -> dict[str, Any]:
        """Say how the value of a column is entered, as JSON values.

        Returns
        -------
        dict
            ``name``, ``kind`` ("number", "flag" or "level"), ``entered`` (its value now, as
            text; None where it is missing), ``unit``, and of levels ``options``.
        """
        column = self.columns[name]
        made = {"name": name, "unit": self.unit(name).said, "entered": self.entered(name)}
        if column.levels is not None:
            return {**made, "kind": "level", "options": list(column.levels)}
        return {**made, "kind": "flag" if column.binary else "number"}

    def entered(self, name: str, values: pd.Series[Any] | None = None) -> str | None:
        """Write the value of a column as it would be entered; None where it is missing."""
        cell = self.row[name] if values is None else values
        column = self.columns[name]
        if column.levels is not None:
            if cell.isna().iloc[0]:
                return None
            code = self._code(name, cell)
            return column.levels[code] if code >= 0 else str(spelled(cell).iloc[0])
        number = float(numbers_of(cell, column)[0])
        if math.isnan(number):
            return None
        shown = self.unit(name).shown(number)
        text = f"{shown:.6g}" if values is None and abs(shown) < _PLAIN else f"{shown:.12g}"
        return text.replace(".", written().decimal)

    def read(self, name: str, text: str | None) -> Any:
        """Read what was entered: a value of the column; None where it is missing.

        Raises
        ------
        ParameterError
            It is no number, where the column has numbers.
        """
        if text is None or not text.strip():
            return None
        if self.columns[name].levels is not None:
            return text
        plain = _pointed(text.replace("\u2212", "-").replace(" ", ""))
        try:
            number = float(plain) if NUMBER.fullmatch(plain) else math.nan
            kept = self.unit(name).kept(number)
        except ValueError:
            raise ParameterError(wrong_number()) from None
        if not abs(kept) < LARGEST:  # nor where it is no number
            raise ParameterError(wrong_number())
        return kept

    def changed(self, changes: Mapping[str, Any]) -> pd.DataFrame:
        """Return the row with other values in some columns, each of its column's own type.

        Parameters
        ----------
        changes : mapping of column to value
            As the frame holds them; None, or NaN, where it is missing.

        Raises
        ------
        ParameterError
            The model reads no such column, or a value is none that it could have.
        """
        unknown = [name for name in changes if name not in self.columns]
        if unknown:
            raise ParameterError(
                f"The model reads no column {unknown[0]!r}; it reads {listed(self.columns)}."
                f"{did_you_mean(unknown[0], self.columns)}"
            )
        new = {name: self._cell(name, value) for name, value in changes.items()}
        return self.row.assign(**new)

    def told(self, name: str, value: Any) -> str:
        """Say what a value counts as, where training never had it; else ""."""
        column, cell = self.columns[name], self._cell(name, value)
        if name in self._constant:
            return say("constant in training: no effect")
        if cell.isna().iloc[0]:
            return "" if column.flag else self._told_of_gap(column)
        if column.levels is not None:
            return self._told_of_level(column, cell)
        return self._told_of_number(name, float(numbers_of(cell, column)[0]))

    def _told_of_number(self, name: str, number: float) -> str:
        low, high = self._ranges.get(name, (-math.inf, math.inf))
        if low <= number <= high:
            return ""
        unit = self.unit(name)
        ends = {"low": number_text(unit.shown(low), ".4g"), "high": unit.written(high)}
        if self.model.extrapolate:
            return say("training had {low} to {high}: its slope goes on", **ends)
        edge = unit.written(float(np.clip(number, low, high)))
        return say("training had {low} to {high}: counts as {edge}", edge=edge, **ends)

    def _told_of_gap(self, column: Column) -> str:
        if column.levels is not None:
            return say("never missing in training: counts as no level")
        mean = self.unit(column.name).written(column.mean)
        return say("never missing in training: counts as the mean, {mean}", mean=mean)

    def _told_of_level(self, column: Column, cell: pd.Series[Any]) -> str:
        if self._code(column.name, cell) != UNSEEN:
            return ""
        if column.cut:
            return say("not among the levels that have a column: counts as none of them")
        return say("no level of training: counts as none of them")

    def _code(self, name: str, cell: pd.Series[Any]) -> int:
        return int(self.columns[name].spellings.codes(spelled(cell))[0])

    def _cell(self, name: str, value: Any) -> pd.Series[Any]:
        """Return one value as a column of the row: a number of its type, else text."""
        scalar = pd.api.types.is_scalar(value)
        missing = scalar and pd.isna(value)
        kind, index = self.row[name].dtype, self.row.index
        if self.columns[name].levels is not None:
            if not scalar:
                raise ParameterError(f"{name!r} must be a level, such as a text; got {value!r}.")
            text = None if missing else str(value)
            return pd.Series([text], index=index, dtype="str", name=name)
        own = kind if isinstance(kind, np.dtype) and kind.kind == "f" else np.dtype("float64")
        number = math.nan if missing else _number(name, value)
        return pd.Series([number], index=index, dtype=own, name=name)


def wrong_number() -> str:
    """Say how a number is entered in the language of now.

    Examples
    --------
    >>> wrong_number()[:40]
    'Write a number, such as 12 or 0.8: digit'
    """
    return say(WRONG_COMMA) if written().decimal == "," else say(WRONG_NUMBER)


def _pointed(text: str) -> str:
    """Read a decimal comma where it is the reader's; a point may be either there, and is none."""
    if written().decimal != ",":
        return text
    return "" if "." in text else text.replace(",", ".")


def _number(name: str, value: Any) -> float:
    if not isinstance(value, Real | np.bool_):
        raise ParameterError(
            f"{name!r} must be a number; got {value!r}. Give one, or None where it is missing."
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not abs(number) < LARGEST:
        raise ParameterError(f"{name!r} must be finite, below 1e100; got {number!r}.")
    return number
