"""A design learned from sums: what `Design.learn` learns of the same rows in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.frame.kinds import kind_of
from workbench.frame.level_spelling import spelled
from workbench.numbers import Array
from workbench.ridge.design.column import Column
from workbench.ridge.design.column_numbers import zero_one
from workbench.ridge.design.design import Design, column_of_levels, mean_within, warn_of_gaps
from workbench.ridge.streamed.streamed_rows import StreamedRows


class Learned(NamedTuple):
    """A design, in which precision its rows are kept, and Σ x of its columns over all contacts."""

    design: Design
    dtype: np.dtype[Any]
    sums: Array


def learn(rows: StreamedRows, *, most_levels: int) -> Learned:
    """Learn levels, means and gaps.

    Parameters
    ----------
    rows : StreamedRows
    most_levels : int
        Levels of a feature that get a column: the commonest.

    Warns
    -----
    DataWarning
        Values are missing.
    """
    source, share = rows.source, rows.share_of_key()
    columns, sums, gaps = [], [], {}
    for name in source.features:
        if name in source.words:
            column, missing, total = _of_words(rows, name, share, most_levels)
        else:
            column, missing, total = _of_numbers(rows, name, share)
        columns.append(column)
        sums += [*total, *([missing] if column.flag else [])]
        if column.flag:
            gaps[name] = round(missing)
    each = bool((rows.contacts == rows.number).all())
    warn_of_gaps(gaps, unit="row" if each else "contact")
    dtype = np.dtype("float32" if _is_narrow(rows, gaps) else float)
    return Learned(Design(tuple(columns)), dtype, np.array(sums))


def _is_narrow(rows: StreamedRows, gaps: Mapping[str, int]) -> bool:
    numbers = rows.source.numbers
    narrow = dict(zip(numbers.names, numbers.narrow, strict=True))
    return not gaps and all(narrow.get(name, False) for name in rows.source.features)


def _of_numbers(rows: StreamedRows, name: str, share: Array) -> tuple[Column, float, list[float]]:
    """Return the column, contacts without a value, and its sum over contacts."""
    sums = rows.source.numbers
    j, key = sums.names.index(name), rows.key
    gap = sums.gap[key, j]
    there = float(share[key] @ (rows.contacts - gap))
    mean, low, high = 0.0, float(sums.low[key, j].min()), float(sums.high[key, j].max())
    if there > 0 and low <= high:  # contacts less gaps may leave a rounding error of no contact
        mean = mean_within(float(share[key] @ sums.first[key, j]) / there, low, high)
    binary, missing = not sums.odd[key, j].any(), float(gap.sum())
    column = Column(name, mean=mean, flag=missing > 0, binary=binary)
    return column, missing, [float(sums.first[key, j].sum()) + missing * column.mean]


def _of_words(
    rows: StreamedRows, name: str, share: Array, most_levels: int
) -> tuple[Column, float, list[float]]:
    """Return the column, contacts without a value, and the sums of its design columns."""
    meant, sums = rows.source.settled.words[name], rows.source.words[name]
    own = set(rows.key.tolist())  # others are passed over
    of_word = pd.Series(
        {at: of for at, of in sums.contacts.items() if at[1] in own}, dtype="float64"
    )
    gaps = sum(of for key, of in sums.gaps.items() if key in own)
    if len(of_word):
        of_word.index = pd.MultiIndex.from_tuples(of_word.index)
    words = of_word.index.get_level_values(0) if len(of_word) else pd.Index([])
    key = of_word.index.get_level_values(1).to_numpy() if len(of_word) else np.zeros(0, int)
    values, contacts = meant.reindex(words).reset_index(drop=True), of_word.to_numpy()
    counted = contacts > 0
    gone = values.isna().to_numpy()
    missing = float(gaps + contacts[gone].sum())
    if kind_of(meant) == "category":
        there = counted & ~gone
        text = spelled(values[there])
        of_level = pd.Series(contacts[there], index=text.index).groupby(text, sort=False).sum()
        counts = {str(level): float(count) for level, count in of_level.items()}
        column = column_of_levels(name, counts, flag=missing > 0, most_levels=most_levels)
        return column, missing, [counts[level] for level in column.levels or ()]
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    numbers = np.where(gone, 0.0, numbers)
    weight = np.where(gone, 0.0, contacts * share[key])
    total = float(weight.sum())
    mean = 0.0
    if total > 0:
        there = numbers[weight > 0]
        mean = mean_within(float(weight @ numbers) / total, there.min(), there.max())
    binary = bool(zero_one(values.to_numpy(dtype="float64", na_value=np.nan)[counted][:, None])[0])
    column = Column(name, mean=mean, flag=missing > 0, binary=binary)
    return column, missing, [float(contacts @ numbers) + missing * column.mean]
