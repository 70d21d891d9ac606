"""Rows of arrays in memory, in blocks that stay in the processor's cache, on every core."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import AnyArray, Array, Block, Kernel
from workbench.ridge.rows.workers import in_order

BLOCK_ROWS = 8192  # a block of 200 float32 columns is 6.5 MB: measured best of 2k to 16k
_TASKS = 16  # pieces of a pass: fixed, so that sums do not depend on the number of cores


class ArrayRows:
    """Rows of arrays in memory; X is not copied where folds are contiguous already.

    A pass takes about half the time where X is kept by columns (Fortran order), as pandas keeps a
    table that it reads: BLAS then adds up long stretches.

    Parameters
    ----------
    X : ndarray of float32 or float64, shape (n, p)
    y : ndarray of 0 and 1, shape (n,)
    weight : ndarray, shape (n,), optional
    fold : ndarray of int, shape (n,), optional
        Numbered from 0; one fold where it is not given. Rows of fold -1 are never left out.
    person : ndarray of int, shape (n,), optional
        Whose row each is; None: each is somebody else's.
    whole : ndarray of int, shape (n,), optional
        The cell of contacts that each is of.

    Examples
    --------
    >>> import numpy as np
    >>> rows = ArrayRows(np.eye(3), np.array([0.0, 1.0, 1.0]), fold=np.array([0, 1, 1]))
    >>> rows.by_fold(lambda block: (block.y.sum(),))
    [array([0., 2.])]
    """

    forward_from: int | None = None

    def __init__(
        self,
        X: AnyArray,
        y: AnyArray,
        weight: AnyArray | None = None,
        fold: npt.NDArray[np.int64] | None = None,
        *,
        person: npt.NDArray[np.int64] | None = None,
        whole: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self.dtype = X.dtype
        weight = np.ones(len(X)) if weight is None else weight
        fold = np.zeros(len(X), dtype=np.int64) if fold is None else fold
        self.n_held = int(fold.max()) + 1
        fold = np.where(fold < 0, self.n_held, fold)
        if (np.diff(fold) < 0).any():
            order = np.argsort(fold, kind="stable")
            X, y, weight, fold = reordered(X, order), y[order], weight[order], fold[order]
            person, whole = (None if of is None else of[order] for of in (person, whole))
        self.X: Any = X
        self.person, self.whole = person, whole
        self.y, self.weight = y.astype(self.dtype), weight.astype(self.dtype)
        self.n_columns, self.n_folds = X.shape[1], int(fold[-1]) + 1
        self._bounds = np.searchsorted(fold, np.arange(self.n_folds + 1))

    def __len__(self) -> int:
        return len(self.X)

    @property
    def fold_of_row(self) -> npt.NDArray[np.int64]:
        """The fold of each row as it is held, -1 where it is never left out."""
        fold = np.arange(self.n_folds)
        return np.repeat(np.where(fold < self.n_held, fold, -1), np.diff(self._bounds))

    def total(self, kernel: Kernel) -> list[Array]:
        """Add up the kernel's arrays over all rows."""
        out: list[Array] = []
        for _, sums in self._pass(kernel):
            out = out or [np.zeros(np.shape(one)) for one in sums]
            for total, one in zip(out, sums, strict=True):
                np.add(total, one, out=total)
        return out

    def by_fold(self, kernel: Kernel) -> list[Array]:
        """Add them up within each fold; the fold is the first axis."""
        out: list[Array] = []
        for fold, sums in self._pass(kernel):
            out = out or [np.zeros((self.n_folds, *np.shape(one))) for one in sums]
            for place, one in zip(out, sums, strict=True):
                place[fold] += one
        return out

    def sample(self, rows: int) -> ArrayRows:
        """Return stretches of 1,024 rows taken evenly, about `rows` in all, as one fold."""
        chosen = self._sampled(rows)
        return ArrayRows(self.X[chosen], self.y[chosen], self.weight[chosen])

    def in_float64(self) -> Self:
        """Return the rows in double precision."""
        other = object.__new__(type(self))
        parts = {"X": self.X.astype(float), "y": self.y.astype(float)}
        parts |= {"weight": self.weight.astype(float), "dtype": np.dtype(float)}
        other.__dict__.update(self.__dict__, **parts)
        return other

    def shifted(self, by: AnyArray) -> ArrayRows:
        """Return a copy of the rows with `by` subtracted from every row of X."""
        moved = object.__new__(ArrayRows)
        moved.__dict__.update(self.__dict__, X=self.X - by)
        return moved

    def judged_from(self, fold: int | None) -> Self:
        """Return the same rows, the folds from this one on judged by those before them.

        None: every fold that can be left out is judged by all others.
        """
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, forward_from=fold)
        return other

    def first(self, folds: int, share: AnyArray) -> Self:
        """Return the rows of the first folds, each fold's weights times its share."""
        stop = int(self._bounds[folds])
        factor = np.repeat(share, np.diff(self._bounds[: folds + 1]))
        weight = (self.weight[:stop] * factor).astype(self.dtype)
        parts = {"X": self._first_rows(stop), "y": self.y[:stop], "weight": weight}
        counts = {"n_folds": folds, "n_held": min(folds, self.n_held)}
        other = object.__new__(type(self))
        bounds = {"_bounds": self._bounds[: folds + 1]}
        other.__dict__.update(self.__dict__, **parts, **counts, **bounds)
        return other

    def _first_rows(self, stop: int) -> Any:
        return self.X[:stop]

    def _sampled(self, rows: int) -> npt.NDArray[np.int64]:
        if len(self) <= rows:
            return np.arange(len(self))
        stretch = min(1024, len(self))
        count = max(1, min(rows, len(self)) // stretch)
        starts = np.linspace(0, len(self) - stretch, count).astype(int)
        return np.unique(starts[:, None] + np.arange(stretch))

    def _pass(self, kernel: Kernel) -> Iterator[tuple[int, list[Array]]]:
        """Run the kernel over pieces of folds on all cores; yield sums in a fixed order."""
        pieces = list(self._pieces())

        def sums(piece: tuple[int, int, int]) -> tuple[int, list[Array]]:
            return piece[0], self._sum_blocks(kernel, *piece)

        if len(pieces) == 1 or len(self) < BLOCK_ROWS:
            yield from map(sums, pieces)
            return
        # one BLAS thread a worker: two that share a small product are slower than one
        with one_blas_thread():
            yield from in_order(sums, pieces)

    def _pieces(self) -> Iterator[tuple[int, int, int]]:
        """Cut folds into (fold, start, stop), so that no piece is much larger than another."""
        most = max(BLOCK_ROWS, -(-len(self) // _TASKS))
        for fold in range(self.n_folds):
            start, stop = int(self._bounds[fold]), int(self._bounds[fold + 1])
            count = -(-(stop - start) // most)
            edges = np.linspace(start, stop, count + 1).astype(int)
            yield from ((fold, a, b) for a, b in pairwise(edges))

    def _sum_blocks(self, kernel: Kernel, fold: int, start: int, stop: int) -> list[Array]:
        sums: list[Array] = []
        for low in range(start, stop, BLOCK_ROWS):
            rows = slice(low, min(low + BLOCK_ROWS, stop))
            block = kernel(Block(self.X[rows], self.y[rows], self.weight[rows], fold))
            sums = sums or [np.zeros(np.shape(one)) for one in block]
            for total, one in zip(sums, block, strict=True):
                np.add(total, one, out=total)
        return sums


def reordered(X: AnyArray, order: npt.NDArray[np.intp]) -> AnyArray:
    """Copy rows in another order, kept by columns.

    Examples
    --------
    >>> found = reordered(np.arange(6.0).reshape(3, 2), np.array([2, 0]))
    >>> found, found.flags.f_contiguous
    (array([[4., 5.],
           [0., 1.]]), True)
    """
    out = np.empty((len(order), X.shape[1]), X.dtype, order="F")
    if X.flags.f_contiguous:
        for j in range(X.shape[1]):
            np.take(X[:, j], order, out=out[:, j])
        return out
    for start in range(0, len(order), BLOCK_ROWS):  # a block at a time is turned within the cache
        rows = slice(start, start + BLOCK_ROWS)
        out[rows] = X[order[rows]]
    return out
