"""Sums over contacts, by fold and arm, in one pass: of them regressions and balance are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import issparse

from workbench.experiments.tested import Numbers
from workbench.numbers import Array

BLOCK = 16_384
"""Rows at a time."""


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
    """

    squares: Array
    totals: Array
    mean: Array
    scale: Array


def sums_over(
    X: Any,
    y: Array,
    *,
    weight: Array,
    omega: Array,
    arm: Numbers,
    unit: Numbers | None,
    fold: Numbers,
) -> Sums:
    """Add up; X is an ndarray or csr_array of shape (n, p)."""
    mean, scale = moments(X, weight)
    K, A, p = int(fold.max()) + 1, int(arm.max()) + 1, X.shape[1]
    squares = np.zeros((K, A, p + 2, p + 2))
    totals = np.zeros((K, A, p + 2))
    label = fold * A + arm
    for rows, start in _blocks(label, unit):
        U = np.empty((len(rows), p + 2))
        U[:, 0], U[:, -1] = 1.0, y[rows]
        U[:, 1:-1] = (dense(X, rows) - mean) / scale
        # independent contacts add their squares: w of them are w times one
        U *= (omega[rows] * (np.sqrt(weight[rows]) if unit is None else weight[rows]))[:, None]
        if unit is not None:
            U = np.add.reduceat(U, start, axis=0)
        of = label[rows][start] if unit is not None else label[rows]
        for one in np.unique(of):
            k, a = divmod(int(one), A)
            here = U[of == one]
            squares[k, a] += here.T @ here
            root = np.sqrt(weight[rows][of == one]) if unit is None else np.ones(len(here))
            totals[k, a] += root @ here
    return Sums(squares, totals, mean, scale)


def _blocks(label: Numbers, unit: Numbers | None) -> Iterator[tuple[Numbers, Numbers]]:
    """Give rows by label, and where each unit starts among them; a unit is never cut."""
    n = len(label)
    if unit is None:
        order = np.argsort(label, kind="stable")
        for first in range(0, n, BLOCK):
            rows = order[first : first + BLOCK]
            yield rows, np.arange(len(rows))
        return
    order = np.lexsort((unit, label))
    both = np.column_stack([label[order], unit[order]])
    starts = np.flatnonzero(np.r_[True, (np.diff(both, axis=0) != 0).any(axis=1)])
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + BLOCK)))
        stop = int(starts[last]) if last < len(starts) else n
        yield order[starts[first] : stop], starts[first:last] - starts[first]
        first = last


def moments(X: Any, weight: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of each column; 1 where it is constant."""
    total, n, p = float(weight.sum()), X.shape[0], X.shape[1]
    first, second = np.zeros(p), np.zeros(p)
    shift = np.asarray(dense(X, np.arange(min(n, 1000))), dtype=np.float64).mean(axis=0)
    for start in range(0, n, BLOCK):
        part = dense(X, slice(start, start + BLOCK)) - shift
        w = weight[start : start + BLOCK]
        first += w @ part
        second += w @ part**2
    mean = first / total
    variance = np.maximum(second / total - mean**2, 0.0)
    scale = np.sqrt(variance)
    return shift + mean, np.where(scale > 1e-9 * np.maximum(1.0, np.abs(shift)), scale, 1.0)


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
    return squares[..., 1:, 1:] - outer / safe
