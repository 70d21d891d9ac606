"""Levels of text columns: spelled in one way, and the same from campaign to campaign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workbench.governance.checked import Check
from workbench.governance.data_readiness.customers import as_read
from workbench.governance.data_readiness.latest import Latest, latest_of, not_asked
from workbench.governance.data_readiness.material import ENOUGH_ROWS, Material, names_of
from workbench.language import say

_NEW, _MOST = 0.05, 0.5
_TIMES = 1.5
_MANY = 0.2
"""Levels a row; a column of more names rows."""


def new_levels(m: Material) -> Check:
    """Ask whether levels are spelled in one way, and known from before."""
    question = say("Are levels spelled in one way, and those of the latest campaign known?")
    name = "new-levels"
    twice = [str(column) for column in m.columns if _spelled_twice(m.columns[column])]
    if twice:
        said = say(
            "Levels differ only by blanks, capitals or zeros before them in {names}.",
            names=names_of(twice),
        )
        return Check(name, question, "needs repair", said, say("Spell each level in one way."))
    latest = latest_of(m)
    if latest is None:
        return not_asked(name, question)
    found = list(_new(m, latest))
    recoded = [column for column, new, kept in found if new >= _MOST or kept < _MOST]
    grown = [column for column, *_ in found]
    if recoded:
        said = say("Levels are called otherwise than before in {names}.", names=names_of(recoded))
        step = say("Spell levels as before, or those of before as now.")
        return Check(name, question, "needs repair", said, step)
    if grown:
        said = say("Levels that none had before stand in {names}.", names=names_of(grown))
        step = say("Say whether they are new, or new names of old ones.")
        return Check(name, question, "needs a person", said, step)
    return Check(name, question, "pass", say("All of them are."))


def _is_text(column: pd.Series[Any]) -> bool:
    of_type = pd.api.types
    return not (of_type.is_numeric_dtype(column) or of_type.is_datetime64_any_dtype(column))


def _spelled_twice(column: pd.Series[Any]) -> bool:
    """Whether people read two levels as one; what names rows is no level."""
    if not _is_text(column) or column.nunique() > _MANY * len(column):
        return False
    levels = pd.Series(column.dropna().unique()).astype("str")
    return bool(as_read(levels).duplicated().any())


def _new(m: Material, latest: Latest) -> Iterator[tuple[str, float, float]]:
    """Give columns with new levels: their share, and the share that the old ones still have."""
    for name in m.columns:
        column = m.columns[name]
        if not _is_text(column):
            continue
        text = column.astype("str").where(column.notna())
        if text.nunique() > _MANY * len(text) or _says_the_campaign(text, latest):
            continue
        before, now = text.iloc[latest.all_before].dropna(), text.iloc[latest.now].dropna()
        if len(before) == 0 or len(now) < ENOUGH_ROWS:
            continue
        new = float((~now.isin(before.unique())).mean())
        if new > _NEW and new > _usual_new(text, latest) * _TIMES:
            yield str(name), new, float(before.isin(now.unique()).mean())


def _says_the_campaign(text: pd.Series[Any], latest: Latest) -> bool:
    """Whether a column has one level a campaign, such as its offer."""
    of_each = [text.iloc[at].nunique() for at in (*latest.before, latest.now)]
    return bool(np.median(of_each) <= 1)


def _usual_new(text: pd.Series[Any], latest: Latest) -> float:
    """Return the largest share of levels that were new in a campaign before, the first aside."""
    seen, most = set(text.iloc[latest.before[0]].dropna()), 0.0
    for at in latest.before[1:]:
        now = text.iloc[at].dropna()
        most = max(most, float((~now.isin(seen)).mean()) if len(now) else 0.0)
        seen |= set(now)
    return most
