import pytest

from workbench.reading.control_words import control_among, is_of_control, names_control


@pytest.mark.parametrize(
    ("arm", "whether"),
    [
        ("CONTROL", True),
        ("control_group", True),
        ("ohne Brief", True),
        ("No E-Mail", True),
        ("novel", False),
        ("notice", False),
        ("0", False),
        ("none", False),  # it may mean that nothing is known
    ],
)
def test_names_of_control_groups(arm, whether):
    assert names_control(arm) is whether


@pytest.mark.parametrize(
    ("name", "whether"),
    [("control", True), ("isHoldout", True), ("treated", False), ("arm", False)],
)
def test_columns_called_after_the_control_group(name, whether):
    assert is_of_control(name) is whether


@pytest.mark.parametrize(
    ("name", "levels", "control"),
    [
        ("segment", ["Mens E-Mail", "No E-Mail", "Womens E-Mail"], "No E-Mail"),
        ("test_group", ["A", "B", "holdout"], "holdout"),
        ("treated", ["1", "0"], "0"),
        ("Behandlung", ["ja", "nein"], "nein"),
        ("segment", ["gold", "silver"], None),
        ("region", ["north", "control"], None),  # no name of a column of arms
        ("arm", ["control", "holdout"], None),  # which of the two?
        ("arm", ["control"], None),
        ("arm", ["control", *"abcde"], None),
        ("group", ["0", "1"], None),  # of what?
        ("control", ["0", "1"], None),  # is 1 in it, or treated?
        ("treated", ["0", "maybe"], None),
    ],
)
def test_the_control_group_of_a_column_that_looks_like_arms(name, levels, control):
    assert control_among(name, levels) == control
