"""The offer to make to each contact of a list, beside its score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.evidence import best_offers
from workbench.files.digest import digest_of
from workbench.frame.feature_frame import FeatureFrame
from workbench.reports.judged_on import CONTACTS
from workbench.ridge import RidgeMultinomial, RidgeUplift

COLUMNS = ("best_offer", "best_offer_propensity")
OF_OFFERS = ("offer_margins", CONTACTS)
"""What the recipe of offers has beside that of the run: margins, and the contacts judged on."""


@dataclass(frozen=True)
class OffersToMake:
    """A model of offers, which says what to offer to contacts that another one scores.

    Parameters
    ----------
    model : RidgeMultinomial
        As a run saved it, with its recipe.
    path : Path
    """

    model: RidgeMultinomial
    path: Path

    @classmethod
    def of(cls, path: Path, scores: Any) -> Self:
        """Read a file of offers that goes with a model of propensities.

        Parameters
        ----------
        path : Path
            ``offers.npz``.
        scores : RidgePropensity or NetworkPropensity
            The model that scores.

        Raises
        ------
        ParameterError
            The model gives no propensities, or the two are of different data.
        MissingDataError, SchemaError
            As `RidgeMultinomial.load` says.
        """
        if isinstance(scores, RidgeUplift):
            raise ParameterError(
                "`offers` says which offer a contact takes that responds; a model of uplifts does "
                "not say who does. Name the `model.json` of the run that left the offers."
            )
        model = RidgeMultinomial.load(path)
        own = {key: value for key, value in model.recipe_.items() if key not in OF_OFFERS}
        if own != dict(scores.recipe_ or {}) or _of_others(model, scores):
            raise ParameterError(
                f"`offers` must be a file of the run that left the model; {str(path)!r} was made "
                "from another table, or judged on other contacts. Name the two files of one run."
            )
        return cls(model, path)

    def said(self, frame: FeatureFrame, propensity: pd.Series[float]) -> pd.DataFrame:
        """Return ``best_offer, best_offer_propensity`` of each contact.

        The second is the chance that the contact takes that offer: its propensity times the
        probability of this offer among those who take one.
        """
        found = best_offers(self.model, frame)
        chance = found["probability"].to_numpy() * np.asarray(propensity, dtype=np.float64)
        return pd.DataFrame(
            {COLUMNS[0]: found["best_offer"].astype("str"), COLUMNS[1]: chance}, index=frame.X.index
        )

    def record(self) -> Mapping[str, str]:
        """Return what stands beside a list of the file."""
        return {"file": self.path.name, "sha256": digest_of(self.path).sha256}


def _of_others(model: RidgeMultinomial, scores: Any) -> bool:
    """Whether the two say that they were judged on different contacts."""
    judged = (getattr(scores, "headline_", None) or {}).get("judged") or {}
    known = [one.get(CONTACTS) for one in (model.recipe_, judged)]
    return None not in known and known[0] != known[1]
