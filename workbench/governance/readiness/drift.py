"""Whether the latest campaign is like those before: its rate, its columns, their units and levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.governance.checked import Check
from workbench.governance.readiness.customers import as_read
from workbench.governance.readiness.material import CHANCE, ENOUGH_ROWS, Material, names_of
from workbench.governance.readiness.unit_changes import unit_change
from workbench.language import say
from workbench.metrics.stability import MOVED, psi
from workbench.sql.names import quoted
from workbench.tables.campaign_data import CampaignData

Rows = npt.NDArray[np.intp]
FEWEST_BEFORE = 3
"""Campaigns that say what is usual."""
_LOOKED_AT = 20_000
_BEYOND = 3.0
_TIMES = 1.5
_NEW, _MOST = 0.05, 0.5
_MANY = 0.2
"""Levels a row; a column of more names rows."""
_EVENTS = 200_000
_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


class Latest(NamedTuple):
    """The rows of the latest campaign, and of each before it, in order."""

    name: Any
    now: Rows
    before: list[Rows]

    @property
    def all_before(self) -> Rows:
        """The rows of all campaigns before."""
        return np.concatenate(self.before)


def _latest(m: Material) -> Latest | None:
    groups = [(label, at) for label, at in m.rows_of.items() if len(at) >= ENOUGH_ROWS]
    if not m.in_order or len(groups) <= FEWEST_BEFORE:
        return None
    if m.columns.shape[1] == 0 or len(m.columns) != len(m.contacts):
        return None
    return Latest(*groups[-1], [at for _, at in groups[:-1]])


def _not_asked(name: str, question: str) -> Check:
    said = say("There are no columns, or fewer than four campaigns in the order of time.")
    return Check(name, question, "not applicable", said)


def base_rate(m: Material) -> Check:
    """Ask whether as many responded in the latest campaign as before."""
    question = say("Is the latest response rate like those before?")
    table = m.by_campaign
    table = table[table["known"] >= ENOUGH_ROWS]
    if not m.in_order or len(table) <= FEWEST_BEFORE:
        return _not_asked("base-rate", question)
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
    latest = _latest(m)
    if latest is None:
        return _not_asked("drift", question)
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


def units(m: Material) -> Check:
    """Ask whether a column's unit changed on the way."""
    question = say("Has every amount one unit, in all campaigns?")
    amounts = list(_amounts(m))
    if not amounts:
        return _not_asked("units", question)
    found = []
    for name, values, groups, labels in amounts:
        change = unit_change(values, groups)
        if change is not None:
            found.append(
                say(
                    "{name} is {factor:g} times as large since {since}.",
                    name=names_of([name]),
                    factor=change.factor,
                    since=names_of([labels[change.place]]),
                )
            )
    if found:
        step = say("Bring all campaigns to one unit: euros or cents, parts or per cent.")
        return Check("units", question, "needs repair", " ".join(found), step)
    return Check("units", question, "pass", say("No column jumps by a round factor."))


def _amounts(m: Material) -> Iterator[tuple[str, Any, list[Rows], list[Any]]]:
    """Give columns of amounts, with the rows of each campaign: of tables, each event's."""
    latest = _latest(m)
    if latest is not None:
        groups = [*latest.before, latest.now]
        labels = [label for label, at in m.rows_of.items() if len(at) >= ENOUGH_ROWS]
        for name in m.columns:
            if _is_amount(m.columns[name]):
                values = m.columns[name].to_numpy(dtype="float64", na_value=np.nan)
                yield str(name), values, groups, labels
    if m.tables is not None and len(m.rows_of) > FEWEST_BEFORE:
        yield from _of_events(m, m.tables)


def _of_events(m: Material, data: CampaignData) -> Iterator[tuple[str, Any, list[Rows], list[Any]]]:
    """Give the amounts of event tables, put to the campaign before which they happened."""
    starts = m.contacts.groupby("campaign", sort=False)["as_of"].min()
    first = starts.drop_duplicates().sort_values()
    connection = data.connect()
    for table in data.event_tables:
        described = connection.execute(f"DESCRIBE {quoted(table)}").fetchall()
        numeric = [row[0] for row in described if str(row[1]).startswith(_NUMERIC)]
        for column in numeric:
            if column in ("customer", "campaign"):
                continue
            rows = connection.execute(
                f"SELECT time, {quoted(column)} AS value FROM {quoted(table)} "
                f"WHERE {quoted(column)} != 0 USING SAMPLE reservoir({_EVENTS} ROWS) REPEATABLE (0)"
            ).df()
            place = np.searchsorted(first.to_numpy(), rows["time"].to_numpy(), side="right")
            groups = [np.flatnonzero(place == k) for k in range(len(first) + 1)]
            labels = [*first.index, first.index[-1]]
            values = rows["value"].to_numpy(dtype="float64", na_value=np.nan)
            yield f"{table}.{column}", values, groups, labels


def _is_amount(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


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
    latest = _latest(m)
    if latest is None:
        return _not_asked(name, question)
    recoded, grown = [], []
    for column, new, kept in _new(m, latest):
        (recoded if new >= _MOST or kept < _MOST else grown).append(column)
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


def gone_columns(m: Material) -> Check:
    """Ask whether a column that used to tell people apart has stopped."""
    question = say("Is no column empty or constant in the latest campaign alone?")
    latest = _latest(m)
    if latest is None:
        return _not_asked("gone-columns", question)
    gone = [name for name in m.columns if _is_gone(m.columns[name], latest)]
    if gone:
        said = say(
            "One value for all in {name}, and several before: {names}.",
            name=names_of([latest.name]),
            names=names_of(gone),
        )
        step = say("Find out what feeds these columns, and load them again.")
        return Check("gone-columns", question, "needs repair", said, step)
    return Check("gone-columns", question, "pass", say("None is."))


def _is_gone(column: pd.Series[Any], latest: Latest) -> bool:
    codes = pd.factorize(column, use_na_sentinel=False)[0]
    now = codes[latest.now]
    if (now != now[0]).any():
        return False
    away = [float((codes[at] != _usual(codes[at])).mean()) for at in latest.before]
    # another value may have become the usual one for good; chance is asked of the rarest campaign
    return min(away) > 0 and len(now) * np.log1p(-min(min(away), 0.999)) < np.log(CHANCE)


def _usual(codes: npt.NDArray[np.intp]) -> int:
    return int(np.bincount(codes).argmax())
