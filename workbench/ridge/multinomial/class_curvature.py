"""The curvature of each class by itself, inverted: what conjugate gradients are prepared with.

Of class k it is A_k = X' D_k X + Λ_k, with D_k = w π_k (1 − π_k). Few rows make up most of it:
those of the class, and those that are taken for it. They are kept as they are; the others o as
their mean m, weighted by D_k, and as the diagonal of what they add up to beside it,

    A_k ≈ B + R' R + s m m' ,   B = Λ_k + diag(X_o' D_k X_o − s m m') ,   s = Σ_o D_k ,

which Woodbury's identity inverts through a matrix of rows by rows. Where columns are fewer than
these rows, A_k itself is inverted.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array, issparse, vstack

from workbench.ridge.multinomial.softmax import AnyArray, Point, Softmax

HEAVY_ROWS = 100
"""Rows of a class that are kept: of 77 classes, 60 took more products and 300 more time."""

MOST_NUMBERS = 20_000_000
"""In matrices of columns by columns, of all classes."""

_TINY = 1e-10
_OF_INTERCEPT = 0.01  # share of its curvature that is kept beside the rows


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
            found = (problem.X.T @ (problem.X * h[:, None])).toarray()
        else:
            found = problem.X.T @ (problem.X * h[:, None])
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
    """Of the heaviest rows of each class, and of the mean and the diagonal of the others."""

    def __init__(self, problem: Softmax, at: Point) -> None:
        h = problem.weight[:, None] * at.chance * (1 - at.chance)
        every = h.sum(axis=0)
        most = min(HEAVY_ROWS, len(h) - 1)
        heavy = np.argpartition(-h, most, axis=0)[:most]
        roots = np.sqrt(np.take_along_axis(h, heavy, axis=0))
        np.put_along_axis(h, heavy, 0.0, axis=0)
        light = h.sum(axis=0)
        self.mean = problem.rows.dot_columns(h) / np.sqrt(light + np.finfo(h.dtype).tiny)
        diagonal = np.maximum(problem.rows.dot_squares(h) - self.mean**2, 0.0) + problem.penalties
        # of the intercept, which has no penalty, the mean leaves nothing
        diagonal[0] = np.maximum(diagonal[0], _OF_INTERCEPT * every)
        self.over = (1.0 / (diagonal + _TINY * (1.0 + diagonal))).astype(h.dtype)
        self.inner = np.empty((problem.classes, most + 1, most + 1))
        rows = []
        for k in range(problem.classes):
            R, self.inner[k] = self._of_class(problem.X, heavy[:, k], roots[:, k], k)
            rows.append(_among_all(R, k, problem.classes))
        self.inner = np.linalg.inv(self.inner).astype(h.dtype)
        self.rows = csr_array(vstack(rows, format="csr"))

    def _of_class(
        self, X: Any, rows: AnyArray, root: AnyArray, k: int
    ) -> tuple[csr_array, AnyArray]:
        """Return a class's weighted heavy rows (m, q), and I + R B⁻¹ R', its mean among them."""
        R, over, mean = X[rows], self.over[:, k], self.mean[:, k]
        if issparse(R):
            each = np.repeat(root, np.diff(R.indptr))
            R = csr_array((R.data * each, R.indices, R.indptr), shape=R.shape)
            wide = csr_array((R.data * over[R.indices], R.indices, R.indptr), shape=R.shape)
            among = (wide @ R.T).toarray()
        else:
            R = R * root[:, None]
            wide = R * over
            among = wide @ R.T
        beside = wide @ mean
        inner = np.empty((len(rows) + 1, len(rows) + 1), dtype=self.inner.dtype)
        inner[:-1, :-1], inner[-1, :-1], inner[:-1, -1] = among, beside, beside
        inner[-1, -1] = (mean * over) @ mean
        inner[np.diag_indices(len(inner))] += 1.0
        return csr_array(R), inner

    def __call__(self, G: AnyArray) -> AnyArray:
        out = self.over * G
        K, most = self.inner.shape[0], self.inner.shape[1] - 1
        of_rows = (self.rows @ out.ravel()).reshape(K, most)
        of_mean = np.einsum("qk,qk->k", self.mean, out)
        solved = np.matmul(self.inner, np.column_stack([of_rows, of_mean])[:, :, None])[:, :, 0]
        back = (self.rows.T @ solved[:, :most].ravel()).reshape(G.shape)
        back += self.mean * solved[:, most]
        back *= self.over
        out -= back
        return np.asarray(out)


def _among_all(R: csr_array, k: int, classes: int) -> csr_array:
    """Place the rows of one class among coefficients of all classes, (q, K) laid out flat."""
    indices = R.indices.astype(np.int64) * classes + k
    return csr_array((R.data, indices, R.indptr), shape=(R.shape[0], R.shape[1] * classes))
