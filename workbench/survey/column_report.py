"""What was found of the columns of a table, or of several: as a table, as text, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from workbench.governance import screen
from workbench.survey.campaigns_seen import CampaignsSeen
from workbench.survey.table_lines import MOST, table_lines
from workbench.survey.table_seen import TableSeen
from workbench.survey.terminal import clean, wrapped

OF_VALUES = ("commonest", "commonest_share", "lowest", "highest", "values")
"""Columns that hold what customers have."""


@dataclass(frozen=True)
class ColumnReport:
    """What each column of a table is taken for, before anything is run.

    Parameters
    ----------
    title : str
        Which data, and how many rows.
    tables : tuple of TableSeen
    faults : tuple of str
        What a run would be refused for.
    notes : tuple of str
    campaigns : CampaignsSeen, optional
    command : str
        What could be typed next; "" where nothing can be said.
    guessed : bool
        Whether the command has guesses in it.

    Examples
    --------
    >>> import pandas as pd, workbench
    >>> table = pd.DataFrame({"visits": [3, 0, 1, 5], "bought": ["yes", "no", "no", "yes"]})
    >>> report = workbench.columns(table)
    >>> report.table()[["column", "kind", "guess", "values"]]
       column    kind   guess       values
    0  visits  number               0 to 5
    1  bought    flag  target  yes in 50%
    """

    title: str
    tables: tuple[TableSeen, ...]
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    campaigns: CampaignsSeen | None = None
    command: str = ""
    guessed: bool = False

    def table(self) -> pd.DataFrame:
        """Return one row a column.

        Returns
        -------
        DataFrame
            - ``table``, where there are several, and ``column``;
            - ``kind``: number, date, flag, category, text, identifier, constant, empty, or what
              can be no feature;
            - ``use``: what a run takes it for, a role that was given, "feature", "left out" or
              "refused";
            - ``guess``, ``guessed_by``: a role that it may have, and what says so;
            - ``missing``, ``missing_share``, ``distinct``;
            - ``commonest``, ``commonest_share``, ``lowest``, ``highest``, and ``values``, which
              says them in short; empty for text and for what names rows;
            - ``read_as``: how it was read, where that is not plain;
            - ``personal``: what it holds of people, and what says so;
            - ``leakage``: what says that it gives the outcome away;
            - ``remark``.
        """
        several = len(self.tables) > 1
        rows = [
            {"table": one.name, **row} if several else row
            for one in self.tables
            for row in one.rows()
        ]
        return pd.DataFrame(rows)

    def text(
        self,
        width: int = 80,
        *,
        most: int | None = MOST,
        said: Callable[[str], str] = str,
    ) -> str:
        """Write the report for a terminal.

        Parameters
        ----------
        width : int
            Of a line, from 60.
        most : int or None
            Columns of a table to show; those with a role or a remark come before others, and the
            rest is counted. None shows all.
        said : function of a sentence
            How sentences are worded.
        """
        return "\n".join(self._lines(max(width, 60), most, said))

    def _lines(self, width: int, most: int | None, said: Callable[[str], str]) -> Iterator[str]:
        yield from wrapped(clean(self.title), width)
        for table in self.tables:
            yield ""
            if table.name:
                yield from wrapped(clean(f"{table.name}: {table.about}"), width)
            yield from table_lines(table, width, most, said)
        if self.campaigns is not None:
            yield ""
            yield from wrapped(clean(self.campaigns.sentence()), width)
        for head, sentences in (("A run would be refused", self.faults), ("Notes", self.notes)):
            if sentences:
                yield from ("", f"{head}:")
            for one in sentences:
                yield from wrapped(clean(said(one)), width, first="- ", other="  ")
        if self.command:
            guess = " (what is guessed is yours to check)" if self.guessed else ""
            yield from ("", f"Next{guess}:", f"  {clean(self.command)}")

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        seen = self.campaigns
        return {
            "title": self.title,
            "columns": self.table().to_dict("records"),
            "campaigns": None
            if seen is None
            else {
                "column": seen.column,
                "guessed": seen.guessed,
                "order": seen.by,
                "labels": list(seen.labels),
                "contacts": list(seen.contacts),
                "notes": list(seen.notes),
            },
            "faults": list(self.faults),
            "notes": list(self.notes),
            "next": self.command,
            "next_has_guesses": self.guessed,
        }

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        shown = self.table()
        if screen.is_watching():  # a report is being made: what single customers have stays here
            shown = shown.drop(columns=[c for c in OF_VALUES if c in shown])
        else:
            shown = shown.drop(columns=[c for c in OF_VALUES[:-1] if c in shown])
        said = [screen.said(one) for one in (*self.faults, *self.notes)]
        listed = "".join(f"<li>{escape(one)}</li>" for one in said)
        table = shown.to_html(border=0, index=False, formatters={"missing_share": "{:.1%}".format})
        typed = f"<p><code>{escape(self.command)}</code></p>" if self.command else ""
        return f"<p>{escape(self.title)}</p>{table}<ul>{listed}</ul>{typed}"
