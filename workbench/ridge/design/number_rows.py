"""What a fit of amounts or counts is given, in one shape: numbers in place of classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import validate_data

from workbench.errors import DataError, FitError
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of
from workbench.numbers import Array
from workbench.ridge.design.table import as_table, check_not_streamed
from workbench.ridge.design.training_rows import (
    TrainingRows,
    check_frame_alone,
    check_groups,
    labels_of,
    of_positive_weight,
    plain,
    plain_target,
    row_weights,
    rows_of_frame,
)
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.gaussian import Gaussian
from workbench.ridge.outcomes.poisson import Poisson

_LARGEST = 1e140  # its square is a number, and so is that of its inverse
_NO_SPREAD = 1e-12  # of the largest amount: what is left is rounding


def number_rows(
    estimator: Any,
    X: Any,
    y: Any,
    outcome: Outcome,
    *,
    exposure: Any = None,
    **given: Any,
) -> TrainingRows:
    """Check what `fit` was given, and put it in one shape.

    Parameters
    ----------
    estimator : estimator
        Learns the names of the columns.
    X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
    y : array of numbers, shape (n,)
        Beside a frame, NaN where it is not known: those rows are passed over.
    outcome : Outcome
    exposure : array of numbers above 0, shape (n,), optional
        `y` becomes the rate y/exposure, and weighs as much.
    **given : campaign, groups, sample_weight
        As `training_rows` takes them.

    Raises
    ------
    DataError
        `y` is missing, not of numbers, or not of one a row; or rows are not in memory.
    FitError
        No outcome is known, or all of them are the same.
    """
    check_not_streamed(estimator, X)
    if y is None:
        raise DataError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None: give "
            "one number a row."
        )
    if isinstance(X, FeatureFrame):
        check_frame_alone([name for name, value in given.items() if value is not None])
        for name, series in (("y", y), ("exposure", exposure)):
            check_index(series, X.X.index, name=name)
        rows, known = _from_frame(estimator, X, y, outcome)
    else:
        rows, known = _from_table(estimator, X, y, outcome, **given)
    kept = of_positive_weight(rows)
    if not len(kept.y):
        raise FitError("Some rows must weigh something; all weights are 0. Mend the weights.")
    if exposure is not None:
        of_row = _exposures_of_each(exposure, len(known))[known][rows.weight > 0]
        weight = kept.weight
        kept = replace(kept, y=kept.y / of_row, weight=weight * of_row, undecayed=weight)
    return replace(kept, outcome=outcome)


def check_index(given: Any, index: pd.Index[Any], *, name: str) -> None:
    """Raise for a Series that stands on another index than the rows.

    Raises
    ------
    DataError
    """
    if isinstance(given, pd.Series) and not given.index.equals(index):
        raise DataError(
            f"`{name}` must stand on the index of the rows, as they are matched by it; this "
            f"Series has another one. Give `{name}.to_numpy()` if it is in the order of the rows."
        )


def exposures(given: Any, rows: int) -> Array:
    """Return the exposure of each row, checked; one number is that of all.

    Raises
    ------
    DataError
        There is not one a row, or one of them is not a finite number above 0.
    """
    values = np.full(rows, given) if np.asarray(given).ndim == 0 else given
    found = _numbers(plain(_one_column(values, name="exposure")), name="exposure")
    if len(found) != rows:
        raise DataError(
            f"`exposure` must have one number a row; got {len(found):,} for "
            f"{count_of(rows, 'row')}. Align them first."
        )
    odd = np.flatnonzero(~(np.isfinite(found) & (found > 0)))
    if len(odd):
        raise DataError(
            f"Each of `exposure` must be a finite number above 0; got {found[odd[0]]:g} in row "
            f"{odd[0]:,}{_and_more(odd)}. Leave these rows out, as nothing could be counted there."
        )
    return found


def _exposures_of_each(given: Any, rows: int) -> Array:
    if np.asarray(given).ndim == 0:
        raise DataError(
            f"`exposure` must have one number a row; got {given!r} for all. Leave it out: counts "
            "are then of that exposure."
        )
    return exposures(given, rows)


def as_rates(rows: TrainingRows) -> TrainingRows:
    """Measure exposures and counts in their means, so that rows weigh what contacts do.

    Raises
    ------
    FitError
        All counts are 0.
    """
    if not rows.y.any():
        raise FitError(
            f"Some counts must be above 0; all {count_of(len(rows.y), 'row')} have 0. Check the "
            "column, and whether events had time to happen."
        )
    mean = float(rows.weight.sum() / rows.contacts.sum())  # exposure: 1 where none is given
    weight, y = rows.weight / mean, rows.y * mean
    level = float(np.average(y, weights=weight))
    exposure = None if rows.undecayed is None else mean
    return replace(rows, y=y / level, weight=weight, outcome=Poisson(level, exposure))


def standardised(rows: TrainingRows) -> TrainingRows:
    """Return amounts less their mean, over their deviation.

    Raises
    ------
    FitError
        All amounts are the same.
    """
    largest = float(np.abs(rows.y).max()) or 1.0
    if not 1 / _LARGEST < largest < _LARGEST:
        raise DataError(
            f"Amounts must lie between {1 / _LARGEST:.0e} and {_LARGEST:.0e}, as their squares are "
            f"summed; the largest is {largest:.0e}. Give them in another unit."
        )
    small = rows.y / largest  # squares of amounts as they are might not be numbers
    middle = float(np.average(small, weights=rows.weight))
    spread = float(np.sqrt(np.average((small - middle) ** 2, weights=rows.weight)))
    centre, unit = largest * middle, largest * spread
    if not spread > _NO_SPREAD:
        came = f"all {len(rows.y):,} rows have" if len(rows.y) > 1 else "there is one sample, of"
        raise FitError(
            f"The amounts must differ; {came} {centre:g}. Check the column, and whether these rows "
            "are all that there are."
        )
    return replace(rows, y=(rows.y - centre) / unit, outcome=Gaussian(centre, unit))


def _from_frame(
    estimator: Any, frame: FeatureFrame, y: Any, outcome: Outcome
) -> tuple[TrainingRows, npt.NDArray[np.bool_]]:
    """Return the rows whose number is known, and which these are."""
    validate_data(estimator, frame.X, skip_check_array=True, reset=True)
    target = plain(_one_column(y, name="y"))
    if len(target) != len(frame):
        raise DataError(
            f"`y` must have one number a row of the frame; got {len(target):,} for "
            f"{count_of(len(frame), 'row')}. Give NaN where it is not known."
        )
    known = ~np.asarray(pd.isna(target))
    if not known.any():
        raise FitError("No number is known in `y`; fitting needs some. Give what came.")
    numbers = np.full(len(target), np.nan)
    numbers[known] = _numbers(plain(target[known]))
    _check_kind(numbers, known, outcome)
    rows = rows_of_frame(frame.rows(known), numbers[known])
    return replace(rows, classes=np.zeros(0)), known


def _from_table(
    estimator: Any,
    X: Any,
    y: Any,
    outcome: Outcome,
    *,
    campaign: Any = None,
    groups: Mapping[str, str] | None = None,
    sample_weight: Any = None,
) -> tuple[TrainingRows, npt.NDArray[np.bool_]]:
    """Return the rows; all of their numbers must be known."""
    table = as_table(estimator, X, reset=True)
    check_groups(groups, table.columns)
    numbers = _numbers(plain_target(y, len(table)))
    known = np.ones(len(numbers), dtype=bool)
    _check_kind(numbers, known, outcome)
    weight = row_weights(sample_weight, numbers)
    labels = None if campaign is None else labels_of(campaign, len(table))
    classes = np.zeros(0)
    return TrainingRows(table, numbers, weight, classes, dict(groups or {}), labels), known


def _one_column(values: Any, *, name: str) -> npt.NDArray[Any]:
    found = np.asarray(values)
    if found.ndim != 1:
        raise DataError(
            f"`{name}` must have one number a row; got {found.ndim} dimensions. Give one column, "
            "as a Series or an array."
        )
    return found


def _numbers(target: Any, *, name: str = "y") -> Array:
    if target.dtype.kind not in "biuf":  # text may be written in more ways than one
        came = repr(target[0].tolist() if hasattr(target[0], "tolist") else target[0])
        raise DataError(
            f"`{name}` must be of numbers; got {came}. Convert them first, as with `pd.to_numeric`."
        )
    return np.asarray(target, dtype=np.float64)


def _check_kind(y: Array, known: npt.NDArray[np.bool_], outcome: Outcome) -> None:
    odd = np.flatnonzero(outcome.odd(y) & known)
    if len(odd):
        raise DataError(
            f"Each of `y` must be {outcome.must_be}; got {y[odd[0]]:g} in row {odd[0]:,}"
            f"{_and_more(odd)}. Mend these rows, or leave them out."
        )


def _and_more(odd: npt.NDArray[np.intp]) -> str:
    return "" if len(odd) == 1 else f", and {len(odd) - 1:,} more"
