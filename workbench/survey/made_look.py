"""Campaign tables and frames looked at: their columns have their roles already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.features.arms import arms_of_contacts
from workbench.frame.dealing import wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.kinds import kind_of
from workbench.frame.leakage import signs_of_leakage
from workbench.messages import count_of
from workbench.reading import ColumnReading, find_reading
from workbench.reading.decide import given_type
from workbench.reading.personal.find import find_personal
from workbench.sql.names import quoted
from workbench.survey.campaigns_seen import CampaignsSeen, campaigns_of_frame
from workbench.survey.column_facts import ColumnFacts, facts_of, without_values
from workbench.survey.column_report import ColumnReport
from workbench.survey.table_seen import TableSeen
from workbench.tables.campaign_data import CampaignData
from workbench.tables.personal_columns import personal_of_table

_KEYS = ("customer", "campaign", "as_of", "time", "arrived", "valid_from", "valid_until")
_MADE = {"outcome": "target", "matured_at": "known at"}
_NO_CODES = np.empty(0, dtype="int64")


def look_at_frame(frame: FeatureFrame) -> ColumnReport:
    """Look at features that were made, from whatever tables."""
    readings = frame.recipe.get("reading") or {}
    columns = []
    for name in frame.X:
        known = readings.get(str(name)) if frame.recipe.get("kind") == "table" else None
        reading = ColumnReading.from_dict(known) if known else _by_type(frame.X[name])
        columns.append(facts_of(frame.X[name], reading))
    whole = None if frame.cell is None else wholes(frame)
    leaks = signs_of_leakage(frame.X, frame.y, frame.weights, whole)
    about = {
        place: f"group {group}" for place, group in enumerate(frame.catalogue["group"].tolist())
    }
    uses = ("feature",) * len(columns)
    personal = find_personal(frame.X)
    table = TableSeen("", tuple(columns), uses, {}, about, leaks, personal=personal)
    column = str(frame.recipe.get("campaign") or frame.recipe.get("time") or "")
    return ColumnReport(
        title=repr(frame),
        tables=(table,),
        notes=frame.notes,
        campaigns=campaigns_of_frame(frame, column),
    )


def _by_type(column: pd.Series[Any]) -> ColumnReading:
    kind = kind_of(column)
    return ColumnReading("number" if kind == "numeric" else kind, typed=True)


def look_at_tables(data: CampaignData) -> ColumnReport:
    """Look at every table of campaign data, one column at a time."""
    quality = data.quality()["remark"]
    remarks = [f"{name}: {said}." for name, said in quality.items() if said]
    counts = data.contacts["campaign"].value_counts()
    first = data.contacts.groupby("campaign")["as_of"].min().sort_values(kind="stable")
    labels = tuple(map(str, first.index))
    seen = CampaignsSeen("", "time", labels, tuple(int(counts[one]) for one in first.index))
    arms, faults = _arms(data)
    return ColumnReport(
        title=repr(data),
        tables=tuple(_tables(data)),
        faults=faults,
        notes=(*data.notes, *remarks, *arms),
        campaigns=seen,
    )


def _arms(data: CampaignData) -> tuple[list[str], tuple[str, ...]]:
    """Return what a run will note of the arms of a test, and why it would refuse them."""
    try:
        return arms_of_contacts(data.contacts, data).notes(), ()
    except WorkbenchError as error:
        return [], (str(error),)


def _tables(data: CampaignData) -> Iterator[TableSeen]:
    connection = data.connect()
    connection.register("contacts", data.contacts)  # with the arms of a test, if there are any
    of_test = {data.treatment: "treatment", data.arm_probability: "arm_probability"}
    for name, row in data.tables().iterrows():
        described = connection.execute(f"DESCRIBE {quoted(str(name))}").fetchall()
        names = [str(one[0]) for one in described if one[0] != "contact"]
        columns = tuple(_column(connection, str(name), one) for one in names)
        own = of_test if name == "contacts" else {}
        uses = tuple(one if one in _KEYS else own.get(one, _MADE.get(one, "")) for one in names)
        personal, _ = personal_of_table(connection, str(name))
        columns = tuple(without_values(one, personal.get(one.column)) for one in columns)
        said = f"{row['holds']}, {count_of(row['rows'], 'row')}"
        if pd.notna(row["first"]):
            said += f", {row['first']:%Y-%m-%d} to {row['last']:%Y-%m-%d}"
        if row["holds"] == name:
            said = said.partition(", ")[2]
        yield TableSeen(str(name), columns, uses, about=said, personal=personal)


def _column(connection: Any, table: str, name: str) -> ColumnFacts:
    """Look at one column by itself: a table of events may be larger than memory."""
    read = connection.execute(f"SELECT {quoted(name)} FROM {quoted(table)}").df().iloc[:, 0]
    column = given_type(read)
    facts = facts_of(column, find_reading(column, typed=True))
    return replace(facts, codes=_NO_CODES)
