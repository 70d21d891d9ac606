"""Rows from the highest score down: ties in proportion, no order of rows."""

import numpy as np

from workbench.metrics.score_order import ranked

Y, T = [1, 0, 1, 0, 0], [1, 0, 1, 0, 1]


def test_ties_are_split_in_proportion():
    order = ranked(Y, T, [1, 2, 1, 3, 1], weight=[1, 2, 3, 4, 5])
    assert order.score.tolist() == [3, 2, 1, 1, 1]
    assert order.best(4 / 15).tolist() == [1, 0, 0, 0, 0]
    assert np.allclose(order.best(0.8), [1, 1, 6 / 9, 6 / 9, 6 / 9])
    assert order.best(1.0).tolist() == [1] * 5


def test_a_depth_that_ends_at_a_row_takes_nothing_of_the_next():
    order = ranked([1, 0] * 5, [1, 0] * 5, range(10))
    assert order.best(0.3).tolist() == [1] * 3 + [0] * 7
    assert (0.3 * 3 * 10 / 3) == 3.0


def test_places_are_those_of_the_rows_given():
    order = ranked(Y, T, [1, 2, 1, 3, 1])
    assert order.at[:2].tolist() == [3, 1]
