import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reports.running_ranks import RunningRanks

ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([-0.0, 0.0, 0.5, -1.0, 2.0])))


@given(ROWS, st.integers(1, 5), st.booleans())
@settings(derandomize=True)
def test_ranks_are_those_of_pandas_whatever_the_blocks(rows, size, among_all):
    """Groups one after another, or mixed, as long as each one's values rise."""
    made = pd.DataFrame(rows, columns=["group", "value"]).astype({"group": int, "value": float})
    first = ["value", "group"] if among_all else ["group", "value"]
    made = made.sort_values(first, kind="stable")
    ranks = RunningRanks(4)
    found = [
        ranks.add(part["group"].to_numpy(), part["value"].to_numpy())
        for part in (made.iloc[k : k + size] for k in range(0, len(made), size))
    ]
    wanted = made.groupby("group")["value"].rank(method="min")
    assert [rank for part in found for rank in part] == wanted.astype(int).tolist()


def test_a_block_of_no_row_changes_nothing():
    ranks, nothing = RunningRanks(1), np.array([], dtype="int64")
    one = np.array([0])
    assert ranks.add(one, np.array([0.5])).tolist() == [1]
    assert ranks.add(nothing, nothing.astype("float64")).tolist() == []
    assert ranks.add(one, np.array([0.5])).tolist() == [1]
    assert ranks.add(one, np.array([0.6])).tolist() == [3]
