import pandas as pd
import pyarrow as pa
import pytest

from workbench.tables.faults import Faults
from workbench.tables.moments import check_range, moments


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


def test_arrow_backed_moments_keep_their_zone_in_mind():
    faults = Faults()
    column = pd.Series(pd.to_datetime(["2024-03-01 01:00"])).dt.tz_localize("Europe/Berlin")
    arrow = column.astype(pd.ArrowDtype(pa.timestamp("ns", "Europe/Berlin")))
    read = moments(arrow, "t.at", faults)
    assert read.tolist() == [pd.Timestamp("2024-03-01")]
    assert read.dtype == "datetime64[us]"
    assert faults.zones == {"t.at": True}


def test_rows_that_share_a_label_are_read_one_by_one():
    column = pd.Series(["2024-03-01", " ", "2024-03-02"], index=[0, 0, 0])
    faults = Faults()
    read = moments(column, "t.at", faults)
    assert read.isna().tolist() == [False, True, False]  # blank text is a gap
    assert read.index.tolist() == [0, 0, 0]
    assert faults.lines == []


@pytest.mark.parametrize("value", ["290000-01-01 00:00:00", "0044-03-15 (BC) 00:00:00"])
def test_moments_that_no_calendar_of_python_reaches(value):
    faults = Faults()
    check_range((value, value), "t.at", faults)
    assert faults.lines == [
        f"t.at: {value} is no possible date; moments must lie between 1900 and 2200."
    ]
