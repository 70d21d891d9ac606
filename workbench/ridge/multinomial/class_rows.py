"""What a multinomial fit is given, in one shape, and which rows are left out together."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from workbench.errors import DataError, DataWarning, FitError, ParameterError
from workbench.frame.dealing import numbered
from workbench.frame.feature_frame import FeatureFrame
from workbench.messages import count_of, listed
from workbench.numbers import Array
from workbench.ridge.design.number_rows import check_index
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
from workbench.ridge.tune.folds import (
    AUTO,
    CAMPAIGNS,
    NEVER_OUT,
    RANDOM,
    Folds,
    campaign_folds,
    hashes_of_rows,
)

PARTS, MOST_CAMPAIGNS = 5, 10
"""Folds of rows that are dealt, and of campaigns: each costs a fit of all classes."""

_GAPS = ("nan", "None", "<NA>", "NaT")
KINDS = (AUTO, CAMPAIGNS, RANDOM)
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def class_rows(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    campaign: Any = None,
    customer: Any = None,
    groups: Mapping[str, str] | None = None,
    sample_weight: Any = None,
) -> tuple[TrainingRows, Flags]:
    """Check what `fit` was given, and say which of its rows take part (n,).

    ``y`` becomes the number of each row's class.

    Parameters
    ----------
    estimator : estimator
        Learns the names of the columns.
    X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
    y : array of labels, shape (n,)
        Beside a frame, missing where the answer is not known: such a row is passed over.
    campaign, groups, sample_weight
        As `training_rows` takes them.
    customer : array of labels, shape (n,), optional

    Raises
    ------
    DataError
        Labels are missing, or not one a row; weights are negative; rows are not in memory.
    FitError
        There is one class only.

    Warns
    -----
    DataWarning
        A class is called as a missing label that was made text.
    """
    check_not_streamed(estimator, X)
    if y is None:
        raise DataError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None: give "
            "one label a row."
        )
    _check_one_kind(y)
    given = {
        "campaign": campaign,
        "customer": customer,
        "groups": groups,
        "sample_weight": sample_weight,
    }
    if isinstance(X, FeatureFrame):
        check_frame_alone([name for name, value in given.items() if value is not None])
        check_index(y, X.X.index, name="y")
        rows, taken = _of_frame(estimator, X, y)
    else:
        rows = _of_table(estimator, X, y, **given)
        taken = np.ones(len(rows.y), dtype=bool)
    taken[taken] = rows.weight > 0
    return _of_several_classes(of_positive_weight(rows)), taken


def _of_frame(estimator: Any, frame: FeatureFrame, y: Any) -> tuple[TrainingRows, Flags]:
    validate_data(estimator, frame.X, skip_check_array=True, reset=True)
    of_moments = getattr(getattr(y, "dtype", None), "kind", "") in ("m", "M")
    kind = None if of_moments else object  # as objects NumPy's moments would be whole numbers
    labels = pd.Series(np.asarray(y, dtype=kind) if np.ndim(y) == 1 else [])
    if len(labels) != len(frame):
        raise DataError(
            f"`y` must have one label a row of the frame; got {len(labels):,} for "
            f"{count_of(len(frame), 'row')}. Leave it missing where the answer is not known."
        )
    known = labels.notna().to_numpy(copy=True)
    if not known.any():
        raise FitError("No answer is known in `y`; fitting needs some. Give what came.")
    classes, code = _coded(plain(labels[known].to_numpy()))
    rows = rows_of_frame(frame.rows(known), code.astype("float64"))
    return replace(rows, classes=classes), known


def _of_table(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    campaign: Any,
    customer: Any,
    groups: Mapping[str, str] | None,
    sample_weight: Any,
) -> TrainingRows:
    table = as_table(estimator, X, reset=True)
    check_groups(groups, table.columns)
    classes, code = _coded(plain_target(_own_kind(y), len(table)))
    weight = row_weights(sample_weight, code)
    labels = None if campaign is None else labels_of(campaign, len(table))
    person = None
    if customer is not None:
        person = numbered(labels_of(customer, len(table), name="customer"))
    return TrainingRows(
        table,
        code.astype("float64"),
        weight,
        classes,
        dict(groups or {}),
        labels,
        person=person,
    )


def _own_kind(y: Any) -> Any:
    """Keep numbers of pandas' own types whole: scikit-learn would make floats of them."""
    of_pandas = isinstance(getattr(y, "dtype", None), pd.api.extensions.ExtensionDtype)
    return np.asarray(y, dtype=object) if of_pandas else y


