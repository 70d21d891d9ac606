"""Parts of sums: kept, put beside one another, and weighed anew."""

import numpy as np
from numpy.testing import assert_allclose

from workbench.ridge.statistics.sums_parts import Bins, JudgedAhead


def bins():
    nothing = np.zeros(4)
    return Bins(np.array([0, 0, 1, 2]), np.arange(4.0), nothing, nothing, nothing, np.ones((4, 2)))


def test_bins_of_folds_that_go_take_their_number_along():
    kept = bins().only(np.array([True, False, True]))
    assert kept.fold.tolist() == [0, 0, 1]
    assert kept.weight.tolist() == [0, 1, 3]
    assert kept.beside(bins(), 2).fold.tolist() == [0, 0, 1, 2, 2, 3, 4]


def test_what_was_judged_goes_with_its_name():
    parts = np.arange(2.0), np.ones(2), np.zeros((2, 11, 2)), np.ones((2, 3))
    one = JudgedAhead(("a", "b"), *parts, beyond=2.0)
    assert one.without({"a"}).names == ("b",)
    assert_allclose(one.without({"a"}).contacts, [1.0])
    both = one.beside(JudgedAhead(("c", "d"), *parts))
    assert both.names == ("a", "b", "c", "d")
    assert both.beyond == 2.0
    assert both.penalties.shape == (4, 3)
