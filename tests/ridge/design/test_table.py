import re

import numpy as np
import pytest
from scipy.sparse import coo_array, csc_matrix, csr_array

from tests.parquet_tables import mailings, written
from workbench import ParquetRows, RidgeAmount, RidgeCount, RidgeMultinomial, RidgePropensity
from workbench.errors import DataError
from workbench.networks import NetworkPropensity
from workbench.ridge.design.table import SparseTable, as_table

VALUES = np.array([[0.0, 2.0, 0.0], [1.0, 0.0, 3.0], [0.0, 0.0, 0.0]])


@pytest.mark.parametrize("kind", [csr_array, csc_matrix, coo_array])
def test_any_format_becomes_rows_in_order(kind):
    table = SparseTable.of(csr_array(kind(VALUES)), ["a", "b", "c"])
    np.testing.assert_array_equal(table.matrix.toarray(), VALUES)
    assert table.matrix.has_sorted_indices
    assert (table.shape, table.columns.tolist()) == ((3, 3), ["a", "b", "c"])


def test_entries_out_of_order_or_twice_are_brought_into_order_in_a_copy():
    given = csr_array((np.array([3.0, 1.0, 4.0]), np.array([2, 0, 2]), np.array([0, 3])))
    table = SparseTable.of(given, "abc")
    np.testing.assert_array_equal(table.matrix.toarray(), [[1.0, 0.0, 7.0]])
    assert given.indices.tolist() == [2, 0, 2]
    in_order = csr_array((np.array([1.0, 3.0, 4.0]), np.array([0, 2, 2]), np.array([0, 3])))
    table = SparseTable.of(in_order, "abc")
    np.testing.assert_array_equal(table.matrix.toarray(), [[1.0, 0.0, 7.0]])
    assert in_order.data.tolist() == [1.0, 3.0, 4.0]


def test_some_rows_and_some_written_out():
    table = SparseTable.of(csr_array(VALUES), "abc")
    assert (
        table.rows(np.array([False, True, True])).matrix.toarray().tolist() == VALUES[1:].tolist()
    )
    frame = table.frame(1, 3)
    assert (frame.index.tolist(), list(frame)) == ([1, 2], ["a", "b", "c"])
    np.testing.assert_array_equal(frame, VALUES[1:])


def test_what_is_not_finite_is_named():
    values = VALUES.copy()
    values[0, 1], values[1, 2], values[2, 2] = np.nan, np.inf, np.nan
    message = (
        "A sparse matrix must hold finite numbers; got NaN or infinity in 'b' (1 row), "
        "'c' (2 rows). Replace them, or give a DataFrame: there, missing values are imputed with "
        "a flag."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        SparseTable.of(csr_array(values), "abc")


@pytest.mark.parametrize("model", [RidgeAmount, RidgeCount, RidgeMultinomial, NetworkPropensity])
def test_rows_in_files_are_no_rows_to_fit_other_models_to(model, tmp_path):
    written(mailings(60), tmp_path)
    rows = ParquetRows(tmp_path, target="bought", campaign="month")
    expected = (
        f"{model.__name__} is fitted to rows in memory; got `ParquetRows`. Read them into a "
        "`FeatureFrame`, as `FeatureFrame.from_table(path, target=...)` does; of rows that are not "
        "in memory `RidgePropensity` alone learns."
    )
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        model().fit(rows)
    with pytest.raises(DataError, match=r"^`ParquetRows` are contacts .* Score those of files by"):
        as_table(RidgePropensity(), rows, reset=False)
