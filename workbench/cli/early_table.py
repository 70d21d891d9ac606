"""What is wrong with a table, told before a kernel is started: in seconds, in the same words."""

from __future__ import annotations

import inspect
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from workbench.checks import check_columns
from workbench.errors import DataError, WorkbenchError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.flat_reading import ROLES
from workbench.frame.flat_table import check_one_role_each
from workbench.frame.outcome import binary_outcome
from workbench.frame.treatment_columns import arms_of_table, check_treatment_named
from workbench.messages import count_of
from workbench.reading import RawTable, Saying, Told, find_readings
from workbench.tables.declared.campaigns_file import declared_data
from workbench.tables.declared.declaration import check_declaration, read_declaration
from workbench.tables.read import raw_table

MOST_BYTES = 20_000_000
"""A larger file is not read twice: its columns are looked at, and no more."""

_SAMPLE_BYTES = 1 << 20
_TEXT = (".csv", ".tsv", ".txt")
SAID = tuple(Saying.__annotations__)
"""What can be said of how a file is read."""

_FITTING = ("propensity", "shift")  # notebooks that need both outcomes


def check_table(notebook: str, parameters: Mapping[str, Any]) -> None:
    """Raise what a shipped notebook would raise of its table, where that can be told quickly.

    Parameters
    ----------
    notebook : str
        Its name.
    parameters : mapping
        As for the notebook; ``table`` is a path.

    Raises
    ------
    WorkbenchError
        The file cannot be read, a column is missing, the target is not binary, …
    """
    if parameters.get("orders_within") is not None:
        _check_orders(parameters)
        return
    known = {*inspect.signature(FeatureFrame.from_table).parameters, *SAID}
    given = {name: value for name, value in parameters.items() if name in known}
    path = Path(given["table"])
    if path.stat().st_size > MOST_BYTES:
        _check_columns(path, given)
        return
    with warnings.catch_warnings(action="ignore"):  # the notebook tells them
        frame = FeatureFrame.from_table(**given)
    if notebook in _FITTING:
        check_both_outcomes(frame, given["target"])
    if parameters.get("test_campaigns") is not None:
        from workbench.evidence import hold_out

        hold_out(frame, test_campaigns=parameters["test_campaigns"])


def check_campaigns(notebook: str, declaration: str) -> None:
    """Raise what a shipped notebook would raise of declared tables, where that is told quickly.

    Parameters
    ----------
    notebook : str
        Its name.
    declaration : str
        The path of a file such as ``campaigns.toml``.

    Raises
    ------
    WorkbenchError
        The declaration or a table cannot be used, or there are no outcomes to learn from.
    """
    said = read_declaration(Path(declaration))
    check_declaration(said)
    check_features(said.get("features", ()))
    if notebook in _FITTING and "outcome" not in said:
        raise DataError(
            f"{declaration} must say what counts as a response, for something to be learned: give "
            "it an [outcome]."
        )
    if not _is_quickly_read(said, Path(declaration).parent):
        return
    from workbench.features.arms import arms_of_contacts

    with warnings.catch_warnings(action="ignore"):  # the notebook tells them
        data = declared_data(declaration)
    arms_of_contacts(data.contacts, data)
    known = data.contacts["outcome"].dropna()
    if notebook in _FITTING and known.nunique() < 2:
        raise DataError(
            f"The contacts of {declaration} must have both outcomes; of {len(data.contacts):,}, "
            f"{count_of(len(known), 'has', 'have')} a known one, {int(known.sum()):,} positive. "
            "Check [outcome] and `observed_until`."
        )


def check_features(said: Sequence[Mapping[str, Any]]) -> None:
    """Raise ParameterError where a declared builder, or a setting of one, is not known."""
    from workbench.features.builder import builder_from_dict

    for settings in said:
        builder_from_dict(settings)


def _is_quickly_read(said: Mapping[str, Any], folder: Path) -> bool:
    """Whether all tables are small files: what a query costs, nobody knows."""
    sections = [said["contacts"], said.get("campaigns", {})]
    for several in ("events", "attributes", "offers"):
        sections += said.get(several, {}).values()
    if any("query" in one or "database" in one for one in sections):
        return False
    files = [folder / one["file"] for one in sections if "file" in one]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return bool(size <= MOST_BYTES)


