"""What is missing: columns, a column in a whole campaign, and codes that stand for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workbench.governance.checked import Check
from workbench.governance.data_readiness.material import ENOUGH_ROWS, Material, names_of
from workbench.language import say
from workbench.sql.names import quoted

MOSTLY = 0.5
_ALL_BUT = 0.98
CODES = (-1.0, -9.0, *(sign * float("9" * k) for k in range(2, 10) for sign in (1, -1)))
"""Numbers that stand for nothing where they lie far outside of all others."""
_CODED = 0.005


def missing_values(m: Material) -> Check:
    """Ask whether something is missing that others have."""
    question = say("Is every column filled, in every campaign?")
    name = "missing-values"
    table = _told(m)
    if m.tables is not None:
        return _of_tables(m, name, question)
    if table.shape[1] == 0:
        return Check(name, question, "not applicable", say("There are no columns to look at."))
    missing = table.isna().mean()
    found = [*_empty(missing), *_in_a_campaign(m, table, missing), *_coded(table)]
    if found:
        step = say("Load the column again for what is missing, or leave it out.")
        return Check(name, question, "needs repair", " ".join(found), step)
    return _mostly(name, question, missing)


def _told(m: Material) -> pd.DataFrame:
    """Return columns as they came: what builders made has gaps where there is no history."""
    if m.frame is None or (len(m.typed.columns) and not m.is_log):
        return m.columns
    made = (
        m.frame.catalogue["builder"].isin(["table", "planted"])
        | m.frame.catalogue["builder"].isna()
    )
    return m.columns[[name for name in m.columns if bool(made.get(name, True))]]


def _of_tables(m: Material, name: str, question: str) -> Check:
    """Ask of each table of a set what is empty in it."""
    assert m.tables is not None  # noqa: S101 - asked by the caller
    connection = m.tables.connect()
    shares: dict[str, float] = {}
    for table in (*m.tables.event_tables, *m.tables.attribute_tables, *m.tables.offer_tables):
        columns = [row[0] for row in connection.execute(f"DESCRIBE {quoted(table)}").fetchall()]
        counts = ", ".join(f"1 - avg(({quoted(one)} IS NOT NULL)::INT)" for one in columns)
        found = connection.execute(f"SELECT {counts} FROM {quoted(table)}").fetchone() or ()
        shares |= {
            f"{table}.{one}": float(share)
            for one, share in zip(columns, found, strict=True)
            if share is not None
        }
    missing = pd.Series(shares, dtype="float64")
    empty = list(_empty(missing))
    if empty:
        step = say("Load the column again for what is missing, or leave it out.")
        return Check(name, question, "needs repair", " ".join(empty), step)
    return _mostly(name, question, missing)


def _mostly(name: str, question: str, missing: pd.Series[float]) -> Check:
    mostly = list(missing.index[missing > MOSTLY])
    if mostly:
        said = say("More than half is missing in {names}.", names=names_of(mostly))
        step = say("Say what a gap means there: none, or not known.")
        return Check(name, question, "needs a person", said, step)
    said = say("{share:.1%} of all values are missing.", share=float(missing.mean()))
    return Check(name, question, "pass", said)


def _empty(missing: pd.Series[float]) -> Iterator[str]:
    empty = list(missing.index[missing == 1.0])
    if empty:
        yield say("Nothing stands in {names}.", names=names_of(empty))


def _in_a_campaign(m: Material, table: pd.DataFrame, missing: pd.Series[float]) -> Iterator[str]:
    groups = {label: at for label, at in m.rows_of.items() if len(at) >= ENOUGH_ROWS}
    if len(groups) < 2 or len(table) != len(m.contacts):
        return
    for name in missing.index[(missing > 0) & (missing < 1.0)]:
        gaps = table[name].isna().to_numpy()
        share = {label: gaps[at].mean() for label, at in groups.items()}
        without = [label for label, s in share.items() if s >= _ALL_BUT]
        others = [s for label, s in share.items() if label not in without]
        if without and others and float(np.median(others)) <= MOSTLY:
            yield say(
                "{column} is missing in the whole of {names}.",
                column=names_of([name]),
                names=names_of(without),
            )


def _coded(table: pd.DataFrame) -> Iterator[str]:
    for name in table:
        column = table[name]
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            continue
        code = _code(column.dropna().to_numpy(dtype="float64"))
        if code is not None:
            yield say(
                "{code:,.0f} stands far outside of all other values of {name}, in {n:,.0f} rows: "
                "it is taken for a code.",
                code=code,
                name=names_of([name]),
                n=int((column == code).sum()),
            )


def _code(values: np.ndarray[Any, Any]) -> float | None:
    """Return a code for nothing: many rows have it, and it lies far outside of the rest."""
    if len(values) < ENOUGH_ROWS:
        return None
    for end in (values.max(), values.min()):
        if end not in CODES or (values == end).mean() < _CODED:
            continue
        rest = values[values != end]
        if len(rest) < ENOUGH_ROWS or len(np.unique(rest)) < 3:
            continue
        low, high = rest.min(), rest.max()
        spread = max(high - low, 1.0)
        if end > high + spread or (end < 0 <= low and (end <= -9 or low >= 1)):
            return float(end)
    return None
