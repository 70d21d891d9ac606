"""The loss on each campaign left out, under any penalties: from statistics, and exactly.

With A = Σ A_g and c_g = A_g b̃ + s_g of FoldStats at b̃, the coefficients without fold g
under a diagonal Λ (sum scale, Λ_jj = W λ_j, the intercept's 0) are, to one Newton step,

    b_{−g}(Λ) = (A − A_g + Λ)⁻¹ (c − c_g) ,   δ_g = b_{−g} − b̃ ,

and the left-out loss is the quadratic Σ_g [ l_g − s_g'δ_g + ½ δ_g'A_gδ_g ]: one p × p
Cholesky a fold, and no row. The exact loss takes a few passes that carry all folds'
coefficients at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit

from workbench._checks import listed
from workbench.errors import FitError
from workbench.ridge.blocks import Block, Kernel, RowSource, one_blas_thread
from workbench.ridge.fold_stats import FoldStats, Scaling, loss_of

Array = npt.NDArray[np.float64]

_CLOSE = 1e-6  # left-out fits stop here: their loss is then exact to about 1e-10
_MOST_PASSES = 25
_NOTHING_LEFT = 1e-6  # of a column's curvature, as a root: what is left is rounding


class LeftOut(NamedTuple):
    """Left-out losses and their slope.

    ``loss`` (G,) is each fold's, summed over its rows; ``slope`` (p,) is the derivative
    of their total in each column's log λ_j; ``b`` (G, 1 + p) the coefficients.
    """

    loss: Array
    slope: Array
    b: Array

    @property
    def total(self) -> float:
        """Sum over folds."""
        return float(self.loss.sum())


def quadratic(stats: FoldStats, penalties: Array, names: tuple[str, ...] = ()) -> LeftOut:
    """Expand the left-out loss about ``stats.b``: no pass over the rows.

    Parameters
    ----------
    stats : FoldStats
    penalties : ndarray, shape (p,)
        λ_j on the mean-loss scale.
    names : tuple of str
        Column names, for messages.

    Raises
    ------
    FitError
        A column with penalty zero lives in one fold only, so that without that fold its
        coefficient is not determined.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench.ridge.blocks import ArrayRows
    >>> from workbench.ridge.fold_stats import fold_stats, moments
    >>> X, y = np.array([[0.0], [1.0], [0.0], [1.0]]), np.array([0.0, 1.0, 1.0, 1.0])
    >>> rows = ArrayRows(X, y, fold=np.array([0, 0, 1, 1]))
    >>> scaling = moments(rows, np.zeros(1)).scaling(np.array([True]))
    >>> quadratic(fold_stats(rows, scaling, np.zeros(2)), np.array([0.1])).loss.round(3)
    array([...])
    """
    from workbench.ridge.row_space import RowSpaceStats  # both build on this module
    from workbench.ridge.wide import WideStats

    if isinstance(stats, WideStats | RowSpaceStats):
        return stats.quadratic(penalties, names)
    ridge = _sum_scale(stats, penalties)
    target = stats.curvature @ stats.b + stats.score  # c_g
    rest_target = target.sum(axis=0) - target
    b = np.empty_like(target[: stats.held])
    loss, slope = stats.loss[: stats.held].copy(), np.zeros(len(ridge))
    with one_blas_thread():
        for g, factor in _factors(stats, ridge, names):
            b[g] = cho_solve(factor, rest_target[g])
            delta = b[g] - stats.b
            bent = stats.curvature[g] @ delta
            loss[g] += delta @ (0.5 * bent - stats.score[g])
            pull = cho_solve(factor, bent - stats.score[g])
            slope -= ridge * b[g] * pull
    return LeftOut(loss, slope[1:], b)


def exact(
    rows: RowSource,
    scaling: Scaling,
    stats: FoldStats,
    penalties: Array,
    *,
    names: tuple[str, ...] = (),
) -> tuple[Array, Array]:
    """Fit without each fold, all folds in the same passes, and take the left-out losses.

    Chord steps: each fold keeps the curvature A − A_g + Λ of `stats`, and takes its
    gradient from the rows.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    stats : FoldStats
        Taken near the optimum under these penalties.
    penalties : ndarray, shape (p,)
    names : tuple of str

    Returns
    -------
    loss : ndarray, shape (G,)
        Summed over each fold's rows.
    b : ndarray, shape (G, 1 + p)

    Raises
    ------
    FitError
        As in `quadratic`.
    """
    ridge = _sum_scale(stats, penalties)
    b = quadratic(stats, penalties, names).b
    factors = [factor for _, factor in _factors(stats, ridge, names)]
    length, before = np.ones(len(b)), np.full(len(b), np.inf)
    for _ in range(_MOST_PASSES):
        score, loss = _scores(rows, scaling, b)
        gradient = ridge * b - score
        size = np.abs(gradient).max(axis=1) / stats.total_weight
        if size.max() <= _CLOSE:
            break
        # a fold whose gradient grew overshot: the frozen curvature was too small for it
        length = np.where(size > before, length / 2, length)
        before = size
        for g, factor in enumerate(factors):
            b[g] -= length[g] * cho_solve(factor, gradient[g])
    return loss, b


def _sum_scale(stats: FoldStats, penalties: Array) -> Array:
    return np.concatenate([[0.0], penalties * stats.total_weight])


def _factors(
    stats: FoldStats, ridge: Array, names: tuple[str, ...]
) -> Iterator[tuple[int, tuple[Array, bool]]]:
    hessian = stats.total_curvature() + np.diag(ridge)
    for g, own in enumerate(stats.curvature[: stats.held]):
        factor = _factor(hessian - own, of_all=np.diag(hessian), free=ridge == 0)
        if factor is None:
            raise FitError(_lonely_message(hessian - own, ridge, names))
        yield g, factor


def _factor(
    rest: Array, *, of_all: Array, free: npt.NDArray[np.bool_]
) -> tuple[Array, bool] | None:
    """Factor what the other folds know, or return None where that leaves a column open."""
    try:
        factor = cho_factor(rest)
    except LinAlgError:
        return None
    # rounding can leave a tiny positive pivot where there is nothing
    left = np.diag(factor[0]) / np.sqrt(of_all)
    return None if (left[free] < _NOTHING_LEFT).any() else factor


def _lonely_message(rest: Array, ridge: Array, names: tuple[str, ...]) -> str:
    direction = np.abs(np.linalg.eigh(rest)[1][:, 0])
    involved = np.flatnonzero((direction > 0.1 * direction.max()) & (ridge == 0))
    return lonely_message(involved, names)


def lonely_message(involved: npt.NDArray[np.int64], names: tuple[str, ...]) -> str:
    """Say that unpenalised columns, numbered from the intercept, live in one fold only."""
    named = [names[j - 1] if names else f"column {j - 1}" for j in involved.tolist() if j]
    return (
        f"Unpenalised columns must vary in at least two campaigns; {listed(named)} do not, so "
        "leaving that campaign out leaves them undetermined. Give them a penalty (a factor above "
        "0)."
    )


def _scores(rows: RowSource, scaling: Scaling, b: Array) -> tuple[Array, Array]:
    """Return the score of the rows outside each fold (G, 1 + p), and each fold's loss (G,)."""
    r0, rx, loss = rows.by_fold(_left_out_kernel(scaling, b, rows.dtype))
    return scaling.score(r0.sum(axis=0), rx.sum(axis=0)), loss[: rows.n_held]


def _left_out_kernel(scaling: Scaling, b: Array, dtype: np.dtype[np.floating]) -> Kernel:
    c, raw = (part.astype(dtype) for part in scaling.to_raw(b))

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw.T
        eta += c
        held = block.fold < len(c)
        loss = loss_of(eta[:, block.fold].copy(), block) if held else 0.0
        residual = block.y[:, None] - expit(eta)
        residual *= block.weight[:, None]
        if held:
            residual[:, block.fold] = 0.0  # a fold's coefficients do not learn from its rows
        return residual.sum(axis=0, dtype=float), residual.T @ block.X, loss

    return kernel
