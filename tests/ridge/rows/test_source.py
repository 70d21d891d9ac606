import numpy as np
from scipy.sparse import csr_array

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import count_rows, hidden, judged_folds
from workbench.ridge.rows.sparse import SparseBlock


def test_what_a_judged_fold_may_learn_from():
    X, y = np.ones((5, 1)), np.zeros(5)
    rows = ArrayRows(X, y, fold=np.array([0, 1, 2, 3, 3]))
    ahead = rows.judged_from(2)
    assert (list(judged_folds(rows)), list(judged_folds(ahead))) == ([0, 1, 2, 3], [2, 3])
    assert ahead.X is rows.X
    assert ahead.judged_from(None).forward_from is rows.forward_from is None
    assert [k.tolist() for k in hidden(rows, np.array([0, 3]))] == [[0], [], [], [1]]
    assert [k.tolist() for k in hidden(ahead, np.array([2, 3]))] == [[], [], [0], [0, 1]]
    kept = ArrayRows(X, y, fold=np.array([-1, 0, 0, 1, 1]))
    assert [k.tolist() for k in hidden(kept, np.array([0, 1]))] == [[0], [1], []]


def test_rows_are_counted_whatever_they_weigh():
    rows = ArrayRows(np.ones((5, 1)), np.zeros(5), np.array([0.0, 2.0, 1.0, 1.0, 1.0]))
    assert count_rows(rows) == 5


def test_what_kernels_ask_of_a_block_is_the_same_of_both_kinds():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(7, 5)) * (rng.random((7, 5)) < 0.5)
    sparse, column, v, w = SparseBlock(csr_array(X)), *(rng.normal(size=n) for n in (7, 5, 7))
    np.testing.assert_allclose(sparse @ v, X @ v)
    np.testing.assert_allclose(w @ sparse, w @ X)
    np.testing.assert_allclose(sparse.sum(axis=0), X.sum(axis=0))
    np.testing.assert_allclose(w @ (sparse * sparse), w @ (X * X))
    half, of_half = sparse[2:5], X[2:5]
    np.testing.assert_allclose(half[:, [4, 0]], of_half[:, [4, 0]])
    weighted, of_weighted = sparse * column[:, None], X * column[:, None]
    np.testing.assert_allclose(weighted.T @ sparse, of_weighted.T @ X)
    np.testing.assert_allclose(weighted[:, [1, 2]], of_weighted[:, [1, 2]])
