"""What contacts are worth: chances times the money of a response, one for all or one a contact."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_bool_dtype, is_object_dtype, is_string_dtype

from workbench.errors import DataError, ParameterError
from workbench.frame.kinds import odd_kind
from workbench.metrics._inputs import Scored, check_length, first_of, levels, numbers_of
from workbench.numbers import Array

Money = float | npt.ArrayLike
"""An amount for all contacts, or one a contact."""


class Worth(NamedTuple):
    """Contacts at each distinct worth, highest first; all of shape (levels,).

    Parameters
    ----------
    worth : ndarray
        p m, the money that a contact is expected to bring.
    propensity : ndarray
        The lowest of the contacts down to here.
    contacts, positives : ndarray
        Of each level, weighted.
    earned : ndarray
        Σ w y m of each level: the money that came.
    """

    worth: Array
    propensity: Array
    contacts: Array
    positives: Array
    earned: Array


MOST = 1e100
"""An amount of money, whose square can still be added up a million times."""


def money_of(money: Money, propensity: Array, weight: Array, *, name: str) -> float | Array:
    """Return an amount for all contacts, or those of the contacts that count (weight above 0).

    Raises
    ------
    ParameterError
        One amount is negative or not finite.
    DataError
        Amounts are not as many as the contacts, no numbers, negative or not finite.
    """
    if np.ndim(money) == 0:
        return one_for_all(money, name=name)
    amounts = amounts_from(money, name=name)
    check_length(amounts, propensity, name=name)
    check_amounts(np.where(weight > 0, amounts, 0.0), name=name)
    return amounts[weight > 0]


def one_for_all(amount: Any, *, name: str) -> float:
    """Return an amount of money; raise ParameterError where it is none."""
    try:
        right = np.ndim(amount) == 0 and bool(np.isfinite(amount) and amount >= 0)
    except (TypeError, ValueError):
        right = False
    if not right:
        raise ParameterError(
            f"`{name}` must be an amount of money, finite and not negative; got {amount!r}. "
            "Give cost and margin of one contact in the same currency."
        )
    _check_addable(np.array([amount], dtype=float), name=name)
    return float(amount)


def _check_addable(amounts: Array, *, name: str) -> None:
    """Raise ParameterError where sums and squares of amounts would be no numbers."""
    if (amounts > MOST).any():
        raise ParameterError(
            f"`{name}` must be at most {MOST:g}, so that profits add up; got {amounts.max():g}. "
            "Give it in a larger unit of the currency."
        )


def amounts_from(values: Any, *, name: str) -> Array:
    """Return amounts of money as numbers; raise DataError where they are text or dates."""
    if np.ndim(values) == 1:
        column = pd.Series(values)
        kind = _no_number(column) or odd_kind(column)
        if kind:
            raise DataError(
                f"`{name}` must be amounts of money; got {kind}. Turn them into numbers of one "
                "currency."
            )
    return numbers_of(values, name=name)


def check_amounts(amounts: Array, *, name: str) -> None:
    """Raise DataError unless amounts are finite and not negative."""
    bad = ~(np.isfinite(amounts) & (amounts >= 0))
    if bad.any():
        raise DataError(
            f"`{name}` must be finite and not negative; got {first_of(amounts, bad)}. It is the "
            "money of each contact's response: fill gaps, and count predictions below 0 as 0."
        )
    _check_addable(amounts, name=name)


def by_worth(rows: Scored, margin: float | Array) -> Worth:
    """Add up contacts, positives and what they brought at each distinct worth.

    With one margin for all, the levels are those of the propensities.

    Parameters
    ----------
    rows : Scored
    margin : float or ndarray, shape (n,)
    """
    if isinstance(margin, np.ndarray) and np.ptp(margin) == 0:
        margin = float(margin[0])
    if not isinstance(margin, np.ndarray):
        found = levels(rows)
        earned = margin * found.positives
        return Worth(found.propensity * margin, *found, earned)
    worth = rows.propensity * margin
    # all keys: sums then run in one order, so that no bit depends on the row order
    at = np.lexsort((rows.weight, rows.y, margin, rows.propensity, worth))
    starts = np.flatnonzero(np.diff(worth[at], prepend=-1.0))
    weight, came = rows.weight[at], (rows.weight * rows.y)[at]
    lowest = np.minimum.reduceat(rows.propensity[at], starts)[::-1]
    sums = [np.add.reduceat(part, starts)[::-1] for part in (weight, came, came * margin[at])]
    return Worth(worth[at][starts][::-1], np.minimum.accumulate(lowest), *sums)


def _no_number(column: pd.Series[Any]) -> str:
    """Say what a column holds that would pass for numbers, and is none; "" where it has them."""
    if is_bool_dtype(column):
        return "flags"
    if is_object_dtype(column):  # "12.5" would be read as a number, "12,5" not
        text = any(isinstance(one, str) for one in column)
    else:
        text = isinstance(column.dtype, pd.CategoricalDtype) or is_string_dtype(column)
    return "text or categories" if text else ""
