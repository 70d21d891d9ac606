"""A column whose unit changed: from one campaign to the next all its values are a factor larger."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

FACTORS = (10.0, 24.0, 60.0, 100.0, 1000.0, 3600.0, 1e6)
"""Tenths, hours, minutes, per cent and cents, thousands, seconds, millions."""
_LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
_CLOSE = 0.1
"""Of a decimal logarithm, for all levels together: a quarter more or less."""
_EACH = 0.2
"""Of the factor's logarithm: how far each level may be off, as few rows tell it."""
_FEWEST = 30
_USUAL = 0.5


class UnitChange(NamedTuple):
    """The campaign from which on values are so many times as large."""

    place: int
    factor: float


def unit_change(values: npt.NDArray[np.float64], groups: Sequence[Any]) -> UnitChange | None:
    """Find where all amounts of a column become a round factor larger or smaller.

    Quantiles of the amounts that are not 0 are compared with those of all campaigns before. They
    must move by one factor of `FACTORS`, within a quarter on average. No campaign before may have
    moved by more than half of that (of its logarithm), and those after go back once at most.

    Parameters
    ----------
    values : ndarray, shape (n,)
    groups : sequence of ndarray
        The rows of each campaign, in order.

    Returns
    -------
    UnitChange or None

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> euro = rng.lognormal(3, 1, 400)
    >>> groups = np.split(np.arange(400), 4)
    >>> unit_change(euro, groups) is None
    True
    >>> unit_change(np.where(np.arange(400) >= 300, 100 * euro, euro), groups)
    UnitChange(place=3, factor=100.0)
    """
    usual = 0.0
    for place in range(1, len(groups)):
        before, now = np.concatenate(groups[:place]), groups[place]
        sides = _levels(values[before]), _levels(values[now])
        if sides[0] is None or sides[1] is None:
            continue
        move = sides[1] - sides[0]
        factor, size = _factor(move), float(np.abs(move).mean())
        if factor is not None and usual <= _USUAL * size:
            lasts = _lasts(sides[0], np.log10(factor), [values[at] for at in groups[place:]])
            return UnitChange(place, factor) if lasts else None
        usual = max(usual, size)
    return None


def _lasts(
    before: npt.NDArray[np.float64], move: float, after: Sequence[npt.NDArray[np.float64]]
) -> bool:
    """Whether campaigns keep the new unit, or go back to the old one once: no to and fro."""
    levels = [found - before for own in after if (found := _levels(own)) is not None]
    moved = [abs(float(own.mean()) - move) < abs(float(own.mean())) for own in levels]
    return sum(one != other for one, other in pairwise(moved)) <= 1


def _levels(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if len(sizes) < _FEWEST or len(np.unique(sizes)) < 5:
        return None
    return np.asarray(np.log10(np.quantile(sizes, _LEVELS)))


def _factor(move: npt.NDArray[np.float64]) -> float | None:
    for factor in FACTORS:
        for sign in (1.0, -1.0):
            off = move - sign * np.log10(factor)
            if abs(off.mean()) <= _CLOSE and np.abs(off).max() <= _EACH * np.log10(factor):
                return factor if sign > 0 else 1 / factor
    return None
