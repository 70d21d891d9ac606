import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.evidence import hold_out
from workbench.frame.periods import period_labels

QUICK = settings(derandomize=True, deadline=None, max_examples=40)


def exactly(message):
    return f"^{re.escape(message)}$"


def table_of(moments, seed=0, rate=0.4):
    rng = np.random.default_rng(seed)
    moments = pd.Series(moments)
    return pd.DataFrame(
        {
            "sent": moments,
            "x": rng.normal(size=len(moments)).round(2),
            "bought": (rng.random(len(moments)) < rate).astype(int),
        }
    ).sample(frac=1, random_state=seed)


def days(count, step=1.0, start="2024-01-01"):
    return pd.Timestamp(start) + pd.to_timedelta(np.arange(count) * step * 24, unit="h")


# --- names of periods


@QUICK
@given(
    st.lists(
        st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2090-01-01")),
        min_size=2,
        max_size=20,
    ),
    st.sampled_from(["hour", "day", "week", "month", "quarter", "year"]),
)
def test_names_sort_as_moments_do_and_are_read_back(moments, length):
    moments = pd.Series(pd.to_datetime(moments)).sort_values(ignore_index=True)
    names = period_labels(moments, length)
    assert names.is_monotonic_increasing
    frequency = {"hour": "h", "day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
    same = moments.dt.to_period(frequency[length])
    assert (pd.factorize(names)[0] == pd.factorize(same)[0]).all()
    X = pd.DataFrame({"x": np.arange(len(names))})
    frame = FeatureFrame(X, X["x"] * 0.0, campaign=names)
    assert frame.campaigns == sorted(set(names))
    assert frame.in_order_of == "time"


# --- time without campaigns


@pytest.mark.parametrize(
    ("count", "step", "length", "campaigns"),
    [
        (240, 1, "month", 8),
        (240, 0.25, "week", 9),  # two months: 59 days
        (200, 1 / 24 / 2, "day", 5),
        (180, 5, "quarter", 10),
        (40, 60, "year", 7),
    ],
)
def test_periods_are_so_long_that_they_can_be_judged(count, step, length, campaigns):
    table = table_of(days(count, step))
    frame = FeatureFrame.from_table(table, target="bought", time="sent")
    names = frame.campaigns
    assert len(names) == campaigns
    expected = period_labels(table["sent"], length)
    assert frame.campaign.tolist() == expected.tolist()
    assert (
        f"No campaign column is named: the {length}s of 'sent' are the campaigns, {campaigns} of "
        f"them, from {names[0]} to {names[-1]}. The option `periods` (--periods) chooses others, "
        "or none."
    ) in frame.notes
    split = hold_out(frame)
    assert split.kind == "out of time"
    assert split.later
    assert split.train.as_of.max() < split.test.as_of.min()


def test_the_order_of_rows_does_not_decide():
    table = table_of(days(240))
    one, other = (
        FeatureFrame.from_table(t, target="bought", time="sent")
        for t in (table, table.sample(frac=1, random_state=9))
    )
    assert one.campaigns == other.campaigns
    assert one.notes == other.notes


def test_a_length_can_be_asked_for_and_periods_refused():
    table = table_of(days(240))
    weekly = FeatureFrame.from_table(table, target="bought", time="sent", periods="week")
    assert weekly.campaigns[0] == "2024-W01"
    alone = FeatureFrame.from_table(table, target="bought", time="sent", periods="none")
    assert alone.campaigns == []
    assert alone.notes[-1] == (
        "The moments in 'sent' make no campaigns, as `periods` is 'none': they decide what was "
        "known when, and contacts are dealt at random."
    )
    assert hold_out(alone).kind == "random hold-out"


def test_one_moment_makes_no_campaigns():
    table = table_of([pd.Timestamp("2024-01-01")] * 60)
    frame = FeatureFrame.from_table(table, target="bought", time="sent")
    assert frame.campaigns == []
    assert frame.notes[-1] == (
        "All moments in 'sent' lie in one hour, which makes no campaigns: contacts are dealt at "
        "random."
    )


def test_few_contacts_are_said_to_be_too_few():
    frame = FeatureFrame.from_table(table_of(days(12, 30)), target="bought", time="sent")
    said = hold_out(frame).sentence()
    assert re.search(r"The test has \d+ responses? among \d+ contacts?: too few to judge by", said)


def test_cells_count_their_contacts():
    table = table_of(days(8, 30)).drop(columns="bought").assign(sold=8, sent_to=20)
    frame = FeatureFrame.from_table(table, target="sold", trials="sent_to", time="sent")
    assert frame.campaigns == sorted(period_labels(table["sent"], "month").unique())


def test_open_contacts_are_in_a_period_too():
    table = table_of(days(240)).astype({"bought": float})
    table.loc[table["sent"] >= "2024-08-01", "bought"] = np.nan
    frame = FeatureFrame.from_table(table, target="bought", time="sent")
    assert frame.campaigns[-1] == "2024-08"
    assert hold_out(frame).test.campaigns == ["2024-06", "2024-07"]


# --- campaigns that are too small


def test_days_of_one_contact_become_months():
    table = table_of(days(120)).assign(sent=lambda t: t["sent"].dt.strftime("%Y-%m-%d"))
    frame = FeatureFrame.from_table(table, target="bought", campaign="sent")
    assert frame.campaigns == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert frame.notes[-1] == (
        "The campaigns in 'sent' are put together to months, as most are too small to be judged "
        "one by one: 4 campaigns of 120. The option `periods` (--periods) chooses others; 'none' "
        "keeps them as they are."
    )
    kept = FeatureFrame.from_table(table, target="bought", campaign="sent", periods="none")
    assert len(kept.campaigns) == 120
    assert not any("put together" in note for note in kept.notes)


def test_days_of_many_contacts_stay_days():
    table = table_of(np.repeat(days(6), 40))
    frame = FeatureFrame.from_table(table, target="bought", campaign="sent")
    assert frame.campaigns == [f"2024-01-0{k}" for k in range(1, 7)]


def test_hours_of_one_day_are_not_folded_into_it():
    table = table_of(np.repeat(days(6, 1 / 24), 40))
    frame = FeatureFrame.from_table(table, target="bought", campaign="sent")
    hours = [f"2024-01-01 0{k}:00" for k in range(1, 6)]
    assert frame.campaigns == ["2024-01-01", *hours]  # each named by itself: midnight is a day
    small = FeatureFrame.from_table(table_of(days(20, 1 / 24)), target="bought", campaign="sent")
    assert len(small.campaigns) == 20, "there is nothing longer that tells two apart"


def test_weeks_in_words_become_months_and_asked_for_quarters():
    weeks = [f"W{d.week:02d} 2024" for d in days(26, 7)]
    table = (
        table_of(np.repeat(days(26, 7), 4))
        .assign(week=lambda t: t["sent"].map(dict(zip(days(26, 7), weeks, strict=True))))
        .drop(columns="sent")
    )
    monthly = FeatureFrame.from_table(table, target="bought", campaign="week")
    assert monthly.campaigns == [f"2024-0{k}" for k in range(1, 7)]
    quarterly = FeatureFrame.from_table(table, target="bought", campaign="week", periods="quarter")
    assert quarterly.campaigns == ["2024-Q1", "2024-Q2"]
    assert quarterly.notes[-1].startswith(
        "The campaigns in 'week' are put together to quarters: 2 campaigns of 26."
    )


def test_months_stay_months_however_small():
    table = table_of(days(12, 30)).assign(sent=lambda t: t["sent"].dt.strftime("%b %Y"))
    frame = FeatureFrame.from_table(table, target="bought", campaign="sent")
    assert len(frame.campaigns) == table["sent"].nunique()


def test_ordered_categories_that_are_months_become_quarters_when_asked_for():
    months = pd.Categorical(days(240).strftime("%Y-%m"), ordered=True)
    table = table_of(days(240)).assign(month=months[np.arange(240)])
    frame = FeatureFrame.from_table(
        table.drop(columns="sent"), target="bought", campaign="month", periods="quarter"
    )
    assert list(frame.campaigns) == ["2024-Q1", "2024-Q2", "2024-Q3"]


# --- faults


def test_campaigns_without_dates_cannot_be_put_together():
    table = table_of(days(4)).assign(wave=["a", "b", "c", "d"])
    message = (
        "`periods` puts campaigns with dates together; those in 'wave' are not all dates, such as "
        "'a'. Leave `periods` out, or leave `campaign` out and name the column of time."
    )
    with pytest.raises(DataError, match=exactly(message)):
        FeatureFrame.from_table(table, target="bought", campaign="wave", periods="month")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"periods": "weekly"},
            (
                "`periods` must be one of ['auto', 'none', 'hour', 'day', 'week', 'month', "
                "'quarter', "
                "'year']; got 'weekly'. Did you mean 'week'?"
            ),
        ),
        (
            {"periods": "week"},
            (
                "`periods='week'` needs moments, or campaigns with dates; name the column of "
                "either, "
                "`time` or `campaign`."
            ),
        ),
        (
            {"order": "first-seen"},
            (
                "`order` says in which order campaigns stand that have no moments of their own; no "
                "`campaign` is named. Leave `order` out."
            ),
        ),
        (
            {"order": "first-seen", "campaign": "x", "time": "sent"},
            (
                "`order` says in which order campaigns stand that have no moments of their own; "
                "`time` tells it already. Leave `order` out."
            ),
        ),
        (
            {"order": "first-seen", "campaign": "sent", "periods": "month"},
            (
                "`periods='month'` puts campaigns together by their dates, and `order` says that "
                "their order is another. Leave one of them out."
            ),
        ),
    ],
)
def test_what_does_not_go_together(given, message):
    table = table_of(days(40)).assign(z=1.5)
    with pytest.raises(ParameterError, match=exactly(message)):
        FeatureFrame.from_table(table, target="bought", **given)


