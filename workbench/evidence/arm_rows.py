"""The rows of a test of one treated arm and the control, as metrics of uplift take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import DataError, ParameterError
from workbench.frame.dealing import together
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import did_you_mean, listed
from workbench.metrics._trial import Trial, trial_of

ANY = "any"
"""All treated arms as one."""


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
    chosen = arm_of(frame, arm)
    among = (treated if chosen == ANY else frame.treatment == chosen) | ~treated
    weight = np.where(among, frame.weights, 0.0)
    if not (weight > 0).any():
        raise DataError("The arms that are compared have no contact: all weights are 0.")
    whole = together(frame) if frame.customer is not None or frame.cell is not None else None
    roles = {"weight": weight, "cluster": whole, "campaign": frame.campaign}
    y = frame.y if outcome is None else outcome
    return trial_of(y, treated.to_numpy(dtype="float64"), chance=frame.arm_probability, **roles)


def arm_of(frame: FeatureFrame, arm: str | None) -> str:
    """Return the treated arm that is meant: the only one, or the one that is named."""
    arms = sorted(set([] if frame.treatment is None else frame.treatment) - {frame.control})
    if arm is None and len(arms) == 1:
        return arms[0]
    if arm is None:
        raise ParameterError(
            f"`arm` must say which arm is compared with {frame.control!r}, as there are "
            f'{len(arms)}: {listed(arms)}. Name one, or give "any" for all of them as one.'
        )
    if arm == ANY and ANY not in arms and len(arms) > 1 and frame.arm_probability is not None:
        raise ParameterError(
            "`arm` must name one arm where chances differ by row: `arm_probability` is that of "
            f"each row's own arm, not that of being treated. There are {listed(arms)}."
        )
    if arm not in {*arms, ANY}:
        raise ParameterError(
            f"`arm` must be a treated arm of the frame; got {arm!r}, there are {listed(arms)}."
            f"{did_you_mean(arm, arms)}"
        )
    return arm
