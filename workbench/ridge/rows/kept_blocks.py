"""Blocks of rows that lie on a cluster, and what is asked of them: sums, or something of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pickle import PicklingError
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import finalize
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from workbench.cluster.kept import forget
from workbench.cluster.pieces import Piece, answered, rows_of
from workbench.errors import DataError
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import AnyArray, Array, Block, Kernel

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Numbers = npt.NDArray[np.int64]

BLOCK, FOUND = "block", "found"
ALL = 0  # the one fold of sums over all rows


class KeptBlock(NamedTuple):
    """Some rows of one fold and one partition, as they are kept.

    ``at`` is the number of its first row within fold and partition; ``mark`` a checksum, made with
    the block: one that is computed again has its own.
    """

    fold: int
    at: int
    X: AnyArray
    y: AnyArray
    weight: AnyArray | None
    mark: int

    @classmethod
    def of(cls, fold: int, at: int, X: AnyArray, y: AnyArray, weight: AnyArray | None) -> KeptBlock:
        """Keep rows, and take their checksum."""
        parts = (X, y) if weight is None else (X, y, weight)
        mark = at
        for one in parts:
            mark = crc32(np.ascontiguousarray(one).data, mark)
        return cls(fold, at, X, y, weight, mark)


class Found(NamedTuple):
    """What a pass found in partitions: arrays by key, and the checksum of each partition."""

    arrays: dict[Any, list[Any]]
    marks: dict[int, int]


class Blocks:
    """Blocks on a cluster, which gives their space back when nobody reads them any more.

    Parameters
    ----------
    pieces : pyspark.sql.DataFrame
        Persisted; of `KeptBlock`.
    marks : mapping of partition to int
        The checksum of its blocks, as they were first made.
    """

    def __init__(self, pieces: DataFrame, marks: Mapping[int, int]) -> None:
        self.pieces, self.marks = pieces, dict(marks)
        finalize(self, forget, pieces).atexit = False

    def ask(self, task: Any) -> Found:
        """Run a task on all partitions, and add up what it found.

        Raises
        ------
        DataError
            Spark computed a partition again, and other rows came.
        """
        found: Found = answered(self.pieces, task, FOUND, together, partitions=len(self.marks))
        if found.marks != self.marks:
            raise DataError(
                "Rows must stay as they are until the fit is made; Spark computed a partition of "
                "them again, and it was another one. Write the DataFrame to a table and read that, "
                "or take `dataframe.checkpoint()`."
            )
        return found

    def __deepcopy__(self, memo: dict[int, Any]) -> Blocks:
        return self  # what lies on the cluster is not laid there again

    def __reduce__(self) -> Any:
        raise PicklingError(
            "A model that was fitted to rows on a cluster cannot be pickled with them. Write it "
            "with `model.save`, and read it with `load`."
        )


def together(total: Found, later: Found) -> Found:
    """Add what later partitions found."""
    for key, arrays in later.arrays.items():
        if key in total.arrays:
            for one, more in zip(total.arrays[key], arrays, strict=True):
                np.add(one, more, out=one)
        else:
            total.arrays[key] = arrays
    total.marks.update(later.marks)
    return total


@dataclass(frozen=True)
class Given:
    """How kept blocks are given out: precision, what is subtracted, folds and their weights."""

    dtype: np.dtype[Any]
    origin: AnyArray | None
    folds: int

    def X(self, block: KeptBlock) -> AnyArray:  # noqa: N802 - the design's name
        """Return the columns of a block."""
        given = block.X.astype(self.dtype, copy=False)
        return given if self.origin is None else given - self.origin.astype(self.dtype)

    def blocks(
        self, batches: Iterator[pa.RecordBatch], marks: dict[int, int], part: int
    ) -> Iterator[KeptBlock]:
        """Read the blocks of the folds that take part, and add to the partition's checksum."""
        marks[part] = 0
        for block in rows_of(batches, BLOCK):
            marks[part] = crc32(block.mark.to_bytes(8, "big"), marks[part])
            if block.fold < self.folds:
                yield block


@dataclass(frozen=True)
class SumsTask:
    """Adds up a kernel's arrays, by fold or over all."""

    given: Given
    share: Array
    kernel: Kernel
    by_fold: bool

    @one_blas_thread()  # an executor's cores each have a task
    def __call__(self, part: int, batches: Iterator[pa.RecordBatch]) -> Iterator[Piece]:
        """Add up the blocks of a partition, in their order."""
        sums: dict[Any, list[Any]] = {}
        marks: dict[int, int] = {}
        for block in self.given.blocks(batches, marks, part):
            found = self.kernel(self._block(block))
            of = sums.setdefault(block.fold, [np.zeros(np.shape(one)) for one in found])
            for total, one in zip(of, found, strict=True):
                np.add(total, one, out=total)
        if self.by_fold:
            return iter([Piece(FOUND, Found(sums, marks))])
        total = Found({}, marks)
        for _, arrays in sorted(sums.items()):
            total = together(total, Found({ALL: arrays}, {}))
        return iter([Piece(FOUND, total)])

    def _block(self, block: KeptBlock) -> Block:
        dtype = self.given.dtype
        weight = np.ones(len(block.y), dtype) if block.weight is None else block.weight
        if self.share[block.fold] != 1.0:
            weight = weight * self.share[block.fold]
        return Block(
            self.given.X(block),
            block.y.astype(dtype, copy=False),
            weight.astype(dtype, copy=False),
            block.fold,
        )


@dataclass(frozen=True)
class RowsTask:
    """Takes something of rows: of all of a block, or of those that are asked for."""

    given: Given
    of: Any
    wanted: Mapping[tuple[int, int], Numbers] | None

    @one_blas_thread()
    def __call__(self, part: int, batches: Iterator[pa.RecordBatch]) -> Iterator[Piece]:
        """Take it of each block, which is named by partition, fold and first row."""
        arrays: dict[Any, list[Any]] = {}
        marks: dict[int, int] = {}
        for block in self.given.blocks(batches, marks, part):
            some: Any = slice(None)
            if self.wanted is not None:
                rows = self.wanted.get((part, block.fold), np.zeros(0, dtype=np.int64))
                some = rows[(rows >= block.at) & (rows < block.at + len(block.y))] - block.at
                if not len(some):
                    continue
            chosen = block._replace(X=block.X[some])
            arrays[part, block.fold, block.at] = [self.of(self.given.X(chosen))]
        return iter([Piece(FOUND, Found(arrays, marks))])
