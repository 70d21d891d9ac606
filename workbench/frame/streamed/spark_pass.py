"""The first pass over a Spark DataFrame: partitions add up their rows, and sums are merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from workbench.cluster.kept import forget, kept
from workbench.cluster.pieces import Piece, collected, merged, of_kind, over_partitions, rows_of
from workbench.errors import DataError
from workbench.frame.streamed.first_pass import (
    FirstPass,
    Sums,
    Wanted,
    as_read,
    key_columns,
    weights_of,
)
from workbench.frame.streamed.spark_table import SparkTable
from workbench.numbers import Array

_SUMS, _ROWS, _SAMPLE = "sums", "rows", "sample"


class Drawn(NamedTuple):
    """Rows, and a number between 0 and 1 of each, by which a sample takes it or not."""

    rows: pa.Table
    number: Array


def first_pass_of(table: SparkTable, wanted: Wanted) -> FirstPass:
    """Read all rows once, where they are.

    Parameters
    ----------
    table : SparkTable
    wanted : Wanted

    Raises
    ------
    DataError
        There is no row, or what `Sums.add` says of them.
    """
    pieces = kept(over_partitions(table.read(wanted.columns), _AddUp(wanted)))
    try:
        rows = [one for [one] in collected(of_kind(pieces, _ROWS), _ROWS).values()]
        if not sum(rows):
            raise DataError("The table must have at least one row; this DataFrame has none.")
        sums: Sums = merged(of_kind(pieces, _SUMS), _SUMS, _merge, partitions=len(rows))
        # each partition kept as many of the least numbers as the whole sample has rows
        share = 1.0 if sum(rows) <= wanted.sample else wanted.sample / sum(rows)
        drawn = collected(over_partitions(pieces, _Below(share)), _SAMPLE)
    finally:
        forget(pieces)
    sample = pa.concat_tables([one for of_part in drawn.values() for one in of_part])
    key = sums.keys.find(key_columns(sample, sums.keys))
    if key is None:
        raise table.changed()
    weight = weights_of(sample, wanted.roles.get("weight"))
    counted, of = replace(table, rows=sum(rows)), (sums.keys, sums.numbers, sums.words)
    read = as_read(sample, wanted.roles.get("customer"))
    return FirstPass(counted, wanted.features, *of, read, key, weight)


@dataclass(frozen=True)
class _AddUp:
    """Adds up the rows of a partition, and draws some."""

    wanted: Wanted

    def __call__(self, part: int, batches: Iterator[pa.RecordBatch]) -> Iterator[Piece]:
        sums, sample = self.wanted.sums(), _Sample(part, self.wanted.sample)
        for batch in batches:
            if batch.num_rows:
                block = pa.Table.from_batches([batch])
                sums.add(block)
                sample.add(block)
        yield Piece(_ROWS, sums.rows)
        yield Piece(_SUMS, sums)
        yield Piece(_SAMPLE, sample.drawn())


@dataclass(frozen=True)
class _Below:
    """Takes the drawn rows of a partition whose number is below a share."""

    share: float

    def __call__(self, _: int, batches: Iterator[pa.RecordBatch]) -> Iterator[Piece]:
        for drawn in rows_of(batches, _SAMPLE):
            if drawn is not None:
                yield Piece(_SAMPLE, drawn.rows.filter(pa.array(drawn.number < self.share)))


@dataclass
class _Sample:
    """Rows of the least numbers, which follow from the partition: tried again, it draws alike."""

    part: int
    most: int
    kept: list[Drawn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = np.random.default_rng([20241130, self.part])

    def add(self, block: pa.Table) -> None:
        """Draw from a block."""
        self.kept.append(Drawn(block, self._random.random(block.num_rows)))
        if sum(len(one.number) for one in self.kept) > 2 * self.most:
            self.kept = [self._least()]

    def drawn(self) -> Drawn | None:
        """Return what was drawn, in the order of the rows; None of no rows."""
        return self._least() if self.kept else None

    def _least(self) -> Drawn:
        rows = pa.concat_tables([one.rows for one in self.kept])
        number = np.concatenate([one.number for one in self.kept])
        if len(number) > self.most:
            some = np.sort(np.argpartition(number, self.most)[: self.most])
            rows, number = rows.take(some), number[some]
        return Drawn(rows, number)


def _merge(total: Sums, later: Sums) -> Sums:
    total.merge(later)
    return total
