"""What contacts are ranked by before any money: a propensity, or what a contact adds to one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array
from workbench.ridge.uplift.unseen import unseen_chances
from workbench.widgets.targeting.ranked_contacts import unseen_propensities


class Scores(NamedTuple):
    """Scores of rows, shape (n,) each.

    Parameters
    ----------
    propensity : ndarray
        Of a response, of an uplift model with the contact.
    untreated : ndarray or None
        Of an uplift model: the propensity without the contact.
    unseen : bool
        Whether no row was scored by a model that it was fitted to.
    """

    propensity: Array
    untreated: Array | None
    unseen: bool

    @property
    def score(self) -> Array:
        """The propensity, or the uplift."""
        return self.propensity if self.untreated is None else self.propensity - self.untreated

    def rows(self, kept: npt.NDArray[np.bool_]) -> Scores:
        """Keep some rows."""
        untreated = None if self.untreated is None else self.untreated[kept]
        return Scores(self.propensity[kept], untreated, self.unseen)


def scores_of(model: Any, frame: FeatureFrame) -> Scores:
    """Score contacts by a model of propensities, or of uplift.

    Parameters
    ----------
    model : RidgePropensity or RidgeUplift
    frame : FeatureFrame, n rows
    """
    if getattr(model, "foretells", None) == "uplift":
        return Scores(*unseen_chances(model, frame))
    propensity, unseen = unseen_propensities(model, frame)
    return Scores(propensity, None, unseen)
