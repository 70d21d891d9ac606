"""Fits without each fold, all of them in the same passes over the rows.

Each fold begins with curvature that is at hand, and takes chord steps: its gradient comes
from the rows, its curvature stays. Where a step leaves too much of the gradient, as it does
where a fold's leverage is near one, the fold gets its curvature anew: Newton's method, with
steps halved until the gradient falls.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit

from workbench.ridge.blocks import Block, Kernel, RowSource
from workbench.ridge.fold_stats import Scaling, fold_stats, loss_of

Array = npt.NDArray[np.float64]
Factor = tuple[Array, bool]

_MOST_PASSES = 60
_SLOW = 0.5  # a pass that leaves more than this share of the gradient asks for curvature
_FALLS = 1e-4  # share of its length by which a step must lower the gradient


class Refits(NamedTuple):
    """Fits without each of the folds asked for, in that order.

    ``loss`` (F,) of the left-out rows; ``b`` (F, 1 + p); ``passes`` over the rows for
    gradients, and ``curvatures`` that were taken anew.
    """

    loss: Array
    b: Array
    passes: int
    curvatures: int


class LeftOutFold:
    """One fold's fit without its own rows: where it stands, and its next step.

    Parameters
    ----------
    fold : int
    b : ndarray, shape (1 + p,)
    factor : Cholesky factor of H without the fold, near b
    tolerance : float
        Largest entry of the gradient, on the sum scale, that counts as an optimum.
    """

    def __init__(self, fold: int, b: Array, factor: Factor, tolerance: float) -> None:
        self.fold, self.b, self.tolerance = fold, b, tolerance
        self.loss = np.inf
        self._factor, self._fresh, self._length = factor, False, 1.0
        self._gradient: Array | None = None

    @property
    def done(self) -> bool:
        """Whether the gradient vanishes."""
        return self._gradient is not None and bool(np.abs(self._gradient).max() <= self.tolerance)

    @property
    def trial(self) -> Array:
        """Where to take the gradient next."""
        if self._gradient is None:
            return self.b
        return np.asarray(self.b - self._length * cho_solve(self._factor, self._gradient))

    def judge(self, trial: Array, gradient: Array, loss: float) -> bool:
        """Go there if the gradient falls; return whether fresh curvature is asked for."""
        if self._gradient is None:
            self._gradient, self.loss = gradient, loss
            return False
        share = np.linalg.norm(gradient) / np.linalg.norm(self._gradient)
        if share <= 1 - _FALLS * self._length:
            self.b, self._gradient, self.loss = trial, gradient, loss
            self._fresh, self._length = False, 1.0
            return bool(share > _SLOW) and not self.done
        if self._fresh:
            self._length /= 2
        return not self._fresh

    def refresh(self, rows: RowSource, scaling: Scaling, ridge: Array) -> None:
        """Take the curvature of the other folds at b, in one heavier pass."""
        curvature = fold_stats(rows, scaling, self.b).curvature
        others = np.delete(curvature, self.fold, axis=0).sum(axis=0)
        self._fresh, self._length = True, 1.0
        try:
            self._factor = cho_factor(others + np.diag(ridge))
        except LinAlgError:  # rows so surely told that nothing is left: the old one goes on
            return


def refit_without(
    rows: RowSource, scaling: Scaling, ridge: Array, folds: list[LeftOutFold]
) -> Refits:
    """Fit without each fold.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    ridge : ndarray, shape (1 + p,)
        Penalties on the sum scale, the intercept's 0 first.
    folds : list of LeftOutFold

    Returns
    -------
    Refits
    """
    passes = curvatures = 0
    for _ in range(_MOST_PASSES):
        active = [one for one in folds if not one.done]
        if not active:
            break
        trial = np.array([one.trial for one in active])
        score, loss = _scores(rows, scaling, trial, np.array([one.fold for one in active]))
        gradient, passes = ridge * trial - score, passes + 1
        for k, one in enumerate(active):
            if one.judge(trial[k], gradient[k], float(loss[k])):
                one.refresh(rows, scaling, ridge)
                curvatures += 1
    b = np.array([one.b for one in folds]).reshape(len(folds), len(ridge))
    return Refits(np.array([one.loss for one in folds]), b, passes, curvatures)


def _scores(
    rows: RowSource, scaling: Scaling, b: Array, folds: npt.NDArray[np.int64]
) -> tuple[Array, Array]:
    """Return the score of the rows outside each fold (F, 1 + p), and each fold's loss (F,)."""
    place = np.full(rows.n_folds, -1)
    place[folds] = np.arange(len(folds))
    r0, rx, loss = rows.total(_left_out_kernel(scaling, b, place, rows.dtype))
    return scaling.score(r0, rx), loss


def _left_out_kernel(
    scaling: Scaling, b: Array, place: npt.NDArray[np.int64], dtype: np.dtype[np.floating]
) -> Kernel:
    c, raw = (part.astype(dtype) for part in scaling.to_raw(b))

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw.T
        eta += c
        own, loss = place[block.fold], np.zeros(len(c))
        residual = block.y[:, None] - expit(eta)
        residual *= block.weight[:, None]
        if own >= 0:
            loss[own] = loss_of(eta[:, own].copy(), block)
            residual[:, own] = 0.0  # a fold's coefficients do not learn from its rows
        return residual.sum(axis=0, dtype=float), residual.T @ block.X, loss

    return kernel
