"""What a fit is given, in one shape, whether it came as a FeatureFrame or as arrays."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from workbench.errors import DataError, DataWarning, FitError, ParameterError
from workbench.frame.dealing import numbered, wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of, did_you_mean, listed
from workbench.numbers import is_complex
from workbench.ridge.design.table import SparseTable, as_table
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.tables.campaign_order import GIVEN, TIME, labels_are_dated, order_of

_TYPE_OF_OBJECTS = {
    "boolean": "bool",
    "integer": "int64",
    "floating": "float64",
    "decimal": "float64",
}
_LEAST_SHARE = 1e-12
UNGROUPED = "features"
"""The group of features that came without one."""


@dataclass(frozen=True)
class TrainingRows:
    """Rows of positive weight, whose outcome is known.

    ``y`` is 0 or 1; ``classes`` are the labels that they stand for; ``order`` lists the
    campaigns in time order, and is empty where there are none; ``as_of`` is each row's
    moment, where it is known; ``in_time`` says whether moments or dated labels, such as
    "2024-03", give that order; ``person`` (n,) numbers the customers, where they are known,
    and ``whole`` (n,) the cells. ``undecayed`` are the weights as they came, where recent
    campaigns were made to weigh more, or exposures count in. ``outcome`` says of what kind `y`
    is: numbers have no ``classes``.
    """

    X: pd.DataFrame | SparseTable
    y: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]
    classes: npt.NDArray[Any]
    groups: Mapping[str, str]
    campaign: pd.Series[Any] | None = None
    order: tuple[Any, ...] = ()
    as_of: pd.Series[Any] | None = None
    in_time: bool = False
    person: npt.NDArray[np.int64] | None = None
    whole: npt.NDArray[np.int64] | None = None
    undecayed: npt.NDArray[np.float64] | None = None
    outcome: Outcome = LOGISTIC

    @property
    def contacts(self) -> npt.NDArray[np.float64]:
        """How many contacts each row stands for; shape (n,)."""
        return self.weight if self.undecayed is None else self.undecayed

    @property
    def number_of_each(self) -> npt.NDArray[np.int64]:
        """How many rows of the table each of these is; shape (n,)."""
        return np.ones(len(self.y), dtype=np.int64)

    @property
    def wholes(self) -> int:
        """Cells, where rows are of cells; else rows."""
        return len(self.y) if self.whole is None else len(np.unique(self.whole))


def training_rows(
    estimator: Any,
    X: Any,
    y: Any = None,
    *,
    campaign: Any = None,
    groups: Mapping[str, str] | None = None,
    sample_weight: Any = None,
) -> TrainingRows:
    """Check what `fit` was given, and put it in one shape.

    Raises
    ------
    DataError
        Negative weights; or a column that stands twice (SchemaError), or no rows.
    FitError
        The outcomes are of one class only.
    """
    if isinstance(X, FeatureFrame):
        given = {"y": y, "campaign": campaign, "groups": groups, "sample_weight": sample_weight}
        check_frame_alone([name for name, value in given.items() if value is not None])
        return _from_frame(estimator, X)
    table = as_table(estimator, X, reset=True)
    check_groups(groups, table.columns)
    if y is None:
        raise DataError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None: give "
            "the outcomes, or a FeatureFrame, which carries its own."
        )
    target = plain_target(y, len(table))
    _check_binary(target)
    weight = row_weights(sample_weight, target)
    classes, codes = np.unique(target, return_inverse=True)
    labels = None if campaign is None else labels_of(campaign, len(table))
    rows = TrainingRows(table, codes.astype("float64"), weight, classes, dict(groups or {}), labels)
    return of_both_classes(rows)


def row_weights(given: Any, target: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the weight of each row (n,), 1 where nothing is given.

    Raises
    ------
    DataError
        These are not finite numbers, one a row, some of them above 0.
    """
    try:
        if is_complex(given):  # NumPy would leave the imaginary part out
            raise TypeError("complex numbers came")  # noqa: TRY301
        return np.asarray(_check_sample_weight(given, target, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"`sample_weight` must have one finite number a row, some of them above 0; {error}. "
            "Give a column of numbers, or leave it out."
        ) from None


def plain_target(y: Any, n: int) -> npt.NDArray[Any]:
    """Return outcomes of n rows in their own type, none of them missing."""
    if np.asarray(y).ndim == 0:
        raise DataError(
            f"`y` must have one value a row; got {y!r} for {count_of(n, 'row')}. Give a column or "
            "a list."
        )
    if isinstance(y, list | tuple) and np.asarray(y).dtype.kind == "U" and pd.isna(list(y)).any():
        y = np.asarray(y, dtype=object)  # beside text, NumPy makes the text "nan" of NaN
    target = plain(column_or_1d(y, warn=True))
    _check_complete(target, n)
    return target


def plain(target: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give flags and numbers that came as objects, as databases send them, their own type."""
    if target.dtype != object or pd.isna(target).any():
        return target
    kind = pd.api.types.infer_dtype(target)
    return target.astype(_TYPE_OF_OBJECTS[kind]) if kind in _TYPE_OF_OBJECTS else target


def check_frame_alone(given: list[str]) -> None:
    """Raise where something came beside a frame that it brings itself."""
    if given:
        raise ParameterError(
            f"A FeatureFrame brings its own outcomes, campaigns, groups and weights; got "
            f"{listed(given)} beside it. Put them into the frame."
        )


def check_groups(groups: Mapping[str, str] | None, features: Collection[str]) -> None:
    """Raise where groups name features that are not there."""
    for name in groups or {}:
        if name not in features:
            raise ParameterError(
                f"`groups` names unknown feature {name!r}; got {listed(features)}."
                f"{did_you_mean(name, features)}"
            )


def labels_of(values: Any, n: int, *, name: str = "campaign") -> pd.Series[Any]:
    """Return the campaign, or the customer, of each of n rows; DataError where one has none."""
    of_row = np.asarray(values)
    if of_row.ndim != 1:
        raise DataError(
            f"`{name}` must have one label a row; got an array of {of_row.ndim} dimensions "
            f"for {count_of(n, 'row')}. Give one column."
        )
    labels = pd.Series(of_row)
    if len(labels) != n or labels.isna().any():
        raise DataError(
            f"`{name}` must have one label a row; got {int(labels.notna().sum())} for "
            f"{count_of(n, 'row')}. "
            "Align them, and fill the gaps."
        )
    return labels


def _from_frame(estimator: Any, frame: FeatureFrame) -> TrainingRows:
    validate_data(estimator, frame.X, skip_check_array=True, reset=True)
    if frame.y.isna().all():
        raise FitError(
            "No outcome is known in this FeatureFrame; fitting needs rows with both classes. "
            "Fit on earlier contacts, and score these."
        )
    known = frame.known()
    return of_both_classes(rows_of_frame(known, np.asarray(known.y, dtype=np.float64)))


def rows_of_frame(frame: FeatureFrame, y: npt.NDArray[np.float64]) -> TrainingRows:
    """Return all that a frame knows of its rows, beside their outcomes (n,)."""
    return TrainingRows(
        frame.X,
        y,
        frame.weights,
        np.array([0, 1]),
        frame.groups,
        frame.campaign,
        tuple(frame.campaigns),
        frame.as_of,
        in_time=frame.in_order_of in (TIME, GIVEN),
        person=None if frame.customer is None else numbered(frame.customer),
        whole=None if frame.cell is None else wholes(frame),
    )


def of_both_classes(rows: TrainingRows) -> TrainingRows:
    """Keep the rows that weigh something; FitError unless both outcomes are among them."""
    kept = of_positive_weight(rows)
    y = kept.y
    if not 0 < y.sum() < len(y):
        label = rows.classes[int(y[0])] if len(y) else "none"
        raise FitError(
            f"The outcomes must have two classes; got one class only ({label}) in "
            f"{count_of(kept.number_of_each.sum(), 'row')}. Check the target, and whether the "
            "outcomes had time to happen."
        )
    _check_balance(y, kept.weight)
    _warn_one_class(kept.campaign, y, kept.order)
    return kept


def of_positive_weight(rows: TrainingRows) -> TrainingRows:
    """Keep the rows that weigh something, their campaigns in order.

    Raises
    ------
    DataError
        A weight is negative.
    """
    if (rows.weight < 0).any():
        raise DataError(
            f"Weights must not be negative; got "
            f"{count_of((rows.weight < 0).sum(), 'negative row')}, the "
            f"least is {rows.weight.min():g}. Drop those rows, or mend the weights."
        )
    kept = rows.weight > 0
    campaign, as_of = (
        None if of_row is None else of_row[kept].reset_index(drop=True)
        for of_row in (rows.campaign, rows.as_of)
    )
    X = rows.X if kept.all() else _some(rows.X, kept)
    in_time = campaign is not None and (rows.in_time or labels_are_dated(campaign))
    person, whole = (
        None if of_row is None else of_row[kept] for of_row in (rows.person, rows.whole)
    )
    return replace(
        rows,
        X=X,
        y=rows.y[kept],
        weight=rows.weight[kept],
        campaign=campaign,
        order=_order(campaign, rows.order),
        as_of=as_of,
        in_time=in_time,
        person=person,
        whole=whole,
        undecayed=None if rows.undecayed is None else rows.undecayed[kept],
    )


def _check_balance(y: npt.NDArray[np.float64], weight: npt.NDArray[np.float64]) -> None:
    """Raise DataError where one class weighs nothing beside the other, but for rounding."""
    share = float(weight[y == 1].max() / weight.max()), float(weight[y == 0].max() / weight.max())
    if min(share) < _LEAST_SHARE:
        raise DataError(
            "Weights must let both outcomes count; the largest of one outcome is "
            f"{min(share):.0e} of the largest of the other, which rounding takes for nothing. "
            "Mend the weights."
        )


def _some(X: pd.DataFrame | SparseTable, kept: npt.NDArray[np.bool_]) -> pd.DataFrame | SparseTable:
    if isinstance(X, SparseTable):
        return X.rows(kept)
    return X[kept].reset_index(drop=True)


def _order(campaign: pd.Series[Any] | None, known: tuple[Any, ...]) -> tuple[Any, ...]:
    if campaign is None:
        return ()
    present = set(campaign)
    if not known:
        found = order_of(campaign)
        # arrays carry no moments: sorted labels at least do not depend on the order of rows
        by_name = sorted(present, key=lambda label: (str(type(label)), label))
        known = found.labels if found.by == TIME else tuple(by_name)
    return tuple(label for label in known if label in present)


def _warn_one_class(
    campaign: pd.Series[Any] | None, y: npt.NDArray[np.float64], order: tuple[Any, ...]
) -> None:
    if campaign is None:
        return
    rate = pd.Series(y).groupby(campaign).mean().reindex(list(order))
    for share, name in ((0.0, "positives"), (1.0, "negatives")):
        without = [str(label) for label in rate.index[rate == share]]
        if without:
            warnings.warn(
                f"Campaigns without {name}: {listed(without)}. They stay in the loss; their AUC "
                "cannot be had.",
                DataWarning,
                stacklevel=2,
            )


def _check_complete(target: npt.NDArray[Any], n: int) -> None:
    if len(target) != n:
        raise DataError(
            f"`y` must have one value a row; got inconsistent numbers of samples: {len(target)} "
            f"for {count_of(n, 'row')}. Align them first."
        )
    unusable = ~np.isfinite(target) if target.dtype.kind == "f" else pd.isna(target)
    if unusable.any():
        raise DataError(
            f"`y` must have an outcome in every row; {unusable.sum()} of {n} are missing or "
            "infinite. Drop those rows, or give a FeatureFrame, which passes them over."
        )


def _check_binary(target: npt.NDArray[Any]) -> None:
    check_classification_targets(target)
    kind = type_of_target(target, input_name="y")
    if kind != "binary" and len(np.unique(target)) > 2:
        raise DataError(
            f"Only binary classification is supported. The type of the target is {kind}. "
            "Make the target 0/1 first: one class against the others."
        )
