import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError, ParameterError
from workbench.frame.treatment import (
    NOT_ASSIGNED,
    arms_of,
    check_arm_probability,
    column_of,
    treated_arm,
)


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize(
    ("values", "arms", "control"),
    [
        ([1, 0, 1], ["1", "0", "1"], "0"),
        ([1.0, 0.0, 1.0], ["1", "0", "1"], "0"),
        ([True, False], ["True", "False"], "False"),
        (["Ja", "Nein"], ["Ja", "Nein"], "Nein"),
        (["mail", "Control", "app"], ["mail", "Control", "app"], "Control"),
        (["mail", "hold_out"], ["mail", "hold_out"], "hold_out"),
        (["Mens E-Mail", "No E-Mail"], ["Mens E-Mail", "No E-Mail"], "No E-Mail"),
        ([" mail", "not contacted "], ["mail", "not contacted"], "not contacted"),
    ],
)
def test_the_control_group_by_its_name(values, arms, control):
    read, found = arms_of(pd.Series(values))
    assert (read.tolist(), found) == (arms, control)
    assert read.index.tolist() == list(range(len(values)))


@pytest.mark.parametrize(
    ("values", "said", "control"),
    [
        (["a", "b"], "b", "b"),
        (["Mail", "No E-Mail"], "no e-mail ", "No E-Mail"),
        ([5.0, 10.0], 5, "5"),
        ([5, 10], "10", "10"),
        (["control", "other"], "other", "other"),
        (["mail", "None"], "None", "None"),
    ],
)
def test_the_control_group_as_said(values, said, control):
    assert arms_of(pd.Series(values), control=said)[1] == control


def test_categories_are_read_as_their_values_and_unused_ones_are_no_arms():
    column = pd.Series(["a", "holdout", "a"], dtype="category").cat.add_categories(["control"])
    read, control = arms_of(column)
    assert (read.tolist(), control) == (["a", "holdout", "a"], "holdout")
    assert pd.api.types.is_string_dtype(read)


@pytest.mark.parametrize("gap", [None, np.nan, "", "  "])
def test_a_row_without_an_arm(gap):
    message = (
        "The treatment column 'arm' must have an arm in every row; 1 of 3 are missing. Write the "
        "arm of those rows, or drop them: a gap does not say whether they were contacted."
    )
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(pd.Series(["mail", gap, "control"], name="arm"))


def test_two_readings_of_an_arm():
    message = (
        "The arms of 'arm' must be told apart by more than spaces, capitals and type; got 'Mail' "
        "and 'mail '. Write both alike if they are one arm, or give one of them another name."
    )
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(pd.Series(["Mail", "mail ", "control"], name="arm"))


def test_a_word_that_may_mean_nothing():
    message = (
        "Each arm of 'arm' must be a name; 'NA' may also mean that nothing is known. If it is the "
        "control group, say `control='NA'`; else write another name, or drop those rows."
    )
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(pd.Series(["mail", "control", "NA"], name="arm"))


@pytest.mark.parametrize("known", [["a", "b"], ["control", "holdout"], ["yes", "no", "maybe"]])
def test_an_open_control_group(known):
    known = sorted(known)
    message = (
        f"It must be plain which arm of 'arm' is the control group; there are {known}. Say which "
        f"one was not contacted: `control={known[0]!r}`, for example."
    )
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(pd.Series(known, name="arm"))


def test_one_arm_has_no_control_group():
    message = (
        "The treatment column 'arm' must have a control group; every row is in the arm 'mail'. Add "
        "the contacts that were not treated."
    )
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(pd.Series(["mail", "mail"], name="arm"))
    assert arms_of(pd.Series(["mail", "mail"]), control="mail")[1] == "mail"


