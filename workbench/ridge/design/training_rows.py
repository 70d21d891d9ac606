"""What a fit is given, in one shape, whether it came as a FeatureFrame or as arrays."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import issparse
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from workbench.checks import check_columns, check_not_empty, plain_floats
from workbench.errors import DataError, DataWarning, FitError, ParameterError, SchemaError
from workbench.frame.dealing import numbered, wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of, did_you_mean, listed
from workbench.ridge.design.table import SparseTable
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
    campaigns were made to weigh more.
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

    @property
    def contacts(self) -> npt.NDArray[np.float64]:
        """How many contacts each row stands for; shape (n,)."""
        return self.weight if self.undecayed is None else self.undecayed

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
        _check_frame_alone([name for name, value in given.items() if value is not None])
        return _from_frame(estimator, X)
    table = as_table(estimator, X, reset=True)
    check_groups(groups, table.columns)
    if y is None:
        raise DataError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None: give "
            "the outcomes, or a FeatureFrame, which carries its own."
        )
    target = _plain(column_or_1d(y, warn=True))
    _check_target(target, len(table))
    weight = np.asarray(_check_sample_weight(sample_weight, target, dtype=np.float64))
    classes, codes = np.unique(target, return_inverse=True)
    labels = None if campaign is None else _labels(campaign, len(table))
    rows = TrainingRows(table, codes.astype("float64"), weight, classes, dict(groups or {}), labels)
    return _of_positive_weight(rows)


def _plain(target: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give flags and numbers that came as objects, as databases send them, their own type."""
    if target.dtype != object or pd.isna(target).any():
        return target
    kind = pd.api.types.infer_dtype(target)
    return target.astype(_TYPE_OF_OBJECTS[kind]) if kind in _TYPE_OF_OBJECTS else target


def as_table(estimator: Any, X: Any, *, reset: bool) -> pd.DataFrame | SparseTable:
    """Return rows as a DataFrame with text names, checked as scikit-learn does.

    Polars and Arrow tables become pandas; an array takes the names of training, or x0, x1, ….
    A sparse matrix stays one, with such names.
    """
    if isinstance(X, FeatureFrame):
        return X.X
    if isinstance(X, SparseTable):
        return X
    if issparse(X):
        values = validate_data(
            estimator,
            X,
            reset=reset,
            accept_sparse="csr",
            dtype="numeric",
            ensure_all_finite=False,  # checked with the names of the columns
        )
        return SparseTable.of(values, _names(estimator, values.shape[1]))
    table = X if isinstance(X, pd.DataFrame) else nw.from_native(X, pass_through=True)
    if isinstance(table, nw.DataFrame):
        table = table.to_pandas()
    if isinstance(table, pd.DataFrame):
        check_not_empty(table, name="The table (0 samples)")
        check_columns(table, [], name="The table")
        table = plain_floats(table)
        if table.shape[1] == 0:
            raise SchemaError("The table must have at least one feature; it has no column.")
        table = table.set_axis([str(name) for name in table.columns], axis=1)
        if reset:
            validate_data(estimator, table, skip_check_array=True, reset=True)
        return table
    flat = np.ndim(X[:1]) < 2 if isinstance(X, list) else getattr(X, "ndim", 2) < 2
    rows = hasattr(X, "__len__") or hasattr(X, "__array__")
    if flat or not rows or isinstance(X, str | bytes | dict):
        raise ParameterError(
            f"Rows must be a table, or an array (rows, columns); got a {type(X).__name__}. "
            "Reshape your data."
        )
    values = validate_data(
        estimator, X, reset=reset, dtype="numeric", ensure_all_finite="allow-nan"
    )
    names = _names(estimator, values.shape[1])
    return pd.DataFrame(values, columns=names, copy=False)


def _names(estimator: Any, p: int) -> Any:
    return getattr(estimator, "feature_names_in_", [f"x{j}" for j in range(p)])


def _check_frame_alone(given: list[str]) -> None:
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


def _labels(campaign: Any, n: int) -> pd.Series[Any]:
    labels = pd.Series(np.asarray(campaign))
    if len(labels) != n or labels.isna().any():
        raise DataError(
            f"`campaign` must have one label a row; got {int(labels.notna().sum())} for "
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
    rows = TrainingRows(
        known.X,
        np.asarray(known.y, dtype=np.float64),
        known.weights,
        np.array([0, 1]),
        known.groups,
        known.campaign,
        tuple(known.campaigns),
        known.as_of,
        in_time=known.in_order_of in (TIME, GIVEN),
        person=None if known.customer is None else numbered(known.customer),
        whole=None if known.cell is None else wholes(known),
    )
    return _of_positive_weight(rows)


def _of_positive_weight(rows: TrainingRows) -> TrainingRows:
    if (rows.weight < 0).any():
        raise DataError(
            f"Weights must not be negative; got "
            f"{count_of((rows.weight < 0).sum(), 'negative row')}, the "
            f"least is {rows.weight.min():g}. Drop those rows, or mend the weights."
        )
    kept = rows.weight > 0
    y = rows.y[kept]
    if not 0 < y.sum() < len(y):
        label = rows.classes[int(y[0])] if len(y) else "none"
        raise FitError(
            f"The outcomes must have two classes; got one class only ({label}) in "
            f"{count_of(len(y), 'row')}. Check the target, and whether the outcomes had time to "
            "happen."
        )
    _check_balance(y, rows.weight[kept])
    campaign, as_of = (
        None if of_row is None else of_row[kept].reset_index(drop=True)
        for of_row in (rows.campaign, rows.as_of)
    )
    order = _order(campaign, rows.order)
    _warn_one_class(campaign, y, order)
    X = rows.X if kept.all() else _some(rows.X, kept)
    in_time = campaign is not None and (rows.in_time or labels_are_dated(campaign))
    person, whole = (
        None if of_row is None else of_row[kept] for of_row in (rows.person, rows.whole)
    )
    return TrainingRows(
        X,
        y,
        rows.weight[kept],
        rows.classes,
        rows.groups,
        campaign,
        order,
        as_of,
        in_time,
        person,
        whole,
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


def _check_target(target: npt.NDArray[Any], n: int) -> None:
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
    check_classification_targets(target)
    kind = type_of_target(target, input_name="y")
    if kind != "binary" and len(np.unique(target)) > 2:
        raise DataError(
            f"Only binary classification is supported. The type of the target is {kind}. "
            "Make the target 0/1 first: one class against the others."
        )
