"""Columns without a penalty that run away, or that no curvature tells apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import numpy as np

from workbench.errors import FitError
from workbench.ridge.algebra.well_posed import collinear_message, separated_message
from workbench.ridge.rows.source import Array
from workbench.ridge.solve.objective import Objective

_STILL_MOVING = 0.05  # a Newton step this long, in standardised units, at a tiny gradient
_LARGE = 2.0  # a coefficient per standard deviation that only (near) separation reaches


def check_not_separated(objective: Objective, b: Array, step: Callable[[], Array]) -> None:
    """Raise where Newton's step still carries unpenalised columns towards infinity.

    Parameters
    ----------
    objective : Objective
    b : ndarray, shape (1 + p,)
        Where the minimisation ended.
    step : callable
        Returns H⁻¹∇F there; asked only where a coefficient is large.

    Raises
    ------
    FitError
    """
    free = np.flatnonzero(objective.penalties == 0)
    if np.abs(b[1:][free]).max(initial=0.0) <= _LARGE:
        return
    left = np.abs(step()[1:])
    moving = [int(j) for j in free[np.argsort(-left[free])] if left[j] > _STILL_MOVING]
    if moving and np.abs(b[1:][moving]).max() > _LARGE:
        raise FitError(separated_message(objective.named(moving), objective.outcome.told_apart))


def raise_why_open(objective: Objective, b: Array, curvature: Array) -> NoReturn:
    """Say why H = A/W + Λ has no inverse at b: the classes are separated, or columns collinear."""
    gradient = objective(b)[1]
    check_not_separated(objective, b, lambda: shortest_step(objective, curvature, gradient))
    hessian = curvature + np.diag(objective.ridge)
    direction = np.abs(np.linalg.eigh(hessian)[1][1:, 0])
    involved = (direction > 0.1 * direction.max()) & (objective.penalties == 0)
    raise FitError(collinear_message(objective.named(np.flatnonzero(involved))))


def shortest_step(objective: Objective, curvature: Array, gradient: Array) -> Array:
    """Return H⁻¹∇F by least squares: the shortest where H has no inverse."""
    hessian = curvature + np.diag(objective.ridge)
    return np.asarray(np.linalg.lstsq(hessian, gradient, rcond=None)[0])
