"""A table with one row a text: what it says, its label, and what else is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_columns
from workbench.datasets.tickets import sample_tickets
from workbench.errors import DataError, ParameterError
from workbench.frame.flat_table import check_one_role_each
from workbench.language import say
from workbench.reading import Saying
from workbench.tables.read import raw_table, read_table

SAMPLE = "sample-tickets"
_OF_SAMPLE = {
    "text": "body",
    "target": "queue",
    "period": "week",
    "text_language": "language",
    "customer": "customer",
}
_KINDS = {
    "text": "text",
    "target": "category",
    "text_language": "category",
    "customer": "identifier",
}
"""Labels such as 1, 2 and 10 are names, and never numbers to be put in an order."""


@dataclass(frozen=True)
class TextTable:
    """Texts with their labels, and columns beside; all of shape (n,), with one index.

    Parameters
    ----------
    texts, labels : Series of str
        No text is empty, and none is without a label.
    period, language, customer : Series, optional
        The week or document of each text, its language, and who wrote it.
    handed_over : tuple of str
        Labels that always go to a person.
    unlabelled, empty : int
        Rows that were passed over: without a label, and without a word.
    by_week : bool
        Whether days were taken by their week.
    name : str
        What the table is called.
    """

    texts: pd.Series[Any]
    labels: pd.Series[Any]
    period: pd.Series[Any] | None = None
    language: pd.Series[Any] | None = None
    customer: pd.Series[Any] | None = None
    handed_over: tuple[str, ...] = ()
    unlabelled: int = 0
    empty: int = 0
    by_week: bool = False
    name: str = ""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def notes(self) -> list[str]:
        """What was passed over, and what was assumed; a sentence each."""
        return self.noted(lambda count: f"{count:,}")

    def noted(self, count: Callable[[int], str]) -> list[str]:
        """Return the notes with counts written by a function, as by one that rounds them."""
        found = []
        if self.unlabelled:
            told = count(self.unlabelled)
            found.append(say("Texts without a label, passed over: {count}.", count=told))
        if self.empty:
            told = count(self.empty)
            found.append(say("Texts without a word, passed over: {count}.", count=told))
        if self.by_week:
            found.append(say("Days were taken by their week, which is told by its Monday."))
        return found

    @property
    def people(self) -> npt.NDArray[np.int64]:
        """Number whose each text is, from 0; each text is somebody's where no customer is named.

        Texts whose customer is not known count as those of one.
        """
        if self.customer is None:
            return np.arange(len(self.texts), dtype=np.int64)
        return np.asarray(pd.factorize(self.customer, use_na_sentinel=False)[0], dtype=np.int64)


def load_texts(
    data: Any = SAMPLE,
    *,
    text: str | None = None,
    target: str | None = None,
    period: str | None = None,
    text_language: str | None = None,
    customer: str | None = None,
    handed_over: Sequence[Any] = (),
    **reading: Unpack[Saying],
) -> TextTable:
    """Read a table of texts and their labels: tickets, briefings, clauses.

    Rows without a label, or without a word, are passed over; the notes say how many.

    Parameters
    ----------
    data : str, path or table
        "sample-tickets", which ships, a file, or what `workbench.read_table` reads.
    text, target : str
        The columns with the texts, and with their labels. Labels are taken as text.
    period, text_language, customer : str, optional
        The columns with the week or document of each text, its language, and who wrote it. Days
        are taken by their week, from Monday on.
    handed_over : sequence of str
        Labels that always go to a person.
    **reading : optional
        ``encoding, columns, dates, decimal, kinds``, as of `workbench.read_table`.

    Returns
    -------
    TextTable

    Raises
    ------
    MissingDataError
        There is no such file.
    ParameterError
        Text or target is not named, a column in two roles, or `handed_over` is no list.
    SchemaError
        A column is not there.
    DataError
        No text has a label.

    Examples
    --------
    >>> table = load_texts()
    >>> len(table), table.labels.nunique(), table.handed_over
    (600, 6, ('out of scope',))
    """
    roles = {"text": text, "target": target, "period": period}
    roles |= {"text_language": text_language, "customer": customer}
    if isinstance(handed_over, str):
        raise ParameterError(
            f"`handed_over` must be a list of labels; got {handed_over!r}. Write [{handed_over!r}]."
        )
    if isinstance(data, str) and data == SAMPLE:
        return _of_sample(roles, handed_over)
    for role, holds in (("text", "texts"), ("target", "labels")):
        if roles[role] is None:
            raise ParameterError(
                f"A table of texts needs `{role}`, the column with the {holds}; it is not named. "
                "Name it."
            )
    check_one_role_each(roles)
    named = {
        column: _KINDS[role]
        for role, column in roles.items()
        if column is not None and role in _KINDS
    }
    there = raw_table(
        data, encoding=reading.get("encoding") or "", columns=reading.get("columns") or ()
    )
    check_columns(there.data, [one for one in roles.values() if one is not None], name="The table")
    said: Saying = {**reading, "kinds": named | dict(reading.get("kinds") or {})}
    read = read_table(data, **said)
    made = _made(read, roles, name=Path(data).name if isinstance(data, (str, Path)) else "")
    return replace(made, handed_over=tuple(str(one) for one in handed_over))


def _of_sample(roles: Mapping[str, str | None], handed_over: Sequence[Any]) -> TextTable:
    if given := [role for role, column in roles.items() if column is not None]:
        raise ParameterError(
            f"`{given[0]}` says something of a table; {SAMPLE!r} says all of itself. Name your "
            "table, or leave it out."
        )
    made = _made(sample_tickets(), _OF_SAMPLE, name=SAMPLE)
    return replace(made, handed_over=tuple(map(str, handed_over)) or ("out of scope",))


def _made(table: pd.DataFrame, roles: Mapping[str, str | None], *, name: str) -> TextTable:
    found = {role: table[column] for role, column in roles.items() if column is not None}
    labelled = found["target"].notna().to_numpy()
    worded = np.array([isinstance(one, str) and bool(one.strip()) for one in found["text"]])
    if not (labelled & worded).any():
        raise DataError(
            f"The table must have texts with a label; of {len(table):,} rows, "
            f"{int(worded.sum()):,} have a word in {roles['text']!r}, {int(labelled.sum()):,} have "
            f"a label in {roles['target']!r}, and none has both. Check the columns."
        )
    kept = {role: column[labelled & worded] for role, column in found.items()}
    period, by_week = _periods(kept.get("period"))
    language = kept.get("text_language")
    return TextTable(
        kept["text"].astype(str),
        kept["target"].astype(str),
        period,
        None if language is None else language.astype(object).where(language.notna(), None),
        kept.get("customer"),
        unlabelled=int((~labelled).sum()),
        empty=int((labelled & ~worded).sum()),
        by_week=by_week,
        name=name,
    )


def _periods(values: pd.Series[Any] | None) -> tuple[pd.Series[Any] | None, bool]:
    """Take days by their weeks; other periods stay as they are."""
    if values is None or not pd.api.types.is_datetime64_any_dtype(values):
        return values, False
    days = values.dt.normalize()
    weeks = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    by_week = weeks.nunique() < days.nunique()
    told = (weeks if by_week else days).dt.strftime("%Y-%m-%d")
    return told.astype(object).where(values.notna(), None), by_week
