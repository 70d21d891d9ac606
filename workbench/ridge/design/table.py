"""A table that came as a sparse matrix: its values as they are, and a name for each column."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from workbench.errors import DataError
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
