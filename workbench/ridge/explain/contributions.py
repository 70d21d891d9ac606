"""What each feature adds to a row's score, against the average row; and where numbers are held."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, issparse

from workbench.language import later, say
from workbench.numbers import Array
from workbench.ridge.design.design import Design
from workbench.ridge.design.table import SparseTable
from workbench.ridge.design.trained_range import as_scored, ranges_of
from workbench.ridge.explain.units import PLAIN, Unit

COUNTED_AS = later(", counted as {value}")


class Explainable(Protocol):
    """What is read of a fitted model."""

    columns_: pd.DataFrame
    design_: Design
    extrapolate: bool
    slope_: float

    def contributions(self, X: Any) -> pd.DataFrame:
        """Return what each feature adds to each row's score."""


def contributions(model: Explainable, X: pd.DataFrame | SparseTable) -> pd.DataFrame:
    """Sum b_j (x_ij − mean_j) over the design columns of each feature.

    Parameters
    ----------
    model : RidgePropensity
    X : DataFrame or SparseTable, shape (n, p)

    Returns
    -------
    DataFrame, shape (n, number of features)
    """
    columns = model.columns_
    coef = (columns["coef_standardised"] / columns["scale"]).to_numpy(dtype="float64")
    sums = sums_by_feature(columns, as_scored(model, X), model.slope_ * coef)
    return sums.set_axis(X.index)


def sums_by_feature(columns: pd.DataFrame, matrix: Any, coef: Array) -> pd.DataFrame:
    """Sum coef_j (x_ij − mean_j) over the design columns of each feature.

    Parameters
    ----------
    columns : DataFrame
        Index column; ``feature, mean``.
    matrix : ndarray or csr_array, shape (n, number of design columns)
    coef : ndarray, shape (number of design columns,)

    Returns
    -------
    DataFrame, shape (n, number of features)
    """
    # the design columns of a feature stand together: sum from each feature's first
    first = np.flatnonzero(~columns["feature"].duplicated().to_numpy())
    names = columns["feature"].to_numpy()[first]
    mean = columns["mean"].to_numpy()
    if issparse(matrix):  # a matrix that adds up the columns of a feature, times coefficients
        edges = np.append(first, len(coef))
        adding = csr_array((coef, np.arange(len(coef)), edges), shape=(len(first), len(coef)))
        sums = (matrix @ adding.T).toarray() - adding @ mean
    else:
        sums = np.add.reduceat((matrix - mean) * coef, first, axis=1)
    return pd.DataFrame(sums, columns=names)


def share_by_group(
    model: Explainable, X: pd.DataFrame | SparseTable, weight: Any = None
) -> pd.Series[float]:
    """Return Cov(score of the group, score) / Var(score) over the rows; sums to 1."""
    parts = model.contributions(X)
    score = parts.sum(axis=1)
    values = score.to_numpy(dtype="float64")
    number = np.ones(len(values)) if weight is None else weight
    centred = number * (values - np.average(values, weights=number))
    variance = float(centred @ values)
    covariance = parts.to_numpy().T @ centred
    group = model.columns_.drop_duplicates("feature").set_index("feature")["group"]
    share = pd.Series(covariance / variance if variance > 0 else 0.0, index=parts.columns)
    return share.groupby(group.reindex(parts.columns), sort=False).sum().rename("score_share")


def edges_of(model: Explainable) -> dict[str, tuple[float, float]]:
    """Return the range in which each numeric feature is held."""
    if model.extrapolate:
        return {}
    low, high = ranges_of(model)
    numeric = model.columns_.index == model.columns_["feature"]  # a level's is "feature=level"
    names = model.columns_.index[numeric]
    return dict(zip(names, zip(low[numeric], high[numeric], strict=True), strict=True))


def held(number: float, edges: tuple[float, float], unit: Unit = PLAIN) -> str:
    """Say in the language of now what a number outside of its range counts as."""
    if np.isnan(number) or edges[0] <= number <= edges[1]:
        return ""
    return say(COUNTED_AS, value=unit.written(float(np.clip(number, *edges))))