def _check_orders(parameters: Mapping[str, Any]) -> None:
    """Read a log and choose its contact dates; features take longer, and are the notebook's."""
    from workbench.features.contact_dates import contact_dates
    from workbench.features.order_log import read_orders

    if Path(parameters["table"]).stat().st_size > MOST_BYTES:
        return
    roles: Any = {role: parameters.get(role) for role in ("customer", "time", "amount")}
    told = Told.of(**{name: parameters.get(name) for name in SAID})
    with warnings.catch_warnings(action="ignore"):  # the notebook tells them
        log = read_orders(parameters["table"], told=told, **roles)
    horizon, periods = parameters["orders_within"], parameters.get("periods", "auto")
    contact_dates(log.first, log.until, horizon_days=horizon, periods=periods)


def check_both_outcomes(frame: FeatureFrame, target: str) -> None:
    """Raise DataError where all known outcomes are alike, or none is known."""
    known = frame.y.notna().to_numpy()
    of_all, positives = float(frame.weights[known].sum()), frame.positives
    if 0 < positives < of_all:
        return
    which = "none has an outcome" if of_all == 0 else f"all {of_all:,.0f} that have one are "
    which += "" if of_all == 0 else "positive" if positives else "negative"
    blank = int((~known).sum())
    blanks = (
        f" {count_of(blank, 'row has', 'rows have')} none, which counts as not known yet: "
        "where a blank means no, write so in the file."
        if blank
        else ""
    )
    raise DataError(
        f"The target {target!r} must have both outcomes; of {len(frame):,} rows, {which}.{blanks} "
        "Check the target, and whether the outcomes had time to happen."
    )


def _check_columns(path: Path, given: Mapping[str, Any]) -> None:
    """Look at the columns of a large file; at target and arms where they can be read alone."""
    said = {name: given.get(name) for name in SAID}
    told = Told.of(**said)
    table = _beginning(path, told.encoding, told.columns)
    if table is None:
        return
    roles = {role: given.get(role) for role in ROLES}
    drop = [given["drop"]] if isinstance(given.get("drop"), str) else list(given.get("drop", ()))
    named = [c for c in [*roles.values(), *drop, *told.kinds] if c is not None]
    check_columns(table, named, name="The table")
    check_one_role_each(roles)
    check_treatment_named(given)
    if path.suffix.lower() != ".parquet":
        return
    outcome = None
    if given.get("trials") is None:
        target = _alone(path, given["target"], "target", told)
        outcome = binary_outcome(target, positive=given.get("positive"))
    if given.get("treatment") is not None:
        arms = _alone(path, given["treatment"], "treatment", told).to_frame()
        arms_of_table(arms, {"treatment": given["treatment"]}, given.get("control"), y=outcome)


def _alone(path: Path, column: str, role: str, told: Told) -> pd.Series[Any]:
    """Read one column alone, as the whole table would read it."""
    raw = RawTable(pd.read_parquet(path, columns=[column], partitioning=None), typed=True)
    kinds = {name: kind for name, kind in told.kinds.items() if name == column}
    reading = find_readings(raw, replace(told, kinds=kinds), roles={column: role})
    return reading.apply(raw.data)[column]


def _beginning(path: Path, encoding: str, columns: Sequence[str]) -> pd.DataFrame | None:
    """Return the first rows of a file, or None: then the notebook tells what is wrong."""
    if path.suffix.lower() == ".parquet":
        try:
            return pd.DataFrame(columns=pq.read_schema(path).names)
        except (OSError, ValueError):
            return raw_table(path).data  # says what it is not
    if path.suffix.lower() not in _TEXT:
        return None
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / path.name
        with path.open("rb") as file:
            begun = file.read(_SAMPLE_BYTES)
        width = 2 if begun[:2] in (b"\xff\xfe", b"\xfe\xff") else 1
        end = begun.rfind(b"\n") + 1
        sample.write_bytes(begun[: end + (width - 1) * (begun[:2] == b"\xff\xfe")])
        try:
            return raw_table(sample, encoding=encoding, columns=columns).data
        except WorkbenchError:  # a cell of several lines may be cut in two
            return None
