"""Counts: e^η − y η of a row, less what the best η would leave; an exposure is a weight.

With an exposure e, y is expected to be e e^η: its logarithm is an offset. As

    w [ e e^η − y η ]  =  w e [ e^η − (y/e) η ] ,

that is the loss of the rate y/e with weight w e, so that no row needs more than these two.

A fit knows counts over their mean, as it knows amounts over their deviation: penalties and
tolerances then mean the same of one order a year and of a thousand clicks a day. The loss is
divided by that mean, and Poisson's variance with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.rows.source import AnyArray, Array, Block

HIGHEST = 50.0  # of η: beyond it the loss goes on in a straight line, where steps cannot overflow


@dataclass(frozen=True)
class Poisson(Outcome):
    """A number of events, or their rate; η is the logarithm of its mean.

    Parameters
    ----------
    level : float
        A fit's counts are so much less than those that were given.
    exposure : float, optional
        The mean exposure, in its units, where exposures were given.

    Examples
    --------
    >>> Poisson(level=6.0, exposure=2.0).in_units(np.array([0.0, 0.5])).round(2)  # log(3)
    array([1.1, 0.5])
    """

    level: float = 1.0
    exposure: float | None = None

    name = "count"
    must_be = "a finite number from 0"
    in_folds = "counts above 0"
    told_apart = "rows of count 0 from the others"
    varies = True

    def loss(self, eta: AnyArray, block: Block) -> float:
        """Return Σ w [ e^η − y η − (y − y log y) ]."""
        eta, y = eta.astype(float), block.y.astype(float)  # large terms cancel
        beyond = np.maximum(eta - HIGHEST, 0)
        losses = self.mean(eta) * (1 + beyond) - y * eta
        losses += xlogy(y, y) - y
        return float(np.vdot(block.weight.astype(float), losses))

    def mean(self, eta: AnyArray) -> AnyArray:
        """Return e^η."""
        return np.asarray(np.exp(np.minimum(eta, HIGHEST)))

    def curvature(self, mu: AnyArray, weight: AnyArray) -> AnyArray:
        """Return w μ."""
        return np.asarray(weight * mu)

    def bend(self, mu: AnyArray, weight: AnyArray) -> AnyArray:
        """Return w μ."""
        return np.asarray(weight * mu)

    def link(self, mean: float) -> float:
        """Return log μ."""
        return float(np.log(mean))

    def odd(self, y: AnyArray) -> npt.NDArray[np.bool_]:
        """Return which values are negative or not finite."""
        return ~(np.isfinite(y) & (y >= 0))

    def high(self, y: Array) -> Array:
        """Return which are above 0."""
        return (y > 0).astype(float)

    def needed(self, summed: Array, weight: Array) -> dict[str, Array]:  # noqa: ARG002 - of events
        """Return the events."""
        return {"counts above 0": summed}

    def dispersion(self, pearson: float) -> float:
        """Return χ² over its degrees of freedom, at least that of a Poisson's count."""
        return float(np.maximum(1.0 / self.level, pearson))

    @property
    def loss_unit(self) -> float:
        """The mean count."""
        return self.level

    @property
    def facts(self) -> dict[str, float]:
        """Return the mean exposure, if there are any."""
        return {} if self.exposure is None else {"exposure": self.exposure}

    def in_units(self, b: Array) -> Array:
        """Return the intercept of one unit of exposure."""
        given = b.copy()
        given[..., 0] += np.log(self.level / (self.exposure or 1.0))
        return given


POISSON = Poisson()
