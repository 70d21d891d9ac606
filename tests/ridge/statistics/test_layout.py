import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.layout import lay_out_sparse
from workbench.ridge.statistics.moments import moments, typical_values, zero_shares


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    n=st.integers(12, 200),
    density=st.sampled_from([0.05, 0.6, 1.0]),
    shift=st.sampled_from([0.0, 3.0]),
    seed=st.integers(0, 2**31),
)
def test_moments_are_those_of_the_rows_written_out(n, density, shift, seed):
    rng = np.random.default_rng(seed)
    X = (rng.normal(size=(n, 6)) + shift) * (rng.random((n, 6)) < density)
    y, w = (rng.random(n) < 0.4).astype(float), rng.uniform(0.5, 2, n)
    fold = rng.integers(0, 3, n)
    _, ours = lay_out_sparse(csr_array(X), y, w, fold)
    rows = ArrayRows(X, y, w, fold)
    theirs = moments(rows, typical_values(X)).about_usual(zero_shares(rows, X))
    for name in ("weight", "positive", "mean", "scale", "between_share", "effective_folds"):
        np.testing.assert_allclose(
            getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-12, err_msg=name
        )
    np.testing.assert_array_equal(ours.constant, theirs.constant)


def test_a_column_far_from_zero_keeps_its_digits():
    rng = np.random.default_rng(1)
    small = rng.normal(size=500)
    X = csr_array(np.column_stack([1e9 + small, small * (small > 1), np.full(500, 0.1)]))
    rows, measured = lay_out_sparse(X, np.zeros(500), np.ones(500), np.zeros(500, dtype=int))
    assert measured.scale[0] == pytest.approx(small.std(), rel=1e-6)
    assert measured.constant.tolist() == [False, False, True]
    assert np.abs(rows.X.toarray()[:, 0]).max() < 10
    np.testing.assert_array_equal(X.toarray()[:, 0], 1e9 + small)  # what was given stays
