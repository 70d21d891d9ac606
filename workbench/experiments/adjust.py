"""What an outcome would have been anyway: ridge regressions without the row's own unit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from workbench.experiments.sums import BLOCK, Sums, centred, dense
from workbench.experiments.tested import Numbers
from workbench.numbers import Array
from workbench.ridge.rows.blas import one_blas_thread

FOLDS = 5

PENALTIES = np.append(np.geomspace(1e-5, 1e2, 22), np.inf)
"""Tried per standardised column, on the scale of mean losses; inf adjusts nothing."""

TILTS = (1.0, 0.0)
"""Tried: how much more a row of a smaller arm counts, as the exponent of ω². 1: as it counts in
the variance, best of many rows; 0: not at all, which wastes no row where arms are alike."""

ALIKE = 1.2
"""Up to this ratio of ω² the tilts are taken for one."""


def dealt(unit: Numbers | None, arm: Numbers, stratum: Numbers, seed: int) -> Numbers:
    """Deal units to folds at random, those of each arm and stratum alike; shape (n,)."""
    rng = np.random.default_rng(seed)
    label = stratum * (int(arm.max()) + 1) + arm
    if unit is None:
        return _deal(label, rng)
    _, first = np.unique(unit, return_index=True)
    return _deal(label[first], rng)[unit]


def _deal(label: Numbers, rng: np.random.Generator) -> Numbers:
    order = np.lexsort((rng.random(len(label)), label))
    fold = np.empty(len(label), dtype=np.int64)
    fold[order] = np.arange(len(label)) % FOLDS
    return fold


@one_blas_thread()
def coefficients(sums: Sums, pair: tuple[int, int]) -> tuple[Array, Array]:
    """Fit the adjustment of a pair of arms, for each fold by the others.

    With ω the inverse share of an arm, the variance of the difference of means of y − z'b is,
    but for a factor,

        V(b) = Σ_a Σ_{i in a} ω_i² (y_i − ȳ_a − (z_i − z̄_a)'b)² ,

    and b minimises V(b)/T + λ b'b, T being Σ ω². So one regression serves both arms. λ, and
    whether ω² counts in the regression, too, are tuned by V of folds left out, once more without
    the fold that the regression is for. λ = ∞ is among those tried: it adjusts nothing.

    Parameters
    ----------
    sums : Sums
    pair : (int, int)

    Returns
    -------
    coefficients : ndarray, shape (K, p)
        Per standardised column.
    penalties : ndarray, shape (K,)

    References
    ----------
    Lin (2013), Agnostic notes on regression adjustments to experimental data, Annals of Applied
    Statistics 7. Lu & Liu (2024), Tyranny-of-the-minority regression adjustment in randomized
    experiments, JASA 119.
    """
    squares = sums.squares[:, list(pair)]
    K, total = len(squares), squares.sum(axis=0)
    per_row = sums.omega[list(pair)] ** 2
    loss = np.zeros((K, K, len(TILTS) * len(PENALTIES)))
    for j, k in combinations(range(K), 2):
        fits = _ridges(total - squares[j] - squares[k], per_row)
        loss[j, k] = _loss(squares[k], fits)  # [outer, inner]: judged on the inner one
        loss[k, j] = _loss(squares[j], fits)
    best = loss.sum(axis=1).argmin(axis=1)
    found = np.stack([_ridges(total - squares[k], per_row)[:, best[k]] for k in range(K)])
    return found, np.tile(PENALTIES, len(TILTS))[best]


def _ridges(squares: Array, per_row: Array) -> Array:
    """Return coefficients at each tilt and penalty, shape (p, tilts penalties).

    `per_row` is ω² of either arm. Where both are about the same, so are the tilts.
    """
    S, counted = centred(squares), squares[:, 0, 0]
    tilts = TILTS if per_row.max() > ALIKE * per_row.min() else TILTS[:1]
    found = [_ridge(S, counted, per_row ** (tilt - 1)) for tilt in tilts]
    return np.hstack(found * (len(TILTS) // len(tilts)))


def _ridge(S: Array, counted: Array, scale: Array) -> Array:
    A = np.tensordot(scale, S, axes=1) / float(scale @ counted)
    values, vectors = np.linalg.eigh(A[:-1, :-1])
    projected = vectors.T @ A[:-1, -1]
    held = np.maximum(values, 0.0)[:, None] + PENALTIES[None, :]
    return np.asarray(vectors @ (projected[:, None] / held))


def _loss(squares: Array, fits: Array) -> Array:
    """Return V of a fold at each tilt and penalty, shape (tilts penalties,)."""
    S = centred(squares).sum(axis=0)
    return np.asarray(
        S[-1, -1] - 2 * fits.T @ S[:-1, -1] + ((S[:-1, :-1] @ fits) * fits).sum(axis=0)
    )


@one_blas_thread()
def expected(X: Any, sums: Sums, found: Sequence[Array], fold: Numbers) -> Array:
    """Return what is expected of each row by each pair's regressions, shape (pairs, n)."""
    K, n = len(sums.squares), X.shape[0]
    stacked = np.concatenate([b / sums.scale for b in found]).T  # (p, pairs K)
    out = np.zeros((len(found), n))
    for start in range(0, n, BLOCK):
        some = slice(start, start + BLOCK)
        all_folds = ((dense(X, some) - sums.mean) @ stacked).reshape(-1, len(found), K)
        out[:, some] = np.take_along_axis(all_folds, fold[some, None, None], axis=2)[:, :, 0].T
    return out
