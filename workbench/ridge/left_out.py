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
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

from workbench._checks import listed
from workbench.errors import FitError
from workbench.ridge.blocks import RowSource, one_blas_thread
from workbench.ridge.fold_refits import Here, LeftOutFold, Refits, refit_without
from workbench.ridge.fold_stats import FoldStats, Scaling

Array = npt.NDArray[np.float64]

_ROUNDING = {4: 1e-7, 8: 1e-14}  # a mean gradient this small is rounding, by bytes of a float
_NOTHING_LEFT = 1e-6  # of a column's curvature, as a root: what is left is rounding

HIGH_LEVERAGE = 0.9
"""Above it, one Newton step is no longer enough."""


class LeftOut(NamedTuple):
    """Left-out losses and their slope.

    ``loss`` (G,) is each fold's, summed over its rows; ``slope`` (G, p) its derivative in
    each column's log λ_j; ``b`` (G, 1 + p) the coefficients.
    """

    loss: Array
    slope: Array
    b: Array

    @property
    def total(self) -> float:
        """Sum over folds."""
        return float(self.loss.sum())


def quadratic(
    stats: FoldStats,
    penalties: Array,
    names: tuple[str, ...] = (),
    *,
    judged: FoldStats | None = None,
) -> LeftOut:
    """Expand the left-out loss about ``stats.b``: no pass over the rows.

    Parameters
    ----------
    stats : FoldStats
    penalties : ndarray, shape (p,) or (G, p)
        λ_j on the mean-loss scale; a row a fold where they differ.
    names : tuple of str
        Column names, for messages.
    judged : FoldStats, optional
        What each left-out fold is judged by, where that is not `stats` itself.

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

    as_it_is = judged is None or judged is stats
    if as_it_is and isinstance(stats, WideStats | RowSpaceStats):
        return stats.quadratic(np.squeeze(penalties), names)
    ridge = np.broadcast_to(_sum_scale(stats, penalties), (stats.held, len(stats.b)))
    target = stats.curvature @ stats.b + stats.score  # c_g
    rest_target = target.sum(axis=0) - target
    b = np.empty_like(target[: stats.held])
    judged = stats if judged is None else judged
    loss, slope = judged.loss[: stats.held].copy(), np.empty_like(b)
    with one_blas_thread():
        for g, factor in enumerate(_factors(stats, ridge, names)):
            b[g] = cho_solve(factor, rest_target[g])
            delta = b[g] - stats.b
            bent = judged.curvature[g] @ delta
            loss[g] += delta @ (0.5 * bent - judged.score[g])
            pull = cho_solve(factor, bent - judged.score[g])
            slope[g] = -ridge[g] * b[g] * pull
    return LeftOut(loss, slope[:, 1:], b)


def exact(
    rows: RowSource,
    scaling: Scaling,
    stats: FoldStats,
    penalties: Array,
    *,
    names: tuple[str, ...] = (),
) -> tuple[Array, Array]:
    """Fit without each fold, all folds in the same passes, and take the left-out losses.

    Chord steps: each fold keeps the curvature A − A_g + Λ of `stats` while that contracts,
    and takes its gradient from the rows (`fold_refits`), until the step that is left would
    change no fold's loss by a ten-millionth.

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

    Warns
    -----
    ConvergenceWarning
        A fold's fit did not arrive.
    """
    refits = _refit(rows, scaling, stats, penalties, names, np.arange(stats.held))
    return refits.loss, refits.b


def polished(
    rows: RowSource,
    scaling: Scaling,
    stats: FoldStats,
    penalties: Array,
    *,
    names: tuple[str, ...] = (),
) -> tuple[Array, Array]:
    """Take the quadratic's left-out losses, and exact ones of folds of high leverage.

    Parameters, returns and errors are those of `exact`. No row is read where no fold's
    leverage is above 0.9.
    """
    one_step = quadratic(stats, penalties, names)
    loss, b = one_step.loss, one_step.b
    if not stats.curvature.size:  # columns too many for it: one step is all there is
        return loss, b
    high = folds_of_high_leverage(stats, penalties)
    if len(high):
        refits = _refit(rows, scaling, stats, penalties, names, high)
        loss[high], b[high] = refits.loss, refits.b
    return loss, b


def fold_leverage(
    stats: FoldStats, penalties: Array, folds: npt.NDArray[np.int64] | None = None
) -> Array:
    """Return how much of what the fit knows, in some direction, it knows from one fold.

        max_x  x'A_g x / x'H x ,  H = A + Λ

    is the largest eigenvalue of A_g^{½} H⁻¹ A_g^{½}: 0 for a fold that tells nothing, 1 where
    nothing else tells that direction. One Newton step away from the fit is trusted up to
    0.9; beyond, `polished` or `exact` are needed (measured: at 0.6 to 0.7 the losses of folds
    were 0.1 to 4% off, at 0.97 by 6% to a hundredfold).

    Parameters
    ----------
    stats : FoldStats
    penalties : ndarray, shape (p,)
        λ_j on the mean-loss scale.
    folds : ndarray of int, shape (F,), optional
        Default: all that can be left out.

    Returns
    -------
    ndarray, shape (F,)

    Examples
    --------
    >>> import numpy as np
    >>> curvature = np.array([np.diag([2.0, 9.0]), np.diag([2.0, 0.0])])
    >>> flat = np.zeros((2, 2))
    >>> stats = FoldStats(np.zeros(2), curvature, flat, flat[0], np.ones(2), held=2)
    >>> fold_leverage(stats, np.array([0.5]))
    array([0.9, 0.5])
    """
    hessian = stats.total_curvature() + np.diag(_sum_scale(stats, penalties))
    last = [len(hessian) - 1] * 2
    found = []
    with one_blas_thread():
        for g in range(stats.held) if folds is None else folds:
            own = stats.curvature[g]
            found.append(eigh(own, hessian, eigvals_only=True, subset_by_index=last)[0])
    return np.array(found)


def folds_of_high_leverage(stats: FoldStats, penalties: Array) -> npt.NDArray[np.int64]:
    """Return the folds whose leverage is above 0.9."""
    hessian = stats.total_curvature() + np.diag(_sum_scale(stats, penalties))
    inverse = cho_solve(cho_factor(hessian), np.eye(len(hessian)))
    # the eigenvalues' sum is cheap, and no less than the largest: of many folds, few are left
    sums = np.einsum("gij,ij->g", stats.curvature[: stats.held], inverse)
    folds = np.flatnonzero(sums > HIGH_LEVERAGE)
    return folds[fold_leverage(stats, penalties, folds) > HIGH_LEVERAGE]


def _refit(
    rows: RowSource,
    scaling: Scaling,
    stats: FoldStats,
    penalties: Array,
    names: tuple[str, ...],
    folds: npt.NDArray[np.int64],
) -> Refits:
    ridge = _sum_scale(stats, penalties)
    wanted = set(folds.tolist())
    gradient = ridge * stats.b - (stats.score.sum(axis=0) - stats.score)
    floor = stats.total_weight * _ROUNDING[rows.dtype.itemsize]
    fits = [
        LeftOutFold(
            g,
            stats.b,
            Here(gradient[g], float(stats.loss[g]), stats.score[g]),
            factor,
            floor=floor,
        )
        for g, factor in enumerate(_factors(stats, ridge, names))
        if g in wanted
    ]
    return refit_without(rows, scaling, ridge, fits)


def _sum_scale(stats: FoldStats, penalties: Array) -> Array:
    """Return Λ, the intercept's 0 first; shape (1 + p,), or (G, 1 + p)."""
    first = np.zeros((*penalties.shape[:-1], 1))
    return np.concatenate([first, penalties * stats.total_weight], axis=-1)


def _factors(
    stats: FoldStats, ridge: Array, names: tuple[str, ...]
) -> Iterator[tuple[Array, bool]]:
    total = stats.total_curvature()
    of_fold = np.broadcast_to(ridge, (stats.held, len(total)))
    for own, penalty in zip(stats.curvature[: stats.held], of_fold, strict=True):
        rest = total - own
        rest[np.diag_indices_from(rest)] += penalty
        factor = _factor(rest, of_all=np.diag(total) + penalty, free=penalty == 0)
        if factor is None:
            raise FitError(_lonely_message(rest, penalty, names))
        yield factor


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
