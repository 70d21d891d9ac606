"""A control group among the chosen: contacts left alone at random, so that a campaign can be read.

Every contact has its arm before a depth is chosen. So who is kept back does not change when the
slider moves, nor with cost and margin.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import check_whole
from workbench.digits import share_text
from workbench.errors import ParameterError
from workbench.experiments.assign import CONTROL as KEPT_BACK
from workbench.experiments.assign import assign
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import say
from workbench.numbers import Array
from workbench.widgets.targeting.ranked_contacts import bin_starts, down_to, sums_of

CONTACT, CONTROL = "contact", "control"


def check_kept(share: float, seed: int) -> None:
    """Raise ParameterError unless the share is from 0 to below 1, and the seed a whole number."""
    try:
        right = np.ndim(share) == 0 and 0 <= share < 1
    except TypeError:
        right = False
    if not right:
        raise ParameterError(
            "`keep_control` must be the share of the chosen that is kept back, from 0 to below 1; "
            f"got {share!r}. Write a twentieth as 0.05."
        )
    check_whole(seed, least=0, name="seed", hint=" It makes the draw one that can be repeated.")


def arms_of(
    frame: FeatureFrame, score: Array, share: float, seed: int
) -> npt.NDArray[np.object_] | None:
    """Draw who is kept back, evenly over campaigns and over what contacts are ranked by.

    Parameters
    ----------
    frame : FeatureFrame
        Those that are ranked.
    score : ndarray, shape (n,)
        What they are ranked by; strata are its deciles.
    share : float
        Of the control group.
    seed : int

    Returns
    -------
    ndarray of str, shape (n,)
        "contact" or "control"; None where none are kept back.
    """
    if share == 0:
        return None
    drawn = assign(frame, share=1 - float(share), propensity=score, seed=seed)
    return np.where(drawn == KEPT_BACK, CONTROL, CONTACT).astype(object)


def kept_bins(contacts: pd.DataFrame) -> Array:
    """Sum of each bin what is kept back, as `binned` sums all; shape (3, bins)."""
    values = sums_of(contacts)
    starts = bin_starts(values[0].sum())
    kept = (contacts["arm"] == CONTROL).to_numpy(dtype=float)
    return np.diff(down_to(contacts, starts, values * kept), axis=1)


def kept_note(share: float) -> str:
    """Say below a picture who of the chosen is kept back; nothing where nobody is.

    Examples
    --------
    >>> kept_note(0.05)
    'Of the chosen, 5.0% are kept back at random as a control group.'
    """
    if share == 0:
        return ""
    return say(
        "Of the chosen, {share} are kept back at random as a control group.",
        share=share_text(share),
    )
