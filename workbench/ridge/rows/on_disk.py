"""Rows whose columns are in a file: the sums of `ArrayRows`, one block a thread in memory."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from pickle import PicklingError
from tempfile import TemporaryFile
from typing import Any, Self
from weakref import finalize

import numpy as np
import numpy.typing as npt

from workbench.errors import DataError
from workbench.ridge.rows.arrays import BLOCK_ROWS
from workbench.ridge.rows.distant import DistantRows
from workbench.ridge.rows.source import AnyArray, Array, Block, Kernel

_AT_ONCE = 1 << 24  # bytes of a block, at most: a wide table has fewer rows in it
_GATHERED = 1024  # rows that are read at a time where they do not follow one another


class Scratch:
    """A file without a name: its space is free again when nobody reads it, or the process ends.

    Parameters
    ----------
    size : int
        Bytes.
    folder : path, optional
        Where it is; by default where the system keeps temporary files.
    """

    def __init__(self, size: int, folder: Path | None = None) -> None:
        self._file: Any = TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 - closed when dropped
        self._file.truncate(size)
        finalize(self, self._file.close)

    def write(self, at: int, values: AnyArray) -> None:
        """Write an array's bytes.

        Raises
        ------
        DataError
            The disk is full.
        """
        view = memoryview(np.ascontiguousarray(values).data).cast("B")
        try:
            self._file.seek(at)
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise DataError(
                "The rows must be kept on disk while they are fitted, and could not be written: "
                f"{error.strerror or error}. Name a folder with more space: `scratch`."
            ) from None

    @cached_property
    def bytes(self) -> mmap.mmap:
        """The content: as much of it is in memory as is looked at, until it is forgotten."""
        return mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def forget(self, start: int, stop: int) -> None:
        """Let the system take the memory of some bytes, which it reads again where needed."""
        if hasattr(mmap, "MADV_DONTNEED"):
            page = start // mmap.PAGESIZE * mmap.PAGESIZE
            self.bytes.madvise(mmap.MADV_DONTNEED, page, stop - page)

    def __deepcopy__(self, memo: dict[int, Any]) -> Scratch:
        return self  # what is written is not written again

    def __reduce__(self) -> Any:
        raise PicklingError(
            "A model that was fitted to rows on disk cannot be pickled with them. Write it with "
            "`model.save`, and read it with `load`."
        )


@dataclass(frozen=True, eq=False)
class DiskMatrix:
    """An array in a scratch file, of which rows are read when they are asked for.

    Parameters
    ----------
    file : Scratch
    shape : pair of int
    dtype : dtype
        Of what is given out.
    kept : dtype
        Of what is in the file.
    origin : ndarray, shape (p,), optional
        Is subtracted from every row.

    Examples
    --------
    >>> matrix = DiskMatrix.empty(3, 2, np.dtype(float))
    >>> matrix.write(0, np.arange(6.0).reshape(3, 2))
    >>> matrix[1:3], matrix @ np.ones(2)
    (array([[2., 3.],
           [4., 5.]]), array([1., 5., 9.]))
    """

    file: Scratch
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    kept: np.dtype[Any]
    origin: AnyArray | None = None

    @classmethod
    def empty(cls, n: int, p: int, dtype: np.dtype[Any], folder: Path | None = None) -> Self:
        """Return room for n rows, to be written before any is read."""
        return cls(Scratch(n * p * dtype.itemsize, folder), (n, p), dtype, dtype)

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def block_rows(self) -> int:
        """How many rows are read at a time."""
        return max(1, min(BLOCK_ROWS, _AT_ONCE // self._row_bytes))

    def write(self, start: int, rows: AnyArray) -> None:
        """Write some rows where they belong."""
        self.file.write(start * self._row_bytes, rows.astype(self.kept, copy=False))

    def slices(self) -> Iterator[slice]:
        """Cut the rows into blocks, in order."""
        return _cut(0, len(self), self.block_rows)

    def __getitem__(self, which: Any) -> AnyArray:
        """Read some rows: a slice, a mask, or numbers of rows; or some columns of all of them."""
        if isinstance(which, tuple):
            rows, columns = which
            return np.concatenate([self[some][:, columns] for some in self.slices()])[rows]
        if isinstance(which, slice):
            which = np.arange(*which.indices(len(self)))
        rows = np.asarray(which)
        return self._gathered(np.flatnonzero(rows) if rows.dtype == bool else rows)

    @contextmanager
    def lent(self, rows: slice) -> Iterator[AnyArray]:
        """Give rows that follow one another, not to be kept, or written to."""
        yield self._as_given(self._all[rows])
        self.file.forget(rows.start * self._row_bytes, rows.stop * self._row_bytes)

    def __matmul__(self, vector: AnyArray) -> AnyArray:
        parts = []
        for some in self.slices():
            with self.lent(some) as rows:
                parts.append(rows @ vector)
        return np.concatenate(parts)

    def __sub__(self, by: AnyArray) -> DiskMatrix:
        return replace(self, origin=by if self.origin is None else self.origin + by)

    def astype(self, dtype: Any) -> DiskMatrix:
        """Give rows out in another precision."""
        return replace(self, dtype=np.dtype(dtype))

    def first(self, stop: int) -> DiskMatrix:
        """Return the first rows."""
        return replace(self, shape=(stop, self.shape[1]))

    def in_order(self, order: npt.NDArray[np.int64], folder: Path | None = None) -> DiskMatrix:
        """Write the rows anew in another order."""
        made = DiskMatrix.empty(len(order), self.shape[1], self.kept, folder)
        for some in made.slices():
            made.write(some.start, self[order[some]])
        return made

    @property
    def _row_bytes(self) -> int:
        return self.shape[1] * self.kept.itemsize

    @property
    def _all(self) -> AnyArray:
        return np.frombuffer(self.file.bytes, self.kept).reshape(-1, self.shape[1])

    def _as_given(self, rows: AnyArray) -> AnyArray:
        given = rows.astype(self.dtype, copy=False)
        return given if self.origin is None else given - self.origin.astype(self.dtype)

    def _gathered(self, rows: npt.NDArray[Any]) -> AnyArray:
        out = np.empty((len(rows), self.shape[1]), self.dtype)
        for some in _cut(0, len(rows), _GATHERED):  # each touches pages beside its own
            here = rows[some]
            out[some] = self._as_given(self._all[here])
            first, last = int(here.min()), int(here.max()) + 1
            self.file.forget(first * self._row_bytes, last * self._row_bytes)
        return out


class DiskRows(DistantRows):
    """Rows in the order of their folds, whose columns are in a file; a number a row is in memory.

    Sums are those of `ArrayRows` on the same rows. Only outcome and weight are arrays.

    Parameters
    ----------
    X : DiskMatrix, shape (n, p)
    y, weight : ndarray, shape (n,)
    counts : sequence of int, length n_folds
        Rows of each fold.
    n_held : int
        Folds that can be left out.

    Examples
    --------
    >>> matrix = DiskMatrix.empty(3, 1, np.dtype(float))
    >>> matrix.write(0, np.array([[1.0], [2.0], [4.0]]))
    >>> rows = DiskRows(matrix, np.zeros(3), np.ones(3), [1, 2], n_held=2)
    >>> rows.by_fold(lambda block: (block.X.sum(axis=0),))
    [array([[1.],
           [6.]])]
    """

    def _first_rows(self, stop: int) -> DiskMatrix:
        X: DiskMatrix = self.X
        return X.first(stop)

    def _sum_blocks(self, kernel: Kernel, fold: int, start: int, stop: int) -> list[Array]:
        sums: list[Array] = []
        for rows in _cut(start, stop, self.X.block_rows):
            with self.X.lent(rows) as X:
                block = kernel(Block(X, self.y[rows], self.weight[rows], fold))
            sums = sums or [np.zeros(np.shape(one)) for one in block]
            for total, one in zip(sums, block, strict=True):
                np.add(total, one, out=total)
        return sums


def _cut(start: int, stop: int, step: int) -> Iterator[slice]:
    for low in range(start, stop, step):
        yield slice(low, min(low + step, stop))