# --- campaigns whose days can be read in two ways

LATEST = (
    "The campaign column 'sent' must have days that can be read in one way, as they say which "
    "campaigns are the latest; "
)
SAY = " Say `dates='day-first'` or `dates='month-first'`, or write them as YYYY-MM-DD."

BOTH = (
    "'13/03/2023' begins with the day, and '04/15/2023' with the month. Write them as YYYY-MM-DD."
)


def mailings(*labels, each=20):
    table = table_of(days(each * len(labels)))
    return table.assign(sent=np.repeat(labels, each))


@pytest.mark.parametrize(
    ("labels", "doubt"),
    [
        (
            ("05/03/2023", "04/05/2023"),
            f"'04/05/2023' may begin with the day or with the month.{SAY}",
        ),
        (("13/03/2023", "04/15/2023"), BOTH),
    ],
)
def test_days_that_say_two_orders_are_refused(labels, doubt):
    with pytest.raises(DataError, match=exactly(LATEST + doubt)):
        FeatureFrame.from_table(mailings(*labels), target="bought", campaign="sent")


def test_what_is_said_of_days_decides_the_order():
    table = mailings("05/03/2023", "04/05/2023")
    for dates, last in (("day-first", "2023-05-04"), ("month-first", "2023-05-03")):
        frame = FeatureFrame.from_table(table, target="bought", campaign="sent", dates=dates)
        assert (frame.campaigns[-1], frame.in_order_of) == (last, "time")
    for order, last in (("first-seen", "04/05/2023"), ("month-first", "05/03/2023")):
        frame = FeatureFrame.from_table(table, target="bought", campaign="sent", order=order)
        assert frame.campaigns[-1] == last
    known = FeatureFrame.from_table(
        table.assign(at=days(40)), target="bought", campaign="sent", time="at"
    )
    assert known.campaigns == ["05/03/2023", "04/05/2023"]


