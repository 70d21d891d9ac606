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
from workbench.ridge.multinomial.newton import Solution
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
    """Return the rows as they are solved: a column of ones, and columns in their units."""
    mean, unit = mean[used], unit[used]
    if not issparse(matrix):
        kept = matrix if used.all() else matrix[:, used]
        return np.column_stack([np.ones(len(matrix)), (kept - mean) / unit])
    kept = matrix if used.all() else csr_array(matrix[:, np.flatnonzero(used)])
    kept = csr_array((kept.data / unit[kept.indices], kept.indices, kept.indptr), shape=kept.shape)
    return csr_array(hstack([csr_array(np.ones((kept.shape[0], 1))), kept], format="csr"))


def described(
    columns: pd.DataFrame,
    used: npt.NDArray[np.bool_],
    penalties: AnyArray,
    solved: Solution,
    *,
    unit: AnyArray,
    centred: bool,
) -> tuple[pd.DataFrame, AnyArray, AnyArray]:
    """Return the table of columns, coefficients (p, K), and intercepts at 0 (K,).

    They were solved per ``unit`` (p,) of each column, and are told per standard deviation.
    """
    W = np.zeros((len(columns), solved.at.W.shape[1]))
    W[used] = solved.at.W[1:] * (columns["scale"].to_numpy() / unit)[used, None]
    intercepts = solved.at.W[0].copy()
    if centred:
        intercepts -= (columns["mean"] / columns["scale"]).to_numpy() @ W
    told = columns.drop(columns="constant").assign(penalty=np.inf)
    told.loc[used, "penalty"] = penalties
    told["coef_standardised"] = np.abs(W).max(axis=1)
    return told, W, intercepts
