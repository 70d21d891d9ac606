"""A flat table as questions are put to it: read as a run reads it, and as far as it can be read."""

from __future__ import annotations

import datetime as dt
import inspect
import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.checks import check_columns
from workbench.errors import ParameterError, WorkbenchError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.flat_reading import ROLES
from workbench.frame.flat_table import check_one_role_each, moments_of
from workbench.frame.outcome import binary_outcome
from workbench.frame.treatment_columns import check_treatment_named
from workbench.governance.data_readiness.frame_material import contacts_of, order_known
from workbench.governance.data_readiness.material import Material
from workbench.governance.papers.governance import Governance
from workbench.messages import did_you_mean, listed
from workbench.reading import RawTable, Saying, Told, find_readings
from workbench.tables.campaign_order import FILE, order_of
from workbench.tables.read import raw_table

_OF_LOGS = ("orders_within", "amount")
_GIVEN_UP = (("time", "horizon_days", "periods"), ("customer",), ("treatment", "control"))
"""What is left out, one after another, where a table is refused with it."""


def material_of_table(
    source: Any,
    described: Mapping[str, Any],
    *,
    frame: FeatureFrame | None,
    papers: Governance | None,
    today: dt.date,
) -> Material:
    """Read a table for the questions.

    Parameters
    ----------
    source : DataFrame, Arrow table, path
    described : mapping
        What `FeatureFrame.from_table` is told of a table; of a log, ``orders_within``.
    frame : FeatureFrame, optional
        What a run made of the same table, so that it is not read twice.
    papers : Governance, optional
    today : date

    Raises
    ------
    ParameterError
        Something is said that is nothing that can be said of a table.
    SchemaError
        A column is named that is not there.
    MissingDataError
        There is no such file.
    """
    given = _checked(described)
    is_log = "orders_within" in given
    if "amount" in given and not is_log:
        raise ParameterError(
            "`amount` is of a log of orders: say `orders_within` too, or leave it out."
        )
    if is_log and frame is None:
        raise ParameterError(
            "Of a log of orders, `frame` must be given too: "
            "`readiness(table, frame=workbench.load(table, orders_within=…), …)`."
        )
    told = Told.of(**{k: given[k] for k in Saying.__annotations__ if k in given})
    with warnings.catch_warnings(action="ignore"):  # what is doubtful is a question of its own
        raw = raw_table(source, encoding=told.encoding, columns=told.columns)
        roles = {role: str(given[role]) for role in (*ROLES, "amount") if role in given}
        _check_roles(raw, roles, given)
        return _read(raw, roles, told, given, frame, papers, today, is_log=is_log)


