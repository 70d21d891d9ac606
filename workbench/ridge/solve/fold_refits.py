"""Fits without each fold, all of them in the same passes over the rows.

Each fold begins at a fit to all rows, with the curvature there, and takes chord steps: its
gradient comes from the rows, its curvature stays. Where a step leaves too much of the
gradient, as it does where a fold's leverage is near one, the fold gets its curvature anew:
Newton's method, with steps halved until the gradient falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.ridge.algebra.secants import Inward, Secants
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.rows.source import Array, Block, Kernel, RowSource, hidden
from workbench.ridge.statistics.protocol import FoldSystems
from workbench.ridge.statistics.scaling import Scaling

SAME_LOSS = 1e-8
"""A step that changes a fold's loss by less than this share is not taken."""

MOST_PASSES = 60
_SLOW = 0.5  # a pass is slow that leaves more than this share of the gradient
_PATIENCE = 2  # slow passes in a row: they sharpen the metric; after more, curvature is cheaper
_CANCELLED = 0.1  # of the terms of a change of loss: so much of them is not counted on to cancel
_SURELY = 3.0  # times the change foreseen: more than what steps after the next may add
_FALLS = 1e-4  # share of its length by which a step must lower the gradient


class Refits(NamedTuple):
    """Fits without each of the folds asked for, in that order.

    ``loss`` (J,) of the left-out rows; ``b`` (J, 1 + p); ``passes`` over the rows for
    gradients, and ``curvatures`` that were taken anew; ``open`` counts the fits that did
    not arrive; ``one_step`` (J, 1 + p) is where the first step led.
    """

    loss: Array
    b: Array
    passes: int
    curvatures: int
    open: int = 0
    one_step: Array | None = None


class Point(NamedTuple):
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
    at : Point
        Taken at b.
    floor : float
        Largest entry of a gradient that is only rounding.
    close : float
        The fit has arrived where the step that is left would change the left-out loss by
        less than this share of it.
    """

    def __init__(
        self, fold: int, b: Array, at: Point, *, floor: float, close: float = SAME_LOSS
    ) -> None:
        self.fold, self._floor, self._close = fold, floor, close
        self._secants, self._slow = Secants(), 0
        self._guess: Array | None = None
        self._length, self._fresh, self._failed = 1.0, False, False
        self._go(b, at)

    @property
    def loss(self) -> float:
        """The left-out loss, summed over the fold's rows."""
        return self._at.loss

    @property
    def foreseen(self) -> float:
        """By how much the next step would change the left-out loss, at most."""
        terms = self._at.own_score * self._step
        # most of the terms cancel, but not all of them by accident
        return max(abs(float(terms.sum())), _CANCELLED * float(np.abs(terms).sum()))

    @property
    def done(self) -> bool:
        """Whether the step that is left would not change the fold's loss."""
        arrived = self.foreseen <= self._close * self.loss and (not self._slow or self._fresh)
        return arrived or bool(np.abs(self._at.gradient).max() <= self._floor)

    @property
    def rough(self) -> bool:
        """Whether the last passes did not say much of where the fit is."""
        return self._guess is not None or self._slow > 0

    @property
    def lost(self) -> bool:
        """Whether fresh curvature is asked for."""
        return self._failed or (self._slow > _PATIENCE and not self.done)

    @property
    def trial(self) -> Array:
        """Where to look next."""
        return self.b - self._length * self._step if self._guess is None else self._guess

    def look_at(self, guess: Array) -> None:
        """Look next at a point that is expected to be nearer than the step."""
        self._guess = guess

    def accepts(self, trial: Array, there: Point) -> bool:
        """Go there if the gradient falls, and say whether; if not, shorten the step."""
        share = np.linalg.norm(there.gradient) / np.linalg.norm(self._at.gradient)
        self._guess = None
        if share <= 1 - _FALLS * self._length:
            self._slow = 0 if share <= _SLOW else self._slow + 1
            self._secants.learn(trial - self.b, there.gradient - self._at.gradient)
            self._go(trial, there)
            return True
        if self._fresh:
            self._length /= 2
        self._failed = not self._fresh
        return False

    def inward(self) -> Inward:
        """Return what is to be solved for the next step."""
        return self._secants.inward(self._at.gradient)

    def outward(self, solved: Array, inward: Inward) -> None:
        """Take the next step from the solution."""
        self._step = self._secants.outward(solved, inward.shares)

    def renewed(self) -> None:
        """Forget what steps have shown, as curvature was asked for anew."""
        self._secants = Secants()
        self._fresh, self._failed, self._length, self._slow = True, False, 1.0, 0

    def _go(self, b: Array, at: Point) -> None:
        self.b, self._at = b, at
        self._fresh, self._failed, self._length = False, False, 1.0


