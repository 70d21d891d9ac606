"""Which tables features are made of; and whether other tables, a month later, are those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workbench.errors import DataError
from workbench.features.measures import Feature, Listed, Lookup, Measure, leaves
from workbench.features.tables import NUMERIC, Tables
from workbench.messages import count_of, did_you_mean, listed

_MOMENTS = ("time", "arrived", "valid_from", "valid_until")


def tables_read(features: Sequence[Feature], tables: Tables) -> dict[str, dict[str, Any]]:
    """Describe what features read, for the recipe of a model.

    SQL of one's own is not looked into.

    Parameters
    ----------
    features : sequence of Feature
    tables : Tables

    Returns
    -------
    dict of table to dict
        ``holds`` ("events", "attributes", …), the user's names of its moments, and ``columns``:
        the kind ("number", "text", "date", "flag") of each column that is read.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, column in _columns_read(features):
        entry = found.setdefault(name, {**_roles(name, tables), "columns": {}})
        types = tables.columns(name)
        if column in types and column not in _MOMENTS:
            entry["columns"][column] = _kind(types[column])
    return {
        name: {**entry, "columns": dict(sorted(entry["columns"].items()))}
        for name, entry in sorted(found.items())
    }


def check_same_tables(recipe: Mapping[str, Any], tables: Tables) -> None:
    """Raise DataError unless tables hold what a recipe's features were made of.

    Parameters
    ----------
    recipe : mapping
        Of a model. Models of before tell nothing of tables, and are not checked.
    tables : Tables
        The tables of new contacts.

    Raises
    ------
    DataError
        A table is not there, holds something else, has its moments in another column, or a
        column is of another kind. All differences are listed.
    """
    faults = [
        fault
        for name, entry in recipe.get("tables", {}).items()
        for fault in _differences(name, entry, tables)
    ]
    if faults:
        listing = "\n".join(f"- {fault}" for fault in faults)
        raise DataError(
            "These are not the tables that the model's features were made of: "
            f"{count_of(len(faults), 'difference')}. Give the same tables, or fit the model "
            f"again:\n{listing}"
        )


def _columns_read(features: Iterable[Feature]) -> Iterator[tuple[str, str]]:
    """Yield table and column of everything that is looked at."""
    for feature in features:
        for leaf in leaves(feature.value):
            if leaf.source.sql is not None:
                continue
            yield leaf.source.name, ""
            if isinstance(leaf, Lookup):
                yield leaf.source.name, leaf.column
                continue
            yield from _of_measure(leaf)


def _of_measure(measure: Measure) -> Iterator[tuple[str, str]]:
    if measure.column is not None:
        yield measure.source.name, measure.column
    for condition in measure.where:
        yield measure.source.name, condition.column
        if isinstance(condition, Listed) and condition.items.sql is None:
            yield condition.items.name, ""


def _roles(name: str, tables: Tables) -> dict[str, str]:
    data = tables.data
    if name in data.event_tables:
        given = data.event_tables[name]
        return {"holds": "events"} | _said(time=given.time, arrived=given.arrived)
    if name in data.attribute_tables:
        attributes = data.attribute_tables[name]
        moments = _said(valid_from=attributes.valid_from, valid_until=attributes.valid_until)
        return {"holds": "attributes"} | moments
    return {"holds": "offers" if name in data.offer_tables else name}


def _said(**moments: str | None) -> dict[str, str]:
    return {role: column for role, column in moments.items() if column}


def _kind(type_name: str) -> str:
    kinds = {NUMERIC: "number", ("VARCHAR", "ENUM"): "text", ("DATE", "TIMESTAMP"): "date"}
    found = (kind for begins, kind in kinds.items() if type_name.startswith(begins))
    return next(found, "flag" if type_name == "BOOLEAN" else type_name.casefold())


def _differences(name: str, entry: Mapping[str, Any], tables: Tables) -> Iterator[str]:
    if name not in tables.all_tables:
        known = tables.all_tables
        yield f"there is no table {name!r}, but {listed(known)}.{did_you_mean(name, known)}"
        return
    now = _roles(name, tables)
    for role in ("holds", *_MOMENTS):
        before, after = entry.get(role), now.get(role)
        if before != after:
            yield f"of {name!r}, `{role}` was {before!r}, and is {after!r}."
    types = tables.columns(name)
    for column, kind in entry["columns"].items():
        if column not in types:
            yield f"of {name!r}, there is no column {column!r}.{did_you_mean(column, types)}"
        elif _kind(types[column]) != kind:
            yield f"of {name!r}, {column!r} was {kind}, and is {_kind(types[column])}."
