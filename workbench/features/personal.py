"""Which columns of campaign tables hold personal data, and so become no features unless allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from workbench.frame.personal_columns import note_of, what_it_is
from workbench.reading.personal.find import said_again
from workbench.reading.personal.finding import Finding
from workbench.tables.personal_columns import personal_of_table


class Personal:
    """What was found of people in the tables of one data set, and what became of it.

    Parameters
    ----------
    connection : DuckDBPyConnection
    allow : mapping of column to reason
    looks : bool
        Whether anything is looked for; a recipe names what it used, and gets that again.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, allow: Mapping[str, str], *, looks: bool
    ) -> None:
        self._connection, self._allow, self._looks = connection, allow, looks
        self._found: dict[str, dict[str, Finding]] = {}
        self.left_out: dict[str, Finding] = {}
        self.allowed: dict[str, str] = {}

    def of_table(self, table: str) -> dict[str, Finding]:
        """Return what is found in a table's columns, keys aside."""
        if not self._looks:
            return {}
        if table not in self._found:
            self._found[table], _ = personal_of_table(self._connection, table)
        return self._found[table]

    def kept(self, table: str, columns: Iterable[str]) -> list[str]:
        """Return the columns that may be features, and remember which may not, and which may."""
        kept = []
        for column in columns:
            found = self.of_table(table).get(column)
            if found is not None and found.refused and column not in self._allow:
                self.left_out[f"{table}.{column}"] = said_again(found, f"{table}.{column}")
                continue
            if found is not None and column in self._allow:
                self.allowed[column] = self._allow[column]
            kept.append(column)
        return kept

    def notes(self) -> list[str]:
        """Say what was left out."""
        return note_of(self.left_out.values())

    def recipe(self) -> dict[str, Any]:
        """Return what the recipe keeps: reasons, and what was left out; not what is not."""
        said = {
            "allowed": dict(self.allowed),
            "personal": [found.to_dict() for found in self.left_out.values()],
        }
        return {key: value for key, value in said.items() if value}


def nothing_left(table: str, found: Iterable[Finding]) -> str:
    """Write why a builder of attributes makes nothing."""
    said = ", ".join(f"{one.column!r} ({what_it_is(one)})" for one in found)
    return (
        f"Table {table!r} has no column that may be a feature; they hold personal data: {said}. "
        "Say why one may be: `allow`."
    )
