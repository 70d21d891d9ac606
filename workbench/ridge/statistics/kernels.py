"""Sums over rows at coefficients b: scores, losses and curvature, each in one pass.

All are of standardised columns with the intercept first, and carried there in p-space
(`scaling`).
"""

from __future__ import annotations

import numpy as np

from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.rows.source import AnyArray, Array, Block, Kernel, RowSource, known_to
from workbench.ridge.statistics.scaling import Scaling


def curvature_by_fold(
    rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome, shift: Array | None = None
) -> tuple[Array, Array, Array, Array]:
    """Return A_g (G, 1 + p, 1 + p), s_g (G, 1 + p), loss and weight (G,) at b, in one pass.

    `shift` (G,) moves each fold's intercept.
    """
    shift = np.zeros(rows.n_folds) if shift is None else shift
    sums = rows.by_fold(_curvature_kernel(scaling, b, outcome, rows.dtype, shift))
    v0, vx, vxx, r0, rx, loss, weight = sums
    return scaling.gram(v0, vx, vxx), scaling.score(r0, rx), loss, weight


def score_by_fold(
    rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome
) -> tuple[Array, Array, Array]:
    """Return s_g (G, 1 + p), loss and weight (G,) at b, in one pass."""
    kernel = _score_kernel(scaling, b, outcome, rows.dtype)

    def with_weight(block: Block) -> tuple[object, ...]:
        return *kernel(block), block.weight.sum(dtype=float)

    r0, rx, loss, weight = rows.by_fold(with_weight)
    return scaling.score(r0, rx), loss, weight


def stats_apart(
    rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome, fold: int
) -> tuple[Array, ...]:
    """Take the statistics at b of the folds that one may learn from, and its own, in one pass.

    Returns
    -------
    curvature : ndarray, shape (2, 1 + p, 1 + p)
        Of those folds together first.
    score : ndarray, shape (2, 1 + p)
    loss : ndarray, shape (2,)
    """
    kernel = _curvature_kernel(scaling, b, outcome, rows.dtype, np.zeros(rows.n_folds))
    known = known_to(fold, rows.n_folds, rows.forward_from)

    def apart(block: Block) -> tuple[object, ...]:
        parts = [np.asarray(part) for part in kernel(block)[:6]]
        out = [np.zeros((2, *part.shape)) for part in parts]
        for both, part in zip(out, parts, strict=True):
            if known[block.fold] or block.fold == fold:
                both[int(block.fold == fold)] = part
        return tuple(out)

    v0, vx, vxx, r0, rx, loss = rows.total(apart)
    return scaling.gram(v0, vx, vxx), scaling.score(r0, rx), loss


def curvature_without(
    rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome, fold: int
) -> Array:
    """Return Σ A_h at b of the folds that one may learn from, in one pass; (1 + p, 1 + p)."""
    kernel = _curvature_kernel(scaling, b, outcome, rows.dtype, np.zeros(rows.n_folds))
    known = known_to(fold, rows.n_folds, rows.forward_from)

    def others(block: Block) -> tuple[object, ...]:
        if not known[block.fold]:
            width = scaling.width
            return 0.0, np.zeros(width), np.zeros((width, width))
        return kernel(block)[:3]

    return scaling.gram(*rows.total(others))


def score_covariance(rows: RowSource, scaling: Scaling, b: Array) -> tuple[Array, float]:
    """Return (1/W) Σ w z η (p,) and Var(η) at b, in one pass."""
    c, raw = _as_type(scaling.to_raw(b), rows.dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw + c
        weighted = block.weight * eta
        return (
            block.weight.sum(dtype=float),
            weighted.sum(dtype=float),
            float(weighted @ eta),
            weighted @ block.X,
        )

    weight, first, second, cross = rows.total(kernel)
    covariance = scaling.score(first, cross)[1:] / weight
    return covariance, float(second / weight - (first / weight) ** 2)


def pearson(rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome) -> float:
    """Return χ² = Σ w (y − μ)² / (dμ/dη) at b, in one pass."""
    c, raw = _as_type(scaling.to_raw(b), rows.dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        return (pearson_of(block.X @ raw + c, block, outcome),)

    (chi2,) = rows.total(kernel)
    return float(chi2)


def pearson_of(eta: AnyArray, block: Block, outcome: Outcome) -> float:
    """Return χ² of a block at η; a row whose mean is nothing, as was its count, adds nothing."""
    mu, weight = outcome.mean(eta).astype(float), block.weight.astype(float)
    spread = np.maximum(outcome.curvature(mu, weight), np.finfo(float).tiny)
    return float((weight**2 * (block.y - mu) ** 2 / spread).sum())


def score_and_loss(
    rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome
) -> tuple[Array, float]:
    """Return Σ w (y − μ)(1, z) (1 + p,) and the loss at b, in one pass."""
    r0, rx, loss = rows.total(_score_kernel(scaling, b, outcome, rows.dtype))
    return scaling.score(r0, rx), float(loss)


def total_curvature(rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome) -> Array:
    """Return A = Σ A_g at b, in one pass that holds no matrix a fold; shape (1 + p, 1 + p)."""
    kernel = _curvature_kernel(scaling, b, outcome, rows.dtype, np.zeros(rows.n_folds))
    return scaling.gram(*rows.total(lambda block: kernel(block)[:3]))


def _score_kernel(
    scaling: Scaling, b: Array, outcome: Outcome, dtype: np.dtype[np.floating]
) -> Kernel:
    c, raw = _as_type(scaling.to_raw(b), dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw
        eta += c
        residual = block.y - outcome.mean(eta)
        residual *= block.weight
        return residual.sum(dtype=float), residual @ block.X, outcome.loss(eta, block)

    return kernel


def _curvature_kernel(
    scaling: Scaling, b: Array, outcome: Outcome, dtype: np.dtype[np.floating], shift: Array
) -> Kernel:
    first, rest = scaling.to_raw(b)
    c, raw = _as_type((first + shift, rest), dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw
        eta += c[block.fold]
        mu = outcome.mean(eta)
        residual = block.weight * (block.y - mu)
        root = np.sqrt(outcome.curvature(mu, block.weight))
        weighted = block.X * root[:, None]
        return (
            (root * root).sum(dtype=float),
            root @ weighted,
            weighted.T @ weighted,
            residual.sum(dtype=float),
            residual @ block.X,
            outcome.loss(eta, block),
            block.weight.sum(dtype=float),
        )

    return kernel


def _as_type(parts: tuple[Array, Array], dtype: np.dtype[np.floating]) -> tuple[AnyArray, AnyArray]:
    return parts[0].astype(dtype), parts[1].astype(dtype)
