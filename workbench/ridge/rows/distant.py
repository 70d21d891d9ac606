"""Rows whose columns are not in memory: a file has them, or a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import AnyArray, Array


class DistantRows(ArrayRows):
    """Rows in the order of their folds, of which outcome and weight alone are in memory.

    Parameters
    ----------
    X : matrix, shape (n, p)
        Answers to ``X[rows]``, ``X[rows, columns]``, ``X @ v`` and ``X - v``, and is never held
        as a whole.
    y, weight : ndarray, shape (n,)
    counts : sequence of int, length G
        Rows of each fold.
    n_held : int
        So many folds can be left out.
    """

    def __init__(
        self, X: Any, y: Array, weight: Array, counts: Sequence[int], *, n_held: int
    ) -> None:
        self.dtype, self.X = X.dtype, X
        self.y = y.astype(self.dtype, copy=False)
        self.weight = weight.astype(self.dtype, copy=False)
        self.person = self.whole = None
        self.n_columns, self.n_folds, self.n_held = X.shape[1], len(counts), n_held
        self._bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def shifted(self, by: AnyArray) -> Self:
        """Return the rows with `by` subtracted from every row of X, as it is read."""
        moved = object.__new__(type(self))
        moved.__dict__.update(self.__dict__, X=self.X - by)
        return moved
