"""Which contacts of a test were treated: the arm of each row, and the control group among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.level_spelling import plain_level
from workbench.messages import count_of, did_you_mean, listed
from workbench.reading.flag_words import NEGATIVE_WORDS

CONTROL_WORDS = (
    *("control", "control group", "kontrolle", "kontrollgruppe", "holdout", "hold-out"),
    *("no contact", "not contacted", "untreated"),
)
"""What a control group is called, whatever the other arms are called."""

ARMS = (2, 20)
"""Fewest and most arms that a column of arms may have: more are identifiers or numbers."""


def arms_of(column: pd.Series[Any], *, control: object = None) -> tuple[pd.Series[str], str]:
    """Read the arm of each row, and which arm is the control group.

    Parameters
    ----------
    column : Series
        A value an arm: texts, numbers or flags; none is missing.
    control : object, optional
        The value of the control group. Not needed for 0/1, false/true and no/yes, nor where one
        arm alone is called control, holdout and the like.

    Returns
    -------
    Series of str, str
        The arms as a person writes them, and the name of the control group.

    Raises
    ------
    DataError
        A row has no arm, there are more than 20 arms, or it is not plain which one is the control
        group.
    ParameterError
        No row has the value that `control` names.

    Examples
    --------
    >>> arms, control = arms_of(pd.Series([1, 0, 1]))
    >>> arms.tolist(), control
    (['1', '0', '1'], '0')
    >>> arms_of(pd.Series(["mail", "Control", "app"]))[1]
    'Control'
    """
    name = column.name
    missing = int(column.isna().sum())
    if missing:
        raise DataError(
            f"The treatment column {name!r} must have an arm in every row; {missing:,} of "
            f"{len(column):,} are missing. Write the arm of those rows, or drop them: a gap does "
            "not say whether they were contacted."
        )
    arms = column.map(lambda value: str(plain_level(value)).strip()).astype("str")
    known = sorted(arms.unique())
    if len(known) > ARMS[1]:
        raise DataError(
            f"The treatment column {name!r} must have a value an arm, {ARMS[1]} at most; it has "
            f"{count_of(len(known), 'value')}: {listed(known, 5)}. Name the column of arms."
        )
    if control is not None:
        return arms, _named(control, known, name)
    return arms, _found(known, name)


def check_arm_probability(probability: pd.Series[float] | None) -> None:
    """Raise DataError unless each row's chance of its own arm is above 0, and at most 1."""
    if probability is None:
        return
    values = pd.to_numeric(probability, errors="coerce").to_numpy(dtype="float64")
    wrong = int((~(np.isfinite(values) & (values > 0) & (values <= 1))).sum())
    if wrong:
        raise DataError(
            "`arm_probability` must be above 0 and at most 1 in every row: the chance with which "
            f"the row got the arm that it got; in {wrong:,} of {len(values):,} it is not. Mend "
            "them, or drop those rows."
        )


def _named(control: object, known: list[str], name: object) -> str:
    asked = str(plain_level(control)).strip()
    if asked not in known:
        raise ParameterError(
            f"`control` must be an arm of {name!r}; got {control!r}, there are {listed(known)}."
            f"{did_you_mean(asked, known)}"
        )
    return asked


def _found(known: list[str], name: object) -> str:
    called = [arm for arm in known if arm.lower().replace("_", " ") in CONTROL_WORDS]
    if len(called) != 1 and len(known) == ARMS[0]:
        called = [arm for arm in known if arm.lower() in NEGATIVE_WORDS]
    if len(called) == 1:
        return called[0]
    raise DataError(
        f"It must be plain which arm of {name!r} is the control group; there are {listed(known)}. "
        f"Say which one was not contacted: `control={known[0]!r}`, for example."
    )
