"""Rows that come in blocks, kept by fold on the cluster that they came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
import pyarrow as pa

from workbench.cluster.kept import forget, kept
from workbench.cluster.pieces import Piece, collected, of_kind, over_partitions
from workbench.errors import ParameterError
from workbench.frame.streamed.spark_table import SparkTable
from workbench.ridge.rows.kept_blocks import BLOCK, Blocks, KeptBlock
from workbench.ridge.rows.on_cluster import ClusterMatrix, ClusterRows
from workbench.ridge.rows.source import AnyArray, Array
from workbench.ridge.streamed.parts import Part, PartReader
from workbench.ridge.streamed.streamed_rows import Numbers, StreamedRows

BLOCK_ROWS = 2048  # of each fold so many are gathered before they are kept
_TOLD = "told"


class Told(NamedTuple):
    """What a partition tells of its rows: outcome and weight of each, by fold, and the columns.

    ``key`` are rows of each key, ``sums`` are Σ x over contacts; ``mark`` is the checksum of its
    blocks.
    """

    y: dict[int, AnyArray]
    weight: dict[int, AnyArray]
    low: Array
    high: Array
    key: Numbers
    sums: Array
    mark: int


@dataclass(frozen=True)
class _Lay:
    """Turns a partition into blocks by fold."""

    reader: PartReader
    folds: int

    def __call__(self, _: int, batches: Iterator[pa.RecordBatch]) -> Iterator[Piece]:
        laid = _Laying(self.reader, self.folds)
        for batch in batches:
            read = self.reader.read(pa.Table.from_batches([batch])) if batch.num_rows else None
            if read is not None:
                yield from laid.add(read)
        yield from laid.rest()
        yield Piece(_TOLD, laid.told())


class _Laying:
    """What is gathered of a partition until there is a block of it."""

    def __init__(self, reader: PartReader, folds: int) -> None:
        p = len(reader.design.names)
        self.reader, self.folds = reader, folds
        self.low, self.high = np.full(p, np.inf), np.full(p, -np.inf)
        self.key = np.zeros(len(reader.place), dtype=np.int64)
        self.sums, self.mark = np.zeros(p), 0
        self.waiting: dict[int, list[tuple[AnyArray, ...]]] = defaultdict(list)
        self.y: dict[int, list[AnyArray]] = defaultdict(list)
        self.weight: dict[int, list[AnyArray]] = defaultdict(list)

    def add(self, part: Part) -> Iterator[Piece]:
        """Add some rows, and give the blocks that are full."""
        np.minimum(self.low, part.X.min(axis=0), out=self.low)
        np.maximum(self.high, part.X.max(axis=0), out=self.high)
        self.sums += part.contacts @ part.X
        self.key += np.bincount(part.key, minlength=len(self.key))
        X, y, weight = (one.astype(self.reader.dtype) for one in (part.X, part.y, part.weight))
        for g, some in part.by_fold(self.folds):
            self.waiting[g].append((X[some], y[some], weight[some]))
            if sum(len(one[1]) for one in self.waiting[g]) >= BLOCK_ROWS:
                yield self._block(g)

    def rest(self) -> Iterator[Piece]:
        """Give what is still waiting."""
        for g in sorted(self.waiting):
            if self.waiting[g]:
                yield self._block(g)

    def told(self) -> Told:
        """Say what was kept."""
        y = {g: np.concatenate(parts) for g, parts in self.y.items()}
        weight = {} if self.reader.plain else self.weight
        weights = {g: np.concatenate(parts) for g, parts in weight.items()}
        return Told(y, weights, self.low, self.high, self.key, self.sums, self.mark)

    def _block(self, g: int) -> Piece:
        X, y, weight = (np.concatenate(parts) for parts in zip(*self.waiting[g], strict=True))
        self.waiting[g] = []
        at = sum(len(one) for one in self.y[g])
        self.y[g].append(y)
        self.weight[g].append(weight)
        block = KeptBlock.of(g, at, X, y, None if self.reader.plain else weight)
        self.mark = crc32(block.mark.to_bytes(8, "big"), self.mark)
        return Piece(BLOCK, block)


@dataclass(frozen=True)
class LaidOnCluster:
    """Rows on the cluster, and what its partitions tell of them."""

    reader: PartReader
    blocks: Blocks
    told: list[Told]

    @classmethod
    def lay(
        cls, reader: PartReader, rows: StreamedRows, table: SparkTable, *, with_customers: bool
    ) -> LaidOnCluster:
        """Let the cluster read all rows, and keep them.

        Raises
        ------
        ParameterError
            Rows would have to be dealt at random.
        DataError
            They are not those of the first pass.
        """
        if with_customers:
            raise ParameterError(
                "`SparkRows` leaves out campaigns, and deals no rows at random: where each goes "
                "follows from what all rows hold. Name a `campaign` or a `time`, or give `alpha` "
                "a number."
            )
        folds = int(reader.fold.max()) + 1
        read = table.read(reader.reader.columns)
        pieces = kept(over_partitions(read, _Lay(reader, folds)))
        try:
            told = [one for [one] in collected(of_kind(pieces, _TOLD), _TOLD).values()]
        except BaseException:
            forget(pieces)
            raise
        blocks = Blocks(pieces, {part: one.mark for part, one in enumerate(told)})
        laid = cls(reader, blocks, told)
        laid.check_like_first_pass(rows)
        return laid

    def check_like_first_pass(self, rows: StreamedRows) -> None:
        """Raise where other rows came than at the first pass, as from a draw without a seed.

        Rows of each key are counted, and each column is added up: in another order, the same sums
        come, but for rounding.

        Raises
        ------
        DataError
        """
        found = np.sum([one.key for one in self.told], axis=0)
        low, high = self.ranges
        close = 1e-9 * float(rows.contacts.sum()) * np.maximum(np.abs(low), np.abs(high))
        sums = np.sum([one.sums for one in self.told], axis=0)
        away = np.abs(sums - self.reader.sums) > close
        if (found[rows.key] != rows.number).any() or away.any():
            raise self.reader.changed

    @property
    def rows(self) -> ClusterRows:
        """What is kept."""
        folds = int(self.reader.fold.max()) + 1
        counts = np.array([[len(one.y.get(g, ())) for one in self.told] for g in range(folds)])
        starts = (np.cumsum(counts.ravel()) - counts.ravel()).reshape(counts.shape)
        n, dtype = int(counts.sum()), self.reader.dtype
        y = np.concatenate([one.y[g] for g in range(folds) for one in self.told if g in one.y])
        weight = np.broadcast_to(np.ones(1, dtype), n)
        if not self.reader.plain:
            parts = [one.weight[g] for g in range(folds) for one in self.told if g in one.weight]
            weight = np.concatenate(parts)
        X = ClusterMatrix(self.blocks, starts, (n, len(self.reader.design.names)), dtype)
        return ClusterRows(X, y, weight, counts.sum(axis=1).tolist(), n_held=folds)

    @property
    def ranges(self) -> tuple[Array, Array]:
        """Least and greatest number of each column."""
        low = np.min([one.low for one in self.told], axis=0)
        return low, np.max([one.high for one in self.told], axis=0)
