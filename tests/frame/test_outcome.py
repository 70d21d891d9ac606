import re

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import label_binarize

from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.frame.flat_table import binary_outcome


def contacts(**columns):
    return pd.DataFrame({"age": [31, 45, 28, 52], **columns})


def exactly(message):
    return f"^{re.escape(message)}$"


def test_one_value_against_the_rest():
    """The same as a flag that says whether it is that value, scikit-learn's label_binarize."""
    jobs = ["cook", "none", "smith", "cook"]
    frame = FeatureFrame.from_table(contacts(job=jobs), target="job", positive="cook")
    rest = label_binarize(jobs, classes=["cook", "none", "smith"])[:, 0]
    assert frame.y.tolist() == rest.tolist()
    assert "Of 'job', 'cook' is positive, and the 2 other values count as negative." in frame.notes


@pytest.mark.parametrize("positive", [2, 2.0, "2", "2.0", True])
def test_a_number_is_the_value_however_it_is_written(positive):
    with_gaps = pd.Series([1.0, 2.0, np.nan], name="answer")
    flags = pd.Series([False, True, None], name="answer")
    column = flags if positive is True else with_gaps
    np.testing.assert_array_equal(binary_outcome(column, positive=positive), [0, 1, np.nan])


def test_two_numbers_are_named_as_people_write_them():
    message = (
        "The target 'answer' must be 0/1, false/true or no/yes; got [1, 2]. Say which is the "
        "positive one: `positive=1` or `positive=2`."
    )
    with pytest.raises(DataError, match=exactly(message)):
        binary_outcome(pd.Series([np.nan, 2.0, 1.0], name="answer"))


def test_blanks_of_the_target_are_said():
    table = contacts(bought=["yes", None, "no", None])
    frame = FeatureFrame.from_table(table, target="bought")
    assert (
        "2 of 4 rows have no 'bought': their outcome is taken as not known yet. Where a blank "
        "means no, write so." in frame.notes
    )


@pytest.mark.parametrize("positive", [[0], {"": 0}, pd.DataFrame({"a": [1]})])
def test_a_positive_value_is_one(positive):
    with pytest.raises(ParameterError, match="`positive` must be one value of 'y'; got a "):
        binary_outcome(pd.Series([0, 1], name="y"), positive=positive)
