"""The contract against leakage, for builders that users write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import LeakageError, ParameterError
from workbench.features import FeatureSet
from workbench.features.builder import Builder, registered
from workbench.features.tables import Tables
from workbench.frame.feature_frame import FeatureFrame
from workbench.sql.names import quoted
from workbench.tables.campaign_data import CampaignData


def check_builder(builder: Builder, data: CampaignData, *, moments: int = 3) -> None:
    """Raise unless a builder keeps the contract on these data.

    At several moments t the data are changed in ways that nobody could have known before
    t. Every feature of every contact with ``as_of <= t`` must then stay as it was, to
    the last bit:

    - events at or after t are removed; altered; added at t to the microsecond, and later;
    - events that happened earlier and arrived at t are added, where arrival is recorded;
    - attributes that are valid from t on are removed and added;
    - later contacts go to other customers, and outcomes not known at t are reversed.

    The columns of campaign and offer tables are taken to be known when the campaign
    starts: no test can tell.

    Parameters
    ----------
    builder : Builder
        Registered, so that a saved model finds it again.
    data : CampaignData
        The smaller, the quicker: there are about five builds a moment.
    moments : int
        How many of the distinct `as_of` to test, evenly spread, the last one included.

    Raises
    ------
    LeakageError
        A feature changed; names it, the contact, and the change.
    AssertionError
        Two builds from the same data differ, or the recipe does not make the builder again.
    ParameterError
        `moments` is below 1.

    Examples
    --------
    >>> from workbench.datasets import sample
    >>> from workbench.features import cadence
    >>> from workbench.testing import check_builder
    >>> check_builder(cadence(), sample(), moments=1)
    """
    _check_recipe(builder)
    check_feature_set(FeatureSet(builder), data, moments=moments)


def check_feature_set(features: FeatureSet, data: CampaignData, *, moments: int = 3) -> None:
    """Raise unless every builder of a set keeps the contract; see `check_builder`.

    Parameters
    ----------
    features : FeatureSet
    data : CampaignData
    moments : int
        At how many moments the data are changed.

    Raises
    ------
    LeakageError, AssertionError
        A builder does not keep the contract.
    ParameterError
        `moments` is below 1.

    Examples
    --------
    >>> from workbench.datasets import sample
    >>> from workbench.features import FeatureSet, cadence, calendar
    >>> from workbench.testing import check_feature_set
    >>> check_feature_set(FeatureSet(cadence(), calendar()), sample(), moments=1)
    """
    if moments < 1:
        raise ParameterError(f"`moments` must be at least 1; got {moments!r}.")
    frame = features.build(data, progress=False, cache=False)
    _check_steady(frame, features.build(data, progress=False, cache=False))
    for moment in _spread(frame, moments):
        for changed in _changes(data, moment):
            after = features.build(changed, progress=False, cache=False)
            _check_unchanged(frame, after, moment=moment, change=changed.change)


def _check_recipe(builder: Builder) -> None:
    if type(builder) not in registered().values():
        raise AssertionError(
            f"{type(builder).__name__} must be registered, so that a saved model can build its "
            'features again. Put @register("name") above the class.'
        )
    recipe = FeatureSet(builder).to_dict()
    again = FeatureSet.from_dict(recipe).to_dict()
    if again != recipe:
        raise AssertionError(
            f"The settings of {builder.name!r} must make the same builder again; {recipe} gave "
            f"{again}. Keep its fields to numbers, text, and lists and mappings of them."
        )


def _check_steady(first: FeatureFrame, second: FeatureFrame) -> None:
    for name in first.X.columns:
        if not _same_bits(first.X[name], second.X[name]).all():
            raise AssertionError(
                f"Two builds from the same data must agree to the last bit; feature {name!r} of "
                f"builder {_builder(first, name)!r} differs. Sum with Measure(…, 'sum'), which "
                "adds whole numbers, and order ties by more than the time."
            )


def _spread(frame: FeatureFrame, moments: int) -> list[pd.Timestamp]:
    distinct = sorted(_as_of(frame).unique())
    places = np.linspace(len(distinct) - 1, 0, min(moments, len(distinct))).round().astype(int)
    return [pd.Timestamp(distinct[place]) for place in places]


def _check_unchanged(
    before: FeatureFrame, after: FeatureFrame, *, moment: pd.Timestamp, change: str
) -> None:
    rule = "Features must use only what was known before as_of"
    if list(before.X.columns) != list(after.X.columns):
        raise LeakageError(
            f"{rule}; {change}, there are other columns. "
            "What it learns from the data may come from before the first as_of only."
        )
    early = (_as_of(before) <= moment).to_numpy()
    for name in before.X.columns:
        differ = early & ~_same_bits(before.X[name], after.X[name])
        if differ.any():
            row = int(np.flatnonzero(differ)[0])
            raise LeakageError(
                f"{rule}; {change}, feature {name!r} of builder "
                f"{_builder(before, name)!r}, for {_contact(before, row)}, goes from "
                f"{before.X[name].iloc[row]} to {after.X[name].iloc[row]}. "
                "Let an event in only where time < as_of, and arrived < as_of."
            )


def _as_of(frame: FeatureFrame) -> pd.Series[Any]:
    # a frame built from contacts has it always; a flat table's may not
    return frame.as_of if frame.as_of is not None else pd.Series(dtype="datetime64[us]")


def _builder(frame: FeatureFrame, feature: str) -> str:
    return str(frame.catalogue.loc[feature, "builder"])


def _contact(frame: FeatureFrame, row: int) -> str:
    parts = {"customer": frame.customer, "campaign": frame.campaign, "as_of": frame.as_of}
    return ", ".join(f"{k} {v.iloc[row]}" for k, v in parts.items() if v is not None)


def _same_bits(a: pd.Series[Any], b: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    missing = (a.isna() & b.isna()).to_numpy()
    if pd.api.types.is_float_dtype(a) and pd.api.types.is_float_dtype(b):
        bits = a.to_numpy("float64").view("int64") == b.to_numpy("float64").view("int64")
        return np.asarray(bits | missing)
    return np.asarray((a.astype(object) == b.astype(object)).to_numpy() | missing)


class _Changed:
    """The data with some tables replaced by queries over them."""

    def __init__(self, data: CampaignData, change: str, queries: dict[str, str]) -> None:
        self._data, self.change, self._queries = data, change, queries

    def __getattr__(self, name: str) -> Any:
        return getattr(self._data, name)

    def connect(self) -> Any:
        connection = self._data.connect()
        for number, (table, query) in enumerate(self._queries.items()):
            changed = quoted(f"(changed {number})")  # no name that a user would give
            connection.execute(f"CREATE TEMP TABLE {changed} AS {query}")
            connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {quoted(table)} AS SELECT * FROM {changed}"
            )
        return connection


class _Reversed(_Changed):
    """The data with the outcomes reversed that are not known at a moment."""

    def __init__(self, data: CampaignData, moment: pd.Timestamp) -> None:
        when = f"TIMESTAMP '{moment}'"
        query = (
            "SELECT * REPLACE (CASE WHEN as_of > " + when + " THEN (SELECT min(customer) FROM "
            "contacts) ELSE customer END AS customer) FROM "
        )
        change = f"with contacts after {moment} going to one customer and later outcomes reversed"
        super().__init__(
            data, change, {name: query + name for name in ("contacts", "all_contacts")}
        )
        contacts = data.contacts.copy()
        unknown = ~(contacts["matured_at"] < moment)
        contacts["outcome"] = contacts["outcome"].where(~unknown, 1.0 - contacts["outcome"])
        self.contacts = contacts


def _changes(data: CampaignData, moment: pd.Timestamp) -> Iterator[Any]:
    tables = Tables(data)
    when = f"TIMESTAMP '{moment}'"
    for change, write in (
        (f"without events from {moment} on", _without),
        (f"with the events from {moment} on altered", _altered),
        (f"with every earlier event repeated at {moment}", _repeated),
        (f"with every earlier event repeated after {moment}", _repeated_later),
        (f"with every earlier event repeated and arriving at {moment}", _repeated_late),
    ):
        queries = {name: write(tables, name, when) for name in tables.event_tables}
        found = {name: query for name, query in queries.items() if query}
        if found:
            yield _Changed(data, change, found)
    dated = [t for t in tables.attribute_tables if "valid_from" in tables.columns(t)]
    if dated:
        change = f"with other attributes valid from {moment} on"
        yield _Changed(data, change, {t: _later_attributes(tables, t, when) for t in dated})
    yield _Reversed(data, moment)


def _known(tables: Tables, table: str, when: str) -> str:
    late = " AND arrived < " + when if "arrived" in tables.columns(table) else ""
    return f"time < {when}{late}"


def _without(tables: Tables, table: str, when: str) -> str:
    return f"SELECT * FROM {quoted(table)} WHERE {_known(tables, table, when)}"


def _altered(tables: Tables, table: str, when: str) -> str:
    other = ", ".join(_other_values(tables, table))
    later = f"NOT coalesce({_known(tables, table, when)}, FALSE)"
    replaced = f"SELECT * REPLACE ({other}) FROM {quoted(table)}"
    return f"{_without(tables, table, when)} UNION ALL ({replaced} WHERE {later})"


def _other_values(tables: Tables, table: str) -> Iterator[str]:
    """Give other values of the same columns: numbers negated, text of another row."""
    for column in tables.columns(table):
        name = quoted(column)
        if column in ("time", "arrived"):
            continue
        if column not in ("customer", "campaign") and tables.is_numeric(table, column):
            yield f"-{name} AS {name}"
        else:
            yield f"(SELECT max({name}) FROM {quoted(table)}) AS {name}"


def _repeated(tables: Tables, table: str, when: str) -> str:
    late = f", {when} AS arrived" if "arrived" in tables.columns(table) else ""
    again = f"SELECT * REPLACE ({when} AS time{late}) FROM {quoted(table)}"
    known = _known(tables, table, when)
    return f"SELECT * FROM {quoted(table)} UNION ALL ({again} WHERE {known})"


def _repeated_later(tables: Tables, table: str, when: str) -> str:
    return _repeated(tables, table, f"({when} + INTERVAL 1 MICROSECOND)")


def _repeated_late(tables: Tables, table: str, when: str) -> str:
    if "arrived" not in tables.columns(table):
        return ""
    again = f"SELECT * REPLACE ({when} AS arrived) FROM {quoted(table)}"
    return f"SELECT * FROM {quoted(table)} UNION ALL ({again} WHERE time < {when})"


def _later_attributes(tables: Tables, table: str, when: str) -> str:
    keys = ("customer", "valid_from", "valid_until")
    columns = [quoted(c) for c in tables.columns(table) if c not in keys]
    emptied = "".join(f", NULL AS {name}" for name in columns)
    early = f"SELECT * FROM {quoted(table)} WHERE valid_from < {when}"
    again = f"SELECT * REPLACE ({when} AS valid_from{emptied}) FROM {quoted(table)}"
    return f"{early} UNION ALL ({again} WHERE valid_from < {when})"
