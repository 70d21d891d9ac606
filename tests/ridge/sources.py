"""Row sources for tests: one that keeps the protocol, and nothing more."""

from __future__ import annotations

import numpy as np

from workbench.ridge.rows.source import Block


class BareSource:
    """Rows a block a fold, with no attribute but those of `RowSource`."""

    def __init__(self, X, y, weight, fold, *, held=None, forward_from=None):
        self._parts = (X, y, weight, fold, held)
        self.n_columns, self.n_folds = X.shape[1], int(fold.max()) + 1
        self.n_held = self.n_folds if held is None else held
        self.forward_from, self.dtype = forward_from, np.dtype(float)

    def total(self, kernel):
        return [part.sum(axis=0) for part in self.by_fold(kernel)]

    def by_fold(self, kernel):
        X, y, weight, fold, _ = self._parts
        found = []
        for g in range(self.n_folds):
            rows = np.flatnonzero(fold == g)
            sums = kernel(Block(self._block(X, rows), y[rows], weight[rows], g))
            found.append([np.asarray(part, dtype=float) for part in sums])
        return [np.stack(same) for same in zip(*found, strict=True)]

    def judged_from(self, fold):
        X, y, weight, of_row, held = self._parts
        return type(self)(X, y, weight, of_row, held=held, forward_from=fold)

    def sample(self, rows):
        X, y, weight, _fold, _ = self._parts
        some = np.unique(np.linspace(0, len(y) - 1, rows).astype(int))
        return type(self)(X[some], y[some], weight[some], np.zeros(len(some), dtype=int))

    @staticmethod
    def _block(X, rows):
        return X[rows]
