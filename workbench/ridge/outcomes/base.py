"""What an outcome costs under a linear predictor: the one record that a fit knows it by.

Links are canonical, so that with μ = g⁻¹(η) the loss of a row, half of its deviance, has the
slope μ − y in η and the curvature dμ/dη: whatever solves and tunes one outcome does so for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.source import AnyArray, Array, Block


class Outcome(ABC):
    """Loss, mean and curvature of rows, in the floating point of η.

    Attributes
    ----------
    name : str
        Of what is foretold.
    must_be, in_folds, told_apart : str
        What a value of it must be, what must be in several folds, and what columns without
        a penalty must not separate, for messages.
    varies : bool
        Whether its variance is estimated, and not told by its mean.
    unit : float
        What one unit of η is worth.
    """

    name: ClassVar[str]
    must_be: ClassVar[str]
    in_folds: ClassVar[str] = ""
    told_apart: ClassVar[str] = "the classes"
    varies: ClassVar[bool] = False
    unit: float = 1.0

    @abstractmethod
    def loss(self, eta: AnyArray, block: Block) -> float:
        """Return Σ w · half the deviance of a block's rows at η (rows,)."""

    @abstractmethod
    def mean(self, eta: AnyArray) -> AnyArray:
        """Return μ."""

    @abstractmethod
    def curvature(self, mu: AnyArray, weight: AnyArray) -> AnyArray:
        """Return w dμ/dη."""

    @abstractmethod
    def bend(self, mu: AnyArray, weight: AnyArray) -> AnyArray:
        """Return w d²μ/dη²: what criteria of single rows ask, that expand the curvature too."""

    @abstractmethod
    def link(self, mean: float) -> float:
        """Return the η of a mean."""

    @abstractmethod
    def odd(self, y: AnyArray) -> npt.NDArray[np.bool_]:
        """Return which values cannot be outcomes of this kind."""

    @abstractmethod
    def high(self, y: Array) -> Array:
        """Return 1 for high outcomes and 0 for low ones: every random fold gets some of both."""

    def needed(self, summed: Array, weight: Array) -> dict[str, Array]:  # noqa: ARG002 - or nothing
        """Return what must be there wherever one fits, by name.

        Parameters
        ----------
        summed, weight : ndarray, shape (G,)
            Σ w y and Σ w of each fold.
        """
        return {}

    def dispersion(self, pearson: float) -> float:  # noqa: ARG002 - some outcomes tell their own
        """Return by what the variance differs from that of the curvature, at this χ²/freedom."""
        return 1.0

    @property
    def loss_unit(self) -> float:
        """What a unit of loss or dispersion is worth, in units of the outcome as it was given."""
        return 1.0

    @property
    def facts(self) -> dict[str, float]:
        """Return what a model must remember of how its outcomes were given."""
        return {}

    def in_units(self, b: Array) -> Array:
        """Return coefficients (…, 1 + p) in units of the outcome as it was given."""
        return b
