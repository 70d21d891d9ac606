"""Amounts: ½ (y − η)² of a row, whose variance is estimated.

A fit knows amounts standardised, as columns are: less their mean, over their deviation. So
penalties and tolerances mean the same whatever the currency, and the loss of the mean alone
is ½.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.rows.source import AnyArray, Array, Block


@dataclass(frozen=True)
class Gaussian(Outcome):
    """An amount; η is its mean.

    Parameters
    ----------
    centre, unit : float
        A fit's amounts are (y − centre)/unit.

    Examples
    --------
    >>> Gaussian(100.0, 20.0).in_units(np.array([0.5, 2.0]))
    array([110.,  40.])
    """

    centre: float = 0.0
    unit: float = 1.0

    name = "amount"
    must_be = "a finite number"
    varies = True

    def loss(self, eta: AnyArray, block: Block) -> float:
        """Return Σ ½ w (y − η)²."""
        return 0.5 * float(np.vdot(block.weight.astype(float), np.square(block.y - eta)))

    def mean(self, eta: AnyArray) -> AnyArray:
        """Return η."""
        return eta

    def curvature(self, mu: AnyArray, weight: AnyArray) -> AnyArray:  # noqa: ARG002 - alike for all
        """Return w."""
        return weight

    def bend(self, mu: AnyArray, weight: AnyArray) -> AnyArray:  # noqa: ARG002 - alike for all
        """Return 0."""
        return np.zeros_like(weight)

    def link(self, mean: float) -> float:
        """Return the mean."""
        return mean

    def odd(self, y: AnyArray) -> npt.NDArray[np.bool_]:
        """Return which values are not finite."""
        return ~np.isfinite(y)

    def high(self, y: Array) -> Array:
        """Return which are above the median."""
        return (y > np.median(y)).astype(float)

    def dispersion(self, pearson: float) -> float:
        """Return the variance about the mean, Σ w (y − μ)² over its degrees of freedom."""
        return pearson

    @property
    def loss_unit(self) -> float:
        """The variance of the amounts."""
        return self.unit**2

    def in_units(self, b: Array) -> Array:
        """Return the intercept in units of the amount, and coefficients as so much of it."""
        given = self.unit * b
        given[..., 0] += self.centre
        return given
