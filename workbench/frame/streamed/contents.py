"""What a fit reads of rows in blocks: what a first pass told, and how blocks become features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from workbench.checks import plain_floats
from workbench.frame.parts import FrameParts
from workbench.frame.streamed.column_sums import NumberSums, WordSums, whole_stay_whole
from workbench.frame.streamed.first_pass import (
    AS_WORDS,
    FirstPass,
    Table,
    key_columns,
    weights_of,
)
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.row_keys import MOMENTS, RowKeys, on_the_clock
from workbench.frame.streamed.settle import Settled
from workbench.numbers import Array
from workbench.progress import Progress
from workbench.reading import ColumnReading
from workbench.reading.decide import given_type


class FeatureBlock(NamedTuple):
    """Some rows: features as they are read, key and weight of each, and its customer, if known.

    ``as_of`` and ``matured_at`` are there where the table holds moments; where it writes them in
    another way, keys tell them.
    """

    X: pd.DataFrame
    key: npt.NDArray[np.int64]
    weight: Array
    customer: pd.Series[Any] | None
    as_of: pd.Series[Any] | None = None
    matured_at: pd.Series[Any] | None = None


@dataclass(frozen=True)
class BlockReader:
    """How blocks are read, once columns are settled; it can be sent to another process.

    Parameters
    ----------
    roles : mapping of role to column
    keys : RowKeys
    readings : mapping of feature to ColumnReading
        In the order of the columns.
    kept : ndarray of bool, optional
        By the number of a key: whether its rows are read; all, where nothing is said.
    who : ColumnReading, optional
        How customers are written.
    """

    roles: Mapping[str, str | None]
    keys: RowKeys
    readings: Mapping[str, ColumnReading]
    kept: npt.NDArray[np.bool_] | None = None
    who: ColumnReading | None = None

    @property
    def columns(self) -> list[str]:
        """All columns that are read."""
        return [*self.readings, *(name for name in self.roles.values() if name is not None)]

    def read(self, block: pa.Table) -> FeatureBlock | None:
        """Read those rows that are kept; None where a row has a key that the first pass missed."""
        key = self.keys.find(key_columns(block, self.keys))
        if key is None:
            return None
        if self.kept is not None:
            some = self.kept[key]
            if not some.any():
                return FeatureBlock(pd.DataFrame(), key[some], np.zeros(0), None)
            block, key = block.filter(pa.array(some)), key[some]
        raw = block.select(list(self.readings)).to_pandas()
        if levels := [name for name, of in self.readings.items() if of.kind in AS_WORDS]:
            raw = raw.assign(**whole_stay_whole(block.select(levels)))
        read = {name: of.apply(given_type(raw[name])) for name, of in self.readings.items()}
        X = plain_floats(pd.DataFrame(read))
        weight = weights_of(block, self.roles["weight"])
        moments = (_moments(block, self.roles.get(role)) for role in MOMENTS)
        return FeatureBlock(X, key, weight, self._customers(block), *moments)

    def _customers(self, block: pa.Table) -> pd.Series[Any] | None:
        if (name := self.roles["customer"]) is None:
            return None
        came = whole_stay_whole(block.select([name]))[name]
        return came if self.who is None else self.who.apply(given_type(came))


def _moments(block: pa.Table, name: str | None) -> pd.Series[Any] | None:
    if name is None or not pa.types.is_timestamp(block.schema.field(name).type):
        return None
    return on_the_clock(block.column(name).to_pandas())


@dataclass(frozen=True)
class Contents:
    """What is known of rows in blocks, and where they are.

    Parameters
    ----------
    table : Table
    roles : mapping of role to column
    keys : RowKeys
    numbers : NumberSums
    words : mapping of column to WordSums
    settled : Settled
    scratch : path or None
        Where rows may be kept while they are fitted.
    kept : ndarray of bool, optional
        By the number of a key: whether its rows are of these contents, where not all are.
    """

    table: Table
    roles: Mapping[str, str | None]
    keys: RowKeys
    numbers: NumberSums
    words: Mapping[str, WordSums]
    settled: Settled
    scratch: Path | None = None
    kept: npt.NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        found: FirstPass,
        roles: Mapping[str, str | None],
        settled: Settled,
        scratch: Path | None = None,
    ) -> Contents:
        """Keep what a first pass found, and what was settled by it."""
        sums = (found.keys, found.numbers, found.words)
        return cls(found.table, roles, *sums, settled, scratch)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features, in the order of the table's columns."""
        return self.settled.features

    @property
    def groups(self) -> dict[str, str]:
        """The group of each feature."""
        return {str(name): str(of) for name, of in self.settled.catalogue["group"].items()}

    @property
    def by_key(self) -> FrameParts:
        """One row for each key that is kept."""
        every = self.settled.by_key
        return every if self.kept is None else every.rows(self.kept)

    @property
    def rows(self) -> int:
        """Rows that are kept, those without an outcome among them."""
        if self.kept is None:
            return self.table.rows
        return int(np.array(self.keys.rows)[self.kept].sum())

    @property
    def rows_of_key(self) -> npt.NDArray[np.int64]:
        """How many rows of positive weight each key has; 0 where its rows are not kept."""
        rows = np.array(self.keys.weighing, dtype=np.int64)
        return rows if self.kept is None else np.where(self.kept, rows, 0)

    @property
    def reader(self) -> BlockReader:
        """How blocks are read."""
        return self.reader_of(self.features)

    def reader_of(self, features: Sequence[str]) -> BlockReader:
        """Say how blocks are read of which some features are needed."""
        readings = {name: self.settled.readings[name] for name in features}
        return BlockReader(self.roles, self.keys, readings, self.kept, self.settled.customer)

    def read(self, features: Sequence[str], *, doing: str) -> Iterator[FeatureBlock]:
        """Read the rows that are kept, some at a time; a bar shows how far it is.

        Raises
        ------
        DataError
            A file has changed since the first pass.
        """
        assert isinstance(self.table, ParquetFiles)  # noqa: S101 - a cluster's rows stay there
        reader = self.reader_of(features)
        with Progress(total=self.table.rows, desc=doing, unit=" rows", unit_scale=True) as bar:
            for block in self.table.blocks(reader.columns):
                found = reader.read(block)
                if found is None:
                    raise self.table.changed()
                if len(found.key):
                    yield found
                bar.update(block.num_rows)

    def only(self, chosen: npt.NDArray[np.bool_]) -> Contents:
        """Keep the rows of some keys, of those that are kept already."""
        return replace(self, kept=chosen if self.kept is None else self.kept & chosen)
