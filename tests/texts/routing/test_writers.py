"""Customers are counted once a column, however many texts they wrote."""

import numpy as np
from scipy.sparse import csr_array

from workbench.texts.routing.writers import customers_of, written_by

MATRIX = csr_array(np.array([[1.0, 0.0], [2.0, 0.0], [1.0, 1.0]]))


def test_customers_are_counted_once_a_column():
    assert customers_of(MATRIX, np.array([7, 7, 9])).tolist() == [2, 1]


def test_who_wrote_what_with_room_for_others():
    wrote = written_by(np.array([2, 2, 0]), MATRIX, customers=5)
    assert wrote.toarray().tolist() == [[1, 1], [0, 0], [1, 0], [0, 0], [0, 0]]


def test_counts_are_those_of_pandas():
    rng = np.random.default_rng(0)
    matrix, people = rng.poisson(0.3, (200, 12)), rng.integers(0, 40, 200) * 3
    expected = [len(set(people[matrix[:, j] > 0].tolist())) for j in range(12)]
    assert customers_of(csr_array(matrix), people).tolist() == expected