def _checked(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said; ParameterError names what cannot be said of a table."""
    parameters = inspect.signature(FeatureFrame.from_table).parameters
    known = {*parameters, *Saying.__annotations__, *_OF_LOGS} - {"table", "said"}
    for name in described:
        if name not in known:
            raise ParameterError(
                f"`{name}` is nothing that can be said of a table; there is "
                f"{listed(sorted(known), 99)}.{did_you_mean(name, known)}"
            )
    return {name: value for name, value in described.items() if not _says_nothing(value)}


def _says_nothing(value: object) -> bool:
    empty = isinstance(value, (list, tuple, dict)) and len(value) == 0
    return value is None or empty or (isinstance(value, str) and value == "auto")


def _check_roles(raw: RawTable, roles: Mapping[str, str], given: Mapping[str, Any]) -> None:
    check_one_role_each(roles)
    check_treatment_named(given)
    once = raw.data.iloc[:0].loc[:, ~raw.data.columns.map(str).duplicated()]
    check_columns(once, [*roles.values(), *_dropped(given)], name="The table")


def _dropped(given: Mapping[str, Any]) -> list[str]:
    drop = given.get("drop", [])
    return [drop] if isinstance(drop, str) else list(drop)


def _read(
    raw: RawTable,
    roles: dict[str, str],
    told: Told,
    given: Mapping[str, Any],
    frame: FeatureFrame | None,
    papers: Governance | None,
    today: dt.date,
    *,
    is_log: bool,
) -> Material:
    refusals: dict[str, str] = {}
    of_column = {name: role for role, name in roles.items() if role != "amount"}
    readings = find_readings(raw, told, roles=of_column)
    typed = _typed(raw, readings)
    if frame is None:
        frame = _frame(raw, given, refusals)
    if frame is not None and (is_log or len(frame) != len(typed)):
        contacts, columns = contacts_of(frame), frame.X
    else:
        contacts = _contacts(typed, roles, given, frame, refusals)
        columns = typed.drop(columns=[*roles.values(), *_dropped(given)], errors="ignore")
    labels, in_order = _campaigns(contacts, frame, given)
    if "control" in given:
        roles = {**roles, "control": str(given["control"])}
    return Material(
        contacts=contacts,
        columns=columns,
        typed=typed.drop(columns=_dropped(given), errors="ignore"),
        written=raw.data,
        readings=dict(zip(readings.names, readings.columns, strict=True)),
        roles=roles,
        campaigns=labels,
        in_order=in_order,
        frame=frame,
        refusals=refusals,
        is_log=is_log,
        papers=papers,
        today=today,
    )


def _typed(raw: RawTable, readings: Any) -> pd.DataFrame:
    """Read each column; as it stands where it cannot be read in one way."""
    read = {}
    for place, (name, one) in enumerate(zip(readings.names, readings.columns, strict=True)):
        column = raw.data.iloc[:, place]
        try:
            read[name] = one.apply(column)
        except WorkbenchError:
            read[name] = column
    return pd.DataFrame(read, index=raw.data.index).reset_index(drop=True)


def _frame(
    raw: RawTable, given: Mapping[str, Any], refusals: dict[str, str]
) -> FeatureFrame | None:
    """Make the frame that a run would make; without what it refuses, if anything is left."""
    said: dict[str, Any] = {"target": None, **{k: v for k, v in given.items() if k not in _OF_LOGS}}
    for without in ((), *_GIVEN_UP):
        said = {k: v for k, v in said.items() if k not in without}
        try:
            return FeatureFrame.from_table(raw, **said)
        except WorkbenchError as error:
            refusals.setdefault("", str(error))
    return None


def _contacts(
    typed: pd.DataFrame,
    roles: Mapping[str, str],
    given: Mapping[str, Any],
    frame: FeatureFrame | None,
    refusals: dict[str, str],
) -> pd.DataFrame:
    """Return the contacts of a table with a row each, even where a run refuses it."""
    found: dict[str, Any] = {}
    if "target" in roles and "trials" not in roles:
        try:
            found["outcome"] = binary_outcome(
                typed[roles["target"]], positive=given.get("positive")
            )
        except WorkbenchError as error:
            refusals["target"] = str(error)
            refusals.pop("", None)
    if "time" in roles:
        found |= _moments(typed[roles["time"]], given.get("horizon_days"))
    for role, name in (("customer", "customer"), ("treatment", "arm"), ("campaign", "campaign")):
        if role in roles:
            found[name] = typed[roles[role]]
    if frame is not None and frame.campaign is not None:
        found["campaign"] = frame.campaign
    return pd.DataFrame(found, index=typed.index)


def _moments(column: pd.Series[Any], days: Any) -> dict[str, pd.Series[Any]]:
    try:
        as_of = moments_of(column)
    except WorkbenchError:
        return {}
    if days is None:
        return {"as_of": as_of}
    return {"as_of": as_of, "matured_at": as_of + pd.Timedelta(days=float(days))}


def _campaigns(
    contacts: pd.DataFrame, frame: FeatureFrame | None, given: Mapping[str, Any]
) -> tuple[tuple[Any, ...], bool]:
    if frame is not None and frame.campaign is not None:
        return tuple(frame.campaigns), order_known(frame)
    if "campaign" not in contacts:
        return (), False
    labels = contacts["campaign"].dropna()
    try:
        found = order_of(labels, given.get("order", "auto"))
    except WorkbenchError:
        return tuple(labels.unique()), False
    return tuple(found.of(labels)), found.by != FILE
