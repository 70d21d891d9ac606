"""A walk down a smooth function of few numbers, each value of which takes long.

Each slope that was asked for, at a lower point or not, tells how the function bends on the way to
it (symmetric rank-one updates; Nocedal and Wright 2006, ch. 6.2). Steps are Newton's, with bends
upwards and downwards alike, and no longer than was found to be foretold well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from workbench.numbers import Array

_WELL, _BADLY = 0.2, 0.6  # shares of a change that the mean of both slopes does not tell
_BENT = 1e-8  # of a change of slopes: below, it tells nothing


class Found(NamedTuple):
    """The lowest place of a walk, its value, and how many places were asked for."""

    place: Array
    value: float
    asked: int


def walked(
    value_and_slope: Callable[[Array], tuple[float, Array]],
    start: Array,
    *,
    bounds: tuple[float, float],
    bend: float,
    longest: float,
    gain: float,
    most: int,
) -> Found:
    """Go down until a step would gain too little.

    Parameters
    ----------
    value_and_slope : callable
        Returns the value at a place (K,), and its slope (K,).
    start : ndarray, shape (K,)
    bounds : (float, float)
        Of each number.
    bend : float
        By how much the function may bend along each number, as a share of its value; what is not
        known is taken for so steep that the first step is the longest.
    longest : float
        That the first step may move any number.
    gain : float
        Share of the value: a step that is foretold to gain less is not taken.
    most : int
        Most places that are asked for.

    Examples
    --------
    >>> def bowl(at):
    ...     bend = np.array([[2.0, 1.0], [1.0, 3.0]])
    ...     return 5.0 + 0.5 * at @ bend @ at, bend @ at
    >>> found = walked(
    ...     bowl, np.ones(2), bounds=(-9.0, 9.0), bend=0.1, longest=0.5, gain=1e-6, most=12
    ... )
    >>> bool(np.abs(found.place).max() < 0.01)
    True
    """
    here, (value, slope) = start, value_and_slope(start)
    bent, reach = _at_first(slope, bend * value, longest), longest
    for asked in range(1, most):
        step = np.clip(here + _step(bent, slope, reach), *bounds) - here
        foretold = -float(slope @ step + 0.5 * step @ bent @ step)
        if not foretold > gain * value:
            return Found(here, value, asked)
        lower, slope_there = value_and_slope(here + step)
        bent = _learnt(bent, step, slope_there - slope)
        by_slopes = 0.5 * float(step @ (slope + slope_there))
        open_share = abs(lower - value - by_slopes) / max(
            abs(lower - value), abs(by_slopes), 1e-300
        )
        if open_share > _BADLY:
            reach = 0.5 * float(np.abs(step).max())
        elif open_share < _WELL and np.abs(step).max() > 0.9 * reach:
            reach *= 2
        if lower < value:
            here, value, slope = here + step, lower, slope_there
    return Found(here, value, most)


def _at_first(slope: Array, bend: float, longest: float) -> Array:
    """Return what the function is taken to bend like (K, K) before any step.

    So that a step along all numbers together, and one beside, is the longest at most; the former
    is shorter where the bend along all is known.
    """
    count = len(slope)
    all_alike = np.full((count, count), 1.0 / count)
    along = all_alike @ slope
    beside = float(np.abs(slope - along).max(initial=0.0)) / longest
    along_all = bend if bend > 0 else float(np.abs(along).max(initial=0.0)) / longest
    return np.asarray(along_all * all_alike + beside * (np.eye(count) - all_alike))


def _step(bend: Array, slope: Array, reach: float) -> Array:
    """Return Newton's step, where the function bends downwards as if it bent upwards."""
    size, axes = np.linalg.eigh(bend)
    size = np.maximum(np.abs(size), 1e-3 * np.abs(size).max(initial=0.0) + np.finfo(float).tiny)
    step = -(axes @ ((axes.T @ slope) / size))
    return np.asarray(step * min(1.0, reach / max(float(np.abs(step).max(initial=0.0)), 1e-300)))


def _learnt(bend: Array, step: Array, change: Array) -> Array:
    """Return the bend that explains how the slope changed along a step."""
    left = change - bend @ step
    size = float(left @ step)
    if abs(size) <= _BENT * np.linalg.norm(left) * np.linalg.norm(step):
        return bend
    return np.asarray(bend + np.outer(left, left) / size)
