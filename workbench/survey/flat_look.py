"""A flat table looked at, whatever it holds: what a run would be refused for is told."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.checks import check_columns
from workbench.errors import WorkbenchError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.flat_reading import LEFT_OUT, ROLES, FlatTable, read_flat
from workbench.frame.flat_table import check_one_role_each, parts_of_flat
from workbench.frame.kinds import DATES, odd_kind
from workbench.frame.leakage import signs_of_leakage
from workbench.frame.parts import FrameParts
from workbench.frame.periods import NONE, no_periods
from workbench.messages import count_of
from workbench.reading import ColumnReading, RawTable, Saying, Told, find_readings
from workbench.reading.decide import find_reading, given_type
from workbench.reading.personal.find import find_personal
from workbench.reading.personal.finding import Finding
from workbench.survey.campaigns_seen import (
    CampaignsSeen,
    campaigns_of_column,
    campaigns_of_frame,
)
from workbench.survey.column_facts import ColumnFacts, facts_of, without_values
from workbench.survey.column_report import ColumnReport
from workbench.survey.next_command import next_command
from workbench.survey.repeats import repeated_contacts, repeated_rows, same_columns
from workbench.survey.role_guesses import Guess, guesses
from workbench.survey.table_seen import TableSeen
from workbench.tables.campaign_order import AUTO, GIVEN, TIME
from workbench.tables.read import raw_table

_OF_LOGS = ("orders_within", "amount")
OF_CUSTOMERS = ("identifier", "e-mail", "phone")
"""Kinds of personal data by which a table may tell its customers apart."""


def look_at_table(source: Any, said: Mapping[str, Any]) -> ColumnReport:
    """Look at a table that has one row a contact, or an order.

    Parameters
    ----------
    source : path, DataFrame or other table
    said : mapping
        What is said of it, by the names of `workbench.load`.

    Raises
    ------
    WorkbenchError
        The file cannot be read at all, or a column that is named is not there.
    """
    told = Told.of(**{name: said.get(name) for name in Saying.__annotations__})
    raw = raw_table(source, encoding=told.encoding, columns=told.columns)
    roles = {role: said.get(role) for role in (*ROLES, "amount")}
    _check_named(raw, roles, told, said)
    with warnings.catch_warnings(action="ignore"):  # what is doubtful stands in the notes
        found = _Look.of(raw, roles, told, said)
        return found.report(source, said)


def _check_named(
    raw: RawTable, roles: Mapping[str, str | None], told: Told, said: Mapping[str, Any]
) -> None:
    check_one_role_each(roles)
    once = raw.data.iloc[:0].loc[:, ~raw.data.columns.map(str).duplicated()]
    named = [*roles.values(), *_dropped(said), *told.kinds]
    check_columns(once, [name for name in named if name is not None], name="The table")


def _dropped(said: Mapping[str, Any]) -> list[str]:
    drop = said.get("drop", [])
    return [drop] if isinstance(drop, str) else list(drop)


@dataclass
class _Look:
    """Columns with their facts, what a run would make of them, and what it would refuse."""

    raw: RawTable
    roles: Mapping[str, str | None]
    columns: list[ColumnFacts]
    values: list[pd.Series[Any]]
    faults: list[str]
    notes: list[str]
    parts: FrameParts | None
    personal: Mapping[str, Finding]

    @classmethod
    def of(
        cls, raw: RawTable, roles: Mapping[str, str | None], told: Told, said: Mapping[str, Any]
    ) -> _Look:
        flat, faults = _as_a_run_reads(raw, roles, told, _dropped(said))
        readings, doubts = _readings(raw, flat, told, roles)
        values = [
            _read(given_type(raw.data.iloc[:, place]), reading)
            for place, reading in enumerate(readings)
        ]
        columns = [
            facts_of(
                one if odd_kind(raw.data.iloc[:, k]) in ("", DATES) else raw.data.iloc[:, k], r
            )
            for k, (one, r) in enumerate(zip(values, readings, strict=True))
        ]
        notes = [*(raw.notes if flat is None else flat.notes), *doubts]
        parts = None
        if flat is not None and "orders_within" not in said:
            try:
                parts = _parts(flat, roles, told, said)
                notes = [one for one in parts.notes if one != _unasked(roles, said)]
            except WorkbenchError as error:
                faults = [str(error)]
        personal = find_personal(raw.data) if flat is None else flat.personal
        columns = [without_values(one, personal.get(one.column)) for one in columns]
        return cls(raw, roles, columns, values, faults, notes, parts, personal)

    def report(self, source: Any, said: Mapping[str, Any]) -> ColumnReport:
        guessed = guesses([one for one in self.columns if self._may_tell(one)], self.roles)
        leaks = self._leaks()
        seen = self._campaigns(said, guessed)
        table = TableSeen(
            "",
            tuple(self.columns),
            self._uses(said),
            guessed,
            self._remarks(),
            leaks,
            personal=self.personal,
        )
        in_order = seen is not None and seen.by in (TIME, GIVEN)
        faults = [*self.faults, *self._one_sided()]
        notes = [*self.notes, *self._of_outcome(), *self._repeats(guessed), *_of_leaks(leaks)]
        if seen is not None and self._frame_campaigns() is None:
            notes += seen.notes
        return ColumnReport(
            title=self._title(source),
            tables=(table,),
            faults=tuple(faults),
            notes=tuple(dict.fromkeys(notes)),
            campaigns=seen,
            command=next_command(source, said, guessed, dated=in_order),
            guessed=bool(guessed),
        )

    def _may_tell(self, one: ColumnFacts) -> bool:
        """Whether a column may have a role: a birthday is no moment, a number may be a customer."""
        found = self.personal.get(one.column)
        return found is None or not found.refused or found.kind in OF_CUSTOMERS

    def _title(self, source: Any) -> str:
        name = f"{source}: " if isinstance(source, (str, Path)) else ""
        rows, columns = self.raw.data.shape
        return f"{name}{count_of(rows, 'row')}, {count_of(columns, 'column')}"

    def _uses(self, said: Mapping[str, Any]) -> tuple[str, ...]:
        """Say what a run takes each column for."""
        of = {name: role for role, name in self.roles.items() if name is not None}
        names = [one.column for one in self.columns]
        dropped = set(_dropped(said))
        allowed = said.get("allow") or {}
        dropped |= {k for k, one in self.personal.items() if one.refused and k not in allowed}

        def use(one: ColumnFacts) -> str:
            if names.count(one.column) > 1:
                return "refused"
            if one.column in of or one.column in dropped:
                return of.get(one.column, "left out")
            return _use_of(one)

        return tuple(map(use, self.columns))

    def _remarks(self) -> dict[int, str]:
        """Say what else is odd of a column."""
        said: dict[int, list[str]] = {}
        names = [one.column for one in self.columns]
        for place, name in enumerate(names):
            if names.count(name) > 1:
                said.setdefault(place, []).append("its name stands more than once")
        for place, other in same_columns(self.columns).items():
            said.setdefault(place, []).append(f"tells no more than {other!r}")
        return {place: "; ".join(parts) for place, parts in said.items()}

    def _leaks(self) -> dict[str, str]:
        parts = self.parts
        if parts is None or self.roles["target"] is None:
            return {}
        whole = None if parts.cell is None else parts.cell.to_numpy()
        return signs_of_leakage(parts.X, parts.y, parts.weights, whole)

    def _of_outcome(self) -> list[str]:
        parts, target = self.parts, self.roles["target"]
        if parts is None or target is None:
            return []
        known = parts.y.notna().to_numpy()
        of_all = float(parts.weights[known].sum())
        positive = float((parts.weights * parts.y.fillna(0.0)).sum())
        share = f" ({positive / of_all:.1%})" if of_all else ""
        return [
            f"{positive:,.0f} of {of_all:,.0f} known outcomes in {target!r} are positive{share}."
        ]

    def _one_sided(self) -> list[str]:
        parts, target = self.parts, self.roles["target"]
        if parts is None or target is None or set(parts.y.dropna().unique()) == {0.0, 1.0}:
            return []
        return [f"The target {target!r} must have both outcomes among the rows that have one."]

    def _repeats(self, guessed: Mapping[str, Guess]) -> list[str]:
        notes = []
        if n := repeated_rows(self.columns):
            notes.append(f"{_are(n)} the same as an earlier one in every column.")
        keys = [self._column_of(role, guessed) for role in ("customer", "campaign")]
        customer, campaign = keys
        if customer is None or campaign is None or self.roles["trials"] is not None:
            return notes
        if n := repeated_contacts(customer, campaign):
            notes.append(
                f"{_are(n)} a further contact of one customer in one campaign "
                f"({customer.column!r} × {campaign.column!r})."
            )
        return notes

    def _column_of(self, role: str, guessed: Mapping[str, Guess]) -> ColumnFacts | None:
        name = self.roles[role] or (guessed[role].column if role in guessed else None)
        return next((one for one in self.columns if one.column == name), None)

    def _frame_campaigns(self) -> CampaignsSeen | None:
        if self.parts is None or self.roles["target"] is None or self.parts.campaign is None:
            return None
        parts = self.parts
        frame = FeatureFrame(**{part.name: getattr(parts, part.name) for part in fields(parts)})
        return campaigns_of_frame(frame, str(self.roles["campaign"] or self.roles["time"]))

    def _campaigns(
        self, said: Mapping[str, Any], guessed: Mapping[str, Guess]
    ) -> CampaignsSeen | None:
        if (seen := self._frame_campaigns()) is not None:
            return seen
        if (found := self._column_of("campaign", guessed)) is None:
            return None
        column = self.values[self.columns.index(found)]
        given = self.roles["campaign"] is not None
        order = said.get("order", AUTO) if given else AUTO
        return campaigns_of_column(column, order=order, guessed=not given)


def _as_a_run_reads(
    raw: RawTable, roles: Mapping[str, str | None], told: Told, drop: Sequence[str]
) -> tuple[FlatTable | None, list[str]]:
    """Read the table as a run does; None, and why, where it is refused."""
    try:
        own = {role: name for role, name in roles.items() if role in ROLES}
        return read_flat(raw, roles=own, drop=drop, told=told), []
    except WorkbenchError as error:
        return None, [str(error)]


def _parts(
    flat: FlatTable, roles: Mapping[str, str | None], told: Told, said: Mapping[str, Any]
) -> FrameParts:
    # without outcomes nothing tells how long periods must be
    periods = said.get("periods", NONE if roles["target"] is None else AUTO)
    return parts_of_flat(
        flat,
        {role: name for role, name in roles.items() if role in ROLES},
        told,
        control=said.get("control"),
        drop=_dropped(said),
        groups=said.get("groups") or {},
        positive=said.get("positive"),
        horizon_days=said.get("horizon_days"),
        order=said.get("order", AUTO),
        periods=periods,
        allow=said.get("allow") or {},
    )


def _unasked(roles: Mapping[str, str | None], said: Mapping[str, Any]) -> str:
    """Return the note on periods that nobody has asked for: only the target is not known yet."""
    return "" if "periods" in said else no_periods(str(roles["time"]))


def _readings(
    raw: RawTable, flat: FlatTable | None, told: Told, roles: Mapping[str, str | None]
) -> tuple[list[ColumnReading], tuple[str, ...]]:
    """Return how each column is read, roles aside, and what is doubtful where no run says it."""
    if flat is None:
        plain = raw.data.set_axis(list(map(str, raw.data.columns)), axis=1)
        for place in range(plain.shape[1]):
            if odd_kind(plain.iloc[:, place]) not in ("", DATES):
                plain.isetitem(place, list(plain.iloc[:, place].map(repr, na_action="ignore")))
        found = find_readings(RawTable(plain, typed=raw.typed, separator=raw.separator), told)
        return list(found.columns), found.notes
    kept = dict(zip(flat.reading.names, flat.reading.columns, strict=True))
    for role in roles.values():
        kept.pop(str(role), None)
    of_all = [raw.data.iloc[:, place] for place in range(raw.data.shape[1])]
    return [
        kept[str(one.name)] if str(one.name) in kept else _alone(one, told, typed=raw.typed)
        for one in of_all
    ], ()


def _alone(column: pd.Series[Any], told: Told, *, typed: bool) -> ColumnReading:
    kind = told.kinds.get(str(column.name), "")
    return find_reading(column, kind=kind, order=told.dates, decimal=told.decimal, typed=typed)


def _read(column: pd.Series[Any], reading: ColumnReading) -> pd.Series[Any]:
    """Read a column; as it stands where something in it is written otherwise."""
    if odd_kind(column) not in ("", DATES):
        return column
    try:
        return reading.apply(column)
    except WorkbenchError:
        return column


def _use_of(one: ColumnFacts) -> str:
    """Say what a run takes a column for that has no role."""
    if one.kind not in _KINDS:
        return "refused"
    stays = one.reading.told and one.reading.kind == "text"
    if one.reading.is_open or (one.reading.kind in LEFT_OUT and not stays):
        return "left out"
    return "feature"


_KINDS = ("number", "flag", "date", "category", "text", "identifier", "empty", "constant")


def _are(count: int) -> str:
    return count_of(count, "row is", "rows are")


def _of_leaks(leaks: Mapping[str, str]) -> list[str]:
    if not leaks:
        return []
    said = " ".join(f"`drop={name!r}`" for name in leaks)
    return [f"What is known only after the outcome must be left out: {said}."]
