"""A table as it stands in a file, before anybody says what its columns are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from workbench.reading.decide import find_reading, is_text
from workbench.reading.words import MISSING_AMONG_NUMBERS

TOTAL_WORDS = (
    *("total", "totals", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt"),
    *("somme", "totale", "suma", "totaal", "итого", "всего", "total general", "subtotal"),
)
_UNIT = re.compile(
    r"[\[(].{0,20}[\])]|[%‰$€£]|eur|usd|gbp|chf|kg|g|km|m|cm|mm|l|pcs|stk|st|days|tage|years|jahre|"
    r"unit|units|einheit|h|min|s",
    re.IGNORECASE,
)
_FEWEST = 4  # rows below a second header, for it to be told from data


@dataclass(frozen=True)
class RawTable:
    """Columns as the file has them (text, where the file has no types), and what was passed over.

    Parameters
    ----------
    data : DataFrame
    notes : tuple of str
    typed : bool
        Whether the file has types.
    separator : str
        What cuts the fields, of a file of text.
    """

    data: pd.DataFrame
    notes: tuple[str, ...] = ()
    typed: bool = False
    separator: str = field(default="", compare=False)

    def noting(self, *notes: str) -> RawTable:
        """Return the same with sentences more."""
        return replace(self, notes=(*self.notes, *(note for note in notes if note)))


def without_accidents(table: RawTable) -> RawTable:
    """Drop rows that are no data: empty ones, second headers, units, a total at the end."""
    for step in (_without_empty, _without_headers, _without_total):
        table = step(table)
    return table


def _without_empty(table: RawTable) -> RawTable:
    empty = np.ones(len(table.data), dtype=bool)
    for place in range(table.data.shape[1]):
        column = table.data.iloc[:, place]
        blank = column.isna()
        if is_text(column):
            blank |= column.str.strip().eq("").fillna(value=True).astype("bool")
        empty &= blank.to_numpy(dtype="bool")
        if not empty.any():
            return table
    count = int(empty.sum())
    kept = replace(table, data=table.data[~empty].reset_index(drop=True))
    return kept.noting(f"{count:,} empty row{'s are' if count != 1 else ' is'} left out.")


def _texts(data: pd.DataFrame) -> list[tuple[int, pd.Series[str]]]:
    columns = [(place, data.iloc[:, place]) for place in range(data.shape[1])]
    return [(place, column) for place, column in columns if is_text(column)]


def _without_headers(table: RawTable) -> RawTable:
    """Drop rows that repeat the header, and a first row of units or of other names."""
    data = table.data
    if len(data) < 2:
        return table
    names = [str(name).strip() for name in data.columns]
    first_name = data.iloc[:, 0].astype("str").str.strip()
    again = [
        row
        for row in data.index[first_name == names[0]]
        if [str(cell).strip() for cell in data.loc[row]] == names
    ]
    if again:
        table = replace(table, data=data.drop(index=again).reset_index(drop=True))
        table = table.noting(f"The header stands {len(again) + 1} times: it is taken once.")
    if not _is_header(table.data):
        return table
    shown = ", ".join(repr(str(cell)) for cell in table.data.iloc[0].dropna().head(3))
    rest = table.data.iloc[1:].reset_index(drop=True)
    return replace(table, data=rest).noting(f"The first row is no data, and is left out: {shown}.")


def _is_header(data: pd.DataFrame) -> bool:
    """Whether the first row holds units or names, above columns of numbers or dates."""
    cells = [str(cell).strip() for cell in data.iloc[0].dropna()]
    if len(data) < _FEWEST or not cells or any(map(_is_value, dict.fromkeys(cells))):
        return False
    if all(_UNIT.fullmatch(cell) for cell in cells):
        return True
    for _, column in _texts(data):
        if pd.isna(column.iloc[0]) or str(column.iloc[0]).strip().lower() in MISSING_AMONG_NUMBERS:
            continue
        head = column.iloc[1:].dropna().drop_duplicates().head(200)
        if _has_digits(head) and find_reading(head).kind in ("number", "date", "identifier"):
            told = find_reading(head)
            if told.kind != "identifier" or told.level_type == "whole":
                return True
    return False


def _has_digits(words: pd.Series[str]) -> bool:
    return any(letter.isdigit() for word in words for letter in word)


def _is_value(cell: str) -> bool:
    return find_reading(pd.Series([cell], dtype="str")).kind in ("number", "date")


def _without_total(table: RawTable) -> RawTable:
    """Drop a last row that is named as the total of the others."""
    data = table.data
    if len(data) < 3:
        return table
    last = data.iloc[-1]
    filled = [place for place in range(data.shape[1]) if not pd.isna(last.iloc[place])]
    if not filled:
        return table
    word = str(last.iloc[filled[0]]).strip()
    column = data.iloc[:-1, filled[0]].astype("str").str.strip()
    if word.lower().rstrip(":") not in TOTAL_WORDS or (column == word).any():
        return table
    kept = replace(table, data=data.iloc[:-1])
    return kept.noting(f"The last row is named {word!r}: it is taken for a total, and left out.")
