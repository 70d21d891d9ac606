"""The curvature of each class by itself, inverted: what conjugate gradients are prepared with.

Of class k it is A_k = X' D_k X + Λ_k, with D_k = w π_k (1 − π_k). Few rows make up most of it:
those of the class, and those that are taken for it. They are kept as they are, and the others
as the diagonal that they add up to,

    A_k ≈ B + R' R ,   B = Λ_k + diag(X_o' D_k X_o) ,

which Woodbury's identity inverts through a matrix of rows by rows. Where columns are fewer than
these rows, A_k itself is inverted.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array, issparse

from workbench.ridge.multinomial.softmax import AnyArray, Point, Softmax

HEAVY_ROWS = 100
"""Rows of a class that are kept: of 77 classes, 60 took more products and 300 more time."""

MOST_NUMBERS = 20_000_000
"""In matrices of columns by columns, of all classes."""

_TINY = 1e-10
_BLOCK = 50_000_000  # numbers of weighted rows at a time


class Inverse(Protocol):
    """Approximately A_k⁻¹, of all classes."""

    def __call__(self, G: AnyArray) -> AnyArray:
        """Return A_k⁻¹ G_k for each class k; (q, K)."""


def inverse_of(problem: Softmax, at: Point) -> Inverse:
    """Invert the curvature of each class at a point."""
    n, q = problem.X.shape
    narrow = q <= max(HEAVY_ROWS, n // 4) and q * q * problem.classes <= MOST_NUMBERS
    return _Narrow(problem, at) if narrow else _Wide(problem, at)


class _Narrow:
    """Of matrices of columns by columns."""

    def __init__(self, problem: Softmax, at: Point) -> None:
        self.factors = [
            cho_factor(self._matrix(problem, at, k), overwrite_a=True, check_finite=False)
            for k in range(problem.classes)
        ]

    @staticmethod
    def _matrix(problem: Softmax, at: Point, k: int) -> AnyArray:
        h = (problem.weight * at.chance[:, k] * (1 - at.chance[:, k])).astype(float)
        if issparse(problem.X):
            found = (problem.columns @ (problem.X * h[:, None])).toarray()
        else:
            found = problem.columns @ (problem.X * h[:, None])
        of_class = problem.penalties[:, min(k, problem.penalties.shape[1] - 1)]
        found = found.astype(float)
        found[np.diag_indices(len(found))] += of_class + _TINY * (1.0 + found.diagonal())
        return np.asarray(found)

    def __call__(self, G: AnyArray) -> AnyArray:
        solved = [
            cho_solve(factor, G[:, k].astype(float), check_finite=False)
            for k, factor in enumerate(self.factors)
        ]
        return np.column_stack(solved).astype(G.dtype, copy=False)


class _Wide:
    """Of the heaviest rows of each class, and the diagonal of the others."""

    def __init__(self, problem: Softmax, at: Point) -> None:
        h = problem.weight[:, None] * at.chance * (1 - at.chance)
        most = min(HEAVY_ROWS, len(h) - 1)
        heavy = np.argpartition(-h, most, axis=0)[:most]
        roots = np.sqrt(np.take_along_axis(h, heavy, axis=0))
        np.put_along_axis(h, heavy, 0.0, axis=0)
        diagonal = np.asarray(problem.squares @ h) + problem.penalties
        self.over = (1.0 / (diagonal + _TINY * (1.0 + diagonal))).astype(h.dtype)
        self.parts = [
            self._of_class(problem.X, heavy[:, k], roots[:, k], self.over[:, k])
            for k in range(problem.classes)
        ]

    @staticmethod
    def _of_class(X: Any, rows: AnyArray, root: AnyArray, over: AnyArray) -> tuple[Any, Any]:
        R = X[rows]
        if issparse(R):
            each = np.repeat(root, np.diff(R.indptr))
            R = csr_array((R.data * each, R.indices, R.indptr), shape=R.shape)
            wide = csr_array((R.data * over[R.indices], R.indices, R.indptr), shape=R.shape)
            inner = (wide @ R.T).toarray()
        else:
            R = R * root[:, None]
            inner = (R * over) @ R.T
        inner[np.diag_indices(len(inner))] += 1.0
        return R, cho_factor(inner, overwrite_a=True, check_finite=False)

    def __call__(self, G: AnyArray) -> AnyArray:
        out = self.over * G
        for k, (R, factor) in enumerate(self.parts):
            inner = cho_solve(factor, R @ out[:, k], check_finite=False)
            out[:, k] -= self.over[:, k] * (R.T @ inner)
        return out