def take_steps(folds: list[LeftOutFold], systems: FoldSystems, places: Sequence[int]) -> None:
    """Give each of some folds its step H⁻¹∇F, all of them solved together."""
    if not places:
        return
    inward = [folds[k].inward() for k in places]
    solved = systems.solve(np.array([one.target for one in inward]), places)
    for k, one, x in zip(places, inward, solved, strict=True):
        folds[k].outward(x, one)


def refit_without(
    rows: RowSource,
    scaling: Scaling,
    outcome: Outcome,
    ridges: Array,
    folds: list[LeftOutFold],
    systems: FoldSystems,
    *,
    worth: float = np.inf,
) -> Refits:
    """Fit without each fold.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    outcome : Outcome
    ridges : ndarray, shape (J, 1 + p)
        Penalties on the sum scale, the intercept's 0 first.
    folds : list of LeftOutFold
        Each with a step.
    systems : FoldSystems
        Of the same folds.
    worth : float
        A sum of losses that is certain to be above it need not be known any better.

    Returns
    -------
    Refits
    """
    passes = curvatures = 0
    for _ in range(MOST_PASSES):
        active = [k for k, one in enumerate(folds) if not one.done]
        if not active or _certainly_above(worth, folds):
            break
        trial = np.array([folds[k].trial for k in active])
        number = np.array([folds[k].fold for k in active])
        score, loss, own = scores_without(rows, scaling, trial, outcome, number)
        passes += 1
        gradient = ridges[active] * trial - score
        found = [Point(*of) for of in zip(gradient, loss.tolist(), own, strict=True)]
        seen = zip(active, trial, found, strict=True)
        take_steps(folds, systems, [k for k, at, there in seen if folds[k].accepts(at, there)])
        if lost := [k for k in active if folds[k].lost]:
            curvatures += systems.renew(np.array([one.b for one in folds]), lost)
            for k in lost:
                folds[k].renewed()
            take_steps(folds, systems, lost)
    loss = np.array([one.loss for one in folds])
    b = np.array([one.b for one in folds]).reshape(ridges.shape)
    left = 0 if _certainly_above(worth, folds) else sum(not one.done for one in folds)
    return Refits(loss, b, passes, curvatures, left)


def _certainly_above(worth: float, folds: list[LeftOutFold]) -> bool:
    if worth == np.inf or any(one.rough for one in folds):
        return False
    return sum(one.loss - _SURELY * one.foreseen for one in folds) > worth


def scores_without(
    rows: RowSource,
    scaling: Scaling,
    b: Array,
    outcome: Outcome,
    folds: npt.NDArray[np.int64],
) -> tuple[Array, Array, Array]:
    """Return the score of the rows that each fold may learn from, its own loss (F,) and score."""
    place = np.full(rows.n_folds, -1)
    place[folds] = np.arange(len(folds))
    kernel = _left_out_kernel(scaling, b, outcome, (place, hidden(rows, folds)), rows.dtype)
    r0, rx, loss, own0, own = rows.total(kernel)
    return scaling.score(r0, rx), loss, scaling.score(own0, own)


def _left_out_kernel(
    scaling: Scaling,
    b: Array,
    outcome: Outcome,
    folds: tuple[npt.NDArray[np.int64], list[npt.NDArray[np.intp]]],
    dtype: np.dtype[np.floating],
) -> Kernel:
    place, unknown = folds
    c, raw = (part.astype(dtype) for part in scaling.to_raw(b))

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw.T
        eta += c
        residual = block.y[:, None] - outcome.mean(eta)
        residual *= block.weight[:, None]
        loss, own_first, own_rest = np.zeros(len(c)), np.zeros(len(c)), np.zeros(raw.shape)
        if (own := place[block.fold]) >= 0:
            loss[own] = outcome.loss(eta[:, own].copy(), block)
            own_first[own] = residual[:, own].sum(dtype=float)
            own_rest[own] = residual[:, own] @ block.X
        residual[:, unknown[block.fold]] = 0.0  # a fold's coefficients do not learn from its rows
        first = np.ones(len(eta), eta.dtype) @ residual  # a sum down the columns is slower
        return first, residual.T @ block.X, loss, own_first, own_rest

    return kernel
