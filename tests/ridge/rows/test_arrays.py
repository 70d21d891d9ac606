import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.ridge.rows import arrays as blocks
from workbench.ridge.rows import workers
from workbench.ridge.rows.arrays import ArrayRows


def sums(block):
    return block.weight.sum(dtype=float), block.weight @ block.X, block.X.T @ block.X


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    st.integers(1, 400), st.integers(1, 5), st.integers(1, 60), st.randoms(use_true_random=False)
)
def test_sums_do_not_depend_on_blocks_folds_or_their_order(n, folds, block_rows, random):
    rng = np.random.default_rng(random.randint(0, 2**31))
    X, w = rng.integers(-9, 9, (n, 3)).astype(float), rng.integers(0, 5, n).astype(float)
    fold = rng.integers(0, folds, n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_ROWS", block_rows)
        rows = ArrayRows(X, np.zeros(n), w, fold)
        total, by_fold = rows.total(sums), rows.by_fold(sums)
    np.testing.assert_array_equal(total[1], w @ X)
    np.testing.assert_array_equal(total[2], X.T @ X)
    for g in range(fold.max() + 1):
        np.testing.assert_array_equal(by_fold[1][g], w[fold == g] @ X[fold == g])
        np.testing.assert_array_equal(by_fold[0][g], w[fold == g].sum())


def test_the_same_rows_give_the_same_bits_on_any_number_of_cores(monkeypatch):
    rng = np.random.default_rng(0)
    rows = ArrayRows(rng.normal(size=(50_000, 4)).astype("f4"), np.zeros(50_000))
    results = []
    for cores in (1, 2, 3):
        monkeypatch.setattr(workers, "cores", lambda cores=cores: cores)
        results.append([part.tobytes() for part in rows.total(sums)])
    assert results[0] == results[1] == results[2]


def test_rows_in_fold_order_are_not_copied():
    X = np.zeros((10, 2), dtype="f4")
    assert ArrayRows(X, np.zeros(10), fold=np.repeat([0, 1], 5)).X is X
    assert ArrayRows(X, np.zeros(10), fold=np.tile([0, 1], 5)).X is not X


def test_float32_blocks_are_added_in_float64():
    X = np.full((200_000, 1), 0.1, dtype="f4")
    (total,) = ArrayRows(X, np.zeros(200_000)).total(lambda block: (block.X.sum(axis=0),))
    assert total[0] == pytest.approx(200_000 * float(np.float32(0.1)), rel=1e-6)


def test_rows_that_are_never_left_out_are_the_last_fold():
    rows = ArrayRows(np.arange(4.0)[:, None], np.zeros(4), fold=np.array([-1, 0, 1, -1]))
    assert (rows.n_held, rows.n_folds) == (2, 3)
    (first,) = rows.by_fold(lambda block: (block.X.sum(),))
    assert first.tolist() == [1.0, 2.0, 3.0]


def test_a_sample_is_taken_evenly_and_has_about_the_rows_asked_for():
    X = np.arange(100_000.0)[:, None]
    sample = ArrayRows(X, np.zeros(100_000)).sample(10_000)
    assert 8_000 <= len(sample) <= 10_000
    assert sample.X.mean() == pytest.approx(X.mean(), rel=0.01)
    assert len(ArrayRows(X[:50], np.zeros(50)).sample(10_000)) == 50


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_rows_in_double_precision_are_the_same_rows(kind):
    X, y = np.array([[0.1], [0.2], [0.3]], dtype=kind), np.array([0.0, 1.0, 1.0])
    rows = ArrayRows(X, y, fold=np.array([0, 1, 1])).judged_from(1)
    double = rows.in_float64()
    assert (double.dtype, double.X.dtype, rows.X.dtype) == (np.dtype("f8"), np.dtype("f8"), X.dtype)
    assert (double.n_folds, double.forward_from) == (2, 1)
    np.testing.assert_array_equal(double.X, X)


@pytest.mark.parametrize("order", ["C", "F"])
def test_however_a_table_is_kept_sums_are_the_same_and_a_copy_is_kept_by_columns(order):
    rng = np.random.default_rng(5)
    X = np.asarray(rng.normal(size=(20_000, 3)), order=order)
    fold = rng.integers(-1, 4, len(X))
    rows = ArrayRows(X, np.arange(len(X)) % 2.0, fold=fold)
    assert rows.X.flags.f_contiguous
    (sums,) = rows.by_fold(lambda block: (block.y @ block.X,))
    for g in range(4):
        here = fold == g
        np.testing.assert_allclose(sums[g], (np.arange(len(X)) % 2.0)[here] @ X[here], rtol=1e-12)
    in_order = ArrayRows(X, np.zeros(len(X)))
    assert np.shares_memory(in_order.X, X)
