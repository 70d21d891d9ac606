"""From one pass over rows to what `FeatureFrame.from_table` would say of the same table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from workbench.checks import plain_floats, refuse_beyond
from workbench.errors import DataError
from workbench.frame.flat_reading import FlatTable, read_flat
from workbench.frame.flat_table import (
    catalogue_of,
    check_one_role_each,
    labels_of,
    moments_of,
    of_personal,
    refuse_gaps,
)
from workbench.frame.kinds import kind_of
from workbench.frame.leakage import signs_of_leakage, suspicions
from workbench.frame.level_spelling import plain_level
from workbench.frame.outcome import binary_outcome, said_of_values
from workbench.frame.parts import FrameParts
from workbench.frame.periods import with_campaigns
from workbench.frame.personal_columns import check_allowed, warn_of
from workbench.frame.streamed.column_sums import MOST_WORDS
from workbench.frame.streamed.first_pass import FirstPass
from workbench.reading import ColumnReading, RawTable, Told
from workbench.reading.decide import given_type
from workbench.reading.identifiers import kind_of_words
from workbench.tables.campaign_order import AUTO


@dataclass(frozen=True)
class Asked:
    """What somebody says of the table, as `ParquetRows` and `SparkRows` take it."""

    roles: Mapping[str, str | None]
    told: Told
    drop: Sequence[str]
    groups: Mapping[str, str]
    positive: object
    order: str | Sequence[Any]
    periods: str
    allow: Mapping[str, str]

    @classmethod
    def of(
        cls,
        roles: Mapping[str, str | None],
        *,
        drop: Sequence[str],
        kinds: Mapping[str, str] | None,
        dates: str | None,
        decimal: str | None,
        groups: Mapping[str, str] | None,
        allow: Mapping[str, str] | None,
        **said: Any,
    ) -> Self:
        """Take it as `ParquetRows` and `SparkRows` are given it.

        Raises
        ------
        ParameterError
            A column has two roles, or an argument is not what it must be.
        """
        check_one_role_each(roles)
        left = [drop] if isinstance(drop, str) else list(drop)
        of_kept = {name: kind for name, kind in (kinds or {}).items() if name not in left}
        told = Told.of(dates, decimal, None, of_kept)
        return cls(roles, told, left, groups or {}, allow=allow or {}, **said)

    @property
    def says_anything(self) -> bool:
        """Whether anything is said of any column."""
        named = any(name is not None for name in self.roles.values())
        listed = self.drop or self.groups or self.allow or self.told != Told()
        usual = isinstance(self.order, str) and (self.order, self.periods) == (AUTO, AUTO)
        return named or bool(listed) or self.positive is not None or not usual


@dataclass(frozen=True)
class Settled:
    """What is known of the table.

    Parameters
    ----------
    by_key : FrameParts
        One row for each key of `RowKeys`: outcome, campaign, moment and weight of its rows; the
        catalogue and the notes are those of the features.
    features : tuple of str
    readings : mapping of feature to ColumnReading
    words : mapping of feature to Series
        What each word of a column means, by word.
    recipe : dict
    notes : tuple of str
    suspects : dict of str to str
    catalogue : DataFrame
    customer : ColumnReading or None
        How customers are written; None where there are none, or they stand as they are.
    """

    by_key: FrameParts
    features: tuple[str, ...]
    readings: Mapping[str, ColumnReading]
    words: Mapping[str, pd.Series[Any]]
    recipe: dict[str, Any]
    notes: tuple[str, ...]
    suspects: dict[str, str]
    catalogue: pd.DataFrame
    customer: ColumnReading | None = None


def settle(found: FirstPass, asked: Asked) -> Settled:
    """Decide what each column is, by the rules of flat tables, from what was added up.

    Parameters
    ----------
    found : FirstPass
    asked : Asked
    """
    flat = _flat(found, asked)
    check_allowed(asked.allow, flat.data.columns)
    kept, said = flat.features(found.features, asked.allow)
    kept = plain_floats(kept)
    names = [str(name) for name in kept]
    refuse_odd_numbers(found, names)
    words = {
        name: flat.reading[name].apply(pd.Series(list(sums.rows), index=list(sums.rows), name=name))
        for name, sums in found.words.items()
        if name in kept
    }
    catalogue, group_notes = catalogue_of(
        names, asked.groups, lambda name: _kind(found, words, kept, name)
    )
    by_key = _by_key(found, flat, asked)
    notes = [*flat.notes, *said, *_of_outcome(found, by_key, asked), *group_notes]
    warn_of(flat.refused(asked.allow), stacklevel=5)
    y = by_key.y.iloc[found.sampled_key]
    suspects = signs_of_leakage(kept, y.set_axis(kept.index), found.sampled_weight)
    return Settled(
        by_key,
        tuple(names),
        {name: flat.reading[name] for name in names},
        words,
        _recipe(flat, kept, asked),
        (*notes, *by_key.notes, *suspicions(suspects, command=True)),
        suspects,
        catalogue,
        _customer(found, flat, asked.roles.get("customer")),
    )


def _customer(found: FirstPass, flat: FlatTable, name: str | None) -> ColumnReading | None:
    """Read customers as in memory: spaces around them do not count, and an empty text is none.

    Where a sample of texts has whole numbers alone, or none, other rows may have letters.
    """
    if name is None:
        return None
    reading: ColumnReading = flat.reading[name]
    as_text = pd.api.types.is_string_dtype(given_type(found.sample[name]))
    if as_text and not found.is_whole and reading.kind in ("number", "empty"):
        return ColumnReading("category", level_type="text", typed=True)
    return reading


def _flat(found: FirstPass, asked: Asked) -> FlatTable:
    """Read the sample as a table, each word of the others counted with it."""
    raw = RawTable(found.sample, typed=True)
    words = {name: sums.rows for name, sums in found.words.items()}
    flat = read_flat(raw, roles=asked.roles, drop=(), told=asked.told, words=words)
    mended = {
        name: reading
        for name in found.features
        if (reading := _mended(found, name, flat.reading[name])) is not None
    }
    columns = tuple(
        mended.get(name, of)
        for name, of in zip(flat.reading.names, flat.reading.columns, strict=True)
    )
    return replace(flat, reading=replace(flat.reading, columns=columns))


def _mended(found: FirstPass, name: str, reading: ColumnReading) -> ColumnReading | None:
    """Look at all rows where a sample of them, or of their words, does not say what they are."""
    sums = found.words.get(name)
    if sums is not None and sums.too_many and not reading.told:
        return _of_many_words(found, name, reading)
    if found.is_whole or name not in found.numbers.names or reading.told:
        return None
    j = found.numbers.names.index(name)
    if reading.kind == "empty" and found.numbers.some[j]:
        return ColumnReading("number", ".", typed=True)
    if reading.kind == "identifier":
        distinct, there = found.table.distinct(name)
        return None if distinct == there else ColumnReading("number", ".", typed=True)
    return None


def _of_many_words(found: FirstPass, name: str, reading: ColumnReading) -> ColumnReading:
    distinct, there = found.table.distinct(name)
    as_texts = reading.kind in ("category", "text", "identifier")
    if as_texts and distinct > 0.5 * there:
        words = found.words[name].rows
        return ColumnReading(kind_of_words(words, len(words)), level_type="text", typed=True)
    if as_texts or reading.kind == "number":
        instead = "Bring them down to fewer groups" if as_texts else "Write the column as numbers"
        raise DataError(
            f"A stream keeps {MOST_WORDS:,} different texts of a column in mind; {name!r} has "
            f"{distinct:,}. {instead}, or leave it out: `drop`."
        )
    return reading


def refuse_odd_numbers(found: FirstPass, kept: Sequence[str]) -> None:
    """Raise DataError where kept columns hold infinity, or what has no square.

    Parameters
    ----------
    found : FirstPass
    kept : sequence of str
    """
    sums, beyond = found.numbers, []
    for of in (sums.infinite, np.where(sums.infinite, 0, sums.large)):
        counts = zip(sums.names, of.tolist(), strict=True)
        beyond.append({name: n for name, n in counts if n and name in kept})
    refuse_beyond(*beyond)


def _kind(
    found: FirstPass, words: Mapping[str, pd.Series[Any]], kept: pd.DataFrame, name: str
) -> str:
    if name in words:
        return kind_of(words[name])
    if found.numbers.plain[found.numbers.names.index(name)]:
        return "flag"
    return "flag" if pd.api.types.is_bool_dtype(kept[name]) else "numeric"


def _by_key(found: FirstPass, flat: FlatTable, asked: Asked) -> FrameParts:
    """Settle outcomes and campaigns, of which rows of one key have one."""
    keys, roles = found.keys, asked.roles
    table, weight = keys.table(), np.array(keys.weight)
    read = {
        role: flat.reading[str(name)].apply(given_type(table[name]))
        for role, name in keys.columns.items()
    }
    y = binary_outcome(read["target"], positive=asked.positive)
    parts = FrameParts(
        X=pd.DataFrame({"key": range(len(table))}),
        y=y,
        campaign=None if "campaign" not in read else _labels(read["campaign"], keys.rows),
        as_of=None if "time" not in read else _moments(read["time"], keys.moments(), keys.rows),
        weight=pd.Series(weight),
    )
    return with_campaigns(
        parts,
        campaign=roles.get("campaign"),
        time=roles.get("time"),
        order=asked.order,
        periods=asked.periods,
        dates=asked.told.dates,
    )


def _labels(column: pd.Series[Any], rows: Sequence[int]) -> pd.Series[Any]:
    refuse_gaps(column, of="campaign", needed="a campaign", rows=rows)
    return labels_of(column)


def _moments(
    column: pd.Series[Any], earliest: pd.Series[Any] | None, rows: Sequence[int]
) -> pd.Series[Any]:
    refuse_gaps(column, of="time", needed="a date", rows=rows)
    return moments_of(column if earliest is None else earliest.rename(str(column.name)))


def _of_outcome(found: FirstPass, by_key: FrameParts, asked: Asked) -> list[str]:
    target = str(asked.roles["target"])
    rows, known = np.array(found.keys.rows), by_key.y.notna().to_numpy()
    values = found.keys.table()[target][known].nunique()
    unknown = int(rows[~known].sum()), int(rows.sum())
    return said_of_values(target, values, asked.positive, unknown=unknown)


def _recipe(flat: FlatTable, kept: pd.DataFrame, asked: Asked) -> dict[str, Any]:
    """Write how the features of new contacts are made, as `FeatureFrame.from_table` does."""
    roles = {role: name for role, name in asked.roles.items() if role != "weight"}
    weight = asked.roles.get("weight")
    return {
        "kind": "table",
        **roles,
        "trials": None,
        "drop": [*asked.drop, *([] if weight is None else [weight])],
        "groups": dict(asked.groups),
        "positive": plain_level(asked.positive),
        "horizon_days": None,
        "order": asked.order if isinstance(asked.order, str) else list(asked.order),
        "periods": asked.periods,
        "reading": flat.kept([*kept, *(name for name in roles.values() if name is not None)]),
        **of_personal(flat, asked.allow, kept),
    }
