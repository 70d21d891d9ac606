"""Which algebra a fit can afford: the one place that asks for shapes and kinds.

Matrices of columns by columns where they fit into memory; of rows by rows where a reduction
left more columns than rows; products with the rows alone beyond that.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.distant import DistantRows
from workbench.ridge.rows.source import RowSource
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.matrix_free import MatrixFreeStatistics
from workbench.ridge.statistics.protocol import FoldStatistics
from workbench.ridge.statistics.row_space import RowSpaceStatistics

MOST_SQUARED = 3_000
"""Up to so many columns a p × p matrix is held; a wider fit does without."""

_MOST_STATISTICS = 2**27  # entries of the folds' p × p matrices together: a gigabyte


def too_large(p: int, folds: int) -> bool:
    """Whether the p × p matrices of so many folds are too large to be held."""
    return p > MOST_SQUARED or folds * p * p > _MOST_STATISTICS


def kind_for(rows: RowSource) -> type[FoldStatistics]:
    """Return the kind of statistics for columns as they are.

    Examples
    --------
    >>> import numpy as np
    >>> kind_for(ArrayRows(np.ones((3, 2)), np.array([0.0, 1.0, 1.0]))).__name__
    'DenseStatistics'
    """
    dense = dense_in_memory(rows)
    few = dense is None or rows.n_columns > len(dense)  # of more rows, a matrix is the lesser part
    free = few and too_large(rows.n_columns, rows.n_folds)
    return MatrixFreeStatistics if free else DenseStatistics


def kind_for_mixtures(columns: int, rows: int) -> type[FoldStatistics]:
    """Return the kind for columns that are mixtures of many, of rows in memory."""
    return RowSpaceStatistics if columns > rows else DenseStatistics


def in_memory(rows: RowSource) -> ArrayRows | None:
    """Return rows whose arrays can be read, dense, sparse or distant; None of any other source."""
    return rows if isinstance(rows, ArrayRows) else None


def dense_in_memory(rows: RowSource) -> ArrayRows | None:
    """Return rows whose X is an array in memory; None of any other source."""
    elsewhere = isinstance(rows, SparseRows | DistantRows)
    return rows if isinstance(rows, ArrayRows) and not elsewhere else None


def is_source(X: Any) -> TypeGuard[RowSource]:
    """Whether something keeps the protocol of a row source, and is no table."""
    methods = ("total", "by_fold", "judged_from", "sample")
    facts = ("n_columns", "n_folds", "n_held", "forward_from", "dtype")
    return all(hasattr(X, name) for name in methods + facts)
