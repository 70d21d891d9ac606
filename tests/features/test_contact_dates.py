import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError, ParameterError
from workbench.features.contact_dates import contact_dates


def exactly(message):
    return f"^{re.escape(message)}$"


def day(text):
    return pd.Timestamp(text)


def test_months_with_their_notes():
    dates = contact_dates(day("2021-01-01"), day("2022-07-01"), horizon_days=30)
    assert (dates.length, dates.lookbacks_days) == ("month", (28, 91))
    assert (dates.labels[0], dates.labels[-1], len(dates.labels)) == ("2021-05", "2022-06", 14)
    assert dates.notes() == (
        (
            "The table is a log of orders, and contacts are made of it: on the first day of each "
            "month, every customer who had ordered before. Features know the orders before that "
            "day; the target is whether an order follows within 30 days. Each date counts as a "
            "campaign. The option `periods` (--periods) chooses other dates."
        ),
        (
            "The log goes from 2021-01-01 to 2022-06-30: 14 dates, from 2021-05-01 to "
            "2022-06-01. Left out: 2021-02-01 to 2021-04-01 (3 dates), with less than 91 days "
            "before it; 2022-07-01, whose 30 days are not over when the log ends."
        ),
        (
            "Whom to contact now is told by `workbench score` on the whole log: every customer, "
            "on the day after its last order."
        ),
    )


def test_a_short_log_looks_back_less_far_and_then_has_weeks():
    shorter = contact_dates(day("2023-01-03"), day("2023-07-01"), horizon_days=30)
    assert (shorter.length, shorter.lookbacks_days) == ("month", (28,))
    weeks = contact_dates(day("2023-01-03"), day("2023-04-01"), horizon_days=7)
    assert (weeks.length, weeks.lookbacks_days) == ("week", (28,))
    assert {start.day_name() for start in weeks.starts} == {"Monday"}


def test_one_day_is_one():
    dates = contact_dates(day("2023-01-03"), day("2023-04-01"), horizon_days=1, periods="day")
    assert dates.horizon == "1 day"


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.dates(day("2015-01-01").date(), day("2016-01-01").date()),
    st.integers(120, 900),
    st.integers(1, 60),
    st.sampled_from(["auto", "day", "week", "month"]),
)
def test_what_is_kept_has_history_and_a_whole_horizon_and_all_others_are_told(
    first, length, horizon, periods
):
    first = pd.Timestamp(first)
    until = first + pd.Timedelta(days=length)
    try:
        dates = contact_dates(first, until, horizon_days=horizon, periods=periods)
    except DataError:
        return
    assert all(s - first >= pd.Timedelta(days=dates.history_days) for s in dates.starts)
    assert all(s + pd.Timedelta(days=horizon) <= until for s in dates.starts)
    judged = dates.starts[-max(1, len(dates.starts) // 3)]
    assert dates.starts[0] + pd.Timedelta(days=horizon) <= judged
    together = [*dates.early, *dates.starts, *dates.late]
    assert together == sorted(set(together))
    between = {"day": "D", "week": "W-MON", "month": "MS"}[dates.length]
    every = pd.date_range(first + pd.Timedelta(days=1), until, freq=between)
    assert together == list(every)


def test_horizons_that_reach_into_the_next_dates_are_told():
    def said(**given):
        dates = contact_dates(day("2021-01-01"), day("2023-01-01"), **given)
        return [note for note in dates.notes() if note.startswith("Dates lie closer together")]

    (note,) = said(horizon_days=60)
    assert note == (
        "Dates lie closer together than 60 days: an order counts for two of them. A campaign left "
        "out leaves some of its orders in the others, so losses there look better than they "
        "are. Choose dates further apart by `periods` (--periods), or a shorter "
        "horizon; `folds='forward'` judges each date by earlier ones."
    )
    assert said(horizon_days=30) == []  # two days of March in February's
    assert said(horizon_days=32) != []
    assert said(horizon_days=60, periods="quarter") == []


def test_a_log_that_is_too_short_is_refused():
    message = (
        "The log must be long enough for contact dates whose outcomes are known when later ones "
        "begin. Each needs 28 days of orders before it and 30 days after; the log goes from "
        "2023-01-03 to 2023-02-28. Give a longer log, or a shorter horizon."
    )
    with pytest.raises(DataError, match=exactly(message)):
        contact_dates(day("2023-01-03"), day("2023-03-01"), horizon_days=30)


@pytest.mark.parametrize("given", [{"periods": "hour"}, {"horizon_days": 0}, {"horizon_days": "x"}])
def test_settings_that_cannot_be_are_refused(given):
    with pytest.raises(ParameterError):
        contact_dates(day("2021-01-01"), day("2022-07-01"), **{"horizon_days": 30} | given)
