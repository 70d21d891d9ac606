import numpy as np

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.distant import DistantRows
from workbench.ridge.statistics.choose import dense_in_memory, in_memory


def rows():
    X = np.arange(12.0).reshape(6, 2)
    return DistantRows(X, np.tile([0.0, 1.0], 3), np.ones(6), [2, 4], n_held=1)


def test_rows_of_folds_are_those_that_are_counted():
    made = rows()
    assert (made.n_columns, made.n_folds, made.n_held, len(made)) == (2, 2, 1, 6)
    assert made.fold_of_row.tolist() == [0, 0, -1, -1, -1, -1]
    expected = ArrayRows(made.X, made.y, made.weight, np.array([0, 0, 1, 1, 1, 1]))
    for one, other in zip(
        *(r.by_fold(lambda b: (b.y @ b.X,)) for r in (made, expected)), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_what_is_subtracted_leaves_the_rows_as_they_are():
    made = rows()
    moved = made.shifted(np.array([1.0, 0.0]))
    np.testing.assert_array_equal(moved.X, made.X - [1.0, 0.0])
    assert type(moved) is DistantRows


def test_their_arrays_can_be_asked_for_but_are_not_in_memory():
    made = rows()
    assert in_memory(made) is made
    assert dense_in_memory(made) is None
