"""Tables as a reader wants them: units and digits by the names of the columns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.checks import check_columns
from workbench.digits import loss_text, share_text
from workbench.governance import screen
from workbench.governance.counts_in_text import FEW
from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.language import date_text, later, number_text, retold, say
from workbench.language import written as in_language
from workbench.language.numerals import marked_as

# First match wins; whole words of the names of the workbench's own tables.
_FORMATS: tuple[tuple[set[str], str | Callable[[float], str]], ...] = (
    ({"auc", "slope", "ratio"}, ".3f"),
    ({"loss", "brier"}, loss_text),
    ({"share", "rate", "depth", "propensity"}, share_text),
    ({"pct"}, lambda value: number_text(value / 100, "+.1%")),
    ({"lift", "concentration", "burstiness", "squared", "psi"}, ".2f"),
    ({"profit", "contacts", "positives", "known", "count"}, ",.0f"),
    ({"days", "edf"}, ",.1f"),
    ({"coef", "error", "lower", "upper"}, ".3f"),
)
_TOLD = {
    *("remark", "note", "description", "which_is", "kind", "holds", "unit", "why"),
    *("of the fit", "penalties", "method", "control", "measure", "proven", "changed"),
    *("lookback_days", "read_as", "as", "because", "rival", "ranking", "verdict"),
}
"""Columns of words of the workbench's own; all others hold those of the data."""
_TOLD_AMONG_NAMES = {"check": ("(score)", "(response rate)"), "change": ("as it is",)}
"""What is the workbench's own in a column of names of the data."""
_FACTS = "of the fit"
"""The column of a table whose values are the workbench's own as well; others hold levels."""
_ABSENT = "–"

NUMBER = re.compile(r"[-+−±<≈]?\s?[€$£]?\s?\d[\d.,’\s]*(e[-+]?\d+)?\s?[%×]?", re.IGNORECASE)
"""A cell that is a number; a column with another one holds words, and stands at the left."""
_LEFT = ' style="text-align: left"'  # for the notebook, which stands all at the right

FOLDED = "folded-table"
"""The class of what a long table to search is folded in, in a notebook."""
MOST_OPEN = 15

SEARCHABLE = "searchable"
"""The class of a table that gets a search field."""


_SEARCH_WORDS = {"search": later("Search the table"), "found": later("{n} of {all}")}


def worded(source: str, words: Mapping[str, str]) -> str:
    """Return a script with its words in the reader's language in the place of `WORDS`.

    Examples
    --------
    >>> worded("show(WORDS.more)", {"more": "More"})
    'show({"more":"More"}.more)'
    """
    told = {name: say(message) for name, message in words.items()}
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    return source.replace("WORDS", text, 1)


def search_script() -> str:
    """Return the script that puts a search field above every searchable table of the page."""
    source = (Path(__file__).parent / "search.js").read_text(encoding="utf-8").strip()
    return worded(source, _SEARCH_WORDS)


