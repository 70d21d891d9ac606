"""Contacts and events as NumPy arrays, a share of the customers at a time.

DuckDB reads, joins and filters; what comes out are whole numbers: the customer's number,
moments in microseconds, values in millionths, and a small code for each kind. So every
sum that follows is exact, and the order in which the rows come does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt

from workbench.features.measures import (
    MICROSECONDS_A_DAY,
    Condition,
    Equals,
    Measure,
    Present,
    Source,
)
from workbench.features.sql_words import millionths, present, select_all
from workbench.features.tables import Tables
from workbench.sql.names import literal, quoted

Ints = npt.NDArray[np.integer]
EVENTS_AT_ONCE = 1 << 24  # some 0.7 GB with a few columns
# Tables of the plan's own, under names that no user would give theirs.
CUSTOMERS, EVENTS = quoted("(customers)"), quoted("(events)")


@dataclass(frozen=True)
class Contacts:
    """Who is decided on and when, in the order of the contacts.

    Parameters
    ----------
    customer : array of int, shape (n,)
        Customers numbered by their first contact, so that neighbours stay neighbours.
    as_of : array of int64, shape (n,)
        In microseconds since 1970.
    dates : array of int64
        The distinct `as_of`, in order.
    """

    customer: Ints
    as_of: Ints
    dates: Ints

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return int(self.customer.max(initial=-1)) + 1


def read_contacts(connection: duckdb.DuckDBPyConnection, table: str = "contacts") -> Contacts:
    """Read contacts; number their customers in a table that events are joined with.

    Parameters
    ----------
    connection : DuckDBPyConnection
    table : str
        In SQL: all contacts, or a table of some.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {CUSTOMERS} AS SELECT customer, "
        "CAST(row_number() OVER (ORDER BY min(contact)) - 1 AS INTEGER) AS number "
        f"FROM {table} GROUP BY customer"
    )
    found = connection.execute(
        f"SELECT k.number, epoch_us(c.as_of) AS as_of FROM {table} c "
        f"JOIN {CUSTOMERS} k ON k.customer = c.customer ORDER BY c.contact"
    ).fetchnumpy()
    as_of = np.asarray(found["as_of"], np.int64)
    return Contacts(np.asarray(found["number"]), as_of, np.unique(as_of))


@dataclass(frozen=True)
class Wanted:
    """The columns of one source that some measures need.

    Parameters
    ----------
    source : Source
    longest : int or None
        The longest look-back in days; None means all history.
    late : bool
        Whether events become known after they happen.
    kinds : dict of column to the levels that are told apart
    sums, values, present : tuple of str
        Columns to sum, to count the distinct values of, and to ask for a value.
    types : dict of column to DuckDB's type
    """

    source: Source
    longest: int | None
    late: bool
    kinds: dict[str, list[Equals]] = field(default_factory=dict)
    sums: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)

    @classmethod
    def by(cls, measures: Sequence[Measure], tables: Tables) -> Wanted:
        """Collect what the measures of one source need."""
        days = [m.lookback_days for m in measures]
        known = [d for d in days if d is not None]
        kinds: dict[str, list[Equals]] = {}
        conditions = dict.fromkeys(c for m in measures for c in m.where)
        for equals in (c for c in conditions if isinstance(c, Equals)):
            kinds.setdefault(equals.column, []).append(equals)
        types = tables.columns(measures[0].source)
        return cls(
            measures[0].source,
            max(known) if len(known) == len(days) else None,
            "arrived" in types,
            kinds,
            tuple(dict.fromkeys(str(m.column) for m in measures if m.how == "sum")),
            tuple(
                dict.fromkeys(
                    str(m.column) for m in measures if m.how == "distinct" and m.column != "time"
                )
            ),
            tuple(c.column for c in conditions if isinstance(c, Present)),
            types,
        )

    def select(self, contacts: Contacts) -> str:
        """Write the SELECT that gives all events that can matter to a contact."""
        last = f"make_timestamp({contacts.dates[-1]})"
        conditions = [f"e.time < {last}"]
        if self.longest is not None:
            earliest = int(contacts.dates[0]) - self.longest * MICROSECONDS_A_DAY
            conditions.append(f"e.time >= make_timestamp({earliest})")
        if self.late:
            conditions.append(f"e.arrived < {last}")
        joins = "".join(f"\n{join}" for join in self._joins())
        return (
            f"SELECT {', '.join(self._columns())}\nFROM ({select_all(self.source)}) e\n"
            f"JOIN {CUSTOMERS} k ON k.customer = e.customer{joins}\n"
            f"WHERE {' AND '.join(conditions)}"
        )

    def _columns(self) -> Iterator[str]:
        yield "k.number AS customer"
        yield "epoch_us(e.time) AS time"
        if self.late:
            yield "epoch_us(greatest(e.time, e.arrived)) AS known"
        for i, (column, levels) in enumerate(self.kinds.items()):
            cases = " ".join(
                f"WHEN {literal(equals.level)} THEN {code}" for code, equals in enumerate(levels, 1)
            )
            yield f"CAST(CASE e.{quoted(column)} {cases} ELSE 0 END AS USMALLINT) AS k{i}"
        for i, column in enumerate(self.sums):
            yield f"coalesce({millionths(f'e.{quoted(column)}')}, 0) AS s{i}"
        for i, column in enumerate(self.present):
            there = present(f"e.{quoted(column)}", self.types[column])
            yield f"CAST(coalesce({there}, FALSE) AS UTINYINT) AS p{i}"
        for i in range(len(self.values)):
            yield f"coalesce(v{i}.number, -1) AS v{i}"

    def _joins(self) -> Iterator[str]:
        for i, column in enumerate(self.values):
            name = quoted(column)
            numbers = (
                f"SELECT {name}, row_number() OVER () AS number FROM (SELECT DISTINCT {name} "
                f"FROM ({select_all(self.source)}) WHERE {name} IS NOT NULL)"
            )
            yield f"LEFT JOIN ({numbers}) v{i} ON v{i}.{name} = e.{name}"


