"""The rows of a test of one treated arm and the control, as metrics of uplift take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError
from workbench.frame.dealing import together
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.treatment import ANY, NOT_ASSIGNED, treated_arm
from workbench.metrics._trial import Trial, trial_of
from workbench.numbers import Array


def arm_rows(
    frame: FeatureFrame, *, arm: str | None = None, outcome: Any = None
) -> tuple[Trial, npt.NDArray[np.bool_]]:
    """Take the rows of one treated arm and of the control.

    Parameters
    ----------
    frame : FeatureFrame
    arm : str, optional
        "any" for all treated arms as one. Needed where there are several.
    outcome : array, shape (n,), optional
        By default the frame's.

    Returns
    -------
    Trial, ndarray of bool, shape (n,)
        The rows, and which ones of the frame they are.

    Raises
    ------
    DataError
        The frame has no test, or its rows are no test of two arms.
    ParameterError
        The arm is none of the frame's, or there are several and none is named.
    """
    if frame.treatment is None or frame.control is None:
        raise DataError(
            "What a contact changes is told by a test: the frame must say which rows were treated. "
            "Read it with `FeatureFrame.from_table(…, treatment=…, control=…)`."
        )
    treated = frame.treatment != frame.control
    chosen = treated_arm(frame.treatment, frame.control, arm)
    among = (treated if chosen == ANY else frame.treatment == chosen) | ~treated
    among &= frame.treatment != NOT_ASSIGNED
    weight = np.where(among, frame.weights, 0.0)
    if not (weight > 0).any():
        raise DataError("The arms that are compared have no contact: all weights are 0.")
    whole = together(frame) if frame.customer is not None or frame.cell is not None else None
    roles = {"weight": weight, "cluster": whole, "campaign": frame.campaign}
    y = frame.y if outcome is None else outcome
    chance = _chances(frame, among.to_numpy(), weight)
    return trial_of(y, treated.to_numpy(dtype="float64"), chance=chance, **roles)


def _chances(
    frame: FeatureFrame, among: npt.NDArray[np.bool_], weight: Array
) -> pd.Series[float] | None:
    """Return the chance of each row's own arm, scaled so that arms keep their numbers.

    Several arms as one are the mixture that was sent, not each of them to everybody.
    """
    if frame.arm_probability is None or frame.treatment is None:
        return None
    rarity = pd.Series(np.where(among, weight, 0.0)) / frame.arm_probability
    of_arm = rarity.groupby(frame.treatment).transform("sum")
    size = pd.Series(weight).groupby(frame.treatment).transform("sum")
    return frame.arm_probability * of_arm / size.where(among, 1.0)
