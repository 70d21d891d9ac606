"""Fits without each fold where no p × p matrix can be held: the same chord steps, solved by CG.

All folds move in the same passes. The curvature is that of the statistics at hand, as
products; where a step leaves too much of a gradient it is taken anew, once for all folds,
at the mean of their coefficients.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.ridge.fold_refits import MOST_PASSES, SAME_LOSS, Refits, scores_without
from workbench.ridge.fold_stats import Scaling
from workbench.ridge.sparse_rows import SparseRows
from workbench.ridge.wide import WideStats

Array = npt.NDArray[np.float64]

_SLOW = 0.5  # a pass that leaves more than this share of the gradient asks for curvature
_ROUNDING = 1e-14  # a mean gradient this small is rounding


def refit_wide(
    rows: SparseRows,
    scaling: Scaling,
    stats: WideStats,
    penalties: Array,
    *,
    names: tuple[str, ...] = (),
    close: float = SAME_LOSS,
) -> Refits:
    """Fit without each fold, from statistics taken near.

    Parameters
    ----------
    rows : SparseRows
    scaling : Scaling
    stats : WideStats
    penalties : ndarray, shape (p,)
    names : tuple of str
    close : float
        Share of a fold's loss that the step which is left may still change.

    Returns
    -------
    Refits

    Raises
    ------
    FitError
        A column with penalty zero lives in one fold only.
    """
    ridge, folds = stats.ridges(penalties), np.array(stats.judged_folds)
    floor = stats.total_weight * _ROUNDING
    b = np.tile(stats.b, (len(folds), 1))
    gradient = ridge * stats.b - stats.known(stats.score)
    loss, own = stats.loss[stats.judged], stats.score[stats.judged]
    length = np.ones(len(folds))
    step, passes, curvatures = stats.step_without(gradient, ridge, names), 0, 0
    while True:
        foreseen = np.einsum("gj,gj->g", np.abs(own), np.abs(step))
        active = (foreseen > close * loss) & (np.abs(gradient).max(axis=1) > floor)
        if not active.any() or passes == MOST_PASSES:
            return Refits(loss, b, passes, curvatures, int(active.sum()))
        trial = np.where(active[:, None], b - length[:, None] * step, b)
        score, loss_there, own_there = scores_without(rows, scaling, trial, folds)
        there, passes = ridge * trial - score, passes + 1
        share = np.linalg.norm(there, axis=1) / np.maximum(np.linalg.norm(gradient, axis=1), floor)
        falls = active & (share < 1.0)
        b, gradient = _where(falls, trial, b), _where(falls, there, gradient)
        own, loss = _where(falls, own_there, own), np.where(falls, loss_there, loss)
        length = np.where(active & ~falls, length / 2, 1.0)
        if (share[active] > _SLOW).any():
            stats, curvatures = WideStats.take(rows, scaling, b.mean(axis=0)), curvatures + 1
        step = stats.step_without(gradient, ridge, names)


def _where(chosen: npt.NDArray[np.bool_], one: Array, other: Array) -> Array:
    return np.where(chosen[:, None], one, other)
