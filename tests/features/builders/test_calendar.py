import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.features import FeatureSet, calendar
from workbench.features.builders.calendar import easter


def at(make_shop, *moments, **settings):
    campaigns = pd.DataFrame(
        {
            "campaign": [f"c{number}" for number in range(len(moments))],
            "as_of": pd.to_datetime(list(moments), format="ISO8601").astype("datetime64[us]"),
        }
    )
    campaigns["ends"] = campaigns["as_of"] + pd.Timedelta(days=7)
    contacts = pd.DataFrame({"customer": "ann", "campaign": campaigns["campaign"]})
    orders = pd.DataFrame({"customer": ["ann"], "ordered": campaigns["as_of"].head(1)})
    data = make_shop(campaigns=campaigns, contacts=contacts, orders=orders)
    return FeatureSet(calendar(**settings)).build(data).X


def test_cycles_worked_by_hand(make_shop):
    X = at(make_shop, "2024-01-01 10:00", "2024-07-01", harmonics=2, holidays=[])
    # the first moment is the first day of the year and of the month, and a Monday
    first = X.loc[0]
    assert first[["calendar_year_1_sin", "calendar_year_2_sin", "calendar_month_sin"]].eq(0).all()
    assert first[["calendar_year_1_cos", "calendar_year_2_cos", "calendar_month_cos"]].eq(1).all()
    assert first["calendar_week_sin"] == pytest.approx(np.sin(2 * np.pi / 7))
    # 1 July is day 183 of 2024
    assert X.loc[1, "calendar_year_2_cos"] == pytest.approx(np.cos(4 * np.pi * 182 / 365.25))


def test_holidays_worked_by_hand(make_shop):
    X = at(
        make_shop,
        "2017-12-25 18:00",
        "2017-12-26",
        "2018-03-31",
        "2017-11-20",
        holidays=["christmas", "new_year", "easter", "black_friday"],
    )
    assert X["calendar_christmas_next_days"].tolist() == [0, 60, 60, 35]
    assert X["calendar_new_year_next_days"].tolist() == [7, 6, 60, 42]
    assert X["calendar_easter_next_days"].tolist() == [60, 60, 1, 60]  # 1 April 2018
    assert X["calendar_black_friday_next_days"].tolist() == [60, 60, 60, 4]  # 24 November 2017


def test_the_next_holiday_may_be_in_the_year_after_the_last_decision(make_shop):
    X = at(make_shop, "2017-12-26", holidays=["new_year"])
    assert X["calendar_new_year_next_days"].tolist() == [6]


def test_easter_against_published_dates():
    published = {1961: (4, 2), 2000: (4, 23), 2008: (3, 23), 2011: (4, 24), 2025: (4, 20)}
    assert {year: (easter(year).month, easter(year).day) for year in published} == published


def test_easter_is_a_sunday_between_its_limits():
    for year in range(1900, 2200):
        assert easter(year).weekday() == 6
        assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_unknown_holiday():
    wanted = (
        "`holidays` must be one of ['new_year', 'valentines_day', 'halloween', 'christmas', "
        "'easter', 'black_friday']; got 'xmas'."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        calendar(holidays=["xmas"])


def test_harmonics_that_cannot_be():
    wanted = "`harmonics` must be a whole number from 0 to 6; got 7."
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        calendar(harmonics=7)


def test_pay_days_worked_by_hand(make_shop):
    moments = ["2024-01-15 23:00", "2024-01-16", "2024-01-31", "2024-02-16", "2023-02-28"]
    X = at(make_shop, *moments, pay_days=[15, 31])
    # the 31st is the 29th in February 2024, and the 28th in 2023
    assert X["calendar_payday_next_days"].tolist() == [0, 15, 0, 13, 0]
    X = at(make_shop, "2024-01-31", "2023-12-26", "2024-01-30", pay_days=[30])
    assert X["calendar_payday_next_days"].tolist() == [29, 4, 0]  # 29 February, 30 December


def test_names_are_categories(make_shop):
    frame_of = at(make_shop, "2024-01-01 10:00", "2024-07-02", names=["month", "weekday"])
    assert frame_of["calendar_month"].tolist() == ["January", "July"]
    assert frame_of["calendar_weekday"].tolist() == ["Monday", "Tuesday"]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (
            {"pay_days": (0,)},
            (
                "`pay_days` must be days of the month from 1 to 31; got 0. "
                "31 is the end of every month."
            ),
        ),
        (
            {"names": ["wekday"]},
            "`names` must be one of ['month', 'weekday']; got 'wekday'. Did you mean 'weekday'?",
        ),
    ],
)
def test_pay_days_and_names_that_cannot_be(settings, wanted):
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        calendar(**settings)
