"""What a fit of amounts or counts is given, in one shape: numbers in place of classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from workbench.errors import DataError, FitError
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of
from workbench.numbers import Array
from workbench.ridge.design.table import as_table
from workbench.ridge.design.training_rows import (
    TrainingRows,
    check_frame_alone,
    check_groups,
    labels_of,
    of_positive_weight,
    plain_target,
    rows_of_frame,
)
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.gaussian import Gaussian
from workbench.ridge.outcomes.poisson import Poisson

_NO_SPREAD = 1e-12  # of the largest amount: what is left is rounding


def number_rows(
    estimator: Any,
    X: Any,
    y: Any,
    outcome: Outcome,
    *,
    campaign: Any = None,
    groups: Mapping[str, str] | None = None,
    sample_weight: Any = None,
    exposure: Any = None,
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
    campaign, groups, sample_weight
        As `training_rows` takes them.
    exposure : array of numbers above 0, shape (n,), optional
        `y` becomes the rate y/exposure, and weighs as much.

    Raises
    ------
    DataError
        `y` is missing, not of numbers, or not of one a row.
    FitError
        No outcome is known, or all of them are the same.
    """
    if y is None:
        raise DataError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None: give "
            "one number a row."
        )
    if isinstance(X, FeatureFrame):
        given = {"campaign": campaign, "groups": groups, "sample_weight": sample_weight}
        check_frame_alone([name for name, value in given.items() if value is not None])
        rows, known = _from_frame(estimator, X, y)
    else:
        table = as_table(estimator, X, reset=True)
        check_groups(groups, table.columns)
        target = _numbers(plain_target(y, len(table)))
        weight = np.asarray(_check_sample_weight(sample_weight, target, dtype=np.float64))
        labels = None if campaign is None else labels_of(campaign, len(table))
        rows = TrainingRows(table, target, weight, np.zeros(0), dict(groups or {}), labels)
        known = np.ones(len(target), dtype=bool)
    _check_kind(rows.y, outcome)
    if exposure is not None:
        of_row = exposures(exposure, known)
        weight = rows.weight
        rows = replace(rows, y=rows.y / of_row, weight=weight * of_row, undecayed=weight)
    rows = of_positive_weight(rows)
    if not len(rows.y):
        raise FitError("Some rows must weigh something; all weights are 0. Mend the weights.")
    return replace(rows, outcome=outcome)


def exposures(given: Any, known: npt.NDArray[np.bool_]) -> Array:
    """Return the exposures of the rows that are `known` (n,), checked.

    Raises
    ------
    DataError
        There is not one a row, or one of them is not a finite number above 0.
    """
    found = _numbers(np.asarray(column_or_1d(given)), name="exposure")
    if len(found) != len(known):
        raise DataError(
            f"`exposure` must have one number a row; got {len(found):,} for "
            f"{count_of(len(known), 'row')}. Align them first."
        )
    found = found[known]
    odd = np.flatnonzero(~(np.isfinite(found) & (found > 0)))
    if len(odd):
        raise DataError(
            f"Each of `exposure` must be a finite number above 0; got {found[odd[0]]:g}"
            f"{'' if len(odd) == 1 else f', and {len(odd) - 1:,} more such'}. Leave these rows "
            "out, as nothing could be counted there."
        )
    return found


def as_rates(rows: TrainingRows) -> TrainingRows:
    """Measure exposures in their mean, so that rows weigh what contacts do.

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
    if rows.undecayed is None:
        return rows
    mean = float(rows.weight.sum() / rows.undecayed.sum())
    return replace(rows, y=rows.y * mean, weight=rows.weight / mean, outcome=Poisson(mean))


def standardised(rows: TrainingRows) -> TrainingRows:
    """Return amounts less their mean, over their deviation.

    Raises
    ------
    FitError
        All amounts are the same.
    """
    centre = float(np.average(rows.y, weights=rows.weight))
    unit = float(np.sqrt(np.average((rows.y - centre) ** 2, weights=rows.weight)))
    if not unit > _NO_SPREAD * np.abs(rows.y).max():
        came = f"all {len(rows.y):,} rows have" if len(rows.y) > 1 else "there is one sample, of"
        raise FitError(
            f"The amounts must differ; {came} {centre:g}. Check the column, and whether these rows "
            "are all that there are."
        )
    return replace(rows, y=(rows.y - centre) / unit, outcome=Gaussian(centre, unit))


def _from_frame(
    estimator: Any, frame: FeatureFrame, y: Any
) -> tuple[TrainingRows, npt.NDArray[np.bool_]]:
    """Return the rows whose number is known, and which these are."""
    validate_data(estimator, frame.X, skip_check_array=True, reset=True)
    if isinstance(y, pd.Series) and not y.index.equals(frame.X.index):
        raise DataError(
            "`y` must stand on the index of the frame's rows, as they are matched by it; this "
            "Series has another one. Give `y.to_numpy()` if its rows are in the frame's order."
        )
    target = np.asarray(column_or_1d(y, warn=True))
    if len(target) != len(frame):
        raise DataError(
            f"`y` must have one number a row of the frame; got {len(target):,} for "
            f"{count_of(len(frame), 'row')}. Give NaN where it is not known."
        )
    known = ~pd.isna(target)
    if not known.any():
        raise FitError("No number is known in `y`; fitting needs some. Give what came.")
    numbers = _numbers(plain_target(target[known], int(known.sum())))
    return rows_of_frame(frame.rows(known), numbers), known


def _numbers(target: Any, *, name: str = "y") -> Array:
    if target.dtype.kind not in "biuf":  # text may be written in more ways than one
        came = repr(target[0].tolist() if hasattr(target[0], "tolist") else target[0])
        raise DataError(
            f"`{name}` must be of numbers; got {came}. Convert them first, as with `pd.to_numeric`."
        )
    return np.asarray(target, dtype=np.float64)


def _check_kind(y: Array, outcome: Outcome) -> None:
    odd = np.flatnonzero(outcome.odd(y))
    if len(odd):
        raise DataError(
            f"Each of `y` must be {outcome.must_be}; got {y[odd[0]]:g} in row {odd[0]:,}"
            f"{'' if len(odd) == 1 else f', and {len(odd) - 1:,} more'}. Mend these rows, or leave "
            "them out."
        )
