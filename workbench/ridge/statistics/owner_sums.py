"""What an owner of rows tells of them: sums by campaign at one point, and without each campaign.

At the model's own coefficients b̃ stand the sums of each of the owner's campaigns. Where the model
names the coefficients b̃_k without each of its K campaigns, two more sums stand for each: over the
owner's part of campaign k, and over all other rows of the owner, both at b̃_k. Added up over
owners, they give the loss of each campaign left out, and how it changes with penalties, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.source import Array
from workbench.ridge.statistics.enough import FEWEST_RESPONSES
from workbench.ridge.statistics.sums_parts import Bins, PerFold


@dataclass(frozen=True)
class LeftParts:
    """Sums at the coefficients without each campaign, of an owner or of all.

    ``rest, own`` (K, 1 + p, 1 + p) are curvatures, ``rest_score, own_score`` (K, 1 + p), and
    ``loss`` (K,) is that of campaign k itself.
    """

    rest: Array
    own: Array
    rest_score: Array
    own_score: Array
    loss: Array

    def plus(self, other: LeftParts) -> LeftParts:
        """Add up those of two owners."""
        both = {
            one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)
        }
        return LeftParts(**both)


@dataclass(frozen=True)
class OwnerParts:
    """The sums of one owner.

    Parameters
    ----------
    campaigns : tuple of tuple of str
        The campaigns of each fold: several where small ones were pooled.
    folds : PerFold
    bins : Bins
    tiny : float
        Relative rounding error of the rows.
    left : LeftParts or None
        None of the first round: nothing has been left out yet.
    model, design : str
        Marks of the model they were collected with, and of its columns.
    columns : tuple of str
        All design columns, by name.
    """

    campaigns: tuple[tuple[str, ...], ...]
    folds: PerFold
    bins: Bins
    tiny: float
    left: LeftParts | None
    model: str
    design: str
    columns: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """All campaigns."""
        return [name for fold in self.campaigns for name in fold]

    @property
    def rare(self) -> dict[str, int]:
        """Columns in which few contacts of a campaign are not zero, and how few at least.

        Of two values, zero and another, either may be that of few: sums of the others, taken from
        those of all, are sums of these few.
        """
        contacts = self.folds.contacts[:, None]
        having = contacts * (1.0 - self.folds.zero)
        lacking = np.where(self._of_two_values, contacts * self.folds.zero, np.inf)
        few = np.concatenate([having, lacking])
        fewest = np.where(few > _NONE, few, np.inf).min(axis=0, initial=np.inf)
        some = np.flatnonzero(fewest < FEWEST_RESPONSES - _NONE)
        return {self.columns[j]: round(float(fewest[j])) for j in some.tolist()}

    @property
    def _of_two_values(self) -> npt.NDArray[np.bool_]:
        """Whether each column has no values but zero and another one in a campaign; (G, width)."""
        folds = self.folds
        variance = folds.second - folds.first**2
        largest = folds.zero * (1.0 - folds.zero) * (folds.high - folds.low) ** 2
        return np.isclose(variance, largest, rtol=_ALIKE, atol=0.0) & (largest > 0)


_NONE = 1e-6  # of a contact: rounding
_ALIKE = 1e-5  # of a variance: rounding of float32 rows
