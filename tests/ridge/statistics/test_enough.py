"""Which folds are pooled: the same rule as views have, whatever the sizes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.ridge.statistics.enough import FEWEST_RESPONSES, FEWEST_ROWS, merge
from workbench.widgets.private import release

SIZES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 40)), min_size=1, max_size=12)


@given(SIZES)
def test_pools_are_neighbours_and_each_has_enough(sizes):
    rows, responses = np.array(sizes, dtype=float).T
    merged = merge(rows, responses, FEWEST_ROWS)
    if merged is None:
        assert rows.sum() < FEWEST_ROWS or responses.sum() < FEWEST_RESPONSES
        return
    assert set(np.diff(merged)) <= {0, 1}
    assert (np.bincount(merged, rows) >= FEWEST_ROWS).all()
    assert (np.bincount(merged, responses) >= FEWEST_RESPONSES).all()


def test_views_have_the_same_rule():
    assert release.FEWEST_POSITIVES == FEWEST_RESPONSES
    assert release.__dict__["FEWEST_ROWS"] == FEWEST_ROWS
    assert release.__dict__["merge"] is merge
