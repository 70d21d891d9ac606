"""What contacts added, by depth, as the arms of a test tell: no row has an increment of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench import metrics
from workbench.frame.dealing import together
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.treatment import ANY
from workbench.governance.disclosure import FEWEST_PEOPLE
from workbench.governance.people import heads, people
from workbench.numbers import Array

BOTH = 2
PARTS = 20
FEWER = (20, 10, 5, 4, 2, 1)
"""Parts of the ranking that a picture may show, the most that are of many people each."""


class OfArm(Protocol):
    """What is read of a fitted RidgeUplift."""

    arm_: str
    control_: str


@dataclass(frozen=True)
class Tested:
    """The contacts that an increment is measured on; arrays of shape (n,).

    Parameters
    ----------
    rows : FeatureFrame
        Of known outcome, of the model's two arms, in campaigns that have both.
    treated : ndarray
        1 where a row was treated, else 0.
    chance : ndarray or None
        Of being treated; None where it is the share of the row's campaign.
    score : ndarray
        What they are ranked by: the increment that the model expects.
    outcome : ndarray
        Responses, or their money.
    """

    rows: FeatureFrame
    treated: Array
    chance: Array | None
    score: Array
    outcome: Array

    def by_depth(self, parts: int = PARTS) -> pd.DataFrame:
        """Return what contacting the best adds per contact of all: depth, added, low, high.

        Depths where an arm is empty are left out. See `workbench.metrics.uplift_by_depth`.
        """
        table = metrics.uplift_by_depth(
            self.outcome,
            self.treated,
            self.score,
            treated_share=self.chance,
            weight=self.rows.weights,
            cluster=None if self._alone() else together(self.rows),
            campaign=self.rows.campaign,
            bins=parts,
        )
        named = {"added": "uplift", "low": "uplift_low", "high": "uplift_high"}
        said = {name: table["depth"] * table[of] for name, of in named.items()}
        return pd.DataFrame({"depth": table["depth"], **said}).dropna()

    def _alone(self) -> bool:
        """Say whether each contact was assigned by itself: no customer, and no cell."""
        return self.rows.customer is None and self.rows.cell is None

    def most_parts(self) -> int:
        """Return into how many parts it may be drawn: each of ten people and responses an arm.

        0 where even all of them are too few.
        """
        order = np.argsort(-self.score, kind="stable")
        weight = self.rows.weights[order]
        depth = (np.cumsum(weight) - weight / 2) / weight.sum()
        return next((one for one in FEWER if self._of_many(order, (depth * one).astype(int))), 0)

    def _of_many(self, order: npt.NDArray[np.intp], part: npt.NDArray[np.intp]) -> bool:
        person, number = people(self.rows), heads(self.rows)
        for k in range(int(part.max()) + 1):
            among = np.zeros(len(order), dtype=bool)
            among[order[part == k]] = True
            for side in (0, 1):
                responded = among & (self.treated == side) & (self.outcome > 0)
                # of a cell those who responded, not all of its contacts
                found = pd.Series(number[responded]).groupby(person[responded]).max().sum()
                if found < FEWEST_PEOPLE:
                    return False
        return True

    def state(self) -> dict[str, Any]:
        """Return what a view shows of it."""
        table = self.by_depth()
        contacts = float(self.rows.weights.sum())
        return {
            **{name: [0.0, *table[name]] for name in ("depth", "added", "low", "high")},
            "contacts": contacts,
            "expected": float(self.rows.weights @ self.score),
        }


def measurable(
    model: OfArm, frame: FeatureFrame, score: Array, amount: Array | None
) -> Tested | None:
    """Keep the contacts of a test; None where the frame holds none that an effect can be had of.

    Parameters
    ----------
    model : RidgeUplift
    frame : FeatureFrame
    score : ndarray, shape (n,)
        What contacts are ranked by: uplift, or uplift times amount.
    amount : ndarray, shape (n,), optional
        The money of each contact's response.
    """
    if frame.treatment is None or frame.control != model.control_:
        return None
    arms = set(frame.treatment) if model.arm_ == ANY else {model.control_, model.arm_}
    kept = frame.treatment.isin(arms).to_numpy() & frame.y.notna().to_numpy()
    kept &= frame.weights > 0
    kept &= _with_both(frame, kept)
    if frame.y[kept].nunique() < BOTH:
        return None
    rows = frame.rows(kept)
    treated = np.asarray(rows.treatment != rows.control, dtype=np.float64)
    if not _same_chances(rows) and len(set(frame.treatment)) > BOTH:
        return None  # those of each row's own arm do not tell that of being treated
    outcome = np.asarray(rows.y, dtype=np.float64)
    if amount is not None:
        outcome = outcome * amount[kept]
    return Tested(rows, treated, _chance(rows, treated), score[kept], outcome)


def _chance(rows: FeatureFrame, treated: Array) -> Array | None:
    if rows.arm_probability is None or _same_chances(rows):
        return None
    own = rows.arm_probability.to_numpy(dtype=np.float64)
    return np.where(treated == 1, own, 1 - own)


def _same_chances(rows: FeatureFrame) -> bool:
    """Say whether all contacts of an arm of a campaign had the same chance of it."""
    if rows.arm_probability is None:
        return True
    by = [rows.treatment, *([] if rows.campaign is None else [rows.campaign])]
    chances = rows.arm_probability.groupby(by)
    return bool((chances.max() == chances.min()).all())


def _with_both(frame: FeatureFrame, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Say which rows are of a campaign that has both arms among the known ones."""
    treated = np.asarray(frame.treatment) != frame.control
    of = pd.Series(0, range(len(frame))) if frame.campaign is None else frame.campaign.astype(str)
    both = [set(of.to_numpy()[known & (treated == side)]) for side in (False, True)]
    return np.asarray(of.isin(both[0] & both[1]))
