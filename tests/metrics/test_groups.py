"""Totals by group, by hand."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench import metrics
from workbench.errors import SchemaError


def test_columns_are_counted_and_added_up_by_group():
    coefficients = pd.DataFrame(
        {
            "feature": ["a", "b", "c", "d"],
            "group": ["rfm", "offer", "rfm", "offer"],
            "penalty": [0.0, np.inf, 0.5, 2.0],
            "edf": [1.0, 0.0, 0.5, 0.25],
            "score_share": [0.75, 0.0, 0.5, -0.25],
        }
    )
    expected = pd.DataFrame(
        {
            "group": ["rfm", "offer"],
            "columns": [2, 2],
            "kept": [2, 1],
            "edf": [1.5, 0.25],
            "score_share": [1.25, -0.25],
        }
    )
    pd.testing.assert_frame_equal(metrics.by_group(coefficients), expected)
    without = metrics.by_group(coefficients.drop(columns="score_share"))
    pd.testing.assert_frame_equal(without, expected.drop(columns="score_share"))


def test_another_table_is_refused():
    message = "The coefficient table has no column 'penalty'; got ['group', 'edf']."
    with pytest.raises(SchemaError, match=f"^{re.escape(message)}$"):
        metrics.by_group(pd.DataFrame({"group": ["a"], "edf": [1.0]}))
