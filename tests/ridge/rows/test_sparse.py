import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, random_array

from workbench.ridge.rows import arrays as blocks
from workbench.ridge.rows import sparse as sparse_rows
from workbench.ridge.rows import workers
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.sparse import SparseBlock, SparseRows


def sums(block):
    """Every product that a kernel may ask for."""
    root = 1.0 + block.y
    weighted = block.X * root[:, None]
    pair = np.stack([block.weight, root])
    b = np.arange(block.X.shape[1], dtype=float)
    return (
        block.weight @ block.X,
        pair @ block.X,
        pair @ weighted,
        weighted.T @ weighted,
        weighted.T @ block.X,
        (weighted @ b).sum(),
        block.weight @ (block.X @ np.stack([b, b**2]).T),
        weighted.sum(axis=0, dtype=float),
        block.X[: len(block.y) // 2].sum(axis=0),
    )


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    n=st.integers(1, 300),
    p=st.integers(1, 12),
    density=st.sampled_from([0.0, 0.02, 0.2, 1.0]),
    block_rows=st.integers(1, 60),
    most_pairs=st.sampled_from([1, 50, 2**21]),
    seed=st.integers(0, 2**31),
)
def test_sums_are_those_of_the_same_rows_written_out(n, p, density, block_rows, most_pairs, seed):
    rng = np.random.default_rng(seed)
    # whole numbers: sums are exact in any order
    X = rng.integers(-9, 9, (n, p)) * (rng.random((n, p)) < density).astype(float)
    y, w, fold = rng.integers(0, 2, n), rng.integers(0, 5, n), rng.integers(-1, 4, n)
    fold[rng.integers(n)] = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", block_rows)
        patch.setattr(sparse_rows, "_BLOCK_ROWS", block_rows)
        patch.setattr(sparse_rows, "_MOST_PAIRS", most_pairs)
        for products in (0, 10**9):  # pair by pair, and densely
            patch.setattr(sparse_rows, "_PAIR_IN_PRODUCTS", products)
            sparse = SparseRows(csr_array(X), y.astype(float), w.astype(float), fold)
            dense = ArrayRows(X, y.astype(float), w.astype(float), fold)
            assert (sparse.n_held, sparse.n_folds) == (dense.n_held, dense.n_folds)
            for ours, theirs in zip(sparse.by_fold(sums)[:-1], dense.by_fold(sums), strict=False):
                np.testing.assert_array_equal(ours, theirs)
            for ours, theirs in zip(sparse.total(sums), dense.total(sums), strict=True):
                np.testing.assert_array_equal(ours, theirs)


def test_the_same_rows_give_the_same_bits_on_any_number_of_cores(monkeypatch):
    rng = np.random.default_rng(0)
    X = random_array((50_000, 30), density=0.1, rng=rng, format="csr")
    rows = SparseRows(X, (rng.random(50_000) < 0.3).astype(float))
    results = []
    for cores in (1, 2, 3):
        monkeypatch.setattr(workers, "cores", lambda cores=cores: cores)
        results.append([part.tobytes() for part in rows.total(sums)])
    assert results[0] == results[1] == results[2]


def test_rows_in_fold_order_are_not_copied():
    X = csr_array(np.eye(10))
    assert SparseRows(X, np.zeros(10), fold=np.repeat([0, 1], 5)).X is X
    assert SparseRows(X, np.zeros(10), fold=np.tile([0, 1], 5)).X is not X


def test_a_sample_is_that_of_dense_rows():
    X = np.arange(30_000.0)[:, None]
    sample = SparseRows(csr_array(X), np.zeros(30_000)).sample(10_000)
    np.testing.assert_array_equal(
        sample.X.toarray(), ArrayRows(X, np.zeros(30_000)).sample(10_000).X
    )


def test_a_product_of_two_blocks_is_not_a_gram():
    one, other = (SparseBlock(csr_array(np.eye(2))) for _ in range(2))
    with pytest.raises(NotImplementedError):
        one.T @ other
    np.testing.assert_array_equal(one.T @ np.eye(2), np.eye(2))
    with pytest.raises(NotImplementedError):
        one.sum(axis=1)
