"""Which rows of a test are compared, and what each was given by chance."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import DataError
from workbench.evidence.arm_rows import arm_rows

ARMS = ["mail", "none", "app", "none", "mail", "app"]
FRAME = FeatureFrame(
    X=pd.DataFrame({"x": range(6)}),
    y=pd.Series([1.0, 0, 1, 1, 0, 0]),
    treatment=pd.Series(ARMS),
    control="none",
)


def test_one_arm_is_compared_with_the_control():
    rows, there = arm_rows(FRAME, arm="mail")
    assert there.tolist() == [True, True, False, True, True, False]
    assert rows.treated.tolist() == [True, False, False, True]
    assert rows.chance.tolist() == [0.5] * 4
    assert rows.customer is None


def test_any_arm_is_all_of_them():
    rows, there = arm_rows(FRAME, arm="any")
    assert there.all()
    assert rows.chance.tolist() == pytest.approx([4 / 6, 2 / 6, 4 / 6, 2 / 6, 4 / 6, 4 / 6])


def test_chances_of_the_own_arm_tell_who_was_rare_in_it():
    chance = pd.Series([0.2, 0.5, 0.3, 0.4, 0.3, 0.3])
    rows, _ = arm_rows(replace(FRAME, arm_probability=chance), arm="mail")
    assert rows.chance[0] / rows.chance[3] == pytest.approx(0.2 / 0.3)
    assert rows.chance[1] / rows.chance[2] == pytest.approx(0.5 / 0.4)


def test_several_arms_as_one_are_the_mixture_that_was_sent():
    """Mails to two at a chance of 0.5, the app to two at 0.25: each counts for two of four."""
    chance = pd.Series([0.5, 0.25, 0.25, 0.25, 0.5, 0.25])
    rows, _ = arm_rows(replace(FRAME, arm_probability=chance), arm="any")
    assert rows.chance.tolist() == pytest.approx([1.0] * 6)


def test_another_outcome_may_be_asked_for_and_customers_are_wholes():
    frame = replace(FRAME, customer=pd.Series(["a", "a", "b", "c", "c", None]))
    rows, _ = arm_rows(frame, arm="any", outcome=np.arange(6) * 1.5)
    assert rows.y.tolist() == [0, 1.5, 3, 4.5, 6, 7.5]
    assert len(set(rows.customer)) == 4
    assert rows.customer[0] == rows.customer[1]


def test_without_a_test_nothing_is_known_of_a_change():
    message = (
        "What a contact changes is told by a test: the frame must say which rows were treated. "
        "Read it with `FeatureFrame.from_table(…, treatment=…, control=…)`."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        arm_rows(replace(FRAME, treatment=None, control=None))


def test_arms_that_nobody_stands_for_are_no_test():
    message = "The arms that are compared have no contact: all weights are 0."
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        arm_rows(replace(FRAME, weight=pd.Series([0.0, 0, 1, 0, 0, 1])), arm="mail")
