import re

import numpy as np
import pandas as pd
import pytest

from tests.frame.contacts import parts_given, table
from workbench import FeatureFrame
from workbench.errors import DataError, SchemaError
from workbench.frame.parts import FrameParts


def exactly(message):
    return f"^{re.escape(message)}$"


def parts(**changes):
    return FrameParts(**parts_given(**changes))


@pytest.mark.parametrize("chosen", [[], np.zeros(5, dtype=bool)])
def test_a_frame_keeps_at_least_one_row(chosen):
    message = "A FeatureFrame must keep at least one row; none of 5 is chosen."
    with pytest.raises(DataError, match=exactly(message)):
        parts().rows(chosen)


def test_a_mask_of_another_table():
    message = "A mask must have one value a row; got 3 for 5 rows. Make it from this frame."
    with pytest.raises(DataError, match=exactly(message)):
        parts().rows([True, False, True])


def test_notes_are_added_to_those_there_are():
    made = parts(notes=("One.",)).noting("Two.", "Three.")
    assert made.notes == ("One.", "Two.", "Three.")
    assert made.noting().notes == made.rows([0]).notes == made.notes


@pytest.mark.parametrize("name", ["y", "campaign", "as_of", "customer", "weight"])
def test_a_column_of_another_length(name):
    message = (
        f"`{name}` must have one value a row; got 4 for 5 rows of X. Align them before making the "
        "frame."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        parts(**{name: getattr(parts(), name)[:4]})


def test_a_column_in_another_order():
    message = (
        "`y` must stand in the order of X; its index has the same labels in another order. Write "
        "`y.loc[X.index]`."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        parts(y=parts().y.sort_values())
    # another index altogether says nothing about the order
    assert parts(y=parts().y.set_axis(list("edcba"))).y.tolist()[:3] == [1, 0, 0]


def test_outcomes_other_than_zero_and_one():
    message = (
        "`y` must be 0, 1, or NaN where the outcome is not known yet; got ['2.0', 'inf']. Name the "
        "positive value with `FeatureFrame.from_table(…, positive=…)`."
    )
    with pytest.raises(DataError, match=exactly(message)):
        parts(y=pd.Series([0, 1, 2, np.nan, np.inf]))


@pytest.mark.parametrize("name", ["campaign", "as_of"])
def test_gaps_where_there_must_be_none(name):
    message = (
        f"`{name}` must have a value in every row; 2 of 5 are missing. Fill them or drop those "
        "rows."
    )
    series = getattr(parts(), name).copy()
    series[[1, 3]] = None
    with pytest.raises(DataError, match=exactly(message)):
        parts(**{name: series})


def test_weights_that_weigh_nothing_sensible():
    message = (
        "`weight` must be a finite number from 0 in every row; in 3 it is not. Mend them, or drop "
        "those rows."
    )
    with pytest.raises(DataError, match=exactly(message)):
        parts(weight=pd.Series([-1.0, np.nan, np.inf, 0.0, 1.0]))


def test_a_feature_twice_or_infinite_or_no_row():
    message = (
        "The feature table must have every column once; ['job'] stand more than once. Rename or "
        "drop the others."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        parts(X=table().set_axis(["job", "job"], axis=1))
    message = (
        "Features must be finite; got infinity in 'visits' (1 row). Replace it, or make it "
        "missing: missing values are imputed with a flag."
    )
    with pytest.raises(DataError, match=exactly(message)):
        parts(X=table().replace({"visits": {5.0: np.inf}}))
    message = "The feature table must have at least one row; it is empty."
    with pytest.raises(DataError, match=exactly(message)):
        FrameParts(table()[:0], pd.Series([], dtype="float64"))


@pytest.mark.parametrize(
    ("features", "groups", "wrong"),
    [
        (["visits"], ["rfm"], "['job']"),
        (["visits", "job", "job"], ["rfm", "a", "b"], "['job']"),
        (["visits", "job"], [None, np.nan], "['visits', 'job']"),
    ],
)
def test_a_catalogue_that_does_not_fit(features, groups, wrong):
    message = (
        "The catalogue must have one row, with a group, for every feature; it has none or several "
        f"for {wrong}. Mend those rows."
    )
    with pytest.raises(SchemaError, match=exactly(message)):
        parts(catalogue=pd.DataFrame({"group": groups}, index=features))


def test_what_is_made_of_a_frame_is_a_frame():
    whole = FeatureFrame(**vars(parts()))
    for made in (whole.rows([0]), whole.noting("One."), whole.known()):
        assert type(made) is FeatureFrame
    assert type(parts().rows([0])) is FrameParts


ARMS = pd.Series(["mail", "none", "mail", "none", "mail"])
TOGETHER = (
    "`treatment` and `control` must come together: the arm of each row, and the name of the arm "
    "that was not contacted. `workbench.frame.treatment.arms_of` reads both."
)
AS_TEXT = (
    "`treatment` must hold the name of an arm in each row, as text; got values of type bool. "
    "`workbench.frame.treatment.arms_of` reads them."
)
A_GAP = (
    "`treatment` must have a value in every row; 2 of 5 are missing. Fill them or drop those rows."
)
WITH_ARMS = (
    "`arm_probability` must come with `treatment`, the arm whose chance it is. Give both, or "
    "neither."
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"treatment": ARMS}, TOGETHER),
        ({"control": "none"}, TOGETHER),
        ({"treatment": ARMS == "mail", "control": "False"}, AS_TEXT),
        ({"treatment": ARMS.where(ARMS == "mail"), "control": "none"}, A_GAP),
        ({"arm_probability": pd.Series(0.5, range(5))}, WITH_ARMS),
    ],
)
def test_what_is_said_of_a_test_goes_together(changes, message):
    with pytest.raises(DataError, match=exactly(message)):
        parts(**changes)


def test_rows_keep_their_arms_and_the_control_group_its_name():
    chance = pd.Series([0.5, 0.5, 0.25, 0.5, 1.0])
    made = parts(treatment=ARMS, control="none", arm_probability=chance).rows([4, 2])
    assert made.treatment.tolist() == ["mail", "mail"]
    assert made.arm_probability.tolist() == [1.0, 0.25]
    assert made.control == "none"