def _coded(target: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Numbers]:
    if target.dtype.kind in "mM" or isinstance(target[0], date | timedelta | pd.Period):
        raise DataError(
            f"Labels must be text, whole numbers or flags; got moments, such as {target[0]}. Make "
            "them text: `y.astype(str)`."
        )
    check_classification_targets(target)
    classes, code = np.unique(target, return_inverse=True)
    if gaps := [label for label in classes.tolist() if label in _GAPS]:
        warnings.warn(
            f"Labels name a class {listed(gaps)}, as missing ones are called that were made text. "
            "Drop those rows, or name the class in another way.",
            DataWarning,
            stacklevel=6,
        )
    return classes, code.astype(np.int64)


def _check_one_kind(y: Any) -> None:
    """Raise where text or flags stand beside others: NumPy would silently make one kind."""
    in_a_list = isinstance(y, list | tuple) and np.ndim(y) == 1
    if not (in_a_list or getattr(getattr(y, "dtype", None), "kind", "") == "O"):
        return
    kinds = {_kind(label) for label in y if not pd.isna(label)}
    if len(kinds) > 1 and kinds & {"str", "bool"}:
        raise DataError(
            "Labels must be of one kind, as they are put in an order; got "
            f"{' and '.join(sorted(kinds))}. Make all of them text."
        )


def _kind(label: Any) -> str:
    if isinstance(label, str):
        return "str"
    return "bool" if isinstance(label, bool | np.bool_) else type(label).__name__


def _of_several_classes(rows: TrainingRows) -> TrainingRows:
    """Give the classes that are left new numbers, as rows of weight 0 are gone."""
    code = rows.y.astype(np.int64)
    there, code = np.unique(code, return_inverse=True)
    classes = rows.classes[there]
    if len(classes) < 2:
        label = classes[0] if len(classes) else "none"
        raise FitError(
            f"The labels must be of two classes or more; got one class only ({label}) in "
            f"{count_of(len(code), 'row')}. Check the column of labels."
        )
    return replace(rows, y=code.astype("float64"), classes=classes)


def class_folds(rows: TrainingRows, matrix: Array | csr_array, *, kind: str) -> Folds | None:
    """Deal rows to folds: campaigns where there are two or more, else five parts.

    Rows with equal features share a part, and so do the rows of one customer. Within a class
    they are dealt one after another, so that each part has its share of it. A class of one
    distinct row is never left out, as nobody else could tell of it.

    Returns
    -------
    Folds
        None where rows are too few to leave any out.

    Raises
    ------
    DataError
        Campaigns are asked for, and there are fewer than two.
    ParameterError
        `kind` is none of these.
    """
    if kind not in KINDS:
        raise ParameterError(
            f"`folds` must be one of {', '.join(map(repr, KINDS))}; got {kind!r}. Leave it out for "
            "campaigns where there are two or more, and random parts else."
        )
    if kind == CAMPAIGNS or (kind == AUTO and len(rows.order) > 1):
        if rows.campaign is None:
            raise DataError(
                "`folds='campaigns'` needs the campaign of each row; there is none. Give "
                "`campaign`, such as the week of each text."
            )
        fold, labels = campaign_folds(
            rows.campaign, rows.order, most=MOST_CAMPAIGNS, weight=rows.contacts
        )
        what = "campaigns" if len(labels) == len(rows.order) else "groups of campaigns"
        return Folds(fold, tuple(labels), f"{len(labels)} {what}", campaigns=True)
    fold = _dealt(rows, matrix)
    count = int(fold.max()) + 1
    if count < 2:
        return None
    parts = tuple(f"part {k + 1}" for k in range(count))
    of = "rows" if rows.person is None else "customers"
    return Folds(fold, parts, f"{count} random parts of the {of}", random=True)


def _dealt(rows: TrainingRows, matrix: Array | csr_array) -> Numbers:
    code = rows.y.astype(np.int64)
    distinct, place = np.unique(hashes_of_rows(matrix, whole=rows.person), return_inverse=True)
    # of rows that are alike under several labels, the least: the order of rows must not decide
    of_distinct = np.full(len(distinct), len(rows.classes), dtype=np.int64)
    np.minimum.at(of_distinct, place, code)
    dealt = np.argsort(of_distinct, kind="stable")  # by class, and by hash within it
    fold = np.empty(len(distinct), dtype=np.int64)
    fold[dealt] = np.arange(len(distinct)) % PARTS
    alone = np.bincount(of_distinct, minlength=len(rows.classes)) == 1
    out = ~alone[of_distinct]
    fold[~out] = NEVER_OUT
    fold[out] = np.unique(fold[out], return_inverse=True)[1]  # no part without rows
    return np.asarray(fold[place])
