"""One pass over rows in blocks: all that has to be known of every row before a design is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.checks import check_columns
from workbench.errors import DataError, ParameterError
from workbench.frame.streamed.column_sums import NumberSums, WordSums, matrix_of, whole_stay_whole
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.row_keys import ROLES, RowKeys
from workbench.numbers import Array

SAMPLE_ROWS = 100_000
_SAMPLE_BYTES = 1 << 25
AS_WORDS = ("category", "text", "identifier")


class Table(Protocol):
    """Where rows come from: files, or partitions of a cluster."""

    @property
    def rows(self) -> int:
        """Rows, those without an outcome among them."""

    def distinct(self, name: str) -> tuple[int, int]:
        """Return how many values a column has, and how many rows have one."""

    def changed(self) -> DataError:
        """Return what is said where rows are not those of the first pass."""


@dataclass(frozen=True)
class Wanted:
    """What is added up of each block, as the types of the columns say.

    Parameters
    ----------
    roles : mapping of role to column
    columns : tuple of str
        All that are read.
    features : tuple of str
        Those without a role.
    numbers, narrow : tuple
        Features that are added up as numbers, and which of them are float32.
    words : tuple of str
        Features whose words are counted.
    sample : int
        Rows of a sample.
    """

    roles: Mapping[str, str | None]
    columns: tuple[str, ...]
    features: tuple[str, ...]
    numbers: tuple[str, ...]
    narrow: tuple[bool, ...]
    words: tuple[str, ...]
    sample: int

    @classmethod
    def of(
        cls,
        schema: pa.Schema,
        roles: Mapping[str, str | None],
        *,
        drop: Collection[str],
        kinds: Mapping[str, str],
    ) -> Wanted:
        """Look at the types.

        Parameters
        ----------
        schema : Schema
        roles : mapping of role to column
            "target", "campaign", "time", "customer" and "weight".
        drop : collection of str
        kinds : mapping of column to kind
            What somebody says that a column is.
        """
        taken = [name for name in roles.values() if name is not None]
        check_columns(pd.DataFrame(columns=schema.names), [*taken, *drop], name="The table")
        own = tuple(name for name in schema.names if name not in {*taken, *drop})
        as_words = {name for name in own if _is_words(schema.field(name).type, kinds.get(name))}
        numbers = tuple(
            name for name in own if name not in as_words and _is_number(schema.field(name).type)
        )
        _check_levels(schema, as_words)
        narrow = tuple(pa.types.is_float32(schema.field(name).type) for name in numbers)
        columns = tuple(name for name in schema.names if name not in drop)
        words = tuple(name for name in own if name in as_words)
        most = _sample_rows(schema, columns)
        return cls(roles, columns, own, numbers, narrow, words, most)

    def sums(self) -> Sums:
        """Return sums of no row yet."""
        keyed = {role: name for role in ROLES if (name := self.roles.get(role))}
        words = {name: WordSums(name) for name in self.words}
        return Sums(self.roles, RowKeys(keyed), NumberSums(self.numbers, self.narrow), words)


@dataclass
class Sums:
    """What was added up of some blocks.

    Parameters
    ----------
    roles : mapping of role to column
    keys : RowKeys
    numbers : NumberSums
    words : dict of column to WordSums
    """

    roles: Mapping[str, str | None]
    keys: RowKeys
    numbers: NumberSums
    words: dict[str, WordSums]

    @property
    def rows(self) -> int:
        """How many rows were added."""
        return sum(self.keys.rows)

    def add(self, block: pa.Table) -> tuple[np.ndarray, Array]:
        """Add a block, and return the key and the weight of each row."""
        roles, keys = self.roles, self.keys
        weight = weights_of(block, roles.get("weight"))
        key = keys.add(key_columns(block, keys), weight)
        target = block.column(str(roles["target"])).to_pandas()
        blank = target.isna() | target.astype("str").str.strip().eq("")
        known = np.where(blank, 0.0, weight)
        self.numbers.add(matrix_of(block, self.numbers.names), key, known, len(keys))
        texts = whole_stay_whole(block.select(list(self.words)))
        for name, of in self.words.items():
            of.add(texts[name], key, known, levels=not _is_text(block.schema.field(name).type))
        return key, weight

    def merge(self, later: Sums) -> None:
        """Add what was added up of later blocks."""
        numbered = self.keys.merge(later.keys)
        self.numbers.merge(later.numbers, numbered, len(self.keys))
        for name, of in self.words.items():
            of.merge(later.words[name], numbered)


@dataclass(frozen=True)
class FirstPass:
    """What a first pass found.

    Parameters
    ----------
    table : Table
    features : tuple of str
        Columns without a role.
    keys : RowKeys
    numbers : NumberSums
    words : mapping of column to WordSums
    sample : DataFrame
        Rows taken evenly at random, in their order; all of them, if they are few.
    sampled_key, sampled_weight : ndarray
        Of these rows.
    """

    table: Table
    features: tuple[str, ...]
    keys: RowKeys
    numbers: NumberSums
    words: Mapping[str, WordSums]
    sample: pd.DataFrame
    sampled_key: np.ndarray
    sampled_weight: Array

    @property
    def is_whole(self) -> bool:
        """Whether the sample is all that there is."""
        return len(self.sample) == self.table.rows


def first_pass(files: ParquetFiles, wanted: Wanted) -> FirstPass:
    """Read all rows of files once.

    Parameters
    ----------
    files : ParquetFiles
    wanted : Wanted
    """
    sums, sampled, start, parts = wanted.sums(), _sampled(files.rows, wanted.sample), 0, []
    for block in files.blocks(wanted.columns):
        key, weight = sums.add(block)
        here = sampled[(sampled >= start) & (sampled < start + block.num_rows)] - start
        parts.append((block.take(here), key[here], weight[here]))
        start += block.num_rows
    kept = as_read(pa.concat_tables([part for part, _, _ in parts]), wanted.roles.get("customer"))
    of_row = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    return FirstPass(files, wanted.features, sums.keys, sums.numbers, sums.words, kept, *of_row)


def as_read(rows: pa.Table, customer: str | None) -> pd.DataFrame:
    """Return rows as a table in memory; beside a gap, numbers of customers stay whole.

    Examples
    --------
    >>> as_read(pa.table({"who": [2**53 + 1, None]}), "who")["who"][0]
    np.int64(9007199254740993)
    """
    table = pd.DataFrame(rows.to_pandas())
    return table if customer is None else table.assign(**whole_stay_whole(rows.select([customer])))


def key_columns(block: pa.Table, keys: RowKeys) -> pd.DataFrame:
    """Return the columns of a block that rows are keyed by."""
    return pd.DataFrame(block.select(list(dict.fromkeys(keys.columns.values()))).to_pandas())


def weights_of(block: pa.Table, name: str | None) -> Array:
    """Return how many contacts each row of a block stands for.

    Raises
    ------
    DataError
        A weight is missing, negative or infinite, or is no number.
    """
    if name is None:
        return np.ones(block.num_rows)
    if not _is_number(block.schema.field(name).type):
        raise DataError(
            f"The weight column {name!r} must hold numbers; it is {block.schema.field(name).type}. "
            "Name another column."
        )
    weight = matrix_of(block, [name])[:, 0]
    wrong = weight[~(np.isfinite(weight) & (weight >= 0))]
    if len(wrong):
        came = "missing" if np.isnan(wrong[0]) else f"{wrong[0]:g}"
        raise DataError(
            f"The weight column {name!r} must be a finite number from 0 in every row; in one of "
            f"them it is {came}. Mend such rows, or leave them out."
        )
    return weight


def _sample_rows(schema: pa.Schema, columns: Collection[str]) -> int:
    width = sum(8 if _is_number(schema.field(name).type) else 64 for name in columns)
    return min(SAMPLE_ROWS, max(1_000, _SAMPLE_BYTES // width))


def _sampled(rows: int, most: int) -> np.ndarray:
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _is_words(kind: pa.DataType, said: str | None) -> bool:
    return _is_text(kind) or pa.types.is_dictionary(kind) or said in AS_WORDS


def _check_levels(schema: pa.Schema, as_words: Collection[str]) -> None:
    """Raise where a number would be spelled in one block as whole and in the next as not."""
    for name in as_words:
        kind = schema.field(name).type
        if pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_temporal(kind):
            raise ParameterError(
                f"`kinds` says that {name!r} is a category, and a stream spells its {kind} block "
                "by block. Write the column as text."
            )
