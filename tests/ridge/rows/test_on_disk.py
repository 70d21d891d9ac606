import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.ridge.rows import on_disk
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.on_disk import DiskMatrix, DiskRows, Scratch

FULL = Path("/dev/full")


def on_disk_of(X, folder=None):
    matrix = DiskMatrix.empty(*X.shape, X.dtype, folder)
    for start in range(0, len(X), 7):
        matrix.write(start, X[start : start + 7])
    return matrix


def sums(block):
    return block.weight.sum(dtype=float), block.weight @ block.X, block.X.T @ block.X, block.y.sum()


def drawn(n, folds, seed, dtype="f8"):
    rng = np.random.default_rng(seed)
    fold = np.sort(rng.permuted(np.arange(n) % folds))
    X = rng.integers(-9, 9, (n, 3)).astype(dtype)
    return X, rng.integers(0, 2, n).astype(dtype), rng.integers(0, 5, n).astype(dtype), fold


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.integers(6, 300), st.integers(1, 5), st.integers(1, 60), st.sampled_from(["f4", "f8"]))
def test_rows_on_disk_answer_as_rows_in_memory(n, folds, block_rows, dtype):
    X, y, w, fold = drawn(n, folds, n, dtype)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(on_disk, "BLOCK_ROWS", block_rows)
        disk = DiskRows(on_disk_of(X), y, w, np.bincount(fold).tolist(), n_held=folds)
        memory = ArrayRows(X, y, w, fold)
        share = np.linspace(0.5, 1, max(1, folds - 1))
        for one, other in (
            (disk, memory),
            (disk.shifted(np.ones(3, dtype)), memory.shifted(np.ones(3, dtype))),
            (disk.in_float64(), memory.in_float64()),
            (disk.first(len(share), share), memory.first(len(share), share)),
            (disk.sample(5), memory.sample(5)),
        ):
            assert one.dtype == other.dtype
            for ours, theirs in zip(one.by_fold(sums), other.by_fold(sums), strict=True):
                np.testing.assert_array_equal(ours, theirs)
            for ours, theirs in zip(one.total(sums), other.total(sums), strict=True):
                np.testing.assert_array_equal(ours, theirs)
        assert np.array_equal(disk.fold_of_row, memory.fold_of_row)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.integers(1, 200), st.integers(1, 50), st.integers(0, 2**31))
def test_any_rows_are_read_as_an_array_gives_them(n, at_once, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(on_disk, "_GATHERED", at_once)
        patch.setattr(on_disk, "BLOCK_ROWS", at_once)
        matrix = on_disk_of(X)
        some = rng.integers(0, n, rng.integers(0, 2 * n))
        for which in (some, X[:, 0] > 0, slice(1, n, 2), slice(None), (slice(None), [1])):
            np.testing.assert_array_equal(matrix[which], X[which])
        np.testing.assert_array_equal(matrix @ np.array([2.0, 1.0]), X @ np.array([2.0, 1.0]))
        order = rng.permutation(n)
        np.testing.assert_array_equal(matrix.in_order(order)[:], X[order])


def test_what_is_lent_cannot_be_written_to():
    matrix = on_disk_of(np.ones((3, 2)))
    with matrix.lent(slice(0, 2)) as rows, pytest.raises(ValueError, match="read-only"):
        rows[0, 0] = 5.0


def test_a_file_has_no_name_and_lives_as_long_as_its_rows(tmp_path):
    matrix = on_disk_of(np.ones((3, 2)), tmp_path)
    assert list(tmp_path.iterdir()) == []
    again = copy.deepcopy(matrix)
    del matrix
    np.testing.assert_array_equal(again[:], np.ones((3, 2)))


def test_rows_on_disk_are_not_pickled():
    with pytest.raises(pickle.PicklingError, match=r"Write it with `model\.save`, and read it"):
        pickle.dumps(on_disk_of(np.ones((3, 2))))


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_is_told():
    scratch = Scratch(8)
    with FULL.open("r+b", buffering=0) as full:
        scratch._file = full  # noqa: SLF001 - no disk is filled for a test
        with pytest.raises(DataError) as refused:
            scratch.write(0, np.ones(1))
    assert str(refused.value) == (
        "The rows must be kept on disk while they are fitted, and could not be written: No space "
        "left on device. Name a folder with more space: `scratch`."
    )
