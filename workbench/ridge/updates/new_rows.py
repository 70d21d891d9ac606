"""The rows of campaigns that come to a model, read as it reads rows, or refused by name."""

from __future__ import annotations

from copy import copy
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from workbench.errors import DataError, FitError, ParameterError
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.messages import listed
from workbench.ridge.design.remarks import Remarks, gathered
from workbench.ridge.design.trained_range import knows_ranges
from workbench.ridge.design.training_rows import TrainingRows, training_rows
from workbench.ridge.laid_rows import OF_A_SOURCE, check_given_alone, check_measured, count_checked
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import Array, RowSource
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.choose import in_memory, is_source
from workbench.ridge.statistics.moments import of_source
from workbench.ridge.updates.labels import typed_otherwise
from workbench.tables.campaign_order import TIME, order_of

_SAME = 1e-9  # of a constant's size: what differs by less is rounding


class NewRows(NamedTuple):
    """Rows in blocks by campaign, and the campaigns' names, in time order."""

    rows: RowSource
    names: tuple[str, ...]


def read_new(model: Any, sums: CampaignSums, X: Any, y: Any, **given: Any) -> NewRows:
    """Check rows and lay them out.

    Parameters
    ----------
    model : RidgePropensity
    sums : CampaignSums
    X, y : rows and outcomes, as `fit` takes them
    **given : campaign, sample_weight

    Raises
    ------
    FitError
        Something that the model does not know: features, levels, or gaps.
    DataError, ParameterError, SchemaError
        The rows are not what `fit` takes, have no campaign, or one that the model has.
    """
    if is_source(X):
        check_given_alone(OF_A_SOURCE, y=y, **given)
        return _of_source(model, sums, X)
    if isinstance(X, StreamedTable):
        raise DataError(
            "`update` takes the rows of campaigns that come in memory; got "
            f"{type(X).__name__}. Read them into a table, and give `FeatureFrame.from_table` of it."
        )
    rows, matrix = read_rows(model, X, y, **given)
    names = tuple(str(label) for label in rows.order)
    _check_later(sums, names, in_time=model.outlook_.in_time)
    return NewRows(laid_out(matrix, rows, sums.origin), names)


def read_rows(model: Any, X: Any, y: Any, **given: Any) -> tuple[TrainingRows, Any]:
    """Check rows of campaigns, and return them with their design as the model has it.

    Raises
    ------
    FitError
        Something that the model does not know: features, levels, or gaps.
    DataError, ParameterError, SchemaError
        The rows are not what `fit` takes, or have no campaign.
    """
    rows = training_rows(copy(model), X, y, groups=None, **given)
    _check_same_features(model, rows)
    if rows.campaign is None:
        raise DataError(
            "Rows that come to a model must have a campaign; these have none. Give `campaign`, or "
            "a FeatureFrame that has it."
        )
    if list(rows.classes) != list(model.classes_):
        raise DataError(
            f"Outcomes must be of the classes of the model, {model.classes_.tolist()}; got "
            f"{rows.classes.tolist()}. Write them alike."
        )
    remarks = Remarks()
    with gathered(remarks):
        matrix = model.design_.matrix(rows.X, weight=rows.contacts)
    _check_known(remarks)
    return rows, matrix


def laid_out(matrix: Any, rows: TrainingRows, origin: Array | float) -> ArrayRows:
    """Lay rows out by campaign, moved by an origin (width,)."""
    fold = pd.Index(rows.order).get_indexer(rows.campaign).astype(np.int64)
    given: dict[str, Any] = {"person": rows.person, "whole": rows.whole}
    moved = np.broadcast_to(np.asarray(origin), matrix.shape[1:])
    if isinstance(matrix, np.ndarray):
        shifted = matrix - moved.astype(matrix.dtype) if moved.any() else matrix
        return ArrayRows(shifted, rows.y, rows.weight, fold, **given)
    return SparseRows(_moved_by(csr_array(matrix), moved), rows.y, rows.weight, fold, **given)


def _moved_by(matrix: csr_array, by: Array) -> csr_array:
    """Subtract from every row what columns without a zero in training were moved by.

    Rows that come may have zeros there, which are not stored, and are moved all the same.
    """
    columns, n = np.flatnonzero(by), matrix.shape[0]
    if not len(columns):
        return matrix
    entries = (np.tile(by[columns], n), np.tile(columns, n), len(columns) * np.arange(n + 1))
    return csr_array(matrix - csr_array(entries, shape=matrix.shape))


