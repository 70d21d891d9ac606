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
"""Of a decimal logarithm: a quarter more or less."""
_FEWEST = 30
_USUAL = 0.5


class UnitChange(NamedTuple):
    """The campaign from which on values are so many times as large."""

    place: int
    factor: float


def unit_change(values: npt.NDArray[np.float64], groups: Sequence[Any]) -> UnitChange | None:
    """Find where all amounts of a column become a round factor larger or smaller.

    Quantiles of the amounts that are not 0 are compared from one campaign to the next. All of
    them must move by the same factor of `FACTORS`, within a quarter, and the campaigns before
    must not have moved by more than a third of that (of its logarithm).

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
    looked = [(k, one) for k, at in enumerate(groups) if (one := _levels(values[at])) is not None]
    moves = [(k, now - before) for (_, before), (k, now) in pairwise(looked)]
    sizes = [float(np.abs(np.median(move))) for _, move in moves]
    for number, (place, move) in enumerate(moves):
        factor = _factor(move)
        others = [size for k, size in enumerate(sizes) if k not in (number, number + 1)]
        if factor is not None and max(others, default=0.0) <= _USUAL * sizes[number]:
            return UnitChange(place, factor)
    return None


def _levels(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if len(sizes) < _FEWEST or len(np.unique(sizes)) < 5:
        return None
    return np.asarray(np.log10(np.quantile(sizes, _LEVELS)))


def _factor(move: npt.NDArray[np.float64]) -> float | None:
    for factor in FACTORS:
        for sign in (1.0, -1.0):
            if np.abs(move - sign * np.log10(factor)).max() <= _CLOSE:
                return factor if sign > 0 else 1 / factor
    return None
