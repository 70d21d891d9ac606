"""The design of mostly empty columns: only what is not zero is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from workbench.checks import check_columns
from workbench.errors import SchemaError
from workbench.messages import listed
from workbench.ridge.design.column import Column, codes_of, is_sparse, stored
from workbench.ridge.design.column_numbers import numbers_of
from workbench.ridge.design.levels import GAP
from workbench.ridge.design.remarks import note_gaps
from workbench.ridge.design.table import SparseTable


def read_sparse(
    columns: Sequence[Column],
    X: pd.DataFrame | SparseTable,
    number: npt.NDArray[np.float64] | None = None,
) -> csr_array:
    """Read rows into the design, without the zeros.

    Parameters
    ----------
    columns : sequence of Column
        Of the design, in order.
    X : DataFrame or SparseTable, shape (n, at least p)
    number : ndarray, shape (n,), optional
        Contacts of each row, of which warnings tell.

    Returns
    -------
    csr_array, shape (n, number of design columns)

    Raises
    ------
    SchemaError
        A column is missing; or a sparse matrix came where training had text.
    """
    if isinstance(X, SparseTable):
        return _of_matrix(columns, X)
    parts: list[tuple[Any, Any, Any]] = []
    start = 0
    each = np.ones(len(X)) if number is None else number
    for column in columns:
        found = _parts(X[column.name], column, each)
        parts += [(rows, start + at, values) for rows, at, values in found]
        start += len(column.design_names)
    rows = np.concatenate([part[0] for part in parts])
    places = np.concatenate([np.broadcast_to(at, len(which)) for which, at, _ in parts])
    values = np.concatenate([part[2] for part in parts])
    made = csr_array((values, (rows, places)), shape=(len(X), start))
    made.sum_duplicates()
    return made


def _parts(
    values: pd.Series[Any], column: Column, number: npt.NDArray[np.float64]
) -> list[tuple[Any, Any, Any]]:
    """Return rows, places and values of what one feature writes into its design columns."""
    if is_sparse(values):
        rows, numbers = stored(values)
        missing = rows[np.isnan(numbers)]
        parts: list[tuple[Any, Any, Any]] = [
            (rows, 0, np.where(np.isnan(numbers), column.mean, numbers))
        ]
    elif column.levels is None:
        numbers = numbers_of(values, column)
        gaps = np.isnan(numbers)
        missing = np.flatnonzero(gaps)
        numbers = np.where(gaps, column.mean, numbers)
        rows = np.flatnonzero(numbers)
        parts = [(rows, 0, numbers[rows])]
    else:
        codes = codes_of(values, column, number)
        missing, rows = np.flatnonzero(codes == GAP), np.flatnonzero(codes >= 0)
        parts = [(rows, codes[rows], np.ones(len(rows)))]
    if column.flag:
        parts.append((missing, len(column.design_names) - 1, np.ones(len(missing))))
    else:
        note_gaps(column.name, float(number[missing].sum()), numeric=column.levels is None)
    return parts


def _of_matrix(columns: Sequence[Column], X: SparseTable) -> csr_array:
    names = [column.name for column in columns]
    if text := [column.name for column in columns if column.levels is not None]:
        raise SchemaError(
            f"A sparse matrix holds numbers only; in training {listed(text)} held text. Give a "
            "DataFrame with these columns."
        )
    values = X.matrix
    if tuple(names) != X.names:
        check_columns(pd.DataFrame(columns=X.columns), names, name="The table to score")
        values = values[:, X.columns.get_indexer(pd.Index(names))]
    design_names = [name for column in columns for name in column.design_names]
    if design_names == names:
        return values
    # a column that marks gaps stands after its feature: nothing is missing here
    places = np.cumsum([0] + [len(column.design_names) for column in columns])[:-1]
    shape = (len(X), len(design_names))
    return csr_array((values.data, places[values.indices], values.indptr), shape=shape)
