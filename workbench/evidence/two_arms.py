"""One arm of a test beside its control group: the rows of both, and what metrics ask of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.frame import dealing
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.treatment import ANY, NOT_ASSIGNED, treated_arm

SAME_CHANCE = 1e-6


def two_arms(frame: FeatureFrame, arm: str | None = None) -> FeatureFrame:
    """Keep the contacts of one arm and of the control group whose outcome is known.

    Parameters
    ----------
    frame : FeatureFrame
        With `treatment` and `control`.
    arm : str, optional
        Not needed where there is one besides the control group; "any" keeps all of them, as one.

    Returns
    -------
    FeatureFrame

    Raises
    ------
    DataError
        The frame has no treatment, or several arms whose chances differ within a campaign.
    ParameterError
        There is no such arm, or there are several and none is named.

    Examples
    --------
    >>> from workbench.datasets import sample_test
    >>> two_arms(sample_test()).treatment.unique().tolist()
    ['control', 'mail']
    """
    treatment = _treatment(frame)
    control = str(frame.control)
    chosen, there = treated_arm(treatment, control, arm), set(treatment) - {NOT_ASSIGNED}
    arms = there if chosen == ANY else {control, chosen}
    kept = treatment.isin(arms).to_numpy() & frame.y.notna().to_numpy()
    several = len(there) > 2
    if several and frame.arm_probability is not None:
        _check_alike(frame)
        return replace(frame, arm_probability=None).rows(kept)
    return frame.rows(kept)


def _treatment(frame: FeatureFrame) -> pd.Series[str]:
    """Return the arm of each row; raise DataError unless the frame is of a test."""
    if frame.treatment is None or frame.control is None:
        raise DataError(
            "A test needs the arm of each row; this frame has none. Say which column holds it: "
            "`FeatureFrame.from_table(…, treatment='arm')`."
        )
    return frame.treatment


def _check_alike(frame: FeatureFrame) -> None:
    """Raise DataError unless an arm has one chance in a campaign: then its share tells it."""
    campaign = frame.campaign if frame.campaign is not None else np.zeros(len(frame))
    by_arm = pd.Series(frame.arm_probability).groupby([frame.treatment, campaign])
    if (by_arm.max() - by_arm.min()).max() > SAME_CHANCE:
        raise DataError(
            "Of a test with several arms whose chances differ by row, the chance of one arm "
            "against the control group alone is not known. Keep the rows of both, and let "
            "`arm_probability` be the chance of each row's arm among these two."
        )


def roles_of_test(frame: FeatureFrame) -> dict[str, Any]:
    """Return what `workbench.metrics.uplift_by_depth` and its sisters ask of rows, by name.

    Parameters
    ----------
    frame : FeatureFrame
        Of two arms, from `two_arms`.

    Returns
    -------
    dict
        ``y, treated, treated_share, weight, cluster, campaign``. The share is of
        `arm_probability`; None where that is not told: then it is the share that was treated, in
        each campaign by itself.

    Raises
    ------
    DataError
        The frame has no treatment.

    Examples
    --------
    >>> from workbench.datasets import sample_test
    >>> from workbench import metrics
    >>> frame = two_arms(sample_test())
    >>> round(metrics.qini(score=frame.X["opens_90d"], **roles_of_test(frame))["increments"])
    193
    """
    treated = (_treatment(frame) != frame.control).to_numpy()
    chance = frame.arm_probability
    # a treated row's own chance is that of treatment; a control row's is that of the other arm
    share = None if chance is None else np.where(treated, chance, 1 - chance)
    return {
        "y": frame.y,
        "treated": treated.astype("float64"),
        "treated_share": share,
        "weight": frame.weight,
        "cluster": dealing.drawn(frame, campaigns=False).label,
        "campaign": frame.campaign,
    }
