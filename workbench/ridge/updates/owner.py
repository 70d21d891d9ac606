"""An owner's part of a fit to several owners' rows: sums of these rows where a model stands."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.errors import DataError, FitError
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.messages import listed
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Array
from workbench.ridge.statistics.choose import MOST_SQUARED, is_source
from workbench.ridge.statistics.kernels import curvature_by_fold
from workbench.ridge.statistics.owner_sums import LeftParts, OwnerParts
from workbench.ridge.updates.collect import enough
from workbench.ridge.updates.new_rows import laid_out, read_rows
from workbench.ridge.updates.rounds import Point, point_of
from workbench.ridge.updates.taken import Centre, fold_sums, pooled, score_bins

Names = tuple[tuple[str, ...], ...]


@one_blas_thread()
def owners_sums(model: Any, marks: tuple[str, str], X: Any, y: Any, **given: Any) -> OwnerParts:
    """Take an owner's sums: a pass at the model's coefficients, and one a campaign left out.

    Parameters
    ----------
    model : RidgePropensity
    marks : (str, str)
        Of the model, and of its columns.
    X, y : rows and outcomes, as `fit` takes them
    **given : campaign, sample_weight

    Raises
    ------
    FitError
        Rows hold what the model does not know, or are too few; or columns are too many.
    DataError, ParameterError, SchemaError
        Rows are not what `fit` takes, or have no campaign.
    """
    if is_source(X) or isinstance(X, StreamedTable):
        raise DataError(
            f"`collect` takes rows in memory; got {type(X).__name__}. Read them into a table, and "
            "give `FeatureFrame.from_table` of it."
        )
    point = point_of(model)
    if len(point.b) > MOST_SQUARED:
        raise FitError(
            "Sums by campaign need matrices of all columns by all columns; these are too many "
            f"({len(point.b) - 1:,}). Fit the model that fixes the columns to fewer."
        )
    found, matrix = read_rows(model, X, y, **given)
    rows = laid_out(matrix, found, point.origin)
    merged = enough(rows)
    labels = [str(label) for label in found.order]
    names = tuple(
        tuple(labels[g] for g in np.flatnonzero(merged == k)) for k in range(merged.max() + 1)
    )
    folds = fold_sums(rows, point.scaling, point.b, Centre(point.pivot, point.origin), LOGISTIC)
    return OwnerParts(
        names,
        pooled(folds, merged),
        score_bins(rows, point.scaling, point.b, merged, [1.0] * len(merged)),
        float(np.finfo(rows.dtype).eps),
        _left_out(rows, point, _places(labels, names, point.campaigns)),
        *marks,
        tuple(str(name) for name in model.columns_.index),
    )


def _places(labels: list[str], names: Names, folds: Names) -> Array:
    """Return in which fold that is left out each campaign is; (G,)."""
    if not folds:
        return np.zeros(len(labels), dtype=np.int64)
    place = {name: k for k, fold in enumerate(folds) for name in fold}
    if unknown := [name for name in labels if name not in place]:
        raise FitError(
            f"Rounds must be of the same campaigns from the first to the last; {listed(unknown)} "
            "came later. Begin the rounds anew, with the model of the first."
        )
    for fold in names:  # a pool that is apart elsewhere would tell of too few contacts
        if len({place[name] for name in fold}) > 1:
            raise FitError(
                f"Rounds must be of the same rows from the first to the last; {listed(list(fold))} "
                "are fewer contacts than they were. Begin the rounds anew."
            )
    return np.array([place[name] for name in labels])


def _left_out(rows: ArrayRows, point: Point, place: Array) -> LeftParts | None:
    if not point.campaigns:
        return None
    K, size = point.without.shape
    found = LeftParts(
        np.zeros((K, size, size)),
        np.zeros((K, size, size)),
        np.zeros((K, size)),
        np.zeros((K, size)),
        np.zeros(K),
    )
    for k, b in enumerate(point.without):
        curvature, score, loss, _ = curvature_by_fold(rows, point.scaling, b, LOGISTIC)
        own = place == k
        found.rest[k], found.own[k] = curvature[~own].sum(axis=0), curvature[own].sum(axis=0)
        found.rest_score[k], found.own_score[k] = score[~own].sum(axis=0), score[own].sum(axis=0)
        found.loss[k] = loss[own].sum()
    return found
