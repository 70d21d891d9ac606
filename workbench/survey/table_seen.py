"""The columns of one table, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.reading.personal.finding import Finding
from workbench.survey.column_facts import ColumnFacts
from workbench.survey.role_guesses import Guess


@dataclass(frozen=True)
class TableSeen:
    """The columns of one table.

    Parameters
    ----------
    name : str
        "" where there is one table alone.
    columns : tuple of ColumnFacts
    uses : tuple of str
        What a run takes each column for: a role, "feature", "left out", "refused"; "" where that
        is not settled by the table.
    guesses : mapping of role to Guess
    remarks : mapping of a column's place to what is to be said of it
    leaks : mapping of a column's name to what says that it gives the outcome away
    about : str
        What the table holds.
    personal : mapping of a column's name to what was found of people in it
    """

    name: str
    columns: tuple[ColumnFacts, ...]
    uses: tuple[str, ...]
    guesses: Mapping[str, Guess] = field(default_factory=dict)
    remarks: Mapping[int, str] = field(default_factory=dict)
    leaks: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    personal: Mapping[str, Finding] = field(default_factory=dict)

    def of_people(self, column: str) -> str:
        """Say what a column holds of people, and what says so; "" of the others."""
        found = self.personal.get(column)
        return "" if found is None else f"{found.kind}, {found.class_}: {found.why}"

    def rows(self) -> list[dict[str, Any]]:
        """Return one record a column."""
        guessed = {guess.column: (role, guess.by) for role, guess in self.guesses.items()}
        return [self._row(k, guessed) for k in range(len(self.columns))]

    def _row(self, place: int, guessed: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        one = self.columns[place]
        role, by = guessed.get(one.column, ("", ""))
        rows = max(one.rows, 1)
        return {
            "column": one.column,
            "kind": one.kind,
            "use": self.uses[place],
            "guess": role,
            "guessed_by": by,
            "missing": one.missing,
            "missing_share": one.missing / rows,
            "distinct": one.distinct,
            "commonest": one.commonest,
            "commonest_share": one.commonest_rows / rows,
            "lowest": one.lowest,
            "highest": one.highest,
            "values": one.values(),
            "read_as": one.read_as,
            "personal": self.of_people(one.column),
            "leakage": self.leaks.get(one.column, ""),
            "remark": self.remarks.get(place, ""),
        }
