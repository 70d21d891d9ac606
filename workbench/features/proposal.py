"""What a set would be built of, judged by what the tables hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from workbench.features.builder import Builder, registered
from workbench.features.builders.logged import logged
from workbench.features.measures import Feature
from workbench.features.tables import Tables
from workbench.frame.column_names import slug


def proposed(tables: Tables) -> tuple[list[Builder], list[list[Feature]]]:
    """Ask every registered builder what it would build, and put the answers together.

    Builders with skewed amounts come logged. Where two would give a column the same name
    (a table may be called as a builder calls its columns), the later one gets a prefix.

    Returns
    -------
    builders : list of Builder
    features : list of list of Feature
        What each of them makes of these tables.
    """
    builders: list[Builder] = []
    made: list[list[Feature]] = []
    taken: set[str] = set()
    for name, kind in registered().items():
        if name == logged.name:
            continue  # it would propose the others once more
        for builder in kind.propose(tables):
            chosen, features = _settled(builder, tables, taken)
            builders.append(chosen)
            made.append(features)
            taken |= {feature.name for feature in features}
    return builders, made


def _settled(
    builder: Builder, tables: Tables, taken: Collection[str]
) -> tuple[Builder, list[Feature]]:
    chosen, features = _as_shown(builder, tables)
    clash = any(feature.name in taken for feature in features)
    if clash and "prefix" in {field.name for field in fields(builder)}:
        prefixed: dict[str, Any] = {"prefix": f"{slug(builder.subject)}_events"}
        return _as_shown(replace(builder, **prefixed), tables)
    return chosen, features


def _as_shown(builder: Builder, tables: Tables) -> tuple[Builder, list[Feature]]:
    chosen = logged(builder) if builder.skewed else builder
    return chosen, list(chosen.resolve(tables).features(tables))