def test_days_of_one_order_are_refused_only_where_they_are_put_together():
    labels = ("01/02/2024", "02/02/2024", "01/02/2025")  # two or three months, one order
    frame = FeatureFrame.from_table(mailings(*labels), target="bought", campaign="sent")
    assert frame.campaigns == list(labels)
    doubt = f"'01/02/2024' may begin with the day or with the month.{SAY}"
    roles = {"target": "bought", "campaign": "sent", "periods": "month"}
    with pytest.raises(DataError, match=exactly(LATEST + doubt)):
        FeatureFrame.from_table(mailings(*labels), **roles)
    said = FeatureFrame.from_table(mailings(*labels), dates="day-first", **roles)
    assert said.campaigns == ["2024-02", "2025-02"]
    said = FeatureFrame.from_table(mailings(*labels), dates="month-first", **roles)
    assert said.campaigns == ["2024-01-02", "2024-02-02", "2025-01-02"]


def test_days_that_come_alone_are_no_order():
    frame = FeatureFrame.from_table(mailings("05/03/2023"), target="bought", campaign="sent")
    assert frame.campaigns == ["05/03/2023"]


def test_what_is_said_of_dates_holds_beside_an_odd_label():
    labels = ["03/04/2024", "05/06/2024", "07/01/2024", "09/02/2024", "02/08/2024", "teaser"]
    table = table_of(days(60)).drop(columns="sent").assign(wave=labels * 10)
    roles = {"target": "bought", "campaign": "wave", "periods": "none"}
    with pytest.raises(DataError, match="may begin with the day or with the month"):
        FeatureFrame.from_table(table, **roles)
    for dates, last in (("day-first", "02/08/2024"), ("month-first", "09/02/2024")):
        frame = FeatureFrame.from_table(table, dates=dates, **roles)
        assert (frame.campaigns[0], frame.campaigns[-1]) == ("teaser", last)
