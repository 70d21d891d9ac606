"""Products of rows that are kept in two parts, against those of one matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from workbench.ridge.multinomial.split_rows import DenseRows, SplitRows


@given(
    rows=st.integers(1, 40),
    shares=st.lists(st.sampled_from([0.0, 0.05, 0.124, 0.126, 0.5, 1.0]), min_size=1, max_size=12),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 1000),
)
def test_products_are_those_of_one_dense_matrix(rows, shares, dtype, seed):
    rng = np.random.default_rng(seed)
    dense = rng.normal(size=(rows, len(shares))) * (rng.random((rows, len(shares))) < shares)
    V, M = rng.normal(size=(len(shares), 3)), rng.normal(size=(rows, 3))
    for found in (SplitRows(csr_array(dense.astype(dtype))), DenseRows(dense.astype(dtype))):
        close = {"atol": 1e-12 if dtype == np.float64 else 1e-4}
        np.testing.assert_allclose(found.dot(V.astype(dtype)), dense @ V, **close)
        np.testing.assert_allclose(found.dot_columns(M.astype(dtype)), dense.T @ M, **close)
        np.testing.assert_allclose(found.dot_squares(M.astype(dtype)), (dense**2).T @ M, **close)
        assert found.dot(V.astype(dtype)).dtype == dtype


@pytest.mark.parametrize(("share", "kept_dense"), [(0.05, 0), (0.5, 1)])
def test_only_a_heavy_column_is_kept_dense(share, kept_dense):
    column = (np.arange(100) < share * 100).astype(float)[:, None]
    assert len(SplitRows(csr_array(column)).heavy) == kept_dense