@dataclass(frozen=True)
class Events:
    """Events of some customers, in columns."""

    wanted: Wanted
    columns: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.columns["customer"])

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def take(self, chosen: Ints) -> Events:
        """Return some of the events."""
        return Events(self.wanted, {name: array[chosen] for name, array in self.columns.items()})

    def renumbered(self, first: int) -> Events:
        """Return the same events with customers counted from another one."""
        return Events(self.wanted, {**self.columns, "customer": self["customer"] - first})

    def where(self, measure: Measure) -> npt.NDArray[np.bool_] | None:
        """Return which events meet the conditions of a measure; None for all."""
        met = None
        for condition in measure.where:
            these = self._meeting(condition)
            met = these if met is None else met & these
        return met

    def _meeting(self, condition: Condition) -> npt.NDArray[np.bool_]:
        if isinstance(condition, Present):
            return np.asarray(self.columns[f"p{self.wanted.present.index(condition.column)}"] == 1)
        column = list(self.wanted.kinds).index(condition.column)
        code = self.wanted.kinds[condition.column].index(condition) + 1  # type: ignore[arg-type]
        return np.asarray(self.columns[f"k{column}"] == code)

    def summed(self, column: str) -> Ints:
        """Return a column of millionths."""
        return self.columns[f"s{self.wanted.sums.index(column)}"]

    def valued(self, column: str) -> Ints:
        """Return the numbers of distinct values; -1 where there is none."""
        return self.columns[f"v{self.wanted.values.index(column)}"]


def read_events(
    tables: Tables,
    wanted: Wanted,
    contacts: Contacts,
    *,
    at_once: int = EVENTS_AT_ONCE,
) -> Iterator[tuple[int, int, Events]]:
    """Give the events of customers low ≤ number < high, as many as fit; then of the next.

    What does not fit at once goes through a table of DuckDB, which moves to disk where it
    must.
    """
    select, connection = wanted.select(contacts), tables.connection
    parts = -(-tables.rows(wanted.source) // at_once)  # at most: some rows may not be wanted
    if parts <= 1:
        yield 0, contacts.customers, Events(wanted, _fetch(connection, select))
        return
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {EVENTS} AS {select}")
    edges = np.linspace(0, contacts.customers, min(parts, contacts.customers) + 1).astype(int)
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = f"SELECT * FROM {EVENTS} WHERE customer >= {low} AND customer < {high}"
        yield low, high, Events(wanted, _fetch(connection, part))
    connection.execute(f"DROP TABLE {EVENTS}")


def _fetch(connection: duckdb.DuckDBPyConnection, select: str) -> dict[str, Ints]:
    found = connection.execute(select).fetchnumpy()
    return {name: np.asarray(array) for name, array in found.items()}
