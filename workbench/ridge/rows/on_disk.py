"""Rows whose columns are in a file: the sums of `ArrayRows`, one block a thread in memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from pickle import PicklingError
from tempfile import TemporaryFile
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from workbench.errors import DataError
from workbench.ridge.rows.arrays import BLOCK_ROWS, ArrayRows
from workbench.ridge.rows.source import AnyArray, Array, Block, Kernel

_AT_ONCE = 1 << 24  # bytes of a block, at most: a wide table has fewer rows in it
_APART = 8  # rows between two that are asked for, from which each is read by itself


class Scratch:
    """A file without a name: its space is free again when nobody reads it, or the process ends.

    Parameters
    ----------
    folder : path, optional
        Where it is; by default where the system keeps temporary files.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file: Any = TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 - closed when dropped
        self._lock = threading.Lock()

    def write(self, at: int, values: AnyArray) -> None:
        """Write an array's bytes.

        Raises
        ------
        DataError
            The disk is full.
        """
        view = memoryview(np.ascontiguousarray(values)).cast("B")
        try:
            with self._lock:
                self._file.seek(at)
                while view:
                    view = view[self._file.write(view) :]
        except OSError as error:
            raise DataError(
                f"The rows must be kept on disk while they are fitted, and could not be written: "
                f"{error.strerror or error}. Name a folder with more space: `scratch`."
            ) from None

    def read(self, at: int, into: AnyArray) -> None:
        """Fill an array with the bytes from there on."""
        view = memoryview(into).cast("B")
        while view:
            got = self._read_some(at, view)
            if not got:
                raise EOFError(at)
            view, at = view[got:], at + got

    def _read_some(self, at: int, view: memoryview) -> int:
        if hasattr(os, "preadv"):  # needs no place in the file, so that threads do not wait
            return os.preadv(self._file.fileno(), [view], at)
        with self._lock:
            self._file.seek(at)
            return int(self._file.readinto(view))

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
    _buffers: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    @classmethod
    def empty(cls, n: int, p: int, dtype: np.dtype[Any], folder: Path | None = None) -> Self:
        """Return room for n rows, to be written."""
        return cls(Scratch(folder), (n, p), dtype, dtype)

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def block_rows(self) -> int:
        """How many rows are read at a time."""
        return max(1, min(BLOCK_ROWS, _AT_ONCE // self._row_bytes))

    def write(self, start: int, rows: AnyArray) -> None:
        """Write some rows where they belong."""
        self.file.write(start * self._row_bytes, rows.astype(self.kept, copy=False))

    def blocks(self) -> Iterator[slice]:
        """Cut the rows into blocks, in order."""
        for start in range(0, len(self), self.block_rows):
            yield slice(start, min(start + self.block_rows, len(self)))

    def __getitem__(self, which: Any) -> AnyArray:
        """Read some rows: a slice, a mask, or numbers of rows; of all of them, some columns."""
        if isinstance(which, tuple):
            rows, columns = which
            return np.concatenate([self[some][:, columns] for some in self.blocks()])[rows]
        if isinstance(which, slice):
            start, stop, step = which.indices(len(self))
            return self._read(start, max(start, stop), None)[::step]
        rows = np.asarray(which)
        return self._gathered(np.flatnonzero(rows) if rows.dtype == bool else rows)

    def lent(self, start: int, stop: int) -> AnyArray:
        """Read rows into memory that this thread's next call takes again."""
        room = getattr(self._buffers, "room", None)
        if room is None or len(room) < stop - start:
            room = np.empty((max(stop - start, self.block_rows), self.shape[1]), self.kept)
            self._buffers.room = room
        return self._read(start, stop, room)

    def __matmul__(self, vector: AnyArray) -> AnyArray:
        return np.concatenate([self.lent(some.start, some.stop) @ vector for some in self.blocks()])

    def __sub__(self, by: AnyArray) -> DiskMatrix:
        origin = by if self.origin is None else self.origin + by
        return replace(self, origin=origin, _buffers=threading.local())

    def astype(self, dtype: Any) -> DiskMatrix:
        """Give rows out in another precision."""
        return replace(self, dtype=np.dtype(dtype), _buffers=threading.local())

    def first(self, stop: int) -> DiskMatrix:
        """Return the first rows."""
        return replace(self, shape=(stop, self.shape[1]), _buffers=threading.local())

    def in_order(self, order: npt.NDArray[np.int64], folder: Path | None = None) -> DiskMatrix:
        """Write the rows anew in another order, and forget this one."""
        made = DiskMatrix.empty(len(order), self.shape[1], self.kept, folder)
        for some in made.blocks():
            made.write(some.start, self[order[some]])
        return made

    @property
    def _row_bytes(self) -> int:
        return self.shape[1] * self.kept.itemsize

    def _read(self, start: int, stop: int, room: AnyArray | None) -> AnyArray:
        if room is None:
            room = np.empty((stop - start, self.shape[1]), self.kept)
        rows = room[: stop - start]
        self.file.read(start * self._row_bytes, rows)
        if self.dtype != self.kept:
            rows = rows.astype(self.dtype)
        return rows if self.origin is None else np.subtract(rows, self.origin, out=rows)

    def _gathered(self, rows: npt.NDArray[Any]) -> AnyArray:
        """Read rows by their numbers: those that are near one another in one go."""
        out = np.empty((len(rows), self.shape[1]), self.dtype)
        order = np.argsort(rows, kind="stable")
        ordered = rows[order]
        apart = (np.diff(ordered) > _APART) | (np.diff(ordered // self.block_rows) > 0)
        for some in np.split(order, np.flatnonzero(apart) + 1) if len(rows) else []:
            start, stop = int(rows[some[0]]), int(rows[some[-1]]) + 1
            out[some] = self._read(start, stop, None)[rows[some] - start]
        return out

    def __deepcopy__(self, memo: dict[int, Any]) -> DiskMatrix:
        return replace(self, _buffers=threading.local())


class DiskRows(ArrayRows):
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

    def __init__(
        self, X: DiskMatrix, y: Array, weight: Array, counts: Sequence[int], *, n_held: int
    ) -> None:
        self.dtype, self.X = X.dtype, X
        self.y, self.weight = y.astype(self.dtype, copy=False), weight.astype(self.dtype, copy=False)
        self.person = self.whole = None
        self.n_columns, self.n_folds, self.n_held = X.shape[1], len(counts), n_held
        self._bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def shifted(self, by: AnyArray) -> DiskRows:
        """Return the rows with `by` subtracted from every row of X, as it is read."""
        moved = object.__new__(DiskRows)
        moved.__dict__.update(self.__dict__, X=self.X - by)
        return moved

    def _first_rows(self, stop: int) -> DiskMatrix:
        return self.X.first(stop)

    def _sum_blocks(self, kernel: Kernel, fold: int, start: int, stop: int) -> list[Array]:
        sums: list[Array] = []
        for low in range(start, stop, self.X.block_rows):
            high = min(low + self.X.block_rows, stop)
            X, rows = self.X.lent(low, high), slice(low, high)
            block = kernel(Block(X, self.y[rows], self.weight[rows], fold))
            sums = sums or [np.zeros(np.shape(one)) for one in block]
            for total, one in zip(sums, block, strict=True):
                np.add(total, one, out=total)
        return sums
