"""Customers whom no query sees: tables in DuckDB without their rows, and without their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pandas as pd

from workbench.sql.names import quoted
from workbench.tables.mentions import recognisable, without_mentions

_CUSTOMERS = "(suppressed customers)"  # no names that a user would give
_TEXTS = "(texts of {} {})"
_KEYS = ("customer", "campaign")


@dataclass(frozen=True)
class Hidden:
    """What is hidden of the tables that have customers.

    Parameters
    ----------
    customers : frozenset
    tables : tuple of str
        Those that have customers.
    texts : mapping of (table, column) to DataFrame
        ``old, new``: texts that named a suppressed customer.
    spans : mapping of table to (first, last)
        Between which moments events were recorded, those of suppressed customers included.
    """

    customers: frozenset[Any] = frozenset()
    tables: tuple[str, ...] = ()
    texts: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    spans: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        database: duckdb.DuckDBPyConnection,
        customers: frozenset[Any],
        tables: Iterable[str],
        spans: Mapping[str, Sequence[Any]],
    ) -> Hidden:
        """Look for the names of customers in the texts of a database's tables."""
        tables = tuple(tables)
        found = dict(_texts(database, customers, tables))
        return cls(customers, tables, found, spans)

    @property
    def named(self) -> list[str]:
        """The columns in which other customers' rows named them."""
        return [f"{table}.{column}" for table, column in self.texts]

    def hide(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Put views before the tables, for this connection alone."""
        if not self.customers:
            return
        connection.register(_CUSTOMERS, _as_keys(self.customers))
        for (table, column), texts in self.texts.items():
            connection.register(_TEXTS.format(table, column), texts)
        for table in self.tables:
            connection.execute(
                f"CREATE TEMP VIEW {quoted(table)} AS SELECT {self._columns(table)} "
                f"FROM {self._sources(table)} "
                f"WHERE e.customer NOT IN (SELECT customer FROM {quoted(_CUSTOMERS)})"
            )

    def _columns(self, table: str) -> str:
        new = [
            f"CASE WHEN t{k}.old IS NULL THEN e.{quoted(column)} ELSE t{k}.new END "
            f"AS {quoted(column)}"
            for k, column in self._changed(table)
        ]
        return f"e.* REPLACE ({', '.join(new)})" if new else "e.*"

    def _sources(self, table: str) -> str:
        joined = [
            f" LEFT JOIN {quoted(_TEXTS.format(table, column))} t{k} "
            f"ON t{k}.old = e.{quoted(column)}"
            for k, column in self._changed(table)
        ]
        return f"memory.main.{quoted(table)} e{''.join(joined)}"

    def _changed(self, table: str) -> list[tuple[int, str]]:
        return list(enumerate(column for of, column in self.texts if of == table))


def _as_keys(customers: frozenset[Any]) -> pd.DataFrame:
    """Return keys of one kind: text among numbers matches nobody, and cannot be compared."""
    numbers = [one for one in customers if not isinstance(one, str)]
    texts = [one for one in customers if isinstance(one, str)]
    return pd.DataFrame({"customer": texts if len(texts) > len(numbers) else numbers})


def _texts(
    database: duckdb.DuckDBPyConnection, customers: frozenset[Any], tables: Iterable[str]
) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    if not recognisable(customers):
        return
    for table in tables:
        described = database.execute(f"DESCRIBE {quoted(table)}").fetchall()
        for column in [row[0] for row in described if row[1].startswith(("VARCHAR", "ENUM"))]:
            if column not in _KEYS:
                values = _distinct(database, table, column)
                if (new := without_mentions(values, customers)) is not None:
                    changed = (new != values).to_numpy()
                    old_new = pd.DataFrame({"old": values[changed], "new": new[changed]})
                    yield (table, column), old_new


def _distinct(database: duckdb.DuckDBPyConnection, table: str, column: str) -> pd.Series[Any]:
    name = quoted(column)
    query = f"SELECT DISTINCT CAST({name} AS VARCHAR) FROM {quoted(table)} WHERE {name} NOTNULL"
    return pd.Series([row[0] for row in database.execute(query).fetchall()], dtype="str")
