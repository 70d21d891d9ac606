"""What folds must hold to be judged: what a fit needs elsewhere, and forward an order in time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.errors import DataError
from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.base_rate import RECENT
from workbench.ridge.statistics.moments import Moments

FEWEST_FORWARD = RECENT + 2
"""Campaigns of forward folds: of one campaign judged, no spread of losses could be told."""


def check_campaigns_ahead(rows: TrainingRows) -> None:
    """Raise unless there are five campaigns in a known order.

    Raises
    ------
    DataError
    """
    if not rows.in_time:
        came = "there are no campaigns" if rows.campaign is None else "that of these is not known"
        raise DataError(
            f"`folds='forward'` needs campaigns whose order in time is known; {came}. Label them "
            "by date, such as '2024-03', or give a FeatureFrame with `campaign` and `as_of`; or "
            "leave `folds` out."
        )
    if len(rows.order) < FEWEST_FORWARD:
        raise DataError(
            f"`folds='forward'` needs at least {FEWEST_FORWARD} campaigns, as the first {RECENT} "
            f"are learned from and not judged; got {len(rows.order)}. Leave `folds` out: each "
            "campaign is then judged by all others."
        )


def check_told_ahead(rows: TrainingRows, fold: npt.NDArray[np.int64]) -> None:
    """Raise unless what a fit needs is in the first three folds, and in those that are judged.

    Of responses that is both classes.

    Parameters
    ----------
    rows : TrainingRows
    fold : ndarray of int, shape (n,)
        In time order: campaigns, or groups of them.

    Raises
    ------
    DataError
    """
    ahead, high = (fold >= RECENT).astype(int), rows.outcome.high(rows.y)
    number = rows.number_of_each
    of_high = np.bincount(ahead, high * number, minlength=2).astype(float)
    of_all = np.bincount(ahead, number, minlength=2).astype(float)
    needed = rows.outcome.needed(of_high, of_all)
    if any(of.min() == 0 for of in needed.values()):
        first = " and ".join(f"{of[0]:,.0f} {name}" for name, of in needed.items())
        then = " and ".join(f"{of[1]:,.0f}" for of in needed.values())
        raise DataError(
            f"`folds='forward'` needs {rows.outcome.in_folds} in the first {RECENT} folds of "
            f"campaigns and in those after them; got {first}, then {then}. Leave `folds` out, or "
            "add campaigns."
        )


def check_told_elsewhere(measured: Moments, held: int, outcome: Outcome) -> None:
    """Raise DataError where leaving one fold out would leave out what a fit needs, as a class is.

    Raises
    ------
    DataError
        There are fewer than two folds, or one of them holds all of it.
    """
    if held < 2:
        raise DataError(
            "Tuning needs at least two folds that can be left out; these rows differ too little "
            "from one another. Give `alpha` a number."
        )
    for name, count in outcome.needed(measured.positive, measured.weight).items():
        if np.isclose(count[:held].max(), count.sum()):
            raise DataError(
                f"Tuning needs {outcome.in_folds} in at least two folds; all {name} are in one "
                "of them. Give `alpha` a number, or add campaigns."
            )
