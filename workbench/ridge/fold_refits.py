"""Fits without each fold, all of them in the same passes over the rows.

Each fold begins at a fit to all rows, with the curvature there, and takes chord steps: its
gradient comes from the rows, its curvature stays. Where a step leaves too much of the
gradient, as it does where a fold's leverage is near one, the fold gets its curvature anew:
Newton's method, with steps halved until the gradient falls.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit

from workbench.errors import ConvergenceWarning
from workbench.ridge.blocks import Block, Kernel, RowSource
from workbench.ridge.fold_stats import Scaling, fold_stats, loss_of

Array = npt.NDArray[np.float64]
Factor = tuple[Array, bool]

_MOST_PASSES = 60
_SLOW = 0.5  # a pass that leaves more than this share of the gradient asks for curvature
_SAME_LOSS = 1e-7  # relative: a step that changes a fold's loss by less is not taken
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


class Here(NamedTuple):
    """What is known of a fold's fit at some b: its gradient, its own rows' loss and score."""

    gradient: Array
    loss: float
    own_score: Array


class LeftOutFold:
    """One fold's fit without its own rows: where it stands, and its next step.

    Parameters
    ----------
    fold : int
    b : ndarray, shape (1 + p,)
    here : Here
        Taken at b.
    factor : Cholesky factor of H without the fold, near b
    floor : float
        Largest entry of a gradient that is only rounding.
    """

    def __init__(self, fold: int, b: Array, here: Here, factor: Factor, *, floor: float) -> None:
        self.fold, self._floor = fold, floor
        self._factor, self._fast = factor, True
        self._go(b, here)

    @property
    def loss(self) -> float:
        """The left-out loss, summed over the fold's rows."""
        return self._here.loss

    @property
    def done(self) -> bool:
        """Whether the step that is left would not change the fold's loss."""
        foreseen = float(np.abs(self._here.own_score) @ np.abs(self._step))
        arrived = foreseen <= _SAME_LOSS * self.loss and (self._fast or self._fresh)
        return arrived or bool(np.abs(self._here.gradient).max() <= self._floor)

    @property
    def trial(self) -> Array:
        """Where to look next."""
        return self.b - self._length * self._step

    def judge(self, trial: Array, there: Here) -> bool:
        """Go there if the gradient falls; return whether fresh curvature is asked for."""
        share = np.linalg.norm(there.gradient) / np.linalg.norm(self._here.gradient)
        if share <= 1 - _FALLS * self._length:
            self._fast = bool(share <= _SLOW)
            self._go(trial, there)
            return not (self._fast or self.done)
        if self._fresh:
            self._length /= 2
        return not self._fresh

    def refresh(self, rows: RowSource, scaling: Scaling, ridge: Array) -> None:
        """Take the curvature of the other folds at b, in one heavier pass."""
        curvature = fold_stats(rows, scaling, self.b).curvature
        others = np.delete(curvature, self.fold, axis=0).sum(axis=0)
        with suppress(LinAlgError):  # nothing is left to tell a free column: the old one goes on
            self._factor = cho_factor(others + np.diag(ridge))
        self._fresh, self._length = True, 1.0
        self._step = np.asarray(cho_solve(self._factor, self._here.gradient))

    def _go(self, b: Array, here: Here) -> None:
        self.b, self._here = b, here
        self._fresh, self._length = False, 1.0
        self._step = np.asarray(cho_solve(self._factor, here.gradient))


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

    Warns
    -----
    ConvergenceWarning
        A fit did not arrive.
    """
    passes = curvatures = 0
    for _ in range(_MOST_PASSES):
        active = [one for one in folds if not one.done]
        if not active:
            break
        trial = np.array([one.trial for one in active])
        score, loss, own = _scores(rows, scaling, trial, np.array([one.fold for one in active]))
        gradient, passes = ridge * trial - score, passes + 1
        for k, one in enumerate(active):
            if one.judge(trial[k], Here(gradient[k], float(loss[k]), own[k])):
                one.refresh(rows, scaling, ridge)
                curvatures += 1
    if not all(one.done for one in folds):
        warnings.warn(
            f"Fits without a campaign should arrive within {_MOST_PASSES} passes; "
            f"{sum(not one.done for one in folds)} of {len(folds)} did not, so their losses are "
            "rough. Give the columns stronger penalties.",
            ConvergenceWarning,
            stacklevel=4,
        )
    b = np.array([one.b for one in folds]).reshape(len(folds), len(ridge))
    return Refits(np.array([one.loss for one in folds]), b, passes, curvatures)


def _scores(
    rows: RowSource, scaling: Scaling, b: Array, folds: npt.NDArray[np.int64]
) -> tuple[Array, Array, Array]:
    """Return the score of the rows outside each fold, its own loss (F,), and its own score."""
    place = np.full(rows.n_folds, -1)
    place[folds] = np.arange(len(folds))
    r0, rx, loss, own0, own = rows.total(_left_out_kernel(scaling, b, place, rows.dtype))
    return scaling.score(r0, rx), loss, scaling.score(own0, own)


def _left_out_kernel(
    scaling: Scaling, b: Array, place: npt.NDArray[np.int64], dtype: np.dtype[np.floating]
) -> Kernel:
    c, raw = (part.astype(dtype) for part in scaling.to_raw(b))

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw.T
        eta += c
        residual = block.y[:, None] - expit(eta)
        residual *= block.weight[:, None]
        loss, own_first, own_rest = np.zeros(len(c)), np.zeros(len(c)), np.zeros(raw.shape)
        if (own := place[block.fold]) >= 0:
            loss[own] = loss_of(eta[:, own].copy(), block)
            own_first[own] = residual[:, own].sum(dtype=float)
            own_rest[own] = residual[:, own] @ block.X
            residual[:, own] = 0.0  # a fold's coefficients do not learn from its rows
        return residual.sum(axis=0, dtype=float), residual.T @ block.X, loss, own_first, own_rest

    return kernel
