"""The design columns of a multinomial fit: measured, laid out to be solved, told when it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, hstack, issparse

from workbench.ridge.design.design import Design, warn_of_constant
from workbench.ridge.design.trained_range import trained_range
from workbench.ridge.design.training_rows import UNGROUPED, TrainingRows
from workbench.ridge.multinomial.softmax import AnyArray

_CONSTANT = 1e-12  # deviation over the largest number: what is left is rounding


def columns_of(design: Design, matrix: Any, rows: TrainingRows) -> pd.DataFrame:
    """Measure the design columns: means, deviations, ranges, and which are constant."""
    share = rows.weight / rows.weight.sum()
    low, high = trained_range(matrix)
    mean = np.asarray(share @ matrix, dtype=float)
    if issparse(matrix):
        scale = _deviations(matrix, share, mean)
    else:
        scale = np.sqrt(
            np.array([share @ (x - m) ** 2 for x, m in zip(matrix.T, mean, strict=True)])
        )
    largest = np.maximum(np.abs(low), np.abs(high))
    constant = (low == high) | (scale <= _CONSTANT * largest)
    warn_of_constant(design.names, constant)
    return pd.DataFrame(
        {
            "feature": design.features,
            "group": [rows.groups.get(name, UNGROUPED) for name in design.features],
            "mean": mean,
            "scale": np.where(constant, 1.0, scale),
            "low": low,
            "high": high,
            "constant": constant,
        },
        index=pd.Index(design.names, name="column"),
    )


def _deviations(matrix: csr_array, share: AnyArray, mean: AnyArray) -> AnyArray:
    """Return those of sparse columns (p,): of what is stored, and of the zeros that are not."""
    rows, columns = matrix.shape
    apart = (matrix.data - mean[matrix.indices]) ** 2
    stored = share @ csr_array((apart, matrix.indices, matrix.indptr), shape=matrix.shape)
    there = np.repeat(share, np.diff(matrix.indptr))
    without = 1.0 - np.bincount(matrix.indices, there, minlength=columns)
    full = np.bincount(matrix.indices, minlength=columns) == rows  # what is left is rounding
    squares = stored + np.where(full, 0.0, np.maximum(without, 0.0)) * mean**2
    return np.asarray(np.sqrt(squares))


def design_of(matrix: Any, mean: AnyArray, unit: AnyArray, used: npt.NDArray[np.bool_]) -> Any:
    """Return the rows (n, q) in the units in which they are solved; centred, if they are dense."""
    mean, unit = mean[used], unit[used]
    if not issparse(matrix):
        kept = matrix if used.all() else matrix[:, used]
        return (kept - mean) / unit
    kept = matrix if used.all() else csr_array(matrix[:, np.flatnonzero(used)])
    return csr_array((kept.data / unit[kept.indices], kept.indices, kept.indptr), shape=kept.shape)


def with_ones(X: Any) -> Any:
    """Put the column of the intercepts first."""
    ones = np.ones((X.shape[0], 1))
    if not issparse(X):
        return np.column_stack([ones, X])
    return csr_array(hstack([csr_array(ones), X], format="csr"))


def described(
    columns: pd.DataFrame,
    used: npt.NDArray[np.bool_],
    penalties: AnyArray,
    W: AnyArray,
    *,
    unit: AnyArray,
    centred: bool,
) -> tuple[pd.DataFrame, AnyArray, AnyArray]:
    """Return the table of columns, coefficients (p, K), and intercepts at 0 (K,).

    W (1 + q, K) was solved per ``unit`` (p,) of each column, and is told per standard deviation.
    """
    told_W = np.zeros((len(columns), W.shape[1]))
    told_W[used] = W[1:] * (columns["scale"].to_numpy() / unit)[used, None]
    intercepts = W[0].copy()
    if centred:
        intercepts -= (columns["mean"] / columns["scale"]).to_numpy() @ told_W
    told = columns.drop(columns="constant").assign(penalty=np.inf)
    told.loc[used, "penalty"] = penalties
    told["coef_standardised"] = np.abs(told_W).max(axis=1)
    return told, told_W, intercepts
