"""What an analyst should know of a table before trusting it: counts, and remarks on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb
import pandas as pd

from workbench.messages import listed
from workbench.sql.names import quoted
from workbench.tables.store import column_types, one_row

LONG_PAUSE = 28
"""Days without any event that are not worth a word."""
QUALITY = [
    "rows",
    "duplicate_rows",
    "missing_share",
    "unknown_customers",
    "after_observed",
    "in_future",
    "remark",
]


def late_events(
    database: duckdb.DuckDBPyConnection, names: Iterable[str], observed_until: pd.Timestamp
) -> list[str]:
    """Say which tables hold events at or after the end of observation."""
    notes = []
    for name in names:
        late = _count_where(database, name, f"time >= TIMESTAMP '{observed_until}'")
        if late:
            notes.append(
                f"Of {name}, {late:,} event{'s lie' if late != 1 else ' lies'} at or after "
                f"{observed_until:%Y-%m-%d}, the end of observation; no known outcome counts them."
            )
    return notes


def ended_early(
    database: duckdb.DuckDBPyConnection, names: Iterable[str], last: pd.Timestamp
) -> list[str]:
    """Say which tables end long before the last decision: features then know nothing of the rest.

    Long is more than four weeks, and more than thrice the longest pause between days with events.
    """
    notes = []
    for name in names:
        days = f"SELECT DISTINCT CAST(time AS DATE) AS day FROM {quoted(name)}"
        pauses = f"SELECT day, day - lag(day) OVER (ORDER BY day) AS pause FROM ({days})"
        end, longest = one_row(database, f"SELECT max(day), max(pause) FROM ({pauses})")
        if end is None:
            continue
        lacking = (last - pd.Timestamp(end)).days
        if lacking > LONG_PAUSE and lacking > 3 * (longest or 0):
            notes.append(
                f"Of {name}, the last event is of {end:%Y-%m-%d}, {lacking:,} days before the last "
                f"contacts were chosen, on {last:%Y-%m-%d}: is the table whole?"
            )
    return notes


def quality_of(
    database: duckdb.DuckDBPyConnection,
    name: str,
    *,
    observed_until: pd.Timestamp,
    today: pd.Timestamp,
) -> tuple[Any, ...]:
    """Count what is doubtful in a table, in the order of `QUALITY`."""
    types = column_types(database, f"SELECT * FROM {quoted(name)}")
    filled = one_row(
        database,
        f"SELECT count(*), {', '.join(f'count({quoted(c)})' for c in types)} FROM {quoted(name)}",
    )
    rows, present = filled[0], dict(zip(types, filled[1:], strict=True))
    (distinct,) = one_row(database, f"SELECT count(*) FROM (SELECT DISTINCT * FROM {quoted(name)})")
    unknown = late = future = 0
    if "customer" in types:
        (unknown,) = one_row(
            database,
            f"SELECT count(DISTINCT customer) FROM {quoted(name)} "
            "WHERE customer NOT IN (SELECT customer FROM all_contacts)",
        )
    if "time" in types:
        late = _count_where(database, name, f"time >= TIMESTAMP '{observed_until}'")
        future = _count_where(database, name, f"time > TIMESTAMP '{today}'")
    remarks = [
        *(
            [f"{rows - distinct:,} repeated: check that none is counted twice"]
            if distinct < rows
            else []
        ),
        *([f"{future:,} in the future: check the dates"] if future else []),
        *_backwards(database, name, types),
        *(
            [f"mostly missing: {listed(sparse)}"]
            if (sparse := [c for c, n in present.items() if n < rows / 2])
            else []
        ),
    ]
    missing = 1.0 - sum(present.values()) / (rows * len(types))
    return rows, rows - distinct, missing, unknown, late, future, "; ".join(remarks)


def _backwards(
    database: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str]
) -> Iterator[str]:
    """Say how many rows end before they begin."""
    if {"arrived", "time"} <= types.keys():
        early = _count_where(database, name, "arrived < time")
        if early:
            yield f"{early:,} arrived before happening"
    if {"valid_from", "valid_until"} <= types.keys():
        empty = _count_where(database, name, "valid_until <= valid_from")
        if empty:
            yield f"{empty:,} with an end before the beginning, never valid"


def _count_where(database: duckdb.DuckDBPyConnection, name: str, condition: str) -> int:
    return int(one_row(database, f"SELECT count(*) FROM {quoted(name)} WHERE {condition}")[0])
