"""What a Targeting holds, and the aggregates of it that its front end works from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.governance.guarantee import Guarantee
from workbench.language import later, say
from workbench.widgets.targeting import private_ranking
from workbench.widgets.targeting.amounts import Amounts
from workbench.widgets.targeting.kept_back import arms_of, kept_bins
from workbench.widgets.targeting.measured import Tested, measurable
from workbench.widgets.targeting.private_ranking import private_bounds, private_ranked
from workbench.widgets.targeting.ranked_contacts import (
    FEWEST_OF_A_CAMPAIGN,
    REPEATS,
    binned,
    people,
    ranked,
    ratio_bounds,
)
from workbench.widgets.targeting.scores import scores_of

NOT_MEASURED = later(
    "What contacts added is not measured here. That needs known outcomes of treated and control "
    "contacts of the same campaigns, and with several arms one chance for all contacts of an arm."
)


@dataclass(frozen=True)
class Contents:
    """The contacts of a view.

    Parameters
    ----------
    contacts : DataFrame
        Those that are ranked, best first.
    known : DataFrame or None
        Those of known outcome.
    tested : Tested or None
        Of an uplift model: those of a test, of known outcome.
    unseen : bool
        Whether no row was scored by a model that it was fitted to.
    amounts : Amounts or None
        What responses bring, where that differs.
    keep : float
        Share that is kept back.
    currency : str
    """

    contacts: pd.DataFrame
    known: pd.DataFrame | None
    tested: Tested | None
    unseen: bool
    amounts: Amounts | None
    keep: float
    currency: str

    @property
    def incremental(self) -> bool:
        """Whether contacts are ranked by uplift."""
        return "uplift" in self.contacts

    @property
    def judged(self) -> bool:
        """Whether the outcomes of those that are ranked are known."""
        return bool(self.contacts["y"].notna().all())

    @property
    def predicted(self) -> bool:
        """Whether amounts are a model's."""
        return self.amounts is not None and self.amounts.predicted

    def few(self) -> bool:
        """Say whether contacts, or responses, are too few for a view that is mailed."""
        found = people(self.contacts) < FEWEST_OF_A_CAMPAIGN
        if self.known is not None:
            found |= people(self.known) < FEWEST_OF_A_CAMPAIGN
            found |= people(self.known[self.known["y"] > 0]) < FEWEST_PEOPLE
        return found

    def state(self) -> dict[str, Any]:
        """Return exact sums over bins, and what outcomes tell."""
        bins = binned(self.contacts)
        out = self._basis(bins if self.incremental or self.judged else bins[:2])
        if self.keep:
            out["kept"] = kept_bins(self.contacts).tolist()
        if self.amounts is not None:
            out["amounts"] = "predicted" if self.predicted else "given"
            out["notes"] = list(self.amounts.notes)
        if self.incremental:
            measured = None if self.tested is None else self.tested.state()
            notes = [*out.get("notes", []), *([] if measured else [say(NOT_MEASURED)])]
            return out | {
                "uplift": True,
                "judged": self.judged,
                "measured": measured,
                "notes": notes,
            }
        return out if self.known is None else out | _of_known(self.known)

    def private(self) -> dict[str, Any]:
        """Return the same of propensities with noise, and what the noise guarantees."""
        ahead = private_ranked(self.contacts)
        moves = [ahead.sizes * private_ranking.STRENGTH]
        out = self._basis(ahead.bins if self.judged else ahead.bins[:2])
        if self.known is not None:
            known = ahead if self.judged else private_ranked(self.known)
            out["known"] = private_bounds(self.known, known)
            out["outcomes"] = [round(float(part.sum()), 1) for part in known.bins]
            moves += [] if self.judged else [known.sizes * private_ranking.STRENGTH]
        guarantee = Guarantee.of(*moves, mark=ahead.draws.mark)
        return {**out, "guarantee": guarantee.state(), "notes": [guarantee.sentence()]}

    def _basis(self, bins: Any) -> dict[str, Any]:
        kept = {"keep": self.keep} if self.keep else {}
        return {
            "bins": [part.tolist() for part in bins],
            "known": None,
            "unseen": self.unseen,
            "currency": self.currency,
            **kept,
        }


def contents_of(
    model: Any,
    frame: FeatureFrame,
    *,
    amounts: Amounts | None,
    keep: float,
    seed: int,
    currency: str,
) -> Contents:
    """Rank those whose outcome is not known yet, or all where it is of all.

    Parameters
    ----------
    model : RidgePropensity or RidgeUplift
    frame : FeatureFrame
    amounts : Amounts or None
    keep : float
    seed : int
        Of the draw of those kept back.
    currency : str
    """
    scores = scores_of(model, frame)
    amount = None if amounts is None else amounts.amount
    worth = scores.score if amount is None else scores.score * amount
    known = frame.y.notna().to_numpy()
    ahead = known if known.all() else ~known

    def listed(rows: npt.NDArray[np.bool_], share: float) -> pd.DataFrame:
        own, of = scores.rows(rows), frame.rows(rows)
        arm = arms_of(of, worth[rows], share, seed)
        brings = None if amount is None else amount[rows]
        return ranked(of, own.propensity, brings, untreated=own.untreated, arm=arm)

    return Contents(
        listed(ahead, keep),
        listed(known, 0.0) if known.any() else None,
        None if scores.untreated is None else measurable(model, frame, worth, amount),
        scores.unseen,
        amounts,
        keep,
        currency,
    )


def _of_known(known: pd.DataFrame) -> dict[str, Any]:
    out: dict[str, Any] = {}
    bounds = ratio_bounds(known)
    contacts, expected, responses = binned(known)
    if bounds is not None:
        depth = np.cumsum(contacts) / contacts.sum()
        sure = ~np.isnan(bounds.low)
        at = {"depth": depth, "low": bounds.low, "high": bounds.high}
        out["known"] = {name: values[sure].tolist() for name, values in at.items()}
        out["known"] |= {"clusters": bounds.clusters, "repeats": REPEATS}
    out["outcomes"] = [float(part.sum()) for part in (contacts, expected, responses)]
    return out