def _of_source(model: Any, sums: CampaignSums, source: RowSource) -> NewRows:
    count = source.n_columns
    names = [str(name) for name in getattr(source, "names", [f"x{j}" for j in range(count)])]
    if names != list(model.columns_.index):
        raise DataError(
            f"A row source must have the design columns of the model, "
            f"{listed(list(model.columns_.index))}; got {listed(names)}. Give the same, in this "
            "order."
        )
    if in_memory(source) is None and knows_ranges(model):
        raise DataError(
            "A row source tells sums alone, and this model was fitted to rows: the range of its "
            "columns and its base rate follow from single ones. Give a FeatureFrame or a table."
        )
    if far := [names[j] for j in np.flatnonzero(sums.origin)]:
        raise DataError(
            f"A row source is taken as it is, and {listed(far)} of the model are so far from zero "
            "that they were moved before the fit. Give a FeatureFrame or a table."
        )
    if not hasattr(source, "campaigns"):
        raise DataError(
            "A row source that comes to a model must name its campaigns; it has no `campaigns`. "
            "Give it one label a fold."
        )
    labels = tuple(str(label) for label in source.campaigns)
    if len(labels) != source.n_folds:
        raise DataError(
            "`campaigns` of a row source that comes to a model must have one label a fold; got "
            f"{len(labels)} for {source.n_folds} folds. Give {source.n_folds}."
        )
    count_checked(source)
    check_measured(of_source(source), names)
    _check_later(sums, labels, in_time=False)
    return NewRows(source, labels)


def _check_same_features(model: Any, rows: TrainingRows) -> None:
    known = [column.name for column in model.design_.columns]
    got = [str(name) for name in getattr(rows.X, "names", getattr(rows.X, "columns", []))]
    missing, more = ([n for n in a if n not in b] for a, b in ((known, got), (got, known)))
    if missing or more:
        parts = [f"{listed(missing)} are missing"] * bool(missing)
        parts += [f"{listed(more)} are not of the model"] * bool(more)
        raise FitError(
            f"Rows that come to a model must have its features; {' and '.join(parts)}. Make them "
            "by the recipe of the model, or `fit` with all rows."
        )


def _check_later(sums: CampaignSums, names: tuple[str, ...], *, in_time: bool) -> None:
    twice = [name for name in names if name in sums.names]
    if twice:
        raise ParameterError(
            f"The model knows {listed(twice)} already; a campaign comes once. `forget` it first, "
            "or name the new one otherwise."
        )
    if typed := typed_otherwise(names, sums.names):
        name, other = next(iter(typed.items()))
        raise ParameterError(
            f"Labels of campaigns must be of one type; {name!r} would be {other!r} of the model "
            "but for its type. Write them alike: a campaign comes once."
        )
    known = pd.Series([*sums.names, *names])
    found = order_of(known)
    if in_time and found.by == TIME and list(found.labels) != known.tolist():
        raise ParameterError(
            f"Campaigns that come must be later than those of the model, up to {sums.names[-1]!r}; "
            f"got {listed(list(names))}. `fit` with all rows."
        )


def _check_known(remarks: Remarks) -> None:
    unseen = {name: sorted(one.levels) for name, one in remarks.unseen.items() if one.levels}
    if unseen:
        told = "; ".join(f"{listed(levels)} of {name!r}" for name, levels in unseen.items())
        raise FitError(
            f"Levels must be those that the model knows; {told} have no column in it. `fit` with "
            "all rows gives them one."
        )
    if remarks.gaps:
        raise FitError(
            f"Gaps must stand where the model knows them; {listed(sorted(remarks.gaps))} had none. "
            "`fit` with all rows marks them by a column."
        )


def varying(sums: CampaignSums, rows: RowSource) -> npt.NDArray[np.int64]:
    """Return which columns, constant in all campaigns so far, are something else in these rows."""
    measured = sums.moments()
    columns = np.flatnonzero(sums.constant & ~sums.used)
    value = (measured.mean - sums.origin)[columns]
    close = _SAME * np.maximum(np.abs(value), 1.0)

    def kernel(block: Any) -> tuple[object, ...]:
        away = np.abs(np.asarray(block.X[:, columns], dtype=float) - value)
        return ((away > close).sum(axis=0),)

    return columns[rows.total(kernel)[0] > 0] if len(columns) else columns
