import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.reports.list_keys import ListKeys


def block(keys, campaign=None):
    made = pd.DataFrame({"customer": keys, "propensity": 0.5, "reason_1": "x = 1"})
    return made if campaign is None else made.assign(campaign=campaign)


@pytest.mark.parametrize(
    ("blocks", "whole"),
    [
        ([[1, 2], [3.0, np.nan]], True),
        ([[1, 2], [None, None], [2.0**52]], True),
        ([[1, 2], [2.0**53]], False),
        ([[1.5], [2]], False),
        ([["7"], [8]], False),
        ([pd.array([2**63 - 1, None], "UInt64")], True),
        ([np.array([2**63], "uint64"), [7]], False),
    ],
)
def test_keys_are_whole_numbers_if_those_of_all_blocks_are(blocks, whole):
    keys = ListKeys(["propensity"])
    for one in blocks:
        keys.as_text(block(one))
    assert keys.whole["customer"] is whole


def test_campaigns_are_numbered_as_they_come_and_a_block_of_other_types_has_those_of_the_first():
    keys = ListKeys(["propensity"])
    first, numbers = keys.as_text(block(["a", "b"], [2.0, 1.0]))
    assert (numbers.tolist(), numbers.dtype) == ([0, 1], "int32")
    second, numbers = keys.as_text(block([None, None], [1, 3]))
    assert numbers.tolist() == [1, 2]
    assert keys.numbers == {"2": 0, "1": 1, "3": 2}
    assert second.schema == first.schema
    assert keys.type_of("customer") == first.schema.field("customer").type


def test_columns_stand_in_the_order_of_a_list():
    keys = ListKeys(["uplift", "propensity_treated"])
    columns = {"reason_1": ["r"], "propensity_treated": [0.2], "uplift": [0.1], "campaign": ["3"]}
    arrays = {name: pa.array(values) for name, values in columns.items()}
    made = keys.finished(arrays, {"rank": pa.array([1])}, pa.array([7]))
    assert made.schema.names == [
        *("row", "campaign", "uplift", "propensity_treated", "rank", "reason_1")
    ]
    assert made.to_pylist()[0]["campaign"] == 3


def test_a_carriage_return_in_any_text_is_seen():
    keys = ListKeys(["propensity"])
    keys.as_text(block(["a"]))
    assert not keys.returns
    keys.as_text(block(["a\rb"]))
    assert keys.returns
