"""Newton's method for the multinomial ridge, whose steps are solved by conjugate gradients."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import get_blas_funcs

from workbench.ridge.multinomial.along import lowest_along, rounding
from workbench.ridge.multinomial.class_curvature import Inverse, inverse_of
from workbench.ridge.multinomial.softmax import AnyArray, Point, Softmax

_MOST_PRODUCTS = 200  # in one step
_RENEWED_AFTER = 12  # products: more than these, and the curvature has become another
_STEP_OPEN = 0.05  # share of the step's squared residual that may be left; near the end, less
_OF_CLOSE = 0.03  # but never less than this share of what may be left at the end
_SINGLE_OPEN = 1e-6  # share that single precision solves
_SHORT = 0.5


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
    start: AnyArray | Point,
    *,
    tolerance: float,
    close: float = 0.0,
    inverse: Inverse | None = None,
    most: int = 100,
    quick: Softmax | None = None,
) -> Solution:
    """Minimise the objective.

    Parameters
    ----------
    problem : Softmax
    start : ndarray, shape (q, K), or Point
    tolerance : float
        Largest entry of the gradient that counts as an optimum.
    close : float
        Or what a step would lower the value by, as a share of it.
    inverse : Inverse, optional
        Of the curvature somewhere near.
    most : int
        Most steps.
    quick : Softmax, optional
        The same rows in single precision, to solve steps with. Values and gradients are those of
        the problem itself, and so is the optimum.
    """
    at, products = _centred_point(problem, start), 0
    quick = problem if quick is None else quick.under(problem.penalties)
    inverse = inverse_of(quick, _as_of(quick, at)) if inverse is None else inverse
    residual, foreseen, step, moved = np.inf, np.inf, 0, True
    for step in range(most + 1):
        gradient = problem.gradient(at)
        residual = float(np.abs(gradient).max())
        of_quick = gradient.astype(quick.X.dtype, copy=False)
        foreseen = 0.5 * _dot(of_quick, _centred(quick, inverse(of_quick)))
        if residual <= tolerance or foreseen <= close * at.value or step == most or not moved:
            break
        near = _as_of(quick, at)
        open_share = _open_share(foreseen / at.value, close, quick.X.dtype)
        direction, count = newton_step(quick, near, of_quick, inverse, open_share=open_share)
        products += count
        there, length = _lowest(problem, at, gradient, direction)
        if there is None:  # what is left is rounding, or the direction is wrong
            if count == 0:
                break
            inverse = inverse_of(quick, near)
            there, length = _lowest(problem, at, gradient, -_centred(quick, inverse(of_quick)))
            if there is None:
                break
        moved = length == 1 or at.value - there.value > rounding(at)
        at = there
        if length < _SHORT or count > _RENEWED_AFTER:
            inverse = inverse_of(quick, _as_of(quick, at))
    enough = max(close * at.value, 2 * rounding(at)) if close > 0 else 0.0
    converged = residual <= tolerance or 0 <= foreseen <= enough
    return Solution(at, residual, foreseen, converged, inverse, step, products)


def _open_share(foreseen: float, close: float, dtype: np.dtype[Any]) -> float:
    """Return how much of a step may be left open: near the end it must be solved well.

    But no better than what may be left at the end asks for, or single precision can; `foreseen`
    and `close` are shares of the value.
    """
    least = max(_OF_CLOSE * close / foreseen, _SINGLE_OPEN if dtype == np.float32 else 0.0)
    return min(_STEP_OPEN, max(foreseen, least))


def _lowest(
    problem: Softmax, at: Point, gradient: AnyArray, direction: AnyArray
) -> tuple[Point | None, float]:
    direction = direction.astype(gradient.dtype, copy=False)
    return lowest_along(problem, at, direction, _dot(gradient, direction))


def _as_of(quick: Softmax, at: Point) -> Point:
    """Return a point in the precision of other rows."""
    dtype = quick.X.dtype
    if at.W.dtype == dtype:
        return at
    return at._replace(W=at.W.astype(dtype), chance=at.chance.astype(dtype))


def _centred_point(problem: Softmax, start: AnyArray | Point) -> Point:
    """Begin where what moves all classes alike is taken out, as steps are centred, too."""
    if isinstance(start, Point):
        return problem.at_scores(start.W, start.scores)
    return problem.at(_centred(problem, start))


def newton_step(
    problem: Softmax,
    at: Point,
    gradient: AnyArray,
    inverse: Inverse,
    *,
    open_share: float = _STEP_OPEN,
    start: AnyArray | None = None,
) -> tuple[AnyArray, int]:
    """Solve H step = −gradient; return the step (q, K), and how many products it took.

    ``open_share`` is of the gradient's square, as the inverse measures it, wherever it begins.
    """
    step, left = np.zeros_like(gradient), -gradient
    ready = _centred(problem, inverse(left))
    enough = open_share * _dot(left, ready)
    if start is not None:
        step, left = start.copy(), left - problem.curved(at, start)
        ready = _centred(problem, inverse(left))
    direction, size = ready, _dot(left, ready)
    if size <= enough:
        return step, 0
    add = get_blas_funcs("axpy", (gradient,))
    flat = np.ravel
    for count in range(1, _MOST_PRODUCTS + 1):
        bent = problem.curved(at, direction)
        curvature = _dot(direction, bent)
        if not curvature > 0:  # rounding
            return step, count
        step = add(flat(direction), flat(step), a=size / curvature).reshape(step.shape)
        left = add(flat(bent), flat(left), a=-size / curvature).reshape(step.shape)
        ready = _centred(problem, inverse(left))
        before, size = size, _dot(left, ready)
        if size <= enough:
            return step, count
        direction = add(flat(direction), flat(ready), a=size / before).reshape(step.shape)
    return step, _MOST_PRODUCTS


def _centred(problem: Softmax, V: AnyArray) -> AnyArray:
    """Take out what moves all classes alike, of which the loss says nothing."""
    if problem.shares_penalties:
        mean = V @ np.full(V.shape[1], 1.0 / V.shape[1], dtype=V.dtype)
        return np.asarray(V - mean[:, None])
    V = V.copy()
    V[0] -= V[0].mean()
    return V


def _dot(a: AnyArray, b: AnyArray) -> float:
    return float(np.vdot(a, b))
