"""Columns of days: how many rows each day has, and how the days are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from workbench.governance.readiness.material import Material
from workbench.reading.dates import DateSpelling, date_spelling_of
from workbench.reading.decide import given_type, is_text
from workbench.reading.identifiers import words_of
from workbench.reading.words import MISSING_AMONG_NUMBERS
from workbench.sql.names import quoted

DEFAULTS = tuple(
    pd.Timestamp(day)
    for day in (
        *("0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-02"),
        *("1901-01-01", "1970-01-01", "2099-12-31", "2999-12-31", "9999-12-31"),
    )
)
"""Days that programs write where there is none."""
_TO_COME = frozenset(
    {
        *("until", "expiry", "expires", "expire", "expiration", "end", "ends", "due", "next"),
        *("valid", "deadline", "planned", "renewal", "bis", "ende", "ablauf", "gueltig", "gültig"),
        *(
            "faellig",
            "fällig",
            "termin",
            "geplant",
            "naechste",
            "nächste",
            "kuendigung",
            "kündigung",
        ),
    }
)
"""Words of columns whose days may well lie ahead."""
_LOOKED_AT = 3000
_EXAMPLES = 5
_ZONE = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")


def may_be_ahead(name: str) -> bool:
    """Whether a column's name says that its days may lie in the future.

    Examples
    --------
    >>> may_be_ahead("valid_until"), may_be_ahead("last_order")
    (True, False)
    """
    return bool(_TO_COME & set(words_of(name)))


def is_default(days: pd.Series[Any]) -> pd.Series[bool]:
    """Tell which moments are on a day that programs write for none.

    Examples
    --------
    >>> is_default(pd.Series(pd.to_datetime(["1900-01-01", "1984-05-06"]))).tolist()
    [True, False]
    """
    return _plain(days).astype("datetime64[s]").isin(DEFAULTS)


def day_counts(m: Material) -> dict[str, pd.Series[int]]:
    """Return how many rows each day has, of every column of days."""
    if m.tables is not None:
        return dict(_of_tables(m))
    found = {name: counted_days(m.typed[name]) for name in _moments(m.typed)}
    if not found and m.has("as_of"):
        found["as_of"] = counted_days(m.contacts["as_of"])
    return found


def moments(m: Material) -> pd.DataFrame:
    """Return the columns of days of a table, as moments without a zone."""
    return pd.DataFrame({name: _plain(m.typed[name]) for name in _moments(m.typed)})


def _moments(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table if pd.api.types.is_datetime64_any_dtype(table[name])]


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    return column if column.dt.tz is None else column.dt.tz_localize(None)


def counted_days(column: pd.Series[Any]) -> pd.Series[int]:
    """Count the rows of each day, in the order of days."""
    days = _plain(column).dropna().dt.normalize().astype("datetime64[s]")  # of any year
    counts: pd.Series[int] = days.value_counts()
    return counts.sort_index()


def _of_tables(m: Material) -> Iterator[tuple[str, pd.Series[int]]]:
    assert m.tables is not None  # noqa: S101 - asked by the caller
    yield "contacts.as_of", counted_days(m.tables.contacts["as_of"])
    connection = m.tables.connect()
    for name in (*m.tables.event_tables, *m.tables.attribute_tables):
        described = connection.execute(f"DESCRIBE {quoted(name)}").fetchall()
        for column, kind, *_ in described:
            if not str(kind).startswith(("TIMESTAMP", "DATE")):
                continue
            found = connection.execute(
                f"SELECT CAST({quoted(column)} AS DATE) AS day, count(*) AS n "
                f"FROM {quoted(name)} WHERE {quoted(column)} IS NOT NULL GROUP BY day ORDER BY day"
            ).df()
            days = pd.DatetimeIndex(found["day"].to_numpy().astype("datetime64[s]"))
            yield f"{name}.{column}", pd.Series(found["n"].to_numpy(), index=days)


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


def written_days(m: Material) -> dict[str, WrittenDays]:
    """Return how the days are written, of every column of text that has mostly days."""
    found = {}
    for name in m.written:
        column = m.written[name]
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
