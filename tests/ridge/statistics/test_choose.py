import numpy as np
import pytest
from scipy.sparse import csr_array

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.statistics.choose import (
    dense_in_memory,
    in_memory,
    kind_for,
    kind_for_mixtures,
)
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.matrix_free import MatrixFreeStatistics
from workbench.ridge.statistics.row_space import RowSpaceStatistics


@pytest.mark.parametrize(
    ("columns", "folds", "kind"),
    [
        (3_000, 1, DenseStatistics),
        (3_001, 1, MatrixFreeStatistics),
        (3_000, 30, MatrixFreeStatistics),
        (2_000, 30, DenseStatistics),
    ],
)
def test_very_many_columns_or_folds_do_without_matrices(columns, folds, kind):
    rows = SparseRows(csr_array((folds, columns)), np.zeros(folds), fold=np.arange(folds))
    assert kind_for(rows) is kind


class Bare:
    """A source with no more than the protocol asks for."""

    def __init__(self, n_columns):
        self.n_columns, self.n_folds = n_columns, 2


def test_dense_rows_keep_their_matrix_where_it_is_the_lesser_part():
    many, few = (ArrayRows(np.zeros((n, 3_001), "f4"), np.zeros(n)) for n in (3_100, 50))
    assert kind_for(many) is DenseStatistics
    assert kind_for(few) is MatrixFreeStatistics
    assert kind_for(Bare(10)) is DenseStatistics
    assert kind_for(Bare(4_000)) is MatrixFreeStatistics


def test_mixtures_are_solved_among_the_rows_where_these_are_fewer():
    assert kind_for_mixtures(100, 50) is RowSpaceStatistics
    assert kind_for_mixtures(50, 50) is DenseStatistics


def test_only_arrays_are_in_memory():
    dense = ArrayRows(np.ones((2, 1)), np.zeros(2))
    sparse = SparseRows(csr_array(np.ones((2, 1))), np.zeros(2))
    assert (in_memory(dense), in_memory(sparse), in_memory(Bare(1))) == (dense, sparse, None)
    assert (dense_in_memory(dense), dense_in_memory(sparse)) == (dense, None)
