"""What builders declared, held against the tables before anything is computed."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import duckdb

from workbench.errors import DataWarning, ParameterError, SchemaError
from workbench.features.builder import Builder
from workbench.features.measures import Feature, Listed, Lookup, Measure, Source, leaves
from workbench.features.tables import Tables
from workbench.messages import count_of, did_you_mean, listed
from workbench.sql.names import quoted

Declared = tuple[str, Feature]


def declared(builders: Sequence[Builder], tables: Tables) -> list[Declared]:
    """Collect the features of all builders, each with its builder's name.

    Raises
    ------
    ParameterError
        Two features have one name, or a builder names a table that is not there.
    SchemaError
        A builder names a column that is not there, or SQL that cannot be read.
    """
    found = [(b.name, feature) for b in builders for feature in b.features(tables)]
    counts = Counter(feature.name for _, feature in found)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        makers = dict.fromkeys(name for name, feature in found if feature.name in twice)
        raise ParameterError(
            f"Every feature must have a name of its own; {listed(twice)} are made twice, by "
            f"{listed(makers)}. Give one of the builders a `prefix`, or leave it out."
        )
    for builder, feature in found:
        for leaf in leaves(feature.value):
            _check_leaf(leaf, f"Feature {feature.name!r} of builder {builder!r}", tables)
    return found


def _check_leaf(leaf: Measure | Lookup, whose: str, tables: Tables) -> None:
    if isinstance(leaf, Lookup):
        _check_source(leaf.source, [leaf.key, leaf.column], whose, tables)
        if leaf.dated:
            _check_source(leaf.source, ["valid_from"], whose, tables)
        return
    _check_source(leaf.source, ["customer", "time"], whose, tables)
    compared = [condition.column for condition in leaf.where]
    _check_source(leaf.source, [*([leaf.column] if leaf.column else []), *compared], whose, tables)
    for condition in leaf.where:
        if isinstance(condition, Listed):
            _check_source(condition.items, ["campaign", "item"], whose, tables)


def _check_source(source: Source, needed: Iterable[str], whose: str, tables: Tables) -> None:
    known = tables.all_tables
    if source.sql is None and source.name not in known:
        raise ParameterError(
            f"{whose} must read a table of the data; it names {source.name!r}, there are "
            f"{listed(known)}.{did_you_mean(source.name, known)}"
        )
    try:
        columns = tables.columns(source)
    except duckdb.Error as error:
        raise SchemaError(
            f"{whose} must give SQL over the tables of the data as its source {source.name!r}; "
            f"DuckDB says {str(error).splitlines()[0]!r}. Mend the SQL."
        ) from None
    for column in needed:
        if column not in columns:
            raise SchemaError(
                f"{whose} needs column {column!r} of {source.name!r}; it has {listed(columns)}."
                f"{did_you_mean(column, columns)}"
            )


def beyond_events(features: Sequence[Feature]) -> list[str]:
    """Name the features that are more than measures of an event table.

    For those the contract is kept by the plan. Attributes, columns of campaigns, and SQL
    of one's own may hold what was known only afterwards.
    """
    return [
        feature.name
        for feature in features
        if not all(
            isinstance(leaf, Measure) and leaf.source.sql is None for leaf in leaves(feature.value)
        )
    ]


def warn_of_doubts(features: Sequence[Feature], tables: Tables) -> None:
    """Warn of look-backs that reach back before the events, and of logs of negative amounts."""
    doubts = [*_short_histories(features, tables), *_negative_amounts(features, tables)]
    for doubt in doubts:
        warnings.warn(doubt, DataWarning, stacklevel=3)


def _measures(features: Iterable[Feature]) -> Iterator[Measure]:
    for feature in features:
        yield from (leaf for leaf in leaves(feature.value) if isinstance(leaf, Measure))


def _short_histories(features: Sequence[Feature], tables: Tables) -> Iterator[str]:
    asked: dict[str, set[int]] = {}
    for measure in _measures(features):
        if measure.source.sql is None and measure.lookback_days is not None:
            asked.setdefault(measure.source.name, set()).add(measure.lookback_days)
    for table, lookbacks in asked.items():
        shares = {days: tables.share_without_history(table, days) for days in sorted(lookbacks)}
        short = [
            f"{count_of(days, 'day')} for {share:.0%}"
            for days, share in shares.items()
            if share > 0
        ]
        if short:
            yield (
                f"Look-backs reach back before the first of {table!r}: {', '.join(short)} of "
                "contacts. Their counts are of fewer days; shorten the look-backs, or drop the "
                "earliest contacts with `data.with_history(days=...)`."
            )


def _negative_amounts(features: Sequence[Feature], tables: Tables) -> Iterator[str]:
    logs = (feature for feature in features if feature.unit.startswith("ln("))
    amounts = {
        (measure.source.name, measure.column): None
        for measure in _measures(logs)
        if measure.how in ("sum", "decayed") and measure.source.sql is None and measure.column
    }
    for table, column in amounts:
        query = f"SELECT count_if({quoted(column)} < 0), count(*) FROM {quoted(table)}"
        below, rows = tables.connection.execute(query).fetchone() or (0, 1)
        if below:
            yield (
                f"Column {column!r} of table {table!r} has {below:,} "
                f"amount{'s' * (below != 1)} below 0, "
                f"{below / rows:.1%} of its rows: refunds? A sum x below 0 becomes "
                "−ln(1 + |x|) on the logarithmic scale, and 0 stays 0."
            )
