"""What every metric takes: outcomes, propensities and weights, checked once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.checks import is_whole
from workbench.errors import DataError, ParameterError
from workbench.numbers import Array, is_complex

_ROUNDING = 1e-9


class Scored(NamedTuple):
    """Outcome, propensity and weight of each row, all of shape (n,)."""

    y: Array
    propensity: Array
    weight: Array


class Levels(NamedTuple):
    """Contacts and positives at each distinct propensity, highest propensity first."""

    propensity: Array
    contacts: Array
    positives: Array

    def cumulated(self) -> tuple[Array, Array]:
        """Return contacts and positives at and above each level, from an empty start."""
        return (
            np.concatenate([[0.0], np.cumsum(self.contacts)]),
            np.concatenate([[0.0], np.cumsum(self.positives)]),
        )


def scored(y: Any, propensity: Any, weight: Any = None) -> Scored:
    """Check outcomes, propensities and weights; rows of weight 0 are left out.

    Rows are matched by position. A weight says how many contacts a row stands for.

    Raises
    ------
    DataError
        Lengths differ, there are no rows, an outcome is not 0 or 1, a propensity is
        not in [0, 1] by more than a rounding (1e-9), a weight is negative or missing.
    """
    chance, w = weighed(propensity, weight)
    outcome = numbers_of(y, name="y")
    check_length(outcome, chance, name="y")
    _check_known(outcome, w)
    present = w > 0
    return Scored(outcome[present], chance[present], w[present])


def weighed(propensity: Any, weight: Any = None) -> tuple[Array, Array]:
    """Check propensities and weights of contacts whose outcome is not asked for."""
    chance = numbers_of(propensity, name="propensity")
    if len(chance) == 0:
        raise DataError("A metric needs at least one row; `propensity` is empty.")
    # sums of shares end a rounding beyond 0 or 1
    near = (chance > -_ROUNDING) & (chance < 1 + _ROUNDING)
    chance = np.where(near, chance.clip(0.0, 1.0), chance)
    outside = ~((chance >= 0) & (chance <= 1))  # NaN is outside too
    if outside.any():
        raise DataError(
            f"`propensity` must lie in [0, 1]; got {first_of(chance, outside)}. Give the "
            "probability of a response: `model.propensity(frame)`, or `predict_proba(X)[:, 1]`."
        )
    if weight is None:
        return chance, np.ones_like(chance)
    w = numbers_of(weight, name="weight")
    check_length(w, chance, name="weight")
    bad = ~(np.isfinite(w) & (w >= 0))
    if bad.any():
        raise DataError(
            f"`weight` must be finite and not negative; got {first_of(w, bad)}. "
            "It says how many contacts a row stands for."
        )
    if not w.any():
        raise DataError("`weight` must be positive somewhere; all are 0. Leave it out for 1 each.")
    return chance, w


def levels(rows: Scored) -> Levels:
    """Add up contacts and positives at each distinct propensity.

    Every ranking metric reads the broken line through the cumulated levels: between
    two levels it is straight, which is the same as splitting ties in proportion.
    """
    # all three keys: sums then run in one order, so that no bit depends on the row order
    at = np.lexsort((rows.weight, rows.y, rows.propensity))
    y, propensity, weight = rows.y[at], rows.propensity[at], rows.weight[at]
    starts = np.flatnonzero(np.diff(propensity, prepend=-1.0))
    return Levels(
        propensity[starts][::-1],
        np.add.reduceat(weight, starts)[::-1],
        np.add.reduceat(weight * y, starts)[::-1],
    )


def one_class(positives: float, contacts: float) -> str:
    """Say why what needs two classes is not there; empty where both are.

    Examples
    --------
    >>> one_class(0, 10), one_class(10, 10), one_class(3, 10)
    ('n/a (0 positives)', 'n/a (0 negatives)', '')
    """
    if positives == 0:
        return "n/a (0 positives)"
    return "n/a (0 negatives)" if positives == contacts else ""


def check_count(value: object, *, name: str, least: int = 1) -> None:
    """Raise ParameterError unless the value is a whole number, large enough."""
    if not is_whole(value, least=least):
        raise ParameterError(f"`{name}` must be a whole number of at least {least}; got {value!r}.")


def check_share(value: float, *, name: str) -> None:
    """Raise ParameterError unless the value lies in (0, 1]."""
    if not 0 < value <= 1:
        raise ParameterError(
            f"`{name}` must be a share, above 0 and at most 1; got {value!r}. Write 10% as 0.1."
        )


def check_confidence(confidence: float) -> None:
    """Raise ParameterError unless the value lies in (0, 1)."""
    if not 0 < confidence < 1:
        raise ParameterError(
            f"`confidence` must lie between 0 and 1; got {confidence!r}. Write 95% as 0.95."
        )


def numbers_of(values: Any, *, name: str) -> Array:
    """Return one number a row, gaps as NaN; raise DataError where that is not what they are."""
    if np.ndim(values) != 1:
        raise DataError(
            f"`{name}` must have one dimension; got shape {np.shape(values)}."
            + (" Take the second column: `[:, 1]`." if name == "propensity" else "")
        )
    try:
        numbers = pd.Series(values)
        if is_complex(numbers):  # NumPy would leave the imaginary part out
            raise TypeError  # noqa: TRY301
        return numbers.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError, OverflowError):
        raise DataError(
            f"`{name}` must be numbers; got {next(iter(values))!r} first. "
            "Turn it into numbers before measuring."
        ) from None


def check_length(values: Array, propensity: Array, *, name: str) -> None:
    """Raise DataError unless there is one value a propensity."""
    if len(values) != len(propensity):
        raise DataError(
            f"`{name}` and `propensity` must have one entry a row; got {len(values):,} "
            f"and {len(propensity):,}. Take both from the same rows."
        )


def _check_known(y: Array, weight: Array) -> None:
    unknown = int((np.isnan(y) & (weight > 0)).sum())
    if unknown:
        raise DataError(
            f"`y` must be known; it is missing in {unknown:,} of {len(y):,} rows. "
            "Measure rows that have an outcome: `frame.known()`."
        )
    other = ~np.isin(y, (0.0, 1.0)) & (weight > 0)
    if other.any():
        raise DataError(
            f"`y` must be 0 or 1; got {first_of(y, other)}. Counts of responses become "
            "0/1 rows with weights: `FeatureFrame.from_table(…, trials=…)`."
        )


def first_of(values: Array, bad: npt.NDArray[np.bool_]) -> str:
    """Write the first of the bad values, and in how many rows they are."""
    rows = int(bad.sum())
    return f"{values[bad][0]:.12g} in {rows:,} of {len(values):,} rows"