def test_a_control_group_that_is_no_arm():
    message = (
        "`control` must be an arm of 'arm'; got 'contrl', there are ['control', 'mail']. Did you "
        "mean 'control'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        arms_of(pd.Series(["control", "mail"], name="arm"), control="contrl")


def test_more_arms_than_a_test_has():
    message = (
        "The treatment column 'id' must have a value an arm, 20 at most; it has 21 values: ['0', "
        "'1', '10', '11', '12', … 16 more]. Name the column of arms."
    )
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(pd.Series(range(21), name="id"))
    assert arms_of(pd.Series(range(20)), control=0)[1] == "0"


@pytest.mark.parametrize("wrong", [0.0, -0.1, 1.1, np.nan, np.inf, "half", pd.NA])
def test_chances_that_are_none(wrong):
    message = (
        "`arm_probability` must be above 0 and at most 1, the chance that the row had of the arm "
        "that it got; in 1 of 2 rows it is not. Mend those rows, or drop them."
    )
    with pytest.raises(DataError, match=exactly(message)):
        check_arm_probability(pd.Series([1.0, wrong]))
    check_arm_probability(pd.Series([1.0, 1e-9]))
    check_arm_probability(None)


def test_contacts_to_be_scored_may_have_no_arm_yet():
    column = pd.Series(["mail", "control", None, " "], name="arm")
    open_rows = pd.Series([False, False, True, True])
    arms, control = arms_of(column, without_outcome=open_rows)
    assert arms.tolist() == ["mail", "control", NOT_ASSIGNED, NOT_ASSIGNED]
    assert control == "control"
    with pytest.raises(DataError, match="; 1 of 4 are missing"):
        arms_of(column, without_outcome=pd.Series([True, True, True, False]))


@pytest.mark.parametrize("name", ["control", "is_holdout", "Kontrollgruppe"])
def test_a_flag_of_the_control_group_is_not_taken_for_one_of_the_treated(name):
    message = (
        f"It must be plain which arm of {name!r} is the control group; there are ['0', '1']. Say "
        "which one was not contacted: `control='0'`, for example."
    )
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(pd.Series([0, 1], name=name))
    assert arms_of(pd.Series([0, 1], name=name), control=1)[1] == "1"


@pytest.mark.parametrize(
    "values", [["a", "b"], ("a", "b"), np.array(["a", "b"]), pd.Index(["a", "b"])]
)
def test_what_can_be_a_column(values):
    assert column_of(values, "arms").tolist() == ["a", "b"]
    column = pd.Series(["a"], index=[7])
    assert column_of(column, "arms") is column


@pytest.mark.parametrize(
    ("values", "kind"),
    [("arm", "str"), (None, "NoneType"), (pd.DataFrame({"a": [1]}), "DataFrame"), ({1: 2}, "dict")],
)
def test_what_can_be_no_column(values, kind):
    message = (
        f"`arms` must be a column with one value a row; got a {kind}. Give a Series in the order "
        "of the frame's rows."
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        column_of(values, "arms")


def test_lists_are_neither_arms_nor_chances():
    message = (
        "The treatment column 'arm' must hold texts, numbers or flags; got lists or records. Name "
        "the column of arms."
    )
    lists = pd.Series([["a"], ["b"]], name="arm")
    with pytest.raises(DataError, match=exactly(message)):
        arms_of(lists)
    with pytest.raises(DataError, match="in 2 of 2 rows it is not"):
        check_arm_probability(lists)


THREE = pd.Series(["mail", "none", "app", NOT_ASSIGNED])


@pytest.mark.parametrize(
    ("arm", "message"),
    [
        (
            None,
            (
                "`arm` must say which arm is compared with 'none', as there are 2: ['app', "
                "'mail']. Name one, or give \"any\" for all of them as one."
            ),
        ),
        (
            "mial",
            (
                "`arm` must be a treated arm of the frame, or 'any'; got 'mial', there are ['app', "
                "'mail']. Did you mean 'mail'?"
            ),
        ),
    ],
)
def test_which_arm_is_meant_is_never_guessed(arm, message):
    with pytest.raises(ParameterError, match=exactly(message)):
        treated_arm(THREE, "none", arm)


def test_the_arm_that_is_meant():
    assert treated_arm(THREE, "none", "app") == "app"
    assert treated_arm(THREE, "none", "any") == "any"
    assert treated_arm(THREE[[0, 1, 3]], "none", None) == "mail"
    message = (
        "A test must have treated contacts beside the control group 'none'; there are none. Load "
        "the rows that were contacted, too."
    )
    with pytest.raises(DataError, match=exactly(message)):
        treated_arm(THREE[[1, 3]], "none", None)
