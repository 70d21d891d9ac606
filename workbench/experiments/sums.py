"""Sums over contacts, by fold and arm, in one pass: of them regressions and balance are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import issparse

from workbench.experiments.tested import Numbers
from workbench.numbers import Array
from workbench.ridge.rows.blas import one_blas_thread

BLOCK = 4096
"""Rows at a time: they stay in the processor's cache."""


@dataclass(frozen=True)
class Sums:
    """Σ u u' of fold k and arm a, u being the sums of ω w (1, z, y) over a unit.

    Parameters
    ----------
    squares : ndarray, shape (K, A, p + 2, p + 2)
    totals : ndarray, shape (K, A, p + 2)
        Σ ω w (1, z, y).
    mean, scale : ndarray, shape (p,)
        z = (x − mean) / scale.
    omega : ndarray, shape (A,)
        The mean ω of each arm.
    """

    squares: Array
    totals: Array
    mean: Array
    scale: Array
    omega: Array

    def of_columns(self, number: int) -> Sums:
        """Keep the first columns."""
        keep = np.r_[0 : number + 1, self.squares.shape[-1] - 1]
        squares = self.squares[..., keep, :][..., keep]
        return replace(
            self,
            squares=squares,
            totals=self.totals[..., keep],
            mean=self.mean[:number],
            scale=self.scale[:number],
        )


@dataclass(frozen=True)
class Rows:
    """What is known of each row beside its columns; each of shape (n,)."""

    y: Array
    weight: Array
    omega: Array
    arm: Numbers
    fold: Numbers
    unit: Numbers | None = None


@one_blas_thread()  # blocks are small: threads would wait for one another
def sums_over(X: Any, rows: Rows) -> Sums:
    """Add up; X is an ndarray or csr_array of shape (n, p)."""
    shift, size = _roughly(X)
    K, A, p = int(rows.fold.max()) + 1, int(rows.arm.max()) + 1, X.shape[1]
    squares, totals = np.zeros((K * A, p + 2, p + 2)), np.zeros((K * A, p + 2))
    plain = np.zeros((3, p))
    label = rows.fold * A + rows.arm
    middle = float(rows.y.mean())
    for some, start in _blocks(label, rows.unit):
        U = np.empty((len(label[some]), p + 2))
        U[:, 0], U[:, -1] = 1.0, rows.y[some] - middle
        U[:, 1:-1] = (dense(X, some) - shift) / size
        w = rows.weight[some]
        plain[0] += w.sum()
        plain[1] += w @ U[:, 1:-1]
        plain[2] += w @ (U[:, 1:-1] ** 2)
        # independent contacts add their squares: w of them are w times one
        root = np.sqrt(w) if rows.unit is None else w
        U *= (rows.omega[some] * root)[:, None]
        of = label[some][start]
        if rows.unit is None:
            order = np.argsort(of, kind="stable")
            U, of, root = U[order], of[order], root[order]
        else:
            U, root = np.add.reduceat(U, start, axis=0), np.ones(len(start))
        edges = np.flatnonzero(np.r_[True, of[1:] != of[:-1], True])
        for first, last in pairwise(edges):
            here, k = U[first:last], of[first]
            squares[k] += here.T @ here
            totals[k] += root[first:last] @ here
    mean, scale, turn = _exactly(plain, shift, size, middle)
    squares = turn @ squares.reshape(K, A, p + 2, p + 2) @ turn.T
    totals = totals.reshape(K, A, p + 2) @ turn.T
    contacts = np.bincount(rows.arm, weights=rows.weight, minlength=A)
    omega = np.bincount(rows.arm, weights=rows.weight * rows.omega, minlength=A) / contacts
    return Sums(squares, totals, mean, scale, omega)


def _exactly(plain: Array, shift: Array, size: Array, middle: float) -> tuple[Array, Array, Array]:
    """Return mean, scale, and what turns roughly standardised columns into exactly so."""
    mean = plain[1] / plain[0]
    variance = np.maximum(plain[2] / plain[0] - mean**2, 0.0)
    scale = np.where(variance > 1e-12, np.sqrt(variance), 1.0)
    turn = np.diag(np.r_[1.0, 1 / scale, 1.0])
    turn[1:-1, 0] = -mean / scale
    turn[-1, 0] = middle
    return shift + size * mean, size * scale, turn


def _roughly(X: Any) -> tuple[Array, Array]:
    """Return about the mean and the standard deviation of each column, from some rows."""
    step = max(1, X.shape[0] // BLOCK)
    some = dense(X, slice(None, None, step)).astype(np.float64)
    spread = some.std(axis=0)
    shift = some.mean(axis=0)
    return shift, np.where(spread > 1e-9 * np.abs(shift), np.where(spread > 0, spread, 1.0), 1.0)


def _blocks(label: Numbers, unit: Numbers | None) -> Iterator[tuple[Any, Any]]:
    """Give rows, and where each unit starts among them; a unit of a label is never cut."""
    n = len(label)
    if unit is None:
        for first in range(0, n, BLOCK):
            yield slice(first, min(first + BLOCK, n)), slice(None)
        return
    order = np.lexsort((unit, label))
    new = (np.diff(label[order]) != 0) | (np.diff(unit[order]) != 0)
    starts = np.flatnonzero(np.r_[True, new])
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + BLOCK)))
        stop = int(starts[last]) if last < len(starts) else n
        yield order[starts[first] : stop], starts[first:last] - starts[first]
        first = last


def dense(X: Any, rows: Any) -> Any:
    """Return some rows as an array, whose zeros are written."""
    part = X[rows]
    return part.toarray() if issparse(part) else part


def centred(squares: Array) -> Array:
    """Take the mean out: Σ u u' without the first entry, which counts.

    S = U − u1 u1' / u11, the cross products about the (weighted) mean; shape (…, p + 1, p + 1).
    """
    ones = squares[..., 0, 0]
    outer = squares[..., 1:, 0, None] * squares[..., None, 0, 1:]
    safe = np.where(ones > 0, ones, 1.0)[..., None, None]
    return np.asarray(squares[..., 1:, 1:] - outer / safe)
