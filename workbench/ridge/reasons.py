"""Why a contact has its score: what each feature adds, and the strongest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from workbench.ridge.propensity import RidgePropensity

_BLOCK = 50_000  # rows at a time: the matrix of contributions is as large as the design


def contributions(model: RidgePropensity, X: pd.DataFrame) -> pd.DataFrame:
    """Sum b_j (x_ij − mean_j) over the design columns of each feature.

    Parameters
    ----------
    model : RidgePropensity
    X : DataFrame, shape (n, p)

    Returns
    -------
    DataFrame, shape (n, number of features)
    """
    columns = model.columns_
    centred = model.design_.matrix(X) - columns["mean"].to_numpy()
    of_column = centred * model.coef_[0]
    # the design columns of a feature stand together: sum from each feature's first
    first = np.flatnonzero(~columns["feature"].duplicated().to_numpy())
    names = columns["feature"].to_numpy()[first]
    return pd.DataFrame(np.add.reduceat(of_column, first, axis=1), columns=names, index=X.index)


def strongest(model: RidgePropensity, X: pd.DataFrame, *, most: int) -> pd.DataFrame:
    """Write the `most` largest contributions of each row, by size."""
    blocks = [
        _strongest_of_block(model, X.iloc[start : start + _BLOCK], most)
        for start in range(0, len(X), _BLOCK)
    ]
    return pd.concat(blocks)


def share_by_group(model: RidgePropensity, X: pd.DataFrame) -> pd.Series[float]:
    """Return Cov(score of the group, score) / Var(score) over the rows; sums to 1."""
    parts = contributions(model, X)
    score = parts.sum(axis=1)
    centred = score - score.mean()
    variance = float(centred.to_numpy() @ score.to_numpy())
    covariance = parts.to_numpy().T @ centred.to_numpy()
    group = model.columns_.drop_duplicates("feature").set_index("feature")["group"]
    share = pd.Series(covariance / variance if variance > 0 else 0.0, index=parts.columns)
    return share.groupby(group.reindex(parts.columns), sort=False).sum().rename("score_share")


def _strongest_of_block(model: RidgePropensity, X: pd.DataFrame, most: int) -> pd.DataFrame:
    parts = contributions(model, X)
    sizes = parts.to_numpy()
    # stable: equal contributions stand in the order of the features
    order = np.argsort(-np.abs(sizes), axis=1, kind="stable")[:, :most]
    names = parts.columns.tolist()
    values = [X[name].tolist() for name in names]  # a list gives one value much faster than pandas
    reasons = np.full((len(X), most), "", dtype=object)  # empty where nothing moves the score
    for i, k in np.argwhere(np.take_along_axis(sizes, order, axis=1) != 0).tolist():
        j = order[i, k]
        reasons[i, k] = f"{names[j]} = {_written(values[j][i])} ({sizes[i, j]:+.2f})"
    columns = [f"reason_{k + 1}" for k in range(most)]
    return pd.DataFrame(reasons, columns=columns, index=X.index, dtype="str")


def _written(value: Any) -> str:
    if pd.isna(value):
        return "missing"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)