@dataclass(frozen=True)
class Table:
    """A DataFrame written for readers.

    Parameters
    ----------
    data : DataFrame
        A column's unit follows from its name: ``*_rate``, ``*_share`` and propensities
        as percentages, ``*_pct`` with its sign, losses with four digits, counts and money
        with thousands separated. Everything is escaped.
    caption : str
    columns : sequence of str, optional
        Which to show, in this order; default: all.
    most : int
        Rows to show; the last line says how many more there are.
    search : bool
        Show a field above the table: rows that do not hold every word in it are hidden. In
        the exported report as in the notebook; where scripts do not run, all rows show.

    Raises
    ------
    SchemaError
        A column to show is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> Table(pd.DataFrame({"rate": [0.0512], "log_loss": [0.2], "contacts": [12345.0]}))
      rate  log loss  contacts
      5.1%    0.2000    12,345
    """

    data: pd.DataFrame
    caption: str = ""
    columns: Sequence[str] | None = None
    most: int = 40
    search: bool = False

    def __post_init__(self) -> None:
        if self.columns is not None:
            check_columns(self.data, list(self.columns), name="The table")

    def written(self) -> pd.DataFrame:
        """Return the shown part as text; a column with nothing in it is left out.

        The labels of the rows come first, as ordinary columns. What stands for fewer than ten
        people is left out, where `workbench.governance.screen.watch` was told of them.
        """
        data = self._screened[0]
        data = data if self.columns is None else data[list(self.columns)]
        if self._label_columns:
            data = data.reset_index()
        cell = _fact if _FACTS in data else _cell
        shown = {str(name): [cell(v, str(name)) for v in data[name][: self.most]] for name in data}
        said = {name: column for name, column in shown.items() if any(column)}
        return pd.DataFrame(said).rename(columns=_readable)

    @cached_property
    def _screened(self) -> tuple[pd.DataFrame, int]:
        """The data as they may be shown, and how many rows less."""
        return screen.table(self.data)

    @property
    def _label_columns(self) -> int:
        index = self.data.index
        return 0 if isinstance(index, pd.RangeIndex) else index.nlevels

    def __repr__(self) -> str:
        text = self.written().to_string(index=False)
        return "\n".join(part for part in (self._caption(), text, self._rest()) if part)

    def _rest(self) -> str:
        data, left_out = self._screened
        more = len(data) - self.most
        said = [say("… and {more:,} more", more=more)] if more > 0 else []
        if left_out:
            said.append(
                say(
                    "{rows:,} of fewer than {fewest} customers not shown",
                    rows=left_out,
                    fewest=FEWEST_PEOPLE,
                )
            )
        return "; ".join(said)

    def _caption(self) -> str:
        """Return the caption in the reader's language, without what stands for few people."""
        return retold(screen.said(self.caption))

    def _repr_html_(self) -> str:
        written = self.written()
        left = [_is_text(written[name]) for name in written.columns]
        names = zip(written.columns, left, strict=True)
        head = "".join(f'<th scope="col"{_LEFT * text}>{escape(name)}</th>' for name, text in names)
        body = "".join(
            "<tr>" + "".join(self._cell(k, row[k], left[k]) for k in range(len(row))) + "</tr>"
            for row in written.itertuples(index=False)
        )
        caption = f"<caption>{escape(self._caption())}</caption>" if self.caption else ""
        rest = f"<p>{self._rest()}</p>" if self._rest() else ""
        opened = f'<table class="{SEARCHABLE}">' if self.search else "<table>"
        table = f"{opened}{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        # for the notebook: the report drops it, and brings its own
        script = f"<script>{search_script()}</script>" if self.search else ""
        if self.search and len(written) > MOST_OPEN and self.caption:
            told = f"{self._caption()} ({number_text(len(written), ',')})"
            table = f'<details class="{FOLDED}"><summary>{escape(told)}</summary>{table}</details>'
        return f"{table}{rest}{script}"

    def _cell(self, place: int, value: str, text: bool) -> str:  # noqa: FBT001
        if place < self._label_columns:
            return f'<th scope="row"{_LEFT * text}>{escape(value)}</th>'
        return f"<td{_LEFT * text}>{escape(value)}</td>"


def _is_text(column: pd.Series[str]) -> bool:
    """Whether a column of written values holds words."""
    return any(value != _ABSENT and NUMBER.fullmatch(value) is None for value in column)


def _readable(name: str) -> str:
    words = name.removesuffix("_pct").replace("_", " ").replace("i squared", "I²")
    return retold(re.sub(r"\b(auc|psi)\b", lambda found: found[0].upper(), words))


def _cell(value: Any, name: str) -> str:
    """Write one value; the workbench's own words in the reader's language."""
    text = write(value, name)
    told = name in _TOLD or value == FEW or value in _TOLD_AMONG_NAMES.get(name, ())
    return retold(text) if isinstance(value, str) and told else text


def _fact(value: Any, name: str) -> str:
    """Write a fact of a model: its values are words and numbers that are written in English."""
    if name != "value" or not isinstance(value, str):
        return _cell(value, name)
    return marked_as(in_language(), value) if NUMBER.fullmatch(value) else retold(value)


def write(value: Any, name: str) -> str:
    """Write one value of the column `name`.

    Examples
    --------
    >>> write(0.0312, "response_rate"), write(1e-4, "alpha"), write(float("nan"), "auc")
    ('3.1%', '0.0001', '–')
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return _ABSENT
    if isinstance(value, pd.Timestamp):
        return date_text(value) + ("" if value == value.normalize() else f" {value:%H:%M}")
    if isinstance(value, bool):
        return say("yes" if value else "no")
    if not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int):
        return number_text(value, ",")
    said = set(name.split("_"))
    form = next((form for words, form in _FORMATS if words & said), ".4g")
    return number_text(value, form) if isinstance(form, str) else form(value)
