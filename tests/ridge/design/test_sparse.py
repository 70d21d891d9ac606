import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array, issparse

from workbench.errors import DataError, DataWarning, SchemaError
from workbench.ridge.design.design import Design
from workbench.ridge.design.table import SparseTable


def exactly(message):
    return f"^{re.escape(message)}$"


def sparse(values, fill=0.0):
    return pd.arrays.SparseArray(values, fill_value=fill)


@pytest.fixture
def table():
    rng = np.random.default_rng(5)
    n = 300
    return pd.DataFrame(
        {
            "age": rng.normal(40, 9, n),
            "clicks": rng.poisson(0.2, n).astype(float),
            "page": [f"p{k:03d}" for k in rng.integers(0, 150, n)],
        }
    )


def test_the_design_is_that_of_the_same_columns_written_out(table):
    table.loc[3, "age"] = np.nan
    table.loc[[4, 7], "clicks"] = np.nan
    table.loc[9, "page"] = None
    weight = np.linspace(1, 2, len(table))
    with pytest.warns(DataWarning, match="^Missing values in 'age'"):
        dense, written = Design.of(table, weight)
    mixed = table.assign(clicks=sparse(table["clicks"]))
    with pytest.warns(DataWarning, match="^Missing values in 'age'"):
        design, matrix = Design.of(mixed, weight)
    assert issparse(matrix)
    assert design.names == dense.names
    np.testing.assert_allclose(matrix.toarray(), written, rtol=1e-15)
    # a column is read by what it was in training, whatever its type at scoring
    np.testing.assert_allclose(design.matrix(table).toarray(), written, rtol=1e-15)
    np.testing.assert_allclose(dense.matrix(mixed), written, rtol=1e-15)


def test_more_levels_than_a_hundred_are_sparse_and_nothing_is_dropped(table):
    levels = sorted(table["page"].unique())
    assert len(levels) > 100
    design, matrix = Design.of(table, np.ones(len(table)), most_levels=1_000)
    assert issparse(matrix)
    assert design.names == ["age", "clicks", *(f"page={level}" for level in levels)]
    places = pd.Index(levels).get_indexer(pd.Index(table["page"]))
    assert (matrix[:, 2:].toarray().argmax(axis=1) == places).all()
    assert not issparse(Design.of(table, np.ones(len(table)))[1])


def test_new_levels_are_said_unless_rare_ones_were_left_out(table):
    new = table.assign(page="elsewhere")
    all_levels = Design.learn(table, np.ones(300), most_levels=1_000)
    with pytest.warns(DataWarning, match=r"^'page' has levels .* \['elsewhere'\], 100.0% of rows;"):
        assert all_levels.matrix(new)[:, 2:].nnz == 0
    assert Design.learn(table, np.ones(300), most_levels=120).matrix(new)[:, 2:].nnz == 0


def test_a_matrix_is_read_by_name_and_a_new_gap_is_said():
    X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0]])
    design, matrix = Design.of(SparseTable.of(csr_array(X), ["a", "b"]), np.ones(3))
    np.testing.assert_array_equal(matrix.toarray(), X)
    turned = SparseTable.of(csr_array(X[:, ::-1]), ["b", "a"])
    np.testing.assert_array_equal(design.matrix(turned).toarray(), X)
    frame = pd.DataFrame({"b": X[:, 1], "a": [1.0, np.nan, 3.0]})
    message = "'a' has 1 missing value, and had none in training: the training mean takes"
    with pytest.warns(DataWarning, match=f"^{message}"):
        read = design.matrix(frame)
    np.testing.assert_array_equal(read.toarray(), X)  # zero stands for the mean
    with pytest.raises(SchemaError, match=r"^The table to score has no column 'a'; got \['b'\]\."):
        design.matrix(SparseTable.of(csr_array(X[:, 1:]), ["b"]))


def test_a_matrix_for_a_design_with_gaps_or_text():
    X = pd.DataFrame({"a": [1.0, np.nan], "b": [2.0, 5.0]})
    with pytest.warns(DataWarning, match="^Missing values in 'a'"):
        design = Design.learn(X, np.ones(2))
    table = SparseTable.of(csr_array(np.array([[0.0, 4.0]])), ["a", "b"])
    np.testing.assert_array_equal(design.matrix(table).toarray(), [[0.0, 0.0, 4.0]])
    text = Design.learn(pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0]}), np.ones(2))
    message = (
        "A sparse matrix holds numbers only; in training ['a'] held text. Give a DataFrame with "
        "these columns."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        text.matrix(table)


def test_a_sparse_column_of_something_else_than_zeros():
    X = pd.DataFrame({"a": sparse([1.0, 0.0, 1.0], fill=1.0)})
    message = (
        "A sparse column must be 0 where nothing is stored; 'a' is 1.0 there. Give it fill_value=0."
    )
    with pytest.raises(DataError, match=exactly(message)):
        Design.learn(X, np.ones(3))
    infinite = pd.DataFrame({"a": sparse([0.0, np.inf, 0.0])})
    with pytest.raises(DataError, match=r"^Features must be finite; got infinity in 'a' \(1 row\)"):
        Design.learn(infinite, np.ones(3))
