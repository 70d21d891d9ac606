import re

import pandas as pd
import pytest

from workbench.errors import DataWarning
from workbench.ridge import RidgePropensity
from workbench.ridge.design.remarks import Remarks, are_gathered, gathered, note_gaps, note_unseen

UNSEEN = (
    "'city' has levels that training did not have: ['bonn', 'ulm'], 30.0% of rows; they "
    "contribute 0."
)
GAPS = "'age' has 5 missing values, and had none in training: the training mean takes their place."


def test_blocks_are_told_of_as_one_table():
    remarks = Remarks()
    for unseen, gaps in ((["ulm"], 2), ([], 0), (["bonn", "ulm"], 3)):
        with gathered(remarks):
            assert are_gathered()
            note_unseen("city", unseen, contacts=(len(unseen), 10 / 3))
            note_gaps("age", gaps, numeric=True)
    assert not are_gathered()
    with pytest.warns(DataWarning) as told:
        remarks.tell()
    assert {str(one.message) for one in told} == {UNSEEN, GAPS}


def test_alone_a_remark_is_told_at_once():
    with pytest.warns(DataWarning, match=f"^{re.escape(UNSEEN)}$"):
        note_unseen("city", ["ulm", "bonn", "ulm"], contacts=(3, 10))
    with pytest.warns(DataWarning, match=f"^{re.escape(GAPS)}$"):
        note_gaps("age", 5, numeric=True)
    note_unseen("city", [], contacts=(0, 10))
    note_gaps("age", 0, numeric=True)


def test_scores_say_nothing_while_remarks_are_gathered():
    X = pd.DataFrame({"age": [1.0, 2.0, 3.0, 4.0]})
    model = RidgePropensity(alpha=0.01).fit(X, [0, 1, 0, 1])
    remarks = Remarks()
    with gathered(remarks):
        model.predict_proba(pd.DataFrame({"age": [99.0, None]}))
    assert remarks.gaps == {"age": (1, True)}


def test_gaps_are_told_in_the_order_of_columns_and_none_is_no_gap():
    """Though the first block has gaps in the second column alone."""
    remarks = Remarks()
    with gathered(remarks):
        for counts in ({"age": 0, "visits": 2}, {"age": 1, "visits": 0}):
            for name, count in counts.items():
                note_gaps(name, count, numeric=True)
    assert set(remarks.gaps) == {"age", "visits"}
    with pytest.warns(DataWarning) as told:
        remarks.tell()
    assert [str(one.message).split()[0] for one in told] == ["'age'", "'visits'"]
    none = Remarks()
    with gathered(none):
        note_gaps("age", 0, numeric=True)
    assert not none.gaps  # whoever asks whether there are any asks this
