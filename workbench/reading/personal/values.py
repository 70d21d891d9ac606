"""The values of one column, as much of them as tells what they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from workbench.numbers import Array
from workbench.reading.words import MISSING_AMONG_NUMBERS

MOST_ROWS = 5_000
"""Rows that are looked at, evenly over the column: what a column is shows in these."""

MOST_VALUES = 1_000
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_NOTHING = MISSING_AMONG_NUMBERS | {"none", "n/a", "na", "null", "nan", "keine", "other"}


@dataclass(frozen=True)
class Values:
    """Different values as text, each with its rows; gaps and words for nothing are left out.

    Parameters
    ----------
    counts : dict of str to int
        At most a thousand of them.
    rows : int
        Rows with a value, among those that were looked at.
    distinct : int
        Different values among these.
    is_typed_number, is_moment : bool
        Whether the column came as numbers, or as moments.
    """

    counts: dict[str, int]
    rows: int
    distinct: int
    is_typed_number: bool = False
    is_moment: bool = False

    def share(self, holds: Callable[[str], object]) -> float:
        """Return the share of different values for which something holds."""
        return sum(bool(holds(word)) for word in self.counts) / max(len(self.counts), 1)

    def share_of_rows(self, holds: Callable[[str], object]) -> float:
        """Return the share of rows for whose value something holds."""
        total = sum(self.counts.values())
        return sum(n for word, n in self.counts.items() if holds(word)) / max(total, 1)

    @cached_property
    def numbers(self) -> Array | None:
        """The different values as numbers; None where a tenth of them or more are none."""
        read = [w for w in self.counts if _NUMBER.fullmatch(w)]
        if not self.counts or len(read) <= 0.9 * len(self.counts):
            return None
        return np.array([float(w.replace(",", ".")) for w in read])

    @property
    def is_whole(self) -> bool:
        """Whether all are whole numbers."""
        return self.numbers is not None and bool((self.numbers == np.round(self.numbers)).all())

    @property
    def is_binary(self) -> bool:
        """Whether there are two values at most: yes and no, 0 and 1."""
        return self.distinct <= 2

    @property
    def are_many(self) -> bool:
        """Whether there are so many values that each may be a person's own."""
        return self.distinct >= 12 and self.distinct >= 0.05 * self.rows


def values_of(column: pd.Series[Any]) -> Values:
    """Take the values of a column, as it stands in the table.

    Examples
    --------
    >>> found = values_of(pd.Series(["a", "b", None, "b", "-"]))
    >>> found.counts, found.rows, found.distinct
    ({'a': 1, 'b': 2}, 3, 2)
    """
    step = max(len(column) // MOST_ROWS, 1)
    taken = column.iloc[::step]
    counts = Counter(_texts(taken))
    kept = {word: n for word, n in counts.items() if word and word.lower() not in _NOTHING}
    return Values(
        counts=dict(list(kept.items())[:MOST_VALUES]),
        rows=sum(kept.values()),
        distinct=len(kept),
        is_typed_number=_is_number(column),
        is_moment=pd.api.types.is_datetime64_any_dtype(column),
    )


def _is_number(column: pd.Series[Any]) -> bool:
    numeric = pd.api.types.is_numeric_dtype(column)
    return bool(numeric) and not pd.api.types.is_bool_dtype(column)


def _texts(column: pd.Series[Any]) -> list[str]:
    present = column.dropna()
    if _is_number(present):
        numbers = present.to_numpy(dtype="float64", na_value=np.nan)
        finite = numbers[np.isfinite(numbers)]
        whole = bool((finite == np.round(finite)).all()) and bool((np.abs(finite) < 2**63).all())
        if whole and pd.api.types.is_integer_dtype(present):
            return [str(int(value)) for value in present]
        return [str(int(v)) if whole else repr(float(v)) for v in finite]
    if pd.api.types.is_datetime64_any_dtype(present):
        return [f"{moment:%Y-%m-%d}" for moment in present]
    return [str(value).strip() for value in present.tolist()]
