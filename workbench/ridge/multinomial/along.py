"""The lowest point along a direction, whose scores are passed over once.

Scores are linear in the coefficients: at W + t V they are η + t X V. So each further length t
costs what a softmax does, and no product with the rows.
"""

from __future__ import annotations

import numpy as np

from workbench.ridge.multinomial.softmax import AnyArray, Point, Softmax

_FALLS = 1e-4
_SHORTEST = 1e-6
_LEVEL = 0.3  # share of the first slope that may be left
_MOST_TRIED = 3  # lengths that may lie lower than the first one that lowers the value
_LONGEST, _NEAREST = 4.0, 0.1  # times the last length
_FURTHER = (0.5, 1.0, 1.5, 2.0, 3.0)  # times what was moved before


def lowest_along(
    problem: Softmax, at: Point, direction: AnyArray, slope: float
) -> tuple[Point | None, float]:
    """Go along a direction as far as the value falls well; nothing where it does not.

    Lengths are those where the slope is 0 by a straight line through the last two, from 1 on.

    Parameters
    ----------
    problem : Softmax
    at : Point
    direction : ndarray, shape (q, K)
    slope : float
        Of the value along the direction, below 0.

    Returns
    -------
    Point or None, and the length.
    """
    moved = problem.scores(direction)
    length, there = 1.0, _there(problem, at, direction, moved, 1.0)
    while there.value > at.value + _FALLS * length * slope + rounding(at):
        length /= 2
        if length < _SHORTEST:
            return None, 0.0
        there = _there(problem, at, direction, moved, length)
    before, slope_before = 0.0, slope
    for _ in range(_MOST_TRIED):
        here = problem.slope_along(there, direction, moved)
        if abs(here) <= _LEVEL * abs(slope):
            break
        level = _level(before, slope_before, length, here)
        other = _there(problem, at, direction, moved, level)
        if other.value >= there.value:
            break
        before, slope_before, length, there = length, here, level, other
    return there, length


def _level(before: float, slope_before: float, length: float, slope: float) -> float:
    """Return where a straight line through two slopes is 0."""
    bend = (slope - slope_before) / (length - before)
    guess = length - slope / bend if bend > 0 else _LONGEST * length
    return min(max(guess, _NEAREST * length), _LONGEST * length)


def further(problem: Softmax, before: Point, last: Point) -> Point:
    """Go on from two points as one led to the other, as far as the value falls.

    Both points' scores are known, so that this costs no product.
    """
    direction, moved = last.W - before.W, last.scores - before.scores
    best = problem.at_scores(last.W, last.scores)
    for times in _FURTHER:
        there = _there(problem, last, direction, moved, times)
        if there.value >= best.value:
            break
        best = there
    return best


def _there(
    problem: Softmax, at: Point, direction: AnyArray, moved: AnyArray, length: float
) -> Point:
    times = direction.dtype.type(length)
    return problem.at_scores(at.W + times * direction, at.scores + times * moved)


def rounding(at: Point) -> float:
    """Return what rounding may change of a value."""
    return 8 * float(np.finfo(at.W.dtype).eps) * at.value
