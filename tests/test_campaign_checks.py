import pandas as pd
import pytest

from workbench._campaign_checks import Faults, check_range, moments
from workbench.errors import DataError


def test_moments_of_one_zone_are_moved_to_utc():
    faults = Faults()
    column = pd.Series(["2024-03-01T00:00+01:00", "2024-03-01T00:00:00.000001+01:00", None])
    read = moments(column, "t.at", faults)
    assert read.tolist()[:2] == [
        pd.Timestamp("2024-02-29 23:00"),
        pd.Timestamp("2024-02-29 23:00:00.000001"),
    ]
    assert read.isna().tolist() == [False, False, True]
    assert faults.zones == {"t.at": True}
    faults.raise_if_any()


def test_offsets_of_one_column_may_differ_as_long_as_all_have_one():
    faults = Faults()
    column = pd.Series(["2024-03-01T00:00+01:00", "2024-07-01T00:00+02:00"])
    assert moments(column, "t.at", faults).tolist() == [
        pd.Timestamp("2024-02-29 23:00"),
        pd.Timestamp("2024-06-30 22:00"),
    ]
    faults.raise_if_any()


@pytest.mark.parametrize(
    ("value", "fine"),
    [("1899-12-31", False), ("1900-01-01", True), ("2199-12-31", True), ("2200-01-01", False)],
)
def test_the_range_of_possible_moments(value, fine):
    faults = Faults()
    check_range((pd.Timestamp(value), None), "t.at", faults)
    assert (faults.lines == []) == fine


def test_no_fault_raises_nothing_and_two_are_counted():
    faults = Faults()
    faults.raise_if_any()
    faults.add("one")
    faults.add("two")
    with pytest.raises(DataError) as raised:
        faults.raise_if_any()
    assert str(raised.value) == (
        "The campaign data have 2 faults; mend all of them, then try again:\n- one\n- two"
    )
