"""How far to go along a direction in which the objective falls."""

from __future__ import annotations

import numpy as np

from workbench.ridge.rows.source import Array
from workbench.ridge.solve.objective import Objective

_SUFFICIENT = 1e-4  # Armijo's constant: the share of the promised decrease that must come


def line_search(
    objective: Objective, b: Array, here: tuple[float, Array], direction: Array
) -> tuple[float, tuple[float, Array], int]:
    """Halve the step until F falls by its share of what the slope promises.

    Returns the length (0 where there is none), F and ∇F there, and the passes spent.
    """
    value, gradient = here
    slope = float(gradient @ direction)
    noise = noise_of(objective, value)
    length = 1.0
    for spent in range(1, 31):
        with np.errstate(over="ignore", invalid="ignore"):  # what is no number is not taken
            after = objective(b + length * direction)
        enough = after[0] <= value + _SUFFICIENT * length * slope
        # within the noise only the gradient can tell
        close = after[0] <= value + noise and largest(after[1]) <= largest(gradient)
        if enough or close:
            return length, after, spent
        length /= 2.0
    return 0.0, here, spent


def noise_of(objective: Objective, value: float) -> float:
    """Return what F cannot be told apart more finely than, in the rows' floating point."""
    return float(10 * np.finfo(objective.rows.dtype).eps * abs(value))


def largest(gradient: Array) -> float:
    """Return the largest entry, in absolute value."""
    return float(np.abs(gradient).max())
