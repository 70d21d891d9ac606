"""Newton's method for the multinomial ridge, whose steps are solved by conjugate gradients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbench.ridge.multinomial.class_curvature import Inverse, inverse_of
from workbench.ridge.multinomial.softmax import AnyArray, Point, Softmax

_MOST_PRODUCTS = 200  # in one step
_RENEWED_AFTER = 12  # products: more than these, and the curvature has become another
_STEP_OPEN = 0.05  # share of the step's squared residual that may be left; near the end, less
_FALLS = 1e-4
_STRONG = 1e-3  # a penalty under which a step from zero is no longer than it should be
_ROUGHLY = 1e-3
_SHORTEST = 1e-6


class Solution(NamedTuple):
    """Where Newton's method ended.

    ``residual`` is the largest entry of the gradient, ``foreseen`` what another step would
    lower the value by, ``inverse`` of the curvature near, ``steps`` and ``products`` what it took.
    """

    at: Point
    residual: float
    foreseen: float
    converged: bool
    inverse: Inverse
    steps: int
    products: int


def minimise(
    problem: Softmax,
    start: AnyArray,
    *,
    tolerance: float,
    close: float = 0.0,
    inverse: Inverse | None = None,
    most: int = 100,
) -> Solution:
    """Minimise the objective.

    Parameters
    ----------
    problem : Softmax
    start : ndarray, shape (q, K)
    tolerance : float
        Largest entry of the gradient that counts as an optimum.
    close : float
        Or what a step would lower the value by, as a share of it.
    inverse : Inverse, optional
        Of the curvature somewhere near.
    most : int
        Most steps.
    """
    # steps are centred, so that what moves all classes alike would stay
    at, products = problem.at(_centred(problem, start)), 0
    inverse = inverse_of(problem, at) if inverse is None else inverse
    residual, foreseen, step, moved = np.inf, np.inf, 0, True
    for step in range(most + 1):
        gradient = problem.gradient(at)
        residual = float(np.abs(gradient).max())
        ready = _centred(problem, inverse(gradient))
        foreseen = 0.5 * _dot(gradient, ready)
        if residual <= tolerance or foreseen <= close * at.value or step == most or not moved:
            break
        open_share = min(_STEP_OPEN, foreseen / at.value)
        direction, count = newton_step(problem, at, gradient, inverse, open_share=open_share)
        products += count
        there, length = _down(problem, at, direction, _dot(gradient, direction))
        if there is None:  # what is left is rounding, or the direction is wrong
            if count == 0:
                break
            inverse = inverse_of(problem, at)
            steepest = -_centred(problem, inverse(gradient))
            there, length = _down(problem, at, steepest, _dot(gradient, steepest))
            if there is None:
                break
        moved = length == 1 or at.value - there.value > _rounding(at)
        at = there
        if length < 1 or count > _RENEWED_AFTER:
            inverse = inverse_of(problem, at)
    enough = max(close * at.value, 2 * _rounding(at)) if close > 0 else 0.0
    converged = residual <= tolerance or 0 <= foreseen <= enough
    return Solution(at, residual, foreseen, converged, inverse, step, products)


def from_strong(problem: Softmax) -> AnyArray:
    """Return where to begin (q, K): where the optima of ever weaker penalties lead to.

    From zero, a step under weak penalties would be so long that each class is sure of all rows,
    where the curvature says nothing.
    """
    W = np.zeros((problem.X.shape[1], problem.classes), dtype=problem.X.dtype)
    weakest = float(problem.penalties[problem.penalties > 0].min(initial=1.0))
    times = _STRONG / weakest
    while times > 1:
        stronger = (problem.penalties * times).astype(W.dtype)
        W = minimise(problem.under(stronger), W, tolerance=0.0, close=_ROUGHLY).at.W
        times /= 10
    return W


def newton_step(
    problem: Softmax,
    at: Point,
    gradient: AnyArray,
    inverse: Inverse,
    *,
    open_share: float = _STEP_OPEN,
) -> tuple[AnyArray, int]:
    """Solve H step = −gradient; return the step (q, K), and how many products it took."""
    step, left = np.zeros_like(gradient), -gradient
    ready = _centred(problem, inverse(left))
    direction, size = ready, _dot(left, ready)
    enough = open_share * size
    for count in range(1, _MOST_PRODUCTS + 1):
        bent = problem.curved(at, direction)
        curvature = _dot(direction, bent)
        if not curvature > 0:  # rounding
            return step, count
        length = gradient.dtype.type(size / curvature)
        step = step + length * direction
        left = left - length * bent
        ready = _centred(problem, inverse(left))
        before, size = size, _dot(left, ready)
        if size <= enough:
            return step, count
        direction = ready + gradient.dtype.type(size / before) * direction
    return step, _MOST_PRODUCTS


def _down(
    problem: Softmax, at: Point, direction: AnyArray, slope: float
) -> tuple[Point | None, float]:
    """Go along a direction as far as the value falls; nothing where it does not."""
    length = 1.0
    while length >= _SHORTEST:
        there = problem.at(at.W + direction.dtype.type(length) * direction)
        if there.value <= at.value + _FALLS * length * slope + _rounding(at):
            return there, length
        length /= 2
    return None, 0.0


def _rounding(at: Point) -> float:
    """Return what rounding may change of a value."""
    return 8 * float(np.finfo(at.W.dtype).eps) * at.value


def _centred(problem: Softmax, V: AnyArray) -> AnyArray:
    """Take out what moves all classes alike, of which the loss says nothing."""
    if problem.shares_penalties:
        return np.asarray(V - V.mean(axis=1, keepdims=True))
    V = V.copy()
    V[0] -= V[0].mean()
    return V


def _dot(a: AnyArray, b: AnyArray) -> float:
    return float(np.vdot(a, b))
