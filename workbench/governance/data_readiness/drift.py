"""Whether the latest campaign is like those before: its rate, and what its columns hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.checked import Check
from workbench.governance.data_readiness.latest import (
    FEWEST_BEFORE,
    Latest,
    Rows,
    latest_of,
    not_asked,
)
from workbench.governance.data_readiness.material import CHANCE, ENOUGH_ROWS, Material, names_of
from workbench.language import say
from workbench.metrics.stability import MOVED, psi

_LOOKED_AT = 20_000
_BEYOND = 3.0
_TIMES = 1.5


def base_rate(m: Material) -> Check:
    """Ask whether as many responded in the latest campaign as before."""
    question = say("Is the latest response rate like those before?")
    table = m.by_campaign
    table = table[table["known"] >= ENOUGH_ROWS]
    if not m.in_order or len(table) <= FEWEST_BEFORE:
        return not_asked("base-rate", question)
    before, last = table.iloc[:-1], table.iloc[-1]
    rate = last["positives"] / last["known"]
    usual = before["positives"].sum() / before["known"].sum()
    said = say(
        "{rate:.1%} in {name}, {usual:.1%} before.",
        rate=rate,
        name=names_of([table.index[-1]]),
        usual=usual,
    )
    if abs(_score(before, last)) <= _BEYOND or 1 / _TIMES < rate / max(usual, 1e-9) < _TIMES:
        return Check("base-rate", question, "pass", said)
    step = say("Find out why: another offer, other customers, or outcomes not all counted yet?")
    return Check("base-rate", question, "needs a person", said, step)


def _score(before: pd.DataFrame, last: pd.Series[float]) -> float:
    """Return how far the latest log-odds are from the usual, in standard deviations of both."""
    odds = np.log((before["positives"] + 0.5) / (before["known"] - before["positives"] + 0.5))
    own = np.log((last["positives"] + 0.5) / (last["known"] - last["positives"] + 0.5))
    noise = 1 / (last["positives"] + 0.5) + 1 / (last["known"] - last["positives"] + 0.5)
    spread = odds.var(ddof=1) * (1 + 1 / len(odds))
    return float((own - odds.mean()) / np.sqrt(spread + noise))


def distributions(m: Material) -> Check:
    """Ask whether columns are spread as before."""
    question = say("Are the columns of the latest campaign spread as before?")
    latest = latest_of(m)
    if latest is None:
        return not_asked("drift", question)
    moved = [name for name in m.columns if _moved(m.columns[name], latest)]
    if moved:
        said = say(
            "More than in any campaign before: {names}.",
            names=names_of(moved),
        )
        step = say("Find out whether the customers changed, or how the column is made.")
        return Check("drift", question, "needs a person", said, step)
    said = say("None of {n:,.0f} columns moved more than usual.", n=m.columns.shape[1])
    return Check("drift", question, "pass", said)


def _moved(column: pd.Series[Any], latest: Latest) -> bool:
    """Whether the latest campaign is further from all before than each of those from its own."""
    if pd.api.types.is_datetime64_any_dtype(column) or column.nunique() < 2:
        return False
    if not pd.api.types.is_numeric_dtype(column) and column.nunique() > 0.5 * len(column):
        return False
    found = psi(_some(column, latest.all_before), _some(column, latest.now))
    if found.psi <= MOVED or found.psi <= 3 * found.noise:
        return False
    usual = 0.0
    for k, own in enumerate(latest.before):
        others = np.concatenate([at for j, at in enumerate(latest.before) if j != k])
        usual = max(usual, psi(_some(column, others), _some(column, own)).psi)
        if found.psi <= _TIMES * usual:
            return False
    return True


def _some(column: pd.Series[Any], rows: Rows) -> pd.Series[Any]:
    return column.iloc[rows[:: max(1, len(rows) // _LOOKED_AT)]]


def gone_columns(m: Material) -> Check:
    """Ask whether a column that used to tell people apart has stopped."""
    question = say("Is no column empty or constant in the latest campaign alone?")
    latest = latest_of(m)
    if latest is None:
        return not_asked("gone-columns", question)
    gone = [name for name in m.columns if _is_gone(m.columns[name], latest)]
    if gone:
        said = say(
            "One value for all in {name}, and several before: {names}.",
            name=names_of([latest.name]),
            names=names_of(gone),
        )
        step = say("Find out what feeds these columns, and load them again.")
        return Check("gone-columns", question, "needs repair", said, step)
    return Check("gone-columns", question, "pass", say("No column is."))


def _is_gone(column: pd.Series[Any], latest: Latest) -> bool:
    codes = pd.factorize(column, use_na_sentinel=False)[0]
    now = codes[latest.now]
    if (now != now[0]).any():
        return False
    away = [float((codes[at] != _usual(codes[at])).mean()) for at in latest.before]
    # another value may have become the usual one for good; chance is asked of the rarest campaign
    return min(away) > 0 and len(now) * np.log1p(-min(*away, 0.999)) < np.log(CHANCE)


def _usual(codes: npt.NDArray[np.intp]) -> int:
    return int(np.bincount(codes).argmax())
