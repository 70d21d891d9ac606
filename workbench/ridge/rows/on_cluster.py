"""Rows whose columns are on a cluster: the sums of `ArrayRows`, made where the blocks are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.distant import DistantRows
from workbench.ridge.rows.kept_blocks import ALL, Blocks, Given, RowsTask, SumsTask
from workbench.ridge.rows.source import AnyArray, Array, Kernel

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ClusterMatrix:
    """An array on a cluster, of which rows are fetched when they are asked for.

    Rows stand in the order of folds; within each, in that of partitions, and of their rows.

    Parameters
    ----------
    blocks : Blocks
    starts : ndarray of int, shape (G, P)
        Number of the first row of each fold and partition.
    shape : pair of int
    dtype : dtype
        Of what is given out.
    origin : ndarray, shape (p,), optional
        Is subtracted from every row.
    """

    blocks: Blocks
    starts: Numbers
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    origin: AnyArray | None = None

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def given(self) -> Given:
        """How its blocks are given out: those of the folds that take part."""
        return Given(self.dtype, self.origin, int((self.starts[:, 0] < len(self)).sum()))

    def __getitem__(self, which: Any) -> AnyArray:
        """Fetch some rows: a slice, a mask, or numbers of rows; or some columns of all of them."""
        if isinstance(which, tuple):
            rows, columns = which
            return self._of_all(partial(_columns, columns))[rows]
        if isinstance(which, slice):
            which = np.arange(*which.indices(len(self)))
        rows = np.asarray(which)
        return self._fetched(np.flatnonzero(rows) if rows.dtype == bool else rows)

    def __matmul__(self, vector: AnyArray) -> AnyArray:
        return self._of_all(partial(_product, vector))

    def __sub__(self, by: AnyArray) -> ClusterMatrix:
        return replace(self, origin=by if self.origin is None else self.origin + by)

    def astype(self, dtype: Any) -> ClusterMatrix:
        """Give rows out in another precision."""
        return replace(self, dtype=np.dtype(dtype))

    def first(self, stop: int) -> ClusterMatrix:
        """Return the rows of the first folds."""
        return replace(self, shape=(stop, self.shape[1]))

    def _of_all(self, of: Any) -> AnyArray:
        return self._in_order(RowsTask(self.given, of, None))

    def _fetched(self, rows: npt.NDArray[Any]) -> AnyArray:
        distinct, place = np.unique(rows, return_inverse=True)
        if len(distinct) == len(self):
            return self._of_all(_as_they_are)[place]
        partitions = self.starts.shape[1]
        # of segments that start at the same row, all but the last one are empty
        segment = np.searchsorted(self.starts.ravel(), distinct, side="right") - 1
        within = distinct - self.starts.ravel()[segment]
        wanted = {
            (int(one % partitions), int(one // partitions)): within[segment == one]
            for one in np.unique(segment)
        }
        return self._in_order(RowsTask(self.given, _as_they_are, wanted))[place]

    def _in_order(self, task: RowsTask) -> AnyArray:
        found = self.blocks.ask(task).arrays.items()
        placed = {int(self.starts[g, part]) + at: of for (part, g, at), [of] in found}
        if not placed:
            return np.empty((0, self.shape[1]), self.dtype)
        return np.concatenate([placed[at] for at in sorted(placed)])


def _product(vector: AnyArray, X: AnyArray) -> AnyArray:
    product: AnyArray = X @ vector
    return product


def _columns(columns: Any, X: AnyArray) -> AnyArray:
    return X[:, columns]


def _as_they_are(X: AnyArray) -> AnyArray:
    return X


class ClusterRows(DistantRows):
    """Rows in the order of their folds, whose columns are on a cluster; sums are made there.

    Of a pass the driver gets what it adds up. Of each row it holds outcome and weight.

    Parameters
    ----------
    X : ClusterMatrix, shape (n, p)
    y, weight : ndarray, shape (n,)
    counts : sequence of int, length G
        Rows of each fold.
    n_held : int
        So many folds can be left out.
    """

    @property
    def share(self) -> Array:
        """What the weights of each fold are multiplied by, where the rows are."""
        share: Array = self.__dict__.get("_share", np.ones(self.n_folds))
        return share

    def total(self, kernel: Kernel) -> list[Array]:
        """Add up the kernel's arrays over all rows."""
        return self._ask(kernel, by_fold=False)[ALL]

    def by_fold(self, kernel: Kernel) -> list[Array]:
        """Add them up within each fold; the fold is the first axis."""
        found = self._ask(kernel, by_fold=True)
        shapes = [np.shape(one) for one in next(iter(found.values()))]
        out = [np.zeros((self.n_folds, *shape)) for shape in shapes]
        for fold, sums in found.items():
            for place, one in zip(out, sums, strict=True):
                place[fold] = one
        return out

    def first(self, folds: int, share: AnyArray) -> Self:
        """Return the rows of the first folds, each fold's weights times its share."""
        other = super().first(folds, share)
        other.__dict__["_share"] = self.share[:folds] * share
        return other

    def _first_rows(self, stop: int) -> ClusterMatrix:
        X: ClusterMatrix = self.X
        return X.first(stop)

    def _ask(self, kernel: Kernel, *, by_fold: bool) -> dict[Any, list[Array]]:
        X: ClusterMatrix = self.X
        return X.blocks.ask(SumsTask(X.given, self.share, kernel, by_fold)).arrays
