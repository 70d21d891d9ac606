"""Which plan computes which measures: chosen from the data, and shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.features.measures import Feature, Listed, Lookup, Measure, leaves
from workbench.features.plans.cells import KNOWN, alike, by_source, edges_of, understands
from workbench.features.plans.reading import Contacts
from workbench.features.tables import Tables

# Nanoseconds on one core for one event, slot, look-up or join, measured at 10 million events.
READ, SORT, SEARCH, PLACE, ADD, FIND, JOIN = 150.0, 40.0, 60.0, 40.0, 4.0, 4.0, 60.0
CELLS, RUNNING, SQL = "cells", "running sums", "sql"
COLUMNS = ["source", "plan", "why", "rows", "events", "windows", "measures", "seconds"]


@dataclass(frozen=True)
class Choice:
    """The plan for some measures of one source.

    Attributes
    ----------
    leaves : tuple of Measure or Lookup
    plan : {"cells", "running sums", "sql"}
    why : str
    rows, events, windows : int
        Contacts, events of the source, and distinct look-backs.
    seconds : float
        Estimated, on one core.
    """

    leaves: tuple[Measure | Lookup, ...]
    plan: str
    why: str
    rows: int
    events: int
    windows: int
    seconds: float


def choose(features: Iterable[Feature], tables: Tables, contacts: Contacts) -> list[Choice]:
    """Choose a plan for every measure and look-up of some features."""
    needed = list(dict.fromkeys(leaf for f in features for leaf in leaves(f.value)))
    known: list[Measure] = []
    others: dict[object, list[Measure | Lookup]] = {}
    for leaf in needed:
        if isinstance(leaf, Measure) and understands(leaf, tables):
            known.append(leaf)
        else:
            others.setdefault((leaf.source, _why_sql(leaf)), []).append(leaf)
    chosen = [_without_join(group, tables, contacts) for group in by_source(known)]
    return chosen + [_joined(group, tables, contacts) for group in others.values()]


def explained(choices: Sequence[Choice]) -> pd.DataFrame:
    """Show choices as a table, the costliest first."""
    rows = [
        {
            "source": c.leaves[0].source.name,
            "plan": c.plan,
            "why": c.why,
            "rows": c.rows,
            "events": c.events,
            "windows": c.windows,
            "measures": len(c.leaves),
            "seconds": round(c.seconds, 3),
        }
        for c in sorted(choices, key=lambda c: -c.seconds)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _without_join(measures: list[Measure], tables: Tables, contacts: Contacts) -> Choice:
    lookbacks = list(dict.fromkeys(m.lookback_days for m in measures))
    rows, groups = len(contacts.as_of), len(alike(measures))
    events = tables.rows(measures[0].source)
    edges = edges_of(contacts, lookbacks)
    slots = contacts.customers * (edges + 1)
    looked_up = rows * (len(measures) + groups) * FIND
    shared = events * (READ + groups * ADD) + looked_up
    cells = shared + events * PLACE + slots * groups * ADD
    running = shared + events * SORT + rows * (len(lookbacks) + 1) * SEARCH
    dates = f"{len(contacts.dates):,} dates and {edges + 1:,} intervals between window edges"
    if cells <= running:
        why = f"{dates}: events that share one are added up once"
        return _choice(measures, CELLS, why, contacts, events, cells)
    why = f"{dates} for {events:,} events: sorting them is cheaper"
    return _choice(measures, RUNNING, why, contacts, events, running)


def _joined(group: list[Measure | Lookup], tables: Tables, contacts: Contacts) -> Choice:
    first, events = group[0], tables.rows(group[0].source)
    rows = len(contacts.as_of)
    if isinstance(first, Lookup):
        return _choice(group, SQL, _why_sql(first), contacts, events, (rows + events) * JOIN)
    seen = events * rows / max(contacts.customers, 1) / 2  # on average half the contacts follow
    return _choice(group, SQL, _why_sql(first), contacts, events, events * READ + seen * JOIN)


def _choice(
    group: Sequence[Measure | Lookup],
    plan: str,
    why: str,
    contacts: Contacts,
    events: int,
    nanoseconds: float,
) -> Choice:
    windows = {m.lookback_days for m in group if isinstance(m, Measure)}
    seconds = float(np.round(nanoseconds / 1e9, 6))
    return Choice(tuple(group), plan, why, len(contacts.as_of), events, len(windows), seconds)


def _why_sql(leaf: Measure | Lookup) -> str:
    if isinstance(leaf, Lookup):
        return "a look-up: one row a contact"
    if leaf.how not in KNOWN:
        return f"{leaf.how}: no difference of running sums"
    if any(isinstance(condition, Listed) for condition in leaf.where):
        return "what is listed for the row's campaign: a running sum has no campaign"
    return "events that become known late, or moments of another type"
