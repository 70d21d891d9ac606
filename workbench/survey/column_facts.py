"""One column looked at: its kind, its gaps, its levels, and the values that say most of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.kinds import DATES, odd_kind
from workbench.frame.level_spelling import spelled
from workbench.reading import ColumnReading
from workbench.reading.personal.finding import Finding
from workbench.reading.table import remark
from workbench.reading.words import flag_of

CONSTANT, EMPTY = "constant", "empty"
OF_NOBODY = ("identifier", "text", EMPTY)
"""Kinds of which no value is shown: each is one customer's, or there is none."""


@dataclass(frozen=True)
class ColumnFacts:
    """What is known of a column by itself.

    Parameters
    ----------
    column : str
    kind : str
        "number", "flag", "date", "category", "text", "identifier", "constant", "empty", or what
        can be no feature, such as "lists or records".
    rows, missing, distinct : int
        Gaps are no level.
    commonest : str
        The value of most rows; the first of several. "" where none is shown.
    commonest_rows : int
    lowest, highest : str
        Of numbers and dates.
    read_as : str
        How it was read, where that is not plain.
    reading : ColumnReading
    codes : ndarray of int, shape (rows,)
        The number of each row's level, in the order in which they appear; −1 for a gap.

    Examples
    --------
    >>> facts = facts_of(pd.Series([3, 0, 0, 7], name="visits"), ColumnReading("number"))
    >>> facts.values(), facts.missing, facts.distinct
    ('0 to 7; 0 in 50%', 0, 3)
    """

    column: str
    kind: str
    rows: int
    missing: int
    distinct: int
    commonest: str
    commonest_rows: int
    lowest: str
    highest: str
    read_as: str
    reading: ColumnReading = field(repr=False)
    codes: npt.NDArray[np.int64] = field(repr=False, compare=False)

    @property
    def is_binary(self) -> bool:
        """Whether it has two values, gaps aside: an outcome has."""
        return self.distinct == 2 and self.kind in ("flag", "number", "category")

    @property
    def each_its_own(self) -> bool:
        """Whether no value stands twice."""
        return self.rows > 1 and self.distinct == self.rows

    def values(self) -> str:
        """Say in a few words what stands in it."""
        share = self.commonest_rows / max(self.rows, 1)
        most = f"{self.commonest} in {_share(share)}" if self.commonest else ""
        if self.kind == CONSTANT:
            return self.commonest
        if self.kind == "date":  # the hours are in the table
            return f"{self.lowest[:10]} to {self.highest[:10]}" if self.lowest else most
        if self.lowest:
            span = f"{self.lowest} to {self.highest}"
            return f"{span}; {most}" if most and share >= 0.5 else span
        return most


def facts_of(raw: pd.Series[Any], reading: ColumnReading) -> ColumnFacts:
    """Look at a column as it stands in the table, read as told.

    Parameters
    ----------
    raw : Series, shape (n,)
        As read: numbers, moments, flags or text.
    reading : ColumnReading
        How.
    """
    odd = odd_kind(raw)
    column = raw.map(repr, na_action="ignore") if odd not in ("", DATES) else raw
    codes, levels = _factorized(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    missing = int((codes < 0).sum())
    kind = odd if odd not in ("", DATES) else reading.kind
    if len(levels) == 0:
        kind = EMPTY
    elif len(levels) == 1 and not missing and odd in ("", DATES):
        kind = CONSTANT
    elif kind == "number" and _are_flags(levels):
        kind = "flag"
    shown = len(levels) > 0 and kind not in OF_NOBODY and odd in ("", DATES)
    most = int(counts.argmax()) if len(levels) else 0
    lowest, highest = _ends(levels, kind) if shown else ("", "")
    return ColumnFacts(
        column=str(raw.name),
        kind=kind,
        rows=len(codes),
        missing=missing,
        distinct=len(levels),
        commonest=_word(levels, most, reading) if shown else "",
        commonest_rows=int(counts[most]) if shown else 0,
        lowest=lowest,
        highest=highest,
        read_as=remark(reading),
        reading=reading,
        codes=codes,
    )


def without_values(facts: ColumnFacts, found: Finding | None) -> ColumnFacts:
    """Show no value of a column that names people."""
    if found is None or found.class_ != "direct identifier":
        return facts
    return replace(facts, commonest="", commonest_rows=0, lowest="", highest="")


def _factorized(column: pd.Series[Any]) -> tuple[npt.NDArray[np.int64], pd.Index[Any]]:
    """Give each level a number; objects that cannot be looked up are told by their text."""
    try:
        codes, levels = pd.factorize(column)
    except (TypeError, ValueError):
        codes, levels = pd.factorize(column.map(repr, na_action="ignore"))
    return codes.astype("int64"), pd.Index(levels)


def _ends(levels: pd.Index[Any], kind: str) -> tuple[str, str]:
    """Write the least and the greatest value of numbers and dates; "" of the rest."""
    is_number = pd.api.types.is_numeric_dtype(levels) and not pd.api.types.is_bool_dtype(levels)
    is_date = pd.api.types.is_datetime64_any_dtype(levels) or isinstance(levels, pd.PeriodIndex)
    if kind not in ("number", "date") or not (is_number or is_date):
        return "", ""
    at = (int(levels.argmin()), int(levels.argmax()))
    return _written(levels, at[0]), _written(levels, at[1])


def _are_flags(levels: pd.Index[Any]) -> bool:
    """Whether numbers are 0 and 1, and no other: a model takes them as yes and no."""
    return (
        len(levels) == 2 and bool(pd.api.types.is_numeric_dtype(levels)) and set(levels) == {0, 1}
    )


def _written(levels: pd.Index[Any], place: int) -> str:
    """Write one level: whole numbers without a point, others with six digits that count."""
    value = levels[place]
    if isinstance(value, (float, np.floating)):
        number = float(value)
        whole = number.is_integer() and abs(number) < 1e15
        return f"{int(number)}" if whole else f"{number:.6g}"
    return str(spelled(pd.Series([value])).iloc[0])


def _word(levels: pd.Index[Any], place: int, reading: ColumnReading) -> str:
    """Write a level; of a flag, the word that the file has for it."""
    value = levels[place]
    if isinstance(value, (bool, np.bool_)):
        words = [word for word in reading.levels if flag_of(word) == bool(value)]
        return words[0] if words else str(bool(value))
    return _written(levels, place)


def _share(share: float) -> str:
    """Write a share so that nearly all is not all, and hardly any not none."""
    if share in (0, 1):
        return f"{share:.0%}"
    return "under 1%" if share < 0.005 else "over 99%" if share > 0.995 else f"{share:.0%}"
