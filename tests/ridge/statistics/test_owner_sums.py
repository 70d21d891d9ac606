"""The parts of an owner's sums: added up, and how few contacts a column is of."""

from dataclasses import fields, replace

import numpy as np
from numpy.testing import assert_array_equal

from tests.ridge.owners import owners
from workbench.ridge.statistics.owner_sums import LeftParts


def test_parts_of_two_owners_add_up():
    rng = np.random.default_rng(0)
    shapes = [(2, 3, 3), (2, 3, 3), (2, 3), (2, 3), (2,)]
    one, other = (LeftParts(*(rng.normal(size=shape) for shape in shapes)) for _ in range(2))
    both = one.plus(other)
    for field in fields(LeftParts):
        added = getattr(one, field.name) + getattr(other, field.name)
        assert_array_equal(getattr(both, field.name), added)


def test_columns_of_few_contacts_are_named_with_the_fewest():
    made = owners(alpha=0.02)
    parts = made.start.collect(made.frames[1]).parts
    assert parts.names == ["c04", "c05"]
    zero = np.zeros_like(parts.folds.zero)
    zero[0, 1], zero[1, 1] = 1 - 4 / 300, 1 - 3 / 300
    zero[:, 2] = 1.0  # of no contact
    zero[0, 3] = 1 - 10 / 300
    found = replace(parts, folds=replace(parts.folds, zero=zero))
    assert found.rare == {parts.columns[1]: 3}
