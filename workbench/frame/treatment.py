"""Which contacts of a test were treated: the arm of each row, and the control group among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.level_spelling import check_told_apart, plain_level
from workbench.messages import count_of, did_you_mean, listed
from workbench.numbers import real_numbers
from workbench.reading.control_words import is_of_control, names_control
from workbench.reading.flag_words import NEGATIVE_WORDS
from workbench.reading.words import MISSING

ANY = "any"
"""All treated arms as one."""

ARMS = (2, 20)
"""Fewest and most arms that a column of arms may have: more are identifiers or numbers."""

NOT_ASSIGNED = "(not assigned)"
"""The arm of a contact that has none yet, and no outcome: it is to be scored."""


def arms_of(
    column: pd.Series[Any],
    *,
    control: object = None,
    without_outcome: pd.Series[bool] | None = None,
) -> tuple[pd.Series[str], str]:
    """Read the arm of each row, and which arm is the control group.

    Parameters
    ----------
    column : Series
        A value an arm: texts, numbers or flags; none is missing.
    control : object, optional
        The value of the control group. Not needed for 0/1, false/true and no/yes, nor where one
        arm alone is called control, holdout and the like.
    without_outcome : Series of bool, optional
        Rows whose outcome is not known. Those of them without an arm are to be scored, and get
        the arm `NOT_ASSIGNED`; a gap elsewhere is refused.

    Returns
    -------
    Series of str, str
        The arms as a person writes them, and the name of the control group.

    Raises
    ------
    DataError
        A row has no arm, or one that may mean nothing, such as NA. Two arms are called alike but
        for spaces and capitals. There are more than 20 arms, or it is not plain which one is the
        control group.
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
    name, levels = column.name, _levels(column)
    names = {level: str(plain_level(level)).strip() for level in levels}
    arms = column.map(names.get).astype("object")
    gaps = (arms.isna() | (arms == "")).to_numpy()
    is_open = np.zeros(len(arms), bool) if without_outcome is None else np.asarray(without_outcome)
    _refuse_gaps(gaps & ~is_open, name)
    names = {level: arm for level, arm in names.items() if arm}
    check_told_apart(names, name, kind="arm")
    known = sorted(names.values())
    if len(known) > ARMS[1]:
        raise DataError(
            f"The treatment column {name!r} must have a value an arm, {ARMS[1]} at most; it has "
            f"{count_of(len(known), 'value')}: {listed(known, 5)}. Name the column of arms."
        )
    group = _found(known, name) if control is None else _named(control, known, name)
    _refuse_words_for_nothing(known, group, name)
    return arms.where(~gaps, NOT_ASSIGNED).astype("str"), group


def column_of(values: Any, name: str) -> pd.Series[Any]:
    """Return a Series of what was given for a column; ParameterError where it is none."""
    if isinstance(values, pd.Series):
        return values
    of_one = isinstance(values, (np.ndarray, pd.Index)) and values.ndim == 1
    if of_one or isinstance(values, (list, tuple)):
        return pd.Series(values)
    raise ParameterError(
        f"`{name}` must be a column with one value a row; got a {type(values).__name__}. Give a "
        "Series in the order of the frame's rows."
    )


def _levels(column: pd.Series[Any]) -> list[Any]:
    try:
        return list(column.dropna().unique())
    except TypeError:
        raise DataError(
            f"The treatment column {column.name!r} must hold texts, numbers or flags; got lists "
            "or records. Name the column of arms."
        ) from None


def check_arm_probability(probability: pd.Series[float] | None) -> None:
    """Raise DataError unless each row's chance of its own arm is above 0, and at most 1."""
    if probability is None:
        return
    try:
        values = real_numbers(pd.to_numeric(probability, errors="coerce"))
    except TypeError:  # lists, records
        values = np.full(len(probability), np.nan)
    wrong = int((~(np.isfinite(values) & (values > 0) & (values <= 1))).sum())
    if wrong:
        raise DataError(
            "`arm_probability` must be above 0 and at most 1, the chance that the row had of the "
            f"arm that it got; in {wrong:,} of {len(values):,} rows it is not. Mend those rows, or "
            "drop them."
        )


def _refuse_gaps(gaps: npt.NDArray[np.bool_], name: object) -> None:
    if gaps.any():
        raise DataError(
            f"The treatment column {name!r} must have an arm in every row; {int(gaps.sum()):,} of "
            f"{len(gaps):,} are missing. Write the arm of those rows, or drop them: a gap does "
            "not say whether they were contacted."
        )


def _refuse_words_for_nothing(known: list[str], control: str, name: object) -> None:
    """Refuse NA and the like, unless named: they may be an arm, or nothing known."""
    doubtful = [arm for arm in known if arm in MISSING and arm != control]
    if doubtful:
        raise DataError(
            f"Each arm of {name!r} must be a name; {doubtful[0]!r} may also mean that nothing is "
            f"known. If it is the control group, say `control={doubtful[0]!r}`; else write another "
            "name, or drop those rows."
        )


def _named(control: object, known: list[str], name: object) -> str:
    asked = str(plain_level(control)).strip()
    found = [arm for arm in known if arm.casefold() == asked.casefold()]
    if not found:
        raise ParameterError(
            f"`control` must be an arm of {name!r}; got {control!r}, there are {listed(known)}."
            f"{did_you_mean(asked, known)}"
        )
    return found[0]


def _found(known: list[str], name: object) -> str:
    called = [arm for arm in known if names_control(arm)]
    if not called and len(known) == ARMS[0] and not is_of_control(str(name)):
        called = [arm for arm in known if arm.lower() in NEGATIVE_WORDS]
    if len(called) == 1:
        return called[0]
    if not known:
        raise DataError(
            f"The treatment column {name!r} must hold the arm of each row; it is empty. Name the "
            "column of arms, or leave it out."
        )
    if len(known) == 1:
        raise DataError(
            f"The treatment column {name!r} must have a control group; every row is in the arm "
            f"{known[0]!r}. Add the contacts that were not treated."
        )
    raise DataError(
        f"It must be plain which arm of {name!r} is the control group; there are {listed(known)}. "
        f"Say which one was not contacted: `control={known[0]!r}`, for example."
    )


def treated_arm(treatment: pd.Series[str], control: str, arm: str | None) -> str:
    """Return the treated arm that is meant: the only one, or the one that is named.

    Parameters
    ----------
    treatment : Series of str
        The arm of each row; rows that wait for one count as none.
    control : str
    arm : str, optional
        "any" for all treated arms as one.

    Raises
    ------
    DataError
        All rows are of the control group.
    ParameterError
        There is no such arm, or there are several and none is named.

    Examples
    --------
    >>> treated_arm(pd.Series(["mail", "none"]), "none", None)
    'mail'
    """
    arms = sorted(set(treatment) - {control, NOT_ASSIGNED})
    if not arms:
        raise DataError(
            f"A test must have treated contacts beside the control group {control!r}; there are "
            "none. Load the rows that were contacted, too."
        )
    if arm is None and len(arms) == 1:
        return arms[0]
    if arm is None:
        raise ParameterError(
            f"`arm` must say which arm is compared with {control!r}, as there are {len(arms)}: "
            f'{listed(arms)}. Name one, or give "any" for all of them as one.'
        )
    if arm not in {*arms, ANY}:
        raise ParameterError(
            f"`arm` must be a treated arm of the frame, or 'any'; got {arm!r}, there are "
            f"{listed(arms)}.{did_you_mean(arm, arms)}"
        )
    return arm
