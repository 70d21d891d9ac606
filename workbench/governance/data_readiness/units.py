"""Whether every amount has one unit in all campaigns: of columns, and of tables of events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from workbench.governance.checked import Check
from workbench.governance.data_readiness.latest import FEWEST_BEFORE, Rows, latest_of, not_asked
from workbench.governance.data_readiness.material import ENOUGH_ROWS, Material, names_of
from workbench.governance.data_readiness.unit_changes import unit_change
from workbench.language import say
from workbench.sql.names import quoted
from workbench.tables.campaign_data import CampaignData
from workbench.tables.fetched import fetched

_EVENTS = 200_000
_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


def units(m: Material) -> Check:
    """Ask whether a column's unit changed on the way."""
    question = say("Has every amount one unit, in all campaigns?")
    amounts = list(_amounts(m))
    if not amounts:
        return not_asked("units", question)
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
    latest = latest_of(m)
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
            query = (
                f"SELECT time, {quoted(column)} AS value FROM {quoted(table)} "
                f"WHERE {quoted(column)} != 0 USING SAMPLE reservoir({_EVENTS} ROWS) REPEATABLE (0)"
            )
            rows = fetched(connection.execute(query))
            place = np.searchsorted(first.to_numpy(), rows["time"].to_numpy(), side="right")
            groups = [np.flatnonzero(place == k) for k in range(len(first) + 1)]
            labels = [*first.index, first.index[-1]]
            values = rows["value"].to_numpy(dtype="float64", na_value=np.nan)
            yield f"{table}.{column}", values, groups, labels


def _is_amount(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))
