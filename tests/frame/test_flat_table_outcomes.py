"""Outcomes, moments and campaigns of a flat table."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame, RidgePropensity
from workbench.errors import DataError, SchemaError
from workbench.frame.flat_table import binary_outcome


def exactly(message):
    return f"^{re.escape(message)}$"


def contacts(**columns):
    table = pd.DataFrame(
        {
            "household": [11, 12, 13, 14],
            "month": ["2024-02", "2024-01", "2024-02", "2024-01"],
            "sent": ["2024-02-03", "2024-01-03", "2024-02-03", "2024-01-04"],
            "job": ["cook", None, "smith", "cook"],
            "bought": ["yes", "no", "no", "yes"],
        }
    )
    return table.assign(**columns)


# --- the outcome


@pytest.mark.parametrize(
    ("values", "positive", "outcome"),
    [
        ([1, 0, 1], None, [1, 0, 1]),
        ([1.0, np.nan, 0.0], None, [1, np.nan, 0]),
        ([True, False, True], None, [1, 0, 1]),
        (["Yes", " no", None], None, [1, 0, np.nan]),
        (["nein", "ja", "JA"], None, [0, 1, 1]),
        (pd.Categorical(["no", "yes", "no"]), None, [0, 1, 0]),
        (pd.array([1, None, 0], dtype="Int64"), None, [1, np.nan, 0]),
        (["bought", "left", "left"], "left", [0, 1, 1]),
        (["1", "2", None], 2, [0, 1, np.nan]),
        ([1.0, 2.0, np.nan], 2, [0, 1, np.nan]),
        ([1.0, 2.0, np.nan], "2.0", [0, 1, np.nan]),
        ([1, 0, 0], 0, [0, 1, 1]),
        (pd.Categorical(["a", "b", None]), "a", [1, 0, np.nan]),
        (["no", "no", "no"], None, [0, 0, 0]),
        ([None, None, None], None, [np.nan, np.nan, np.nan]),
    ],
)
def test_two_values_become_zero_and_one(values, positive, outcome):
    column = pd.Series(values, name="bought")
    np.testing.assert_array_equal(binary_outcome(column, positive=positive), outcome)


def test_a_target_of_three_values():
    message = (
        "The target 'job' must have two values; got 3: ['cook', 'none', 'smith']. Name the "
        "positive one, and the others count as negative: `positive='cook'`, for example. Or choose "
        "another column."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(contacts(job=["cook", "none", "smith", "cook"]), target="job")


def test_two_values_of_which_neither_is_plainly_positive():
    message = (
        "The target 'job' must be 0/1, false/true or no/yes; got ['cook', 'smith']. Say which is "
        "the positive one: `positive='cook'` or `positive='smith'`."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(contacts(), target="job")
    assert FeatureFrame.from_table(contacts(), target="job", positive="smith").positives == 1


def test_a_positive_value_that_is_not_there():
    message = (
        "`positive` must be a value of 'bought'; got 'ye', the column has ['no', 'yes']. Did you "
        "mean 'yes'?"
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(contacts(), target="bought", positive="ye")


# --- aggregated rows


@settings(deadline=None, derandomize=True, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=8))
def test_a_cell_is_its_contacts(cells):
    price = np.arange(float(len(cells)))
    won, lost = np.array(cells).T
    table = pd.DataFrame({"price": price, "n": won + lost, "sales": won})
    if won.sum() == 0 or lost.sum() == 0:
        return
    of_cells = FeatureFrame.from_table(table, target="sales", trials="n")
    assert of_cells.positives == won.sum()
    assert of_cells.weights.sum() == (won + lost).sum()
    expanded = pd.DataFrame(
        {
            "price": np.repeat(np.tile(price, 2), np.append(won, lost)),
            "bought": np.repeat([1, 0], [won.sum(), lost.sum()]),
        }
    )
    of_contacts = FeatureFrame.from_table(expanded, target="bought")
    models = [RidgePropensity(0.05).fit(frame) for frame in (of_cells, of_contacts)]
    np.testing.assert_allclose(models[0].coef_, models[1].coef_, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(models[0].intercept_, models[1].intercept_, rtol=1e-7, atol=1e-9)


def test_everything_of_a_cell_goes_with_both_its_rows():
    frame = FeatureFrame.from_table(
        contacts(n=[10, 5, 0, 8], sales=[3, 5, 0, 0]),
        target="sales",
        trials="n",
        campaign="month",
        customer="household",
        drop=["sent", "bought"],
    )
    assert frame.customer.tolist() == [11, 11, 12, 14]  # 13 has no contacts
    assert frame.y.tolist() == [1, 0, 1, 0]
    assert frame.weight.tolist() == [3, 7, 5, 8]
    assert frame.campaign.tolist() == ["2024-02", "2024-02", "2024-01", "2024-01"]


@pytest.mark.parametrize(
    ("sales", "n"),
    [
        ([3, 5, 0, 9], [10, 5, 0, 8]),
        ([3, -1, 0, 0], [10, 5, 0, 8]),
        ([3, np.nan, 0, 0], [10, 5, 0, 8]),
        ([3, 5, 0, 0], [10, 5, 0, np.nan]),
        (["3", "5", "0", "0"], [10, 5, 0, 8]),
    ],
)
def test_more_successes_than_trials(sales, n):
    message = (
        "With `trials`, 'sales' must lie between 0 and 'n' in every row, both numeric and without "
        "gaps. Check which column counts the contacts."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(contacts(sales=sales, n=n), target="sales", trials="n")


# --- moments and campaigns


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (["2024-03-01", "2024-03-02"], "2024-03-01"),
        ([20240301, 20240302], "2024-03-01"),
        ([20240301.0, 20240302.0], "2024-03-01"),
        ([2024, 2025], "2024-01-01"),
        (["05.03.2024", "31.03.2024"], "2024-03-05"),
        (["Mar 2024", "Apr 2024"], "2024-03-01"),
        (["Mar-24", "Apr-24"], "2024-03-01"),
        (["12/03/2024", "13/03/2024"], "2024-03-12"),
        (["03.01.24", "13.01.24"], "2024-01-03"),
        (["2024-03-30T10:00:00+01:00", "2024-04-01T10:00:00+02:00"], "2024-03-30 09:00"),
        (pd.to_datetime(["2024-03-01T10:00+02:00", "2024-03-01T10:00+02:00"]), "2024-03-01 10:00"),
    ],
)
def test_moments_are_read(values, first):
    table = pd.DataFrame({"when": values, "x": [1, 2], "y": [0, 1]})
    frame = FeatureFrame.from_table(table, target="y", time="when")
    assert frame.as_of[0] == pd.Timestamp(first)
    assert frame.matured_at is None


@pytest.mark.parametrize(
    "values",
    [
        [1, 0, 1, 0],
        [202403, 202404, 202405, 202406],
        [2024.5, 2024.0, 2024.0, 2024.0],
        ["soon", "later", "now", "then"],
        [True, False, True, False],
    ],
)
def test_a_time_column_without_dates(values):
    with pytest.raises(SchemaError) as error:
        FeatureFrame.from_table(contacts(sent=values), target="bought", time="sent")
    assert str(error.value).startswith("The time column 'sent' must hold dates; ")
    assert str(error.value).endswith(". Write them as YYYY-MM-DD, or name another column.")


@pytest.mark.parametrize(
    ("values", "doubt"),
    [
        (["05/03/2023", "06/03/2023"], "05/03/2023 may begin with the day or with the month"),
        (["2024-02-28", "2024-02-30"], "2024-02-30 is no day of the calendar"),
        (["2024-03-01", "1.3.2024"], "days are written in several ways"),
        (["2024-03-01T10:00", "2024-03-01T10:00+02:00"], "days are written in several ways"),
    ],
)
def test_moments_that_may_be_read_in_two_ways(values, doubt):
    table = pd.DataFrame({"when": values, "x": [1, 2], "y": [0, 1]})
    message = (
        f"The time column 'when' must have days that can be read in one way; {doubt}. Say "
        "`dates='day-first'` or `dates='month-first'`, or write them as YYYY-MM-DD."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(table, target="y", time="when")


def test_the_order_of_day_and_month_is_what_is_said():
    table = pd.DataFrame({"when": ["05/03/2023", "06/03/2023"], "x": [1, 2], "y": [0, 1]})
    day = FeatureFrame.from_table(table, target="y", time="when", dates="day-first")
    month = FeatureFrame.from_table(table, target="y", time="when", dates="month-first")
    assert day.as_of.dt.day.tolist() == [5, 6]
    assert month.as_of.dt.month.tolist() == [5, 6]


@pytest.mark.parametrize(
    "moments", [[None, "2024-01-03", "2024-02-03", None], [None, 2023.0, 2024.0, None]]
)
def test_missing_moments(moments):
    message = (
        "The time column 'sent' must have a date in every row; 2 are missing. Fill them or drop "
        "those rows."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(contacts(sent=moments), target="bought", time="sent")


def test_missing_campaigns():
    message = (
        "The campaign column 'job' must have a campaign in every row; 1 are missing. Fill them or "
        "drop those rows."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(contacts(), target="bought", campaign="job")


def test_campaigns_given_as_dates_are_labelled_by_their_moments():
    table = contacts(sent=pd.to_datetime(contacts()["sent"]) + pd.Timedelta("10:30:00"))
    frame = FeatureFrame.from_table(table, target="bought", campaign="sent", periods="none")
    assert frame.campaigns == ["2024-01-03 10:30", "2024-01-04 10:30", "2024-02-03 10:30"]
    days = FeatureFrame.from_table(contacts(), target="bought", campaign="sent", periods="none")
    assert days.campaigns == ["2024-01-03", "2024-01-04", "2024-02-03"]
    assert not any(note.startswith("Campaigns have no dates") for note in frame.notes)


def test_campaigns_without_dates_are_said_to_stand_by_appearance():
    frame = FeatureFrame.from_table(
        contacts(wave=["b", "a", "b", "c"]), target="bought", campaign="wave"
    )
    assert frame.campaigns == ["b", "a", "c"]
    said = "Campaigns have no dates: they stand in the order of first appearance, and none is "
    assert any(note.startswith(said) for note in frame.notes)
    assert frame.in_order_of == "file"


def test_the_two_rows_of_a_cell_know_each_other():
    table = pd.DataFrame({"x": range(4), "sent": [5, 0, 7, 3], "sold": [2, 0, 7, 0]})
    frame = FeatureFrame.from_table(table, target="sold", trials="sent")
    assert frame.X["x"].tolist() == [0, 0, 2, 3]
    assert frame.cell.tolist() == [0, 0, 2, 3]
    assert frame.weight.tolist() == [2.0, 3.0, 7.0, 3.0]
