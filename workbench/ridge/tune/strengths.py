"""What all searches over penalties share: bounds, starts, ties, and second differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.protocol import FoldStatistics

Array = npt.NDArray[np.float64]

WEAKEST, STRONGEST = 1e-8, 1e3
"""Bounds of a tuned penalty: at 1e3 a standardised coefficient is a thousandth or less."""

LIMITS = float(np.log(WEAKEST)), float(np.log(STRONGEST))
FIRST = float(np.log(1e-2))
STRONG_START = float(np.log(0.3))
GRID = np.log(np.logspace(2, -6, 25))
_SAME = 1e-6  # relative: values closer than this are ties, and go to the stronger penalty


class Strengths(NamedTuple):
    """Log-strengths of the K sets of a plan at which a criterion is least.

    ``best`` (K,); ``uniform`` the best common one; ``value`` and ``curvature`` (K, K) of the
    criterion per row at the best; ``stats`` are near, to start the last fit from.
    """

    best: Array
    uniform: float
    value: float
    curvature: Array
    stats: FoldStatistics


def at_strengths(objective: Objective, plan: PenaltyPlan, strength: Array) -> Objective:
    """Return the objective under the penalties of these log-strengths (K,)."""
    return replace(objective, penalties=plan.penalties(strength))


def ties_to_the_stronger(value: Callable[[Array], float], strength: Array) -> Array:
    """Send a set whose criterion is flat up to the cap there: it is shrunk out.

    Examples
    --------
    >>> moved = ties_to_the_stronger(lambda s: 1.0 + s[0] ** 2, np.array([0.0, 3.0]))
    >>> np.exp(moved).round()
    array([   1., 1000.])
    """
    least = value(strength)
    for k in np.argsort(-strength):
        at_cap = strength.copy()
        at_cap[k] = LIMITS[1]
        if (there := value(at_cap)) <= least + _SAME * abs(least):
            strength, least = at_cap, there
    return strength


def symmetric_differences(slope: Callable[[Array], Array], at: Array, step: float) -> Array:
    """Differentiate a slope (K,) once more, by central differences; shape (K, K)."""
    rows = [(slope(at + d) - slope(at - d)) / (2 * step) for d in step * np.eye(len(at))]
    curvature = np.array(rows).reshape(len(at), len(at))
    return (curvature + curvature.T) / 2
