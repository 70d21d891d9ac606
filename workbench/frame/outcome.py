"""Which values of a target are positive: plain words and numbers, or the one that is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.level_spelling import alike_levels, plain_level
from workbench.messages import did_you_mean, listed
from workbench.reading.flag_words import NEGATIVE_WORDS, POSITIVE_WORDS


def binary_outcome(column: pd.Series[Any], *, positive: object = None) -> pd.Series[float]:
    """Read a two-valued column as 0.0 and 1.0; missing stays missing.

    Parameters
    ----------
    column : Series
    positive : object, optional
        The positive value; all others are negative then. Not needed for 0/1, false/true, and
        words such as no/yes.

    Returns
    -------
    Series of float

    Raises
    ------
    DataError
        It is not plain which value is positive, or the column does not have it.
    ParameterError
        `positive` is not one value.

    Examples
    --------
    >>> binary_outcome(pd.Series(["yes", "no", None])).tolist()
    [1.0, 0.0, nan]
    >>> binary_outcome(pd.Series(["gold", "silver", "none"]), positive="gold").tolist()
    [1.0, 0.0, 0.0]
    """
    if not pd.api.types.is_scalar(positive):
        raise ParameterError(
            f"`positive` must be one value of {column.name!r}; got a {type(positive).__name__}. "
            "Name the value that counts as a response, such as 'yes'."
        )
    values = column.dropna().unique().tolist()
    if not values and positive is None:  # nothing is known yet, whatever type the gaps have
        return pd.Series(np.nan, index=column.index, name=column.name)
    if positive is None and all(_word_value(value) is not None for value in values):
        return column.map(_word_value, na_action="ignore").astype("float64")
    shown = sorted((plain_level(value) for value in values), key=str)
    if positive is None and len(values) > 2:
        raise DataError(
            f"The target {column.name!r} must have two values; got {len(values)}: "
            f"{listed(shown, 5)}. Name the positive one, and the others count as negative: "
            f"`positive={shown[0]!r}`, for example. Or choose another column."
        )
    if positive is None:
        either = " or ".join(f"`positive={value!r}`" for value in shown)
        raise DataError(
            f"The target {column.name!r} must be 0/1, false/true or no/yes; got {listed(shown)}. "
            f"Say which is the positive one: {either}."
        )
    # 1 and "1" both mean 1.0, as a column of 0 and 1 with gaps holds it
    is_positive = (column == positive) | (column.astype("str") == str(positive))
    if not is_positive.any():
        meant, levels = alike_levels(pd.Series([positive]), column)
        is_positive = (levels == meant.iloc[0]).fillna(value=False)
    if not is_positive.any():
        raise DataError(
            f"`positive` must be a value of {column.name!r}; got {positive!r}, "
            f"the column has {listed(shown)}.{did_you_mean(positive, shown)}"
        )
    return is_positive.astype("float64").where(column.notna())


def said_of_outcome(column: pd.Series[Any], positive: object) -> list[str]:
    """Say what counts as negative beside a named value, and what is taken as not known yet.

    Examples
    --------
    >>> print(*said_of_outcome(pd.Series(["a", "b", "c"], name="tier"), "a"))
    Of 'tier', 'a' is positive, and the 2 other values count as negative.
    """
    unknown = int(column.isna().sum()), len(column)
    return said_of_values(column.name, column.nunique(), positive, unknown=unknown)


def said_of_values(
    name: object, values: int, positive: object, *, unknown: tuple[int, int]
) -> list[str]:
    """Say the same of a column of so many values, missing in so many of all rows."""
    said = []
    if positive is not None and values > 2:
        said.append(
            f"Of {name!r}, {plain_level(positive)!r} is positive, and the {values - 1} other "
            "values count as negative."
        )
    if unknown[0]:
        said.append(
            f"{unknown[0]:,} of {unknown[1]:,} rows have no {name!r}: their outcome is taken "
            "as not known yet. Where a blank means no, write so."
        )
    return said


def _word_value(value: object) -> float | None:
    if isinstance(value, (bool, int, float, np.number, np.bool_)):
        return float(value) if value in (0, 1) else None
    word = str(value).strip().lower()
    if word == "s":  # of an outcome, it may be the south
        return None
    return 1.0 if word in POSITIVE_WORDS else 0.0 if word in NEGATIVE_WORDS else None
