"""Minimise the penalised mean logistic loss, with as few passes over the rows as can be.

    F(b) = (1/W) Σ_i w_i [ log(1 + e^{η_i}) − y_i η_i ] + ½ Σ_j λ_j b_j² ,  η = b0 + z'b

Newton's method on a sample lands near the answer for almost nothing. From there only
gradient passes follow: chord steps with the sample's curvature, which limited-memory BFGS
updates (Nocedal 1980) sharpen with every pass, under a line search. The full curvature is
taken only where that contracts too slowly. Where no matrix is held, every step is Newton's, by
conjugate gradients. The gradient that stops it certifies it.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import NamedTuple

from workbench.errors import ConvergenceWarning, FitError
from workbench.ridge.rows.source import Array
from workbench.ridge.solve.directions import directions
from workbench.ridge.solve.line_search import largest, line_search, noise_of
from workbench.ridge.solve.objective import Objective
from workbench.ridge.solve.unbounded import check_not_separated

TOLERANCE = {4: 1e-7, 8: 1e-10}
"""Largest entry of ∇F that counts as an optimum, by the bytes of a float in the blocks."""

_SLOW = 0.5  # a pass that leaves more than this share of the gradient asks for curvature
_LOST = 1e-4  # a mean gradient this large is no rounding: steps from the start led away


class Solution(NamedTuple):
    """Coefficients ``b`` (1 + p,), standardised, intercept first, and what certifies them.

    ``kkt_residual`` is the largest absolute entry of ∇F; ``passes`` counts gradient
    passes over all rows, ``curvatures`` the heavier ones.
    """

    b: Array
    value: float
    kkt_residual: float
    passes: int
    curvatures: int
    converged: bool


def minimise(
    objective: Objective,
    *,
    start: Array,
    curvature: Array | None = None,
    tolerance: float | None = None,
    max_passes: int = 200,
) -> Solution:
    """Minimise F from a start.

    Parameters
    ----------
    objective : Objective
    start : ndarray, shape (1 + p,)
    curvature : ndarray, shape (1 + p, 1 + p), optional
        A/W near the optimum; default: a sample's.
    tolerance : float, optional
        Default: 1e-7 for float32 rows, 1e-10 for float64.
    max_passes : int

    Returns
    -------
    Solution

    Raises
    ------
    FitError
        Unpenalised columns separate the classes, or are collinear.
    """
    tolerance = tolerance or TOLERANCE[objective.rows.dtype.itemsize]
    b, onward = directions(objective, start, curvature)
    value, gradient = objective(b)
    passes, exhausted = 1, False
    while (residual := largest(gradient)) > tolerance and passes < max_passes and not exhausted:
        direction = onward.to(b, gradient)
        length, after, spent = line_search(objective, b, (value, gradient), direction)
        passes += spent
        gained = value - after[0]
        was_fresh = onward.fresh
        if length > 0.0:
            onward.learn(length * direction, after[1] - gradient)
            b, (value, gradient) = b + length * direction, after
        if length < 1.0 or largest(gradient) > max(_SLOW * residual, tolerance):
            # floating point is exhausted where fresh curvature does not help either
            exhausted = was_fresh and gained <= noise_of(objective, value)
            onward.renew(b)
    check_not_separated(objective, b, lambda: onward.exactly(b, gradient))
    return Solution(b, value, residual, passes, onward.taken, residual <= tolerance)


def minimise_near(
    objective: Objective, *, start: Array, curvature: Array | None = None
) -> Solution:
    """Minimise F from a start that is likely to be near, and afresh where that does not arrive.

    Where the outcomes are told apart nearly perfectly, curvature vanishes: a step from there may
    lead so far away that none comes back.

    Parameters
    ----------
    objective, start, curvature
        As in `minimise`.

    Returns
    -------
    Solution

    Raises
    ------
    FitError
        As in `minimise`.

    Warns
    -----
    ConvergenceWarning
        The optimum was not reached afresh, either.
    """
    with suppress(FitError):  # what is true of any start, the second says
        near = minimise(objective, start=start, curvature=curvature)
        if near.kkt_residual <= _LOST:
            return near
    afresh = minimise(objective, start=objective.base_rate_start())
    if afresh.kkt_residual > _LOST:
        warnings.warn(
            "The optimum under these penalties was not reached: the largest gradient entry is "
            f"{afresh.kkt_residual:.1e}, and should be at most {_LOST:.0e}. Use stronger "
            "penalties.",
            ConvergenceWarning,
            stacklevel=4,
        )
    return afresh
