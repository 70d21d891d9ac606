"""What one pass over the rows leaves behind: enough to fit, tune and explain without them.

All statistics are of standardised columns z = (x − m)/s with the intercept first, but the
blocks are never standardised: with b on the standardised scale, η = c + x'(b/s) where
c = b0 − m'(b/s), and sums over x become sums over z in p-space.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from workbench.ridge.blocks import (
    AnyArray,
    Block,
    FewRows,
    Kernel,
    RowSource,
    known_to,
    sigmoid,
)
from workbench.ridge.sparse_rows import is_wide

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scaling:
    """How the columns in use are standardised: z = (x − m)/s.

    Parameters
    ----------
    mean, scale : ndarray, shape (p,)
        m and s of the columns in use.
    columns : ndarray of int, shape (p,)
        Where they stand in the blocks.
    width : int
        Number of columns of the blocks; those not in use have coefficient 0.
    """

    mean: Array
    scale: Array
    columns: npt.NDArray[np.int64]
    width: int

    def to_raw(self, b: Array) -> tuple[Array, Array]:
        """Return c (…,) and b/s (…, width) of coefficients (…, 1 + p): η = c + X (b/s)."""
        raw = b[..., 1:] / self.scale
        everywhere = np.zeros((*b.shape[:-1], self.width))
        everywhere[..., self.columns] = raw
        return b[..., 0] - raw @ self.mean, everywhere

    def score(self, first: Array, rest: Array) -> Array:
        """Turn Σ r (…,) and Σ r x (…, width) into Σ r (1, z); shape (…, 1 + p)."""
        standardised = (rest[..., self.columns] - first[..., None] * self.mean) / self.scale
        return np.concatenate([first[..., None], standardised], axis=-1)

    def gram(self, first: Array, cross: Array, rest: Array) -> Array:
        """Turn Σ v (…,), Σ v x (…, width) and Σ v x x' into Σ v (1, z)(1, z)'."""
        m, s, p = self.mean, self.scale, len(self.mean)
        cross = cross[..., self.columns]
        if p < self.width:
            rest = rest[..., self.columns[:, None], self.columns]
        out = np.empty((*first.shape, p + 1, p + 1))
        out[..., 0, 0] = first
        edge = (cross - first[..., None] * m) / s
        out[..., 0, 1:], out[..., 1:, 0] = edge, edge
        inverse, half = np.outer(1 / s, 1 / s), cross - 0.5 * first[..., None] * m
        for place in np.ndindex(first.shape):  # one matrix at a time stays in the cache
            own, shift = out[place][1:, 1:], np.outer(half[place], m)
            np.subtract(rest[place], shift, out=own)
            own -= shift.T
            own *= inverse
        return out


@dataclass(frozen=True)
class FoldStats:
    """Curvature, score and loss of each fold at coefficients ``b``, on the sum scale.

    Parameters
    ----------
    b : ndarray, shape (1 + p,)
        Where they were taken, intercept first, standardised.
    curvature : ndarray, shape (G, 1 + p, 1 + p)
        A_g = X_g'V_gX_g with v = w μ(1−μ).
    score : ndarray, shape (G, 1 + p)
        s_g = X_g'[w (y − μ)].
    loss, weight : ndarray, shape (G,)
    held : int
        The first so many folds can be left out.
    forward_from : int, optional
        Where it is given, only folds from this one on are judged, each by those before it;
        J folds are judged in all.
    """

    b: Array
    curvature: Array
    score: Array
    loss: Array
    weight: Array
    held: int
    forward_from: int | None = field(default=None, kw_only=True)

    @property
    def judged(self) -> slice:
        """The folds that are judged by what others tell."""
        return slice(self.forward_from or 0, self.held)

    @property
    def judged_folds(self) -> range:
        """Their numbers."""
        return range(self.judged.start, self.held)

    @property
    def judged_weight(self) -> float:
        """What turns the sum of judged losses into a mean."""
        if self.forward_from is None:
            return self.total_weight
        return float(self.weight[self.judged].sum())

    @property
    def penalty_weight(self) -> float | Array:
        """W that penalties are multiplied by: of all rows, or of those before a fold, (J, 1)."""
        return self.total_weight if self.forward_from is None else self.known(self.weight)[:, None]

    def ridges(self, penalties: Array) -> Array:
        """Return Λ of each judged fold, the intercept's 0 first; (J, 1 + p).

        Parameters
        ----------
        penalties : ndarray, shape (p,), (1, p) or (J, p)
            λ_j on the mean-loss scale.
        """
        scaled = penalties * self.penalty_weight
        ridge = np.concatenate([np.zeros((*scaled.shape[:-1], 1)), scaled], axis=-1)
        return np.broadcast_to(ridge, (len(self.judged_folds), len(self.b)))

    def known(self, of_fold: Array) -> Array:
        """Add up, for each judged fold, what it may learn from: (G, …) to (J, …)."""
        if self.forward_from is None:
            return np.asarray(of_fold.sum(axis=0) - of_fold[: self.held])
        return np.cumsum(of_fold, axis=0)[self.forward_from - 1 : self.held - 1]

    def known_to(self, fold: int) -> npt.NDArray[np.bool_]:
        """Return from which folds (G,) a judged one may learn."""
        return known_to(fold, len(self.weight), self.forward_from)

    def known_curvature(self, fold: int) -> Array:
        """Return Σ A_h of the folds that a judged one may learn from."""
        if self.forward_from is None:
            return np.asarray(self._total_curvature - self.curvature[fold])
        before: Array = self._curvature_before[fold - self.forward_from]
        return before

    def leaving_out(self) -> Self:
        """Return the same statistics, every fold judged by all others."""
        return replace(self, forward_from=None)

    @property
    def total_weight(self) -> float:
        """W."""
        return float(self.weight.sum())

    def total_curvature(self) -> Array:
        """Return A = Σ A_g; shape (1 + p, 1 + p)."""
        return self._total_curvature

    @cached_property
    def _total_curvature(self) -> Array:
        return np.asarray(self.curvature.sum(axis=0))

    @cached_property
    def _curvature_before(self) -> Array:
        return self.known(self.curvature)

    @cached_property
    def target(self) -> Array:
        """c_g = A_g b̃ + s_g: what each fold's expansion asks of the coefficients; (G, 1 + p)."""
        return np.asarray(self.curvature @ self.b + self.score)


