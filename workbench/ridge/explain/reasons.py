"""Why a contact has its score: what each feature adds, and the strongest of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, issparse
from sklearn.utils.validation import check_is_fitted

from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.wording import Wording
from workbench.ridge.design.column_numbers import numbers_of
from workbench.ridge.design.design import Design
from workbench.ridge.design.table import SparseTable, as_table
from workbench.ridge.design.trained_range import as_scored, ranges_of

_BLOCK = 50_000  # rows at a time: the matrix of contributions is as large as the design
_BLOCK_ENTRIES = 10_000_000  # and so many numbers at most


class Explained:
    """What a fitted model can say of single rows; a part of every ridge model."""

    columns_: pd.DataFrame
    design_: Design
    extrapolate: bool
    slope_: float
    labels_: dict[str, str]

    @property
    def wording(self) -> Wording:
        """The reader's words for features, of the frame that the model was fitted to."""
        return Wording(getattr(self, "labels_", {}))

    def contributions(self, X: Any) -> pd.DataFrame:
        """Return what each feature adds to each row's score, against the average row.

        Of a propensity that is log-odds, of an amount its units, of a count its logarithm.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Returns
        -------
        DataFrame, shape (n, number of features)
            Σ over the feature's design columns of b_j (x_ij − mean_j), x_ij held in its
            trained range as the score has it.
        """
        check_is_fitted(self, "columns_")
        return contributions(self, as_table(self, X, reset=False))

    def reasons(self, X: Any, *, most: int = 3) -> pd.DataFrame:
        """Say which features move each row's score most, strongest first.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        most : int
            Reasons a row, from 1.

        Returns
        -------
        DataFrame, shape (n, most)
            ``reason_1, reason_2, …``, such as ``"visits = 7 (+0.83)"``: the value, and
            what it adds to the score, as `contributions` has it, against the average contact in
            training. A value
            outside of the trained range says what it counts as: ``"visits = 900, counted as
            45 (+1.20)"``. Features and levels are called as the frame of the fit labelled them.

        Raises
        ------
        ParameterError
            `most` is not a whole number from 1.
        """
        check_is_fitted(self, "columns_")
        if not isinstance(most, int | np.integer) or isinstance(most, bool) or most < 1:
            raise ParameterError(
                f"`most` must be a whole number from 1; got {most!r}. Give for example 3."
            )
        return strongest(self, as_table(self, X, reset=False), most=int(most))

    def score_share_by_group(self, X: Any) -> pd.Series[float]:
        """Return the share of the score's variance over these rows that each group carries.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        check_is_fitted(self, "columns_")
        weight = X.weights if isinstance(X, FeatureFrame) else None
        return share_by_group(self, as_table(self, X, reset=False), weight)


def contributions(model: Explained, X: pd.DataFrame | SparseTable) -> pd.DataFrame:
    """Sum b_j (x_ij − mean_j) over the design columns of each feature.

    Parameters
    ----------
    model : RidgePropensity
    X : DataFrame or SparseTable, shape (n, p)

    Returns
    -------
    DataFrame, shape (n, number of features)
    """
    columns, matrix = model.columns_, as_scored(model, X)
    coef = (columns["coef_standardised"] / columns["scale"]).to_numpy(dtype="float64")
    coef = model.slope_ * coef
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
    return pd.DataFrame(sums, columns=names, index=X.index)


def strongest(model: Explained, X: pd.DataFrame | SparseTable, *, most: int) -> pd.DataFrame:
    """Write the `most` largest contributions of each row, by size."""
    step = max(1, min(_BLOCK, _BLOCK_ENTRIES // X.shape[1]))
    blocks = [
        X.frame(start, start + step) if isinstance(X, SparseTable) else X.iloc[start : start + step]
        for start in range(0, len(X), step)
    ]
    return pd.concat([_strongest_of_block(model, block, most) for block in blocks])


def share_by_group(
    model: Explained, X: pd.DataFrame | SparseTable, weight: Any = None
) -> pd.Series[float]:
    """Return Cov(score of the group, score) / Var(score) over the rows; sums to 1."""
    parts = contributions(model, X)
    score = parts.sum(axis=1)
    values = score.to_numpy(dtype="float64")
    number = np.ones(len(values)) if weight is None else weight
    centred = number * (values - np.average(values, weights=number))
    variance = float(centred @ values)
    covariance = parts.to_numpy().T @ centred
    group = model.columns_.drop_duplicates("feature").set_index("feature")["group"]
    share = pd.Series(covariance / variance if variance > 0 else 0.0, index=parts.columns)
    return share.groupby(group.reindex(parts.columns), sort=False).sum().rename("score_share")


def _strongest_of_block(model: Explained, X: pd.DataFrame, most: int) -> pd.DataFrame:
    parts = contributions(model, X)
    sizes = parts.to_numpy()
    # stable: equal contributions stand in the order of the features
    order = np.argsort(-np.abs(sizes), axis=1, kind="stable")[:, :most]
    names = parts.columns.tolist()
    wording = model.wording
    said = wording.all(names)
    values = [X[name].tolist() for name in names]  # a list gives one value much faster than pandas
    edges = _edges(model)
    numbers = {
        column.name: numbers_of(X[column.name], column)
        for column in model.design_.columns
        if column.name in edges
    }
    reasons = np.full((len(X), most), "", dtype=object)  # empty where nothing moves the score
    for i, k in np.argwhere(np.take_along_axis(sizes, order, axis=1) != 0).tolist():
        j = order[i, k]
        name = names[j]
        value = wording.value_of(name, _written(values[j][i]))
        if name in edges:
            value += _held(numbers[name][i], edges[name])
        reasons[i, k] = f"{said[j]} = {value} ({sizes[i, j]:+.2f})"
    columns = [f"reason_{k + 1}" for k in range(most)]
    return pd.DataFrame(reasons, columns=columns, index=X.index, dtype="str")


def _edges(model: Explained) -> dict[str, tuple[float, float]]:
    """Return the range in which each numeric feature is held."""
    if model.extrapolate:
        return {}
    low, high = ranges_of(model)
    numeric = model.columns_.index == model.columns_["feature"]  # a level's is "feature=level"
    names = model.columns_.index[numeric]
    return dict(zip(names, zip(low[numeric], high[numeric], strict=True), strict=True))


def _held(number: float, edges: tuple[float, float]) -> str:
    """Say what a number outside of its range counts as."""
    if np.isnan(number) or edges[0] <= number <= edges[1]:
        return ""
    return f", counted as {_written(float(np.clip(number, *edges)))}"


def _written(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "missing"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)
