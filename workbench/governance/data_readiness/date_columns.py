"""Columns of days: how many rows each day has, and how the days are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from workbench.governance.data_readiness.material import Material
from workbench.reading.identifiers import words_of
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
