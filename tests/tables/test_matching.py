import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.tables.matching import Matching

IDS = st.lists(st.sampled_from(["a1", "A1", "b2", "007", "7", "7.0", "c 3", ""]), max_size=5)
NUMBERS = st.lists(st.sampled_from([7, 8, 7.0, 1.5, "7", "007", "x"]), max_size=5)


def told(ids, blocks, heads=()):
    """What is found, or the error; customers come in blocks."""
    try:
        matching = Matching("the list", ids, list(heads))
        rows = [matching.rows(pd.Series(block, dtype=kind)).tolist() for block, kind in blocks]
        matching.check()
    except DataError as error:
        return str(error)
    return (
        sum(map(len, rows)),
        [one for part in rows for one in part],
        matching.found,
        matching.unknown,
    )


@given(
    IDS, st.lists(st.sampled_from(["a1", "b2", "7", "007", None]), max_size=8), st.integers(1, 4)
)
@settings(derandomize=True)
def test_blocks_tell_what_all_customers_tell_at_once(ids, customers, size):
    parts = [(customers[k : k + size], "str") for k in range(0, len(customers), size)]
    assert told(ids, parts, ["b2"]) == told(ids, [(customers, "str")], ["b2"])


@given(NUMBERS, st.lists(st.sampled_from([7, 8, 9, None]), max_size=8), st.integers(1, 4))
@settings(derandomize=True)
def test_so_do_blocks_of_numbers_whatever_their_type(ids, customers, size):
    parts = [(customers[k : k + size], "float64") for k in range(0, len(customers), size)]
    assert told(ids, parts) == told(ids, [(customers, "Int64")])


def test_an_id_that_a_later_block_has_is_not_misspelled():
    early, late = pd.Series(["7", "8"]), pd.Series(["007"])
    matching = Matching("the list", ["007"], [])
    assert [matching.rows(early).tolist(), matching.rows(late).tolist()] == [[False, False], [True]]
    matching.check()
    alone = Matching("the list", ["007"], [])
    alone.rows(early)
    with pytest.raises(DataError, match=r"^1 id of the list would be a customer's but for blanks"):
        alone.check()
