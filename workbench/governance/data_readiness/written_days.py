"""How days are written in columns of text: in which forms, which order, with a zone or none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from workbench.reading.dates import DateSpelling, date_spelling_of
from workbench.reading.decide import given_type, is_text
from workbench.reading.words import MISSING_AMONG_NUMBERS

_LOOKED_AT = 3000
_EXAMPLES = 5
_ZONE = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True)
class WrittenDays:
    """How the days of a column of text are written, row by row.

    Parameters
    ----------
    shapes : mapping of shape to rows
        Of those values that are days, such as "iso" or "numeric".
    days, others : int
        Rows that are days, and that are none, gaps aside.
    spelling : DateSpelling, optional
        Of those that are days.
    both_orders : bool
        Some values can only have the day first, and others only the month.
    with_zone, clocks : int
        Rows with a time of day and a zone, and with a time of day.
    """

    shapes: Mapping[str, int]
    days: int
    others: int
    spelling: DateSpelling | None
    both_orders: bool
    with_zone: int
    clocks: int


def written_days_of(table: pd.DataFrame) -> dict[str, WrittenDays]:
    """Return how the days are written, of every column of text that has mostly days.

    Examples
    --------
    >>> table = pd.DataFrame({"day": ["2024-05-01", "2024-05-02"], "town": ["Bonn", "Köln"]})
    >>> {name: one.shapes for name, one in written_days_of(table).items()}
    {'day': {'iso': 2}}
    """
    found = {}
    for name in table:
        column = table[name]
        if isinstance(column, pd.Series) and is_text(given_type(column)):
            looked = _looked_at(given_type(column))
            if looked is not None:
                found[str(name)] = looked
    return found


def _looked_at(column: pd.Series[str]) -> WrittenDays | None:
    counts = column.dropna().str.strip().value_counts()
    counts = counts[[not _is_gap(str(word)) for word in counts.index]].iloc[:_LOOKED_AT]
    words = pd.Series(counts.index, dtype="str")
    masks = words.str.replace(r"\d", "9", regex=True)
    shape = masks.map({mask: _shape_of_all(words[masks == mask]) for mask in masks.unique()})
    is_day, n = shape.notna().to_numpy(), counts.to_numpy()
    if n[is_day].sum() <= n.sum() / 2:
        return None
    days = list(words[is_day])
    return WrittenDays(
        shapes={
            str(one): int(n[(shape == one).to_numpy()].sum()) for one in shape.dropna().unique()
        },
        days=int(n[is_day].sum()),
        others=int(n[~is_day].sum()),
        spelling=date_spelling_of(days),
        both_orders=_both_orders(days),
        with_zone=int(n[words.str.contains(_ZONE).to_numpy()].sum()),
        clocks=int(n[words.str.contains(_CLOCK).to_numpy()].sum()),
    )


def _is_gap(word: str) -> bool:
    return not word or word.lower() in MISSING_AMONG_NUMBERS


def _shape_of_all(words: pd.Series[str]) -> str | None:
    """Return the form of words that differ in their digits alone; None: most are no days."""
    shapes = [shape_of(str(word)) for word in words.iloc[:_EXAMPLES]]
    return max(set(shapes), key=shapes.count)


@cache
def shape_of(word: str) -> str | None:
    """Return the form of a day such as "iso" or "numeric"; None: it is none.

    Examples
    --------
    >>> shape_of("2024-05-01"), shape_of("1/5/2024"), shape_of("44927")
    ('iso', 'numeric', None)
    """
    found = date_spelling_of([word]) if any(sign in word for sign in "-/. ") else None
    return None if found is None else found.shape


_PARTS = re.compile(r"(\d{1,2})[-/.]\s?(\d{1,2})[-/.]\s?\d{2,4}\b")


def _both_orders(words: list[str]) -> bool:
    parts = [found for word in words if (found := _PARTS.match(word))]
    return any(int(one[1]) > 12 for one in parts) and any(int(one[2]) > 12 for one in parts)
