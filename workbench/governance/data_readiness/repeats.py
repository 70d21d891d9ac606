"""What stands twice: rows, and contacts of one customer in one campaign."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.governance.checked import Check
from workbench.governance.data_readiness.customers import as_text, nameless
from workbench.governance.data_readiness.material import Material, rows_text
from workbench.language import say
from workbench.reading.identifiers import names_rows

_MADE_TWICE = "duplicate_rows"


def repeated_rows(m: Material) -> Check:
    """Ask whether a row stands there more than once."""
    question = say("Does every row stand once?")
    name = "repeated-rows"
    if m.tables is not None:
        return _of_tables(m, name, question)
    rows = _rows(m)
    n = int(rows.duplicated().sum())
    if n == 0:
        return Check(name, question, "pass", say("No two rows are alike in every column."))
    said = say("Alike to an earlier one in every column: {rows}.", rows=rows_text(n))
    if m.has("customer") and not m.is_log:
        step = say("Keep each contact once, and find out which export wrote it twice.")
        return Check(name, question, "needs repair", said, step)
    step = say("Say whether they are others who are alike, or the same ones twice.")
    return Check(name, question, "needs a person", said, step)


def _rows(m: Material) -> pd.DataFrame:
    """Return rows as they are compared: without a number that each has of its own."""
    if len(m.written.columns) == 0:
        return pd.concat([m.contacts, m.columns], axis=1)
    roles = set(m.roles.values())
    own = [
        k
        for k, name in enumerate(map(str, m.written.columns))
        if name not in roles and names_rows(name) and m.written.iloc[:, k].is_unique
    ]
    kept = [k for k in range(m.written.shape[1]) if k not in own]
    return m.written.iloc[:, kept]


def _of_tables(m: Material, name: str, question: str) -> Check:
    assert m.tables is not None  # noqa: S101 - asked by the caller
    found = m.tables.quality(today=m.now)[_MADE_TWICE]
    found = found[found > 0]
    events = [one for one in found.index if one in m.tables.event_tables]
    if found.empty:
        return Check(name, question, "pass", say("No two rows of a table are alike."))
    said = ", ".join(f"'{table}': {rows_text(n)}" for table, n in found.items())
    said = say("The same as an earlier row of the table: {said}.", said=said)
    step = say("Say whether they are others who are alike, or the same ones twice.")
    share = max((found[one] / _size(m, one) for one in events), default=0.0)
    if share > 0.001:
        step = say("Load each event once, and find out which export wrote it twice.")
        return Check(name, question, "needs repair", said, step)
    return Check(name, question, "needs a person", said, step)


def _size(m: Material, table: str) -> float:
    assert m.tables is not None  # noqa: S101 - asked by the caller
    return float(m.tables.tables()["rows"][table])


def repeated_contacts(m: Material) -> Check:
    """Ask whether a customer stands more than once in a campaign."""
    question = say("Does a customer stand once in a campaign, with one outcome?")
    name = "repeated-contacts"
    cells = m.frame is not None and m.frame.cell is not None
    if not m.has("customer", "campaign") or m.is_log or cells:
        said = say("Customers and campaigns are not both named.")
        return Check(name, question, "not applicable", said)
    keys = ["customer", "campaign", *(["as_of"] if m.has("as_of") else [])]
    known = m.contacts[~nameless(as_text(m.contacts["customer"]))]
    again = known[known.duplicated(keys, keep=False)]
    again = again[~_placeholders(again, known)]
    n = len(again) - len(again.drop_duplicates(keys))
    if n == 0:
        said = say("Nobody stands twice in a campaign at the same moment.")
        return Check(name, question, "pass", said)
    against = _contradictions(again, keys)
    said = say(
        "A further contact of one customer in one campaign: {rows}. With different outcomes: "
        "{n:,.0f}.",
        rows=rows_text(n),
        n=against,
    )
    step = say("Keep one row a customer and campaign, and settle which outcome is true.")
    return Check(name, question, "needs repair", said, step)


def _placeholders(again: pd.DataFrame, known: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Tell rows whose customer is none: it has more rows than campaigns could give it."""
    counts = known["customer"].value_counts()
    most = 20 * max(known["campaign"].nunique(), 1)
    return np.asarray(again["customer"].map(counts) > most)


def _contradictions(again: pd.DataFrame, keys: list[str]) -> int:
    if "outcome" not in again:
        return 0
    outcomes = again.groupby(keys, sort=False)["outcome"].nunique()
    return int((outcomes > 1).sum())