def fold_stats(
    rows: RowSource, scaling: Scaling, b: Array, *, shift: Array | None = None
) -> FoldStats:
    """Take the statistics of each fold at b, in one pass; `shift` (G,) moves its intercept."""
    if is_wide(rows):
        from workbench.ridge.wide import WideStats  # which builds on this module

        return WideStats.take(rows, scaling, b)
    shift = np.zeros(rows.n_folds) if shift is None else shift
    sums = rows.by_fold(_curvature_kernel(scaling, b, rows.dtype, shift))
    v0, vx, vxx, r0, rx, loss, weight = sums
    A, s = scaling.gram(v0, vx, vxx), scaling.score(r0, rx)
    stats = FoldStats(b, A, s, loss, weight, rows.n_held, forward_from=rows.forward_from)
    if not isinstance(rows, FewRows):
        return stats
    from workbench.ridge.row_space import RowSpaceStats  # which builds on this module

    return RowSpaceStats.beside(stats, rows, scaling)


def stats_apart(rows: RowSource, scaling: Scaling, b: Array, fold: int) -> tuple[Array, ...]:
    """Take the statistics at b of the folds that one may learn from, and its own, in one pass.

    Returns
    -------
    curvature : ndarray, shape (2, 1 + p, 1 + p)
        Of those folds together first.
    score : ndarray, shape (2, 1 + p)
    loss : ndarray, shape (2,)
    """
    kernel = _curvature_kernel(scaling, b, rows.dtype, np.zeros(rows.n_folds))
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


def curvature_without(rows: RowSource, scaling: Scaling, b: Array, fold: int) -> Array:
    """Return Σ A_h at b of the folds that one may learn from, in one pass; (1 + p, 1 + p)."""
    kernel = _curvature_kernel(scaling, b, rows.dtype, np.zeros(rows.n_folds))
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


def score_and_loss(rows: RowSource, scaling: Scaling, b: Array) -> tuple[Array, float]:
    """Return Σ w (y − μ)(1, z) (1 + p,) and Σ w [log(1+e^η) − y η] at b, in one pass."""
    r0, rx, loss = rows.total(_score_kernel(scaling, b, rows.dtype))
    return scaling.score(r0, rx), float(loss)


def total_curvature(rows: RowSource, scaling: Scaling, b: Array) -> Array:
    """Return A = Σ A_g at b, in one pass that holds no matrix a fold; shape (1 + p, 1 + p)."""
    kernel = _curvature_kernel(scaling, b, rows.dtype, np.zeros(rows.n_folds))
    return scaling.gram(*rows.total(lambda block: kernel(block)[:3]))


def _score_kernel(scaling: Scaling, b: Array, dtype: np.dtype[np.floating]) -> Kernel:
    c, raw = _as_type(scaling.to_raw(b), dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw
        eta += c
        residual = block.y - sigmoid(eta)
        residual *= block.weight
        return residual.sum(dtype=float), residual @ block.X, loss_of(eta, block)

    return kernel


def _curvature_kernel(
    scaling: Scaling, b: Array, dtype: np.dtype[np.floating], shift: Array
) -> Kernel:
    first, rest = scaling.to_raw(b)
    c, raw = _as_type((first + shift, rest), dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw
        eta += c[block.fold]
        mu = sigmoid(eta)
        residual = block.weight * (block.y - mu)
        root = np.sqrt(block.weight * mu * (1 - mu))
        weighted = block.X * root[:, None]
        return (
            (root * root).sum(dtype=float),
            root @ weighted,
            weighted.T @ weighted,
            residual.sum(dtype=float),
            residual @ block.X,
            loss_of(eta, block),
            block.weight.sum(dtype=float),
        )

    return kernel


def loss_of(eta: AnyArray, block: Block) -> float:
    """Return Σ w [ log(1 + e^η) − y η ] of a block."""
    # log(1 + e^η) = max(η, 0) + log(1 + e^−|η|): faster than logaddexp, and as exact
    losses = np.log1p(np.exp(-np.abs(eta)))
    losses += np.maximum(eta, 0)
    losses -= block.y * eta
    return float(np.vdot(block.weight.astype(float), losses))


def _as_type(parts: tuple[Array, Array], dtype: np.dtype[np.floating]) -> tuple[AnyArray, AnyArray]:
    return parts[0].astype(dtype), parts[1].astype(dtype)
