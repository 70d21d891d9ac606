"""What folds must hold to be judged: both classes elsewhere, and forward an order in time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.errors import DataError
from workbench.ridge.design.training_rows import TrainingRows
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


def check_classes_ahead(y: npt.NDArray[np.float64], fold: npt.NDArray[np.int64]) -> None:
    """Raise unless both classes are in the first three folds, and in those that are judged.

    Parameters
    ----------
    y : ndarray of 0 and 1, shape (n,)
    fold : ndarray of int, shape (n,)
        In time order: campaigns, or groups of them.

    Raises
    ------
    DataError
    """
    first = fold < RECENT
    positive = [int(y[part].sum()) for part in (first, ~first)]
    negative = [int(part.sum()) - n for part, n in zip((first, ~first), positive, strict=True)]
    if min(*positive, *negative) == 0:
        raise DataError(
            f"`folds='forward'` needs both classes in the first {RECENT} folds of campaigns and in "
            f"those after them; got {positive[0]:,} positive and {negative[0]:,} negative rows, "
            f"then {positive[1]:,} and {negative[1]:,}. Leave `folds` out, or add campaigns."
        )


def check_classes_elsewhere(measured: Moments, held: int) -> None:
    """Raise DataError where leaving one fold out would leave a class out.

    Raises
    ------
    DataError
        There are fewer than two folds, or one of them holds all of a class.
    """
    if held < 2:
        raise DataError(
            "Tuning needs at least two folds that can be left out; these rows differ too little "
            "from one another. Give `alpha` a number."
        )
    for name, count in (
        ("positive", measured.positive),
        ("negative", measured.weight - measured.positive),
    ):
        if np.isclose(count[:held].max(), count.sum()):
            raise DataError(
                f"Tuning needs both classes in at least two folds; all {name} outcomes are in one "
                "of them. Give `alpha` a number, or add campaigns."
            )
