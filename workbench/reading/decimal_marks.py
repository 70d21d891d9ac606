"""What 1.234 is where its column does not show it: what else in a file speaks for which mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from workbench.reading.column import ColumnReading
from workbench.reading.numbers import PARTS
from workbench.reading.word_counts import counted

MARKS = {".": "a decimal point", ",": "a decimal comma"}
USUAL = "the usual of such a file"
FEWEST_MARKED = 3
LEFT_OPEN = "it stays text, as the rest of the file does not tell"


@dataclass(frozen=True)
class MarkSigns:
    """What a file shows of its decimal mark, beside a column that is open to two readings.

    Parameters
    ----------
    others : frozenset of str
        Decimal marks that the other columns of numbers show beyond doubt.
    usual : {".", ","}
        What is usual beside what cuts the fields.
    told : {"", ".", ","}
        What somebody says.
    grouped : str
        Marks that set thousands apart in other columns, beyond doubt.
    """

    others: frozenset[str]
    usual: str
    told: str = ""
    grouped: str = ""

    @classmethod
    def of(cls, readings: Sequence[ColumnReading], told: str, separator: str) -> MarkSigns:
        """Look at all columns."""
        numbers = [r for r in readings if r.kind == "number" and not r.typed]
        sure = frozenset(r.decimal for r in numbers if r.decimal)
        grouped = "".join(r.thousands for r in numbers if not r.is_open)
        return cls(sure, "," if separator == ";" else ".", told, grouped)

    @property
    def sure(self) -> str:
        """The mark that is told, or that all columns have which show one; "" if there is none."""
        return self.told or (next(iter(self.others)) if len(self.others) == 1 else "")

    def mark_of(self, found: ColumnReading, column: pd.Series[Any]) -> tuple[str, str]:
        """Return the mark to read an open column with, and why; "" where nothing tells.

        Where whole numbers below a thousand stand beside, the mark sets thousands apart: who
        writes three decimal places writes them everywhere. Per cent of thousands in every row
        are none. A mark that is the decimal one elsewhere is so here. One that is not sets
        thousands apart, where it is seen to do so elsewhere, and is else left open. Where no
        column shows a decimal mark, the usual one is taken.

        Examples
        --------
        >>> found = ColumnReading("number", note="1.234 is open to two readings")
        >>> amounts = pd.Series(["1.234", "45.678"])
        >>> MarkSigns(frozenset({"."}), ",").mark_of(found, amounts)
        ('.', 'it is read with a decimal point, as other columns have')
        >>> MarkSigns(frozenset({",", "."}), ",").mark_of(found, amounts)
        ('', 'it stays text, as the rest of the file does not tell')
        """
        shown, other = (".", ",") if "." in found.note.split()[0] else (",", ".")
        if self.told:
            return self.told, f"it is read with {MARKS[self.told]}, as is said"
        if _has_bare_ones(column, shown):
            return other, f"it is read with {MARKS[other]}, as smaller ones have no mark"
        if found.unit in PARTS and replace(found, decimal=shown).apply(column).abs().max() <= 1:
            return shown, f"it is read with {MARKS[shown]}, so that all are parts of a whole"
        if not self.others and shown == self.usual:
            return shown, f"it is read with {MARKS[shown]}, {USUAL}"
        if self.sure == shown or (self.sure and shown in self.grouped):
            return self.sure, f"it is read with {MARKS[self.sure]}, as other columns have"
        return "", LEFT_OPEN


def _has_bare_ones(column: pd.Series[Any], mark: str) -> bool:
    """Whether numbers without a mark stand among several with it; 0 may always have none."""
    words = [word for word in counted(column) if re.search("[1-9]", word)]
    marked = sum(mark in word for word in words)
    return FEWEST_MARKED <= marked < len(words)
