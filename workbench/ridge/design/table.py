"""Rows in one shape, whatever they came as: a DataFrame, or a sparse matrix with names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, issparse
from sklearn.utils.validation import validate_data

from workbench.checks import check_columns, check_not_empty, plain_floats
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.streamed.streamed_table import StreamedTable
from workbench.messages import counted


@dataclass(frozen=True)
class SparseTable:
    """A sparse matrix with names; what reads a DataFrame's shape and index can read it too.

    Parameters
    ----------
    matrix : csr_array of float64, shape (n, p)
    names : tuple of str, length p

    Examples
    --------
    >>> import numpy as np
    >>> table = SparseTable.of(csr_array(np.eye(3)), ["a", "b", "c"])
    >>> len(table), table.columns.tolist()
    (3, ['a', 'b', 'c'])
    >>> table.rows(np.array([True, False, True])).frame()
         a    b    c
    0  1.0  0.0  0.0
    1  0.0  0.0  1.0
    """

    matrix: csr_array
    names: tuple[str, ...]

    @classmethod
    def of(cls, values: Any, names: Any) -> SparseTable:
        """Bring a sparse matrix of any format into order; its own arrays are left as they are.

        Raises
        ------
        DataError
            A value is infinite or missing.
        """
        rows = csr_array(values, dtype="float64", copy=not values.has_canonical_format)
        rows.sum_duplicates()
        table = cls(rows, tuple(str(name) for name in names))
        strange = ~np.isfinite(rows.data)
        if strange.any():
            counts = np.bincount(rows.indices[strange], minlength=rows.shape[1])
            bad = {table.names[j]: int(counts[j]) for j in np.flatnonzero(counts)}
            raise DataError(
                "A sparse matrix must hold finite numbers; got NaN or infinity in "
                f"{counted(bad)}. Replace them, or give a DataFrame: there, missing values are "
                "imputed with a flag."
            )
        return table

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self), len(self.names)

    @cached_property
    def columns(self) -> pd.Index[str]:
        """The names."""
        return pd.Index(self.names)

    @property
    def index(self) -> pd.RangeIndex:
        """Rows by number."""
        return pd.RangeIndex(len(self))

    def rows(self, chosen: npt.NDArray[Any]) -> SparseTable:
        """Keep some rows, by mask or by position."""
        return SparseTable(self.matrix[chosen], self.names)

    def frame(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """Write some rows out as a DataFrame, under their numbers in this table."""
        some = self.matrix[start:stop]
        index = pd.RangeIndex(start, start + some.shape[0])
        return pd.DataFrame(some.toarray(), columns=self.columns, index=index)


def check_not_streamed(estimator: Any, X: Any) -> None:
    """Raise DataError for rows that are not in memory, of which `RidgePropensity` alone learns."""
    if isinstance(X, StreamedTable):
        raise DataError(
            f"{type(estimator).__name__} is fitted to rows in memory; got `{type(X).__name__}`. "
            "Read them into a `FeatureFrame`, as `FeatureFrame.from_table(path, target=...)` does; "
            "of rows that are not in memory `RidgePropensity` alone learns."
        )


def as_table(estimator: Any, X: Any, *, reset: bool) -> pd.DataFrame | SparseTable:
    """Return rows as a DataFrame with text names, checked as scikit-learn does.

    Polars and Arrow tables become pandas; an array takes the names of training, or x0, x1, ….
    A sparse matrix stays one, with such names.
    """
    if isinstance(X, FeatureFrame):
        return X.X
    if isinstance(X, StreamedTable):
        raise DataError(
            f"`{type(X).__name__}` are contacts that are not in memory. Score those of files by "
            "`evidence.scored_rows(model, rows)`, or `workbench score`; those of Spark by "
            "`ridge.scoring_sql`."
        )
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
