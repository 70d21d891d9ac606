"""What is added up of the features over blocks of rows: numbers by key, words with their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from workbench.checks import LARGEST
from workbench.numbers import Array
from workbench.reading.column import as_levels

MOST_WORDS = 50_000
_NARROW = 1e-6  # of the values; means are kept to 1e-12 of theirs
Numbers = npt.NDArray[np.int64]


_WHOLE = {
    pa.type_for_alias(name.lower()): pd.api.types.pandas_dtype(name)
    for name in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
}


def whole_stay_whole(block: pa.Table) -> pd.DataFrame:
    """Return columns whose whole numbers stay so beside a gap, as in blocks without one.

    Examples
    --------
    >>> whole_stay_whole(pa.table({"code": [7, None]}))["code"].tolist()
    [7, <NA>]
    """
    return pd.DataFrame(block.to_pandas(types_mapper=_WHOLE.get))


def matrix_of(block: pa.Table, names: Sequence[str]) -> Array:
    """Return columns of numbers as an array (n, p), NaN where they are missing.

    Examples
    --------
    >>> matrix_of(pa.table({"a": [1, None], "b": [True, False]}), ["a", "b"])
    array([[ 1.,  1.],
           [nan,  0.]])
    """
    out = np.empty((block.num_rows, len(names)))
    for j, name in enumerate(names):
        column = block.column(name)
        if pa.types.is_boolean(column.type):
            column = column.cast(pa.int8())
        # what is too large for a double's digits is rounded, as pandas does
        out[:, j] = pc.cast(column, pa.float64(), safe=False).to_numpy()
    return out


@dataclass
class NumberSums:
    """Sums of columns of numbers over the rows of each key, and what shows of their kind.

    ``low`` and ``high`` are the range of the rows of each key that count, as long as it is as
    narrow as that of a constant; infinite from then on. ``odd`` says of each key which columns have
    another number than 0 and 1 in a row that counts; ``plain`` says which have none in any row.

    Parameters
    ----------
    names : tuple of str
    narrow : tuple of bool
        Which are float32.
    """

    names: tuple[str, ...]
    narrow: tuple[bool, ...]
    first: Array = field(init=False)
    gap: Array = field(init=False)
    low: Array = field(init=False)
    high: Array = field(init=False)
    infinite: Numbers = field(init=False)
    large: Numbers = field(init=False)
    plain: npt.NDArray[np.bool_] = field(init=False)
    odd: npt.NDArray[np.bool_] = field(init=False)
    some: npt.NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        p = len(self.names)
        self.first, self.gap = np.zeros((0, p)), np.zeros((0, p))
        self.low, self.high = np.zeros((0, p)), np.zeros((0, p))
        self.infinite, self.large = np.zeros((2, p), dtype=np.int64)
        self.plain, self.odd = np.ones(p, dtype=bool), np.zeros((0, p), dtype=bool)
        self.some = np.zeros(p, dtype=bool)

    def add(self, values: Array, key: Numbers, weight: Array, keys: int) -> None:
        """Add a block: values (n, p), key and weight (n,), 0 where the outcome is not known."""
        self._grow(keys)
        self._look(values, key, weight > 0)
        self._range(values, key, weight > 0)
        missing = np.isnan(values)
        each = csr_array((weight, (key, np.arange(len(key)))), shape=(keys, len(key)))
        if missing.any():
            self.some |= ~missing.all(axis=0)
            self.gap += each @ missing.astype(float)
            values = np.where(missing, 0.0, values)
        else:
            self.some[:] = True
        self.first += each @ values

    def merge(self, other: NumberSums, numbered: Numbers, keys: int) -> None:
        """Add the sums of later rows, whose key k is number ``numbered[k]`` here."""
        self._grow(keys)
        some = numbered[: len(other.first)]
        self.first[some] += other.first
        self.gap[some] += other.gap
        self.low[some] = np.minimum(self.low[some], other.low)
        self.high[some] = np.maximum(self.high[some], other.high)
        self.infinite += other.infinite
        self.large += other.large
        self.plain &= other.plain
        self.odd[some] |= other.odd
        self.some |= other.some

    def _grow(self, keys: int) -> None:
        if keys == len(self.first):
            return
        more = ((0, keys - len(self.first)), (0, 0))
        self.first, self.gap = np.pad(self.first, more), np.pad(self.gap, more)
        self.odd = np.pad(self.odd, more)
        self.low = np.pad(self.low, more, constant_values=np.inf)
        self.high = np.pad(self.high, more, constant_values=-np.inf)

    def _range(self, values: Array, key: Numbers, known: npt.NDArray[np.bool_]) -> None:
        # most columns are wide after a block, and asked no more
        narrow = np.asarray(self.low > -np.inf)
        rows = np.flatnonzero(known & np.any(narrow, axis=1)[key])
        if not len(rows):
            return
        rows = rows[np.argsort(key[rows], kind="stable")]
        here, start = np.unique(key[rows], return_index=True)
        left = np.flatnonzero(narrow[here].any(axis=0))
        at, some = np.ix_(here, left), values[np.ix_(rows, left)]
        # np.fmin: the range is of the numbers, and stays as it is where there are none
        low = np.fmin(self.low[at], np.fmin.reduceat(some, start))
        high = np.fmax(self.high[at], np.fmax.reduceat(some, start))
        with np.errstate(invalid="ignore", over="ignore"):  # infinite ones are refused later
            wide = high - low > _NARROW * np.maximum(np.abs(low), np.abs(high))
        self.low[at] = np.where(wide, -np.inf, low)
        self.high[at] = np.where(wide, np.inf, high)

    def _look(self, values: Array, key: Numbers, known: npt.NDArray[np.bool_]) -> None:
        limit = np.where(self.narrow, LARGEST["float32"], LARGEST["float64"])
        with np.errstate(invalid="ignore"):
            beyond = np.flatnonzero(
                ~((np.fmin.reduce(values) >= -limit) & (np.fmax.reduce(values) <= limit))
            )
            for j in beyond:
                size = np.abs(values[:, j])
                self.infinite[j] += np.isinf(size).sum()
                self.large[j] += (size > limit[j]).sum()
        here = np.unique(key[known])
        left = np.flatnonzero(self.plain | ~self.odd[here].all(axis=0))
        if len(left):
            one = values[:, left]
            odd = ~((one == 0) | (one == 1) | np.isnan(one))
            self.plain[left] &= ~odd.any(axis=0)
            rows = np.flatnonzero(known)
            each = csr_array((np.ones(len(rows)), (key[rows], rows)), (len(self.odd), len(key)))
            self.odd[:, left] |= each @ odd.astype(float) > 0


@dataclass
class WordSums:
    """The different words of a column: how many rows have each, and contacts by word and key.

    ``gaps`` are the contacts of each key without a word. Beyond 50,000 words none is kept more.

    Examples
    --------
    >>> sums = WordSums("job")
    >>> column = pd.Series(["cook", None, "cook"])
    >>> sums.add(column, np.zeros(3, dtype=int), np.ones(3), levels=False)
    >>> sums.rows, sums.contacts, sums.gaps
    ({'cook': 2}, {('cook', 0): 2.0}, {0: 1.0})
    """

    name: str
    rows: dict[str, int] = field(default_factory=dict)
    contacts: dict[tuple[str, int], float] = field(default_factory=dict)
    gaps: dict[int, float] = field(default_factory=dict)
    level_types: set[str] = field(default_factory=set)
    too_many: bool = False

    def add(self, column: pd.Series[Any], key: Numbers, weight: Array, *, levels: bool) -> None:
        """Add a block; `levels` says that they are spelled as levels, whatever their type."""
        texts = column
        if levels and column.notna().any():
            texts, level_type = as_levels(column)
            self.level_types.add(level_type)
        codes, words = pd.factorize(texts)
        self._add_gaps(key[codes < 0], weight[codes < 0])
        if self.too_many:
            return
        there, keys = codes >= 0, int(key.max()) + 1
        for word, rows in zip(words, np.bincount(codes[there]).tolist(), strict=True):
            self.rows[str(word)] = self.rows.get(str(word), 0) + rows
        pair = codes[there] * keys + key[there]
        distinct, place = np.unique(pair, return_inverse=True)
        for one, of in zip(distinct.tolist(), np.bincount(place, weight[there]), strict=True):
            at = str(words[one // keys]), one % keys
            self.contacts[at] = self.contacts.get(at, 0.0) + float(of)
        self.too_many = len(self.rows) > MOST_WORDS

    def merge(self, other: WordSums, numbered: Numbers) -> None:
        """Add the words of later rows, whose key k is number ``numbered[k]`` here."""
        self.level_types |= other.level_types
        for key, of in other.gaps.items():
            k = int(numbered[key])
            self.gaps[k] = self.gaps.get(k, 0.0) + of
        if self.too_many:
            return
        for word, rows in other.rows.items():
            self.rows[word] = self.rows.get(word, 0) + rows
        for (word, key), of in other.contacts.items():
            at = word, int(numbered[key])
            self.contacts[at] = self.contacts.get(at, 0.0) + of
        self.too_many = other.too_many or len(self.rows) > MOST_WORDS

    def _add_gaps(self, key: Numbers, weight: Array) -> None:
        for k in np.unique(key).tolist():
            self.gaps[k] = self.gaps.get(k, 0.0) + float(weight[key == k].sum())
