import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.tables.label_dates import MONTHS, Dated, readings

QUICK = settings(derandomize=True, deadline=None, max_examples=80)
days = st.dates(pd.Timestamp("1990-01-01").date(), pd.Timestamp("2098-12-31").date())

SPELLINGS = {
    "month": "%Y-%m %Y-%-m %Y/%m %Y.%m %Y%m %m/%Y %-m/%Y %m.%Y %YM%m|%b_%Y %B_%Y %b-%Y %Y_%b "
    "%b%Y %b._%Y %B,_%Y",
    "day": "%Y-%m-%d %Y/%-m/%-d %Y%m%d %d.%m.%Y %-d.%-m.%Y|%d_%b_%Y %d-%b-%Y %B_%-d,_%Y "
    "%Y-%b-%d %-d._%B_%Y %b_%d_%Y",
}


@pytest.mark.parametrize(
    ("unit", "form"),
    [
        (unit, form.replace("_", " "))
        for unit, forms in SPELLINGS.items()
        for form in forms.replace("|", " ").split(" ")
        if form
    ],
)
@QUICK
@given(day=days)
def test_what_a_calendar_writes_is_read_back(unit, form, day):
    start = pd.Timestamp(day.replace(day=1) if unit == "month" else day)
    assert readings(start.strftime(form)) == {"plain": Dated(start, unit)}


@QUICK
@given(days)
def test_weeks_and_quarters_are_read_back(day):
    year, week, _ = day.isocalendar()
    monday = Dated(pd.Timestamp.fromisocalendar(year, week, 1), "week")
    for text in (
        f"{year}-W{week:02d}",
        f"W{week:02d} {year}",
        f"{year}W{week}",
        f"KW {week}/{year}",
    ):
        assert readings(text) == {"plain": monday}
    quarter, year = (day.month + 2) // 3, day.year
    first = Dated(pd.Timestamp(year, 3 * quarter - 2, 1), "quarter")
    for text in (
        f"{year}Q{quarter}",
        f"Q{quarter} {year}",
        f"{year}-Q{quarter}",
        f"{quarter}Q{year}",
    ):
        assert readings(text) == {"plain": first}


@QUICK
@given(days)
def test_day_and_month_with_slashes_have_two_readings_where_both_are_dates(day):
    text = f"{day.day}/{day.month}/{day.year}"
    found = readings(text)
    assert found["day-first"].start == pd.Timestamp(day)
    assert ("month-first" in found) == (day.day <= 12)


@pytest.mark.parametrize(
    ("label", "start", "unit"),
    [
        ("2024-02-01T00:00:00Z", "2024-02-01", "day"),
        ("2025-07-01 07:00:00", "2025-07-01 07:00", "hour"),
        ("2025-07-01T07:00+02:00", "2025-07-01 05:00", "hour"),
        ("H2 2024", "2024-07-01", "half-year"),
        ("Januar 2024", "2024-01-01", "month"),
        ("MÄRZ 2024", "2024-03-01", "month"),
        ("février 2024", "2024-02-01", "month"),
        ("Dic. 2024", "2024-12-01", "month"),
        ("2024", "2024-01-01", "year"),
    ],
)
def test_other_spellings(label, start, unit):
    assert readings(label) == {"plain": Dated(pd.Timestamp(start), unit)}


@pytest.mark.parametrize("label", ["Jan-24", "jan 24", "Jan'24", "01/24"])
def test_years_of_two_digits_are_told_apart(label):
    assert readings(label) == {"short year": Dated(pd.Timestamp("2024-01-01"), "month")}


@pytest.mark.parametrize(
    "label",
    [
        "Spring",
        "",
        "20243",  # a number
        "1850-01",
        "2024-13",
        "2024-02-30",
        "2025-W54",
        "99/99/2024",
        "2024-01-01 25:00:00",
        "Campaign 2",
        "12",
        "24-01",
        "v2024.1.2.3",
    ],
)
def test_what_is_no_date_is_not_read(label):
    assert readings(label) == {}


def test_a_month_without_a_year_is_of_any():
    assert readings("June") == {"of any year": Dated(pd.Timestamp("1904-06-01"), "month")}


def test_every_month_has_words_and_no_word_two_months():
    assert set(MONTHS.values()) == set(range(1, 13))
    by_calendar = {
        pd.Timestamp(2024, k, 1).strftime(f).lower(): k
        for k in MONTHS.values()
        for f in ("%b", "%B")
    }
    assert by_calendar.items() <= MONTHS.items()
