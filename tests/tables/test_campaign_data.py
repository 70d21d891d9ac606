import re

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import Attributes, CampaignData, Events, Offers, Outcome, Query
from workbench.errors import DataError, ParameterError

CONTACTS = pd.DataFrame(
    {"id": [1, 2, 3, 1, 2], "mail": ["spring", "spring", "spring", "summer", "summer"]}
)
CAMPAIGNS = pd.DataFrame(
    {
        "mail": ["spring", "summer"],
        "start": ["2024-03-01", "2024-06-01"],
        "stop": ["2024-03-29", "2024-06-29"],
    }
)
ORDERS = pd.DataFrame(
    {
        "id": [1, 2, 3, 1, 9],
        "at": pd.to_datetime(
            [
                "2024-03-01 00:00:00",
                "2024-03-29 00:00:00",
                "2024-02-28",
                "2024-06-28 23:59",
                "2024-03-05",
            ],
            format="ISO8601",
        ),
        "value": [10.0, 20.0, 30.0, 40.0, 50.0],
    }
)


def made(**changes):
    settings = {
        "contacts": CONTACTS,
        "campaigns": CAMPAIGNS,
        "events": {"orders": Events(ORDERS, time="at")},
        "outcome": Outcome("orders", until="stop"),
        "customer": "id",
        "campaign": "mail",
        "as_of": "start",
        "observed_until": "2024-07-01",
    }
    return CampaignData(**(settings | changes))


# --- outcomes, by hand


def test_the_window_is_half_open():
    """An order at `as_of` counts; one at the first moment after the window does not."""
    assert made().contacts["outcome"].tolist() == [1.0, 0.0, 0.0, 1.0, 0.0]


def test_a_horizon_in_days_gives_the_same_window():
    by_days = made(outcome=Outcome("orders", horizon_days=28))
    pd.testing.assert_frame_equal(by_days.contacts, made().contacts[list(by_days.contacts)])


def test_to_the_microsecond():
    almost = ORDERS.assign(at=ORDERS["at"] - pd.Timedelta(microseconds=1))
    contacts = made(events={"orders": Events(almost, time="at")}).contacts
    assert contacts["outcome"].tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]


def test_a_window_that_was_not_observed_to_its_end_has_no_outcome_yet():
    contacts = made(observed_until="2024-06-28").contacts
    assert contacts["outcome"].isna().tolist() == [False] * 3 + [True] * 2  # one ordered already
    assert len(contacts) == 5


def test_an_event_of_another_campaign_is_no_response_to_this_one():
    named = ORDERS.assign(mail=["spring", "spring", "spring", "spring", "spring"])
    contacts = made(events={"orders": Events(named, time="at")}).contacts
    assert contacts["outcome"].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_without_an_outcome_everything_is_to_be_scored():
    assert made(outcome=None).contacts["outcome"].isna().all()


def test_contacts_keep_their_rows_and_may_bring_their_own_moment():
    own = CONTACTS.assign(start=pd.date_range("2024-03-01", periods=5, freq="D"))[::-1]
    campaigns = CAMPAIGNS.drop(columns="start")
    data = made(contacts=own, campaigns=campaigns, outcome=Outcome("orders", horizon_days=5))
    assert data.contacts["customer"].tolist() == own["id"].tolist()
    assert data.contacts["as_of"].tolist() == own["start"].tolist()
    assert data.contacts["contact"].tolist() == [0, 1, 2, 3, 4]


HOURS = st.integers(0, 9 * 24)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    pairs=st.sets(st.tuples(st.integers(1, 3), st.sampled_from("ab")), min_size=1),
    starts=st.tuples(HOURS, HOURS),
    events=st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ab"), HOURS), min_size=1),
    days=st.integers(1, 4),
    end=HOURS,
    own=st.booleans(),
)
def test_outcomes_against_a_loop_over_generated_tables(pairs, starts, events, days, end, own):
    def at(hours):
        return pd.Timestamp("2024-03-01") + pd.Timedelta(hours=hours)

    start_of = dict(zip("ab", starts, strict=True))
    contacts = pd.DataFrame(sorted(pairs), columns=["id", "mail"])
    table = pd.DataFrame(events, columns=["id", "mail", "hour"])
    table = table.assign(at=table.pop("hour").map(at))
    data = CampaignData(
        contacts,
        pd.DataFrame({"mail": sorted({mail for _, mail in pairs})}).assign(
            start=lambda campaigns: campaigns["mail"].map(start_of).map(at)
        ),
        events={"orders": Events(table if own else table.drop(columns="mail"), time="at")},
        outcome=Outcome("orders", horizon_days=days),
        customer="id",
        campaign="mail",
        as_of="start",
        observed_until=at(end),
    )
    for row in data.contacts.itertuples():
        begin = start_of[row.campaign]
        hits = [
            hour
            for customer, mail, hour in events
            if customer == row.customer and (mail == row.campaign or not own)
        ]
        if begin + 24 * days > end:
            assert np.isnan(row.outcome)
        else:
            assert row.outcome == any(begin <= hour < begin + 24 * days for hour in hits)


# --- what builders see


def test_tables_have_fixed_key_names():
    data = made(
        attributes={
            "people": Attributes(pd.DataFrame({"id": [1], "age": [40]}), never_changes=True)
        },
        offers={"coupons": Offers(pd.DataFrame({"mail": ["spring"], "item": ["tea"]}))},
    )
    connection = data.connect()
    columns = {
        name: [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
        for name in ("contacts", "campaigns", "orders", "people", "coupons")
    }
    assert columns["contacts"][:5] == ["contact", "customer", "campaign", "as_of", "matured_at"]
    assert columns["campaigns"][0] == "campaign"
    assert columns["orders"] == ["customer", "time", "value"]
    assert columns["people"] == ["customer", "age"]
    assert columns["coupons"] == ["campaign", "item"]


@pytest.mark.parametrize("kind", ["polars", "arrow", "parquet", "query", "own_query", "csv"])
def test_every_kind_of_event_table_gives_the_same(kind, tmp_path):
    ORDERS.to_parquet(tmp_path / "orders.parquet")
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    connection = duckdb.connect()
    connection.register("sold", ORDERS)
    table = {
        "polars": lambda: pl.from_pandas(ORDERS),
        "arrow": lambda: pl.from_pandas(ORDERS).to_arrow(),
        "parquet": lambda: tmp_path / "orders.parquet",
        "query": lambda: Query(f"SELECT * FROM '{tmp_path}/orders.parquet'"),
        "own_query": lambda: Query("SELECT * FROM sold", connection),
        "csv": lambda: tmp_path / "orders.csv",
    }[kind]()
    data = made(events={"orders": Events(table, time="at")})
    pd.testing.assert_frame_equal(data.contacts, made().contacts)
    rows = data.connect().execute("SELECT * FROM orders ORDER BY ALL").fetchall()
    assert rows == made().connect().execute("SELECT * FROM orders ORDER BY ALL").fetchall()


def test_zones_become_utc():
    berlin = ORDERS.assign(at=ORDERS["at"].dt.tz_localize("Europe/Berlin"))
    zoned = CAMPAIGNS.assign(
        start=pd.to_datetime(CAMPAIGNS["start"]).dt.tz_localize("UTC"),
        stop=pd.to_datetime(CAMPAIGNS["stop"]).dt.tz_localize("UTC"),
    )
    data = made(campaigns=zoned, events={"orders": Events(berlin, time="at")})
    # midnight in Berlin is an hour before midnight in UTC: outside the first window, in its end
    assert data.contacts["outcome"].tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]


def test_history_that_is_too_short_is_left_out_and_said():
    shorter = made().with_history(days=30)
    assert shorter.contacts["campaign"].unique().tolist() == ["summer"]
    assert shorter.contacts["contact"].tolist() == [0, 1]
    note = (
        "3 contacts of 1 campaign are left out: fewer than 30 days of events were recorded before "
        "them."
    )
    assert shorter.notes == (note,)
    assert len(made().contacts) == 5
    # what is left out still happened: the history of the others knows it
    connection = shorter.connect()
    assert connection.execute("SELECT count(*) FROM all_contacts").fetchone() == (5,)
    assert connection.execute("SELECT count(*) FROM contacts").fetchone() == (2,)
    message = (
        "No contact has 400 days of events before it; they begin on 2024-02-28. Ask for less "
        "history."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        made().with_history(days=400)


def test_tables_and_quality_say_what_is_there():
    twice = pd.concat([ORDERS, ORDERS.tail(1).assign(value=np.nan), ORDERS.head(1)])
    data = made(events={"orders": Events(twice, time="at")})
    assert data.tables().loc["orders", ["holds", "rows"]].tolist() == ["events", 7]
    assert data.tables().loc["orders", "first"] == pd.Timestamp("2024-02-28")
    quality = data.quality().loc["orders"]
    assert quality[["rows", "duplicate_rows", "unknown_customers"]].tolist() == [7, 1, 1]
    assert quality["missing_share"] == pytest.approx(1 / 21)
    assert repr(data) == (
        "CampaignData: 5 contacts of 3 customers in 2 campaigns; outcome known for 5, 2 positive"
    )
    assert "<table" in data._repr_html_()


def test_quality_counts_what_cannot_be_right():
    orders = ORDERS.assign(
        seen=ORDERS["at"] + pd.to_timedelta([0, 1, 1, -1, 1], unit="h"), note=[None] * 4 + ["x"]
    )
    people = pd.DataFrame(
        {"id": [1, 2, 7], "from": ["2020-01-01"] * 3, "to": ["2019-01-01", "2020-01-01", None]}
    )
    data = made(
        events={"orders": Events(orders, time="at", arrived="seen")},
        attributes={"people": Attributes(people, valid_from="from", valid_until="to")},
        offers={"coupons": Offers(pd.DataFrame({"mail": ["spring", "spring"], "item": "tea"}))},
        observed_until="2024-03-29",
    )
    table = data.quality(today="2024-06-01")
    assert table["rows"].tolist() == [5, 3, 2]
    assert table["duplicate_rows"].tolist() == [0, 0, 1]
    assert table["missing_share"].tolist() == pytest.approx([4 / 25, 1 / 9, 0])
    assert table["unknown_customers"].tolist() == [1, 1, 0]
    assert table["after_observed"].tolist() == [2, 0, 0]  # one of them at that very moment
    assert table["in_future"].tolist() == [1, 0, 0]
    assert table["remark"].tolist() == [
        "1 in the future: check the dates; 1 arrived before happening; mostly missing: ['note']",
        "2 with an end before the beginning, never valid",
        "1 repeated: check that none is counted twice",
    ]
    assert data.notes == (
        (
            "Of orders, 2 events lie at or after 2024-03-29, the end of observation; no known "
            "outcome counts them."
        ),
    )
    assert data.quality(today="2024-07-01")["in_future"].tolist() == [0, 0, 0]
    assert data.quality()["in_future"].tolist() == [0, 0, 0]  # the clock says later than 2024


# --- faults


def faults(**changes):
    with pytest.raises(DataError) as raised:
        made(**changes)
    return str(raised.value)


def one(line):
    return f"The campaign data have 1 fault; mend all of them, then try again:\n- {line}"


def test_a_missing_column_is_named_and_the_closest_offered():
    assert faults(customer="idd", contacts=CONTACTS, events={}, outcome=None) == one(
        "contacts: there is no column 'idd'; it has ['id', 'mail']. Did you mean 'id'?"
    )
    assert faults(events={"orders": Events(ORDERS, time="att")}) == one(
        "orders: there is no column 'att'; it has ['id', 'at', 'value']. Did you mean 'at'?"
    )
    assert faults(as_of="begin") == one(
        "campaigns: there is no column 'begin'; it has ['mail', 'start', 'stop']."
    )


def test_duplicate_contacts():
    assert faults(contacts=pd.concat([CONTACTS, CONTACTS.head(2)])) == one(
        "contacts: 2 stand more than once, such as customer 1 in campaign 'spring'; keep one row a "
        "customer and campaign."
    )


def test_events_without_customer():
    nobody = ORDERS.assign(id=[None, 2, None, 1, 9])
    assert faults(events={"orders": Events(nobody, time="at")}) == one(
        "orders: 2 rows have no customer; every row needs one."
    )


def test_dotted_dates_are_read_day_first():
    dotted = CAMPAIGNS.assign(start=["1.3.2024", "01.06.2024"])
    assert made(campaigns=dotted).contacts["as_of"].tolist() == made().contacts["as_of"].tolist()


@pytest.mark.parametrize("bad", ["2024-02-30", "30.02.2024", "3/4/2024", "soon"])
def test_impossible_dates(bad):
    when = ORDERS.assign(at=[*ORDERS["at"].astype("str")[:4], bad])
    assert faults(events={"orders": Events(when, time="at")}) == one(
        f"orders.at: 1 row has no possible date, such as {bad!r}; write dates as YYYY-MM-DD."
    )


def test_dates_beyond_all_campaigns():
    when = ORDERS.assign(
        at=pd.to_datetime(["1023-03-01", *ORDERS["at"][1:].astype("str")], format="mixed")
    )
    assert faults(events={"orders": Events(when, time="at")}) == one(
        "orders.at: 1023-03-01 is no possible date; moments must lie between 1900 and 2200."
    )


def test_events_without_a_moment():
    when = ORDERS.assign(at=ORDERS["at"].where(ORDERS["id"] != 9))
    assert faults(events={"orders": Events(when, time="at")}) == one(
        "orders.at: 1 of 5 rows have no date; every event needs one."
    )


def test_zones_that_do_not_agree_between_tables():
    zoned = ORDERS.assign(at=ORDERS["at"].dt.tz_localize("UTC"))
    assert faults(events={"orders": Events(zoned, time="at")}) == one(
        "Moments must all have a time zone, or none: ['orders.at'] have one, ['campaigns.start', "
        "'campaigns.stop'] have none; convert them to one zone first."
    )


def test_zones_that_do_not_agree_within_a_column():
    mixed = ORDERS.assign(at=["2024-03-01 00:00+01:00"] + ["2024-03-02 00:00"] * 4)
    assert faults(events={"orders": Events(mixed, time="at")}) == one(
        "orders.at: 1 moments have a time zone and 4 have none, such as '2024-03-01 00:00+01:00' "
        "and '2024-03-02 00:00'; convert them to one zone first."
    )


def test_campaigns_without_contacts_and_contacts_of_no_campaign():
    assert faults(contacts=CONTACTS.head(3)) == one(
        "campaigns: ['summer'] have no contacts; drop them, or add their contacts."
    )
    assert faults(
        contacts=pd.concat([CONTACTS, pd.DataFrame({"id": [4], "mail": ["fall"]})])
    ) == one("contacts: campaigns 'fall' (1 row) are not in the table of campaigns.")


def test_a_window_that_ends_before_it_begins():
    assert faults(campaigns=CAMPAIGNS.assign(stop="2024-01-01")) == one(
        "contacts: 5 have an outcome window that ends before it begins; `until` must name the "
        "first moment after the window."
    )


def test_empty_tables():
    assert faults(events={"orders": Events(ORDERS.head(0), time="at")}) == one(
        "orders: the table is empty; it must have at least one row."
    )
    assert faults(contacts=CONTACTS.head(0)) == one(
        "contacts: the table is empty; it must have at least one row."
    )


def test_every_fault_is_in_one_error():
    message = faults(
        contacts=pd.concat([CONTACTS.head(3), CONTACTS.head(1)]),
        events={
            "orders": Events(ORDERS.assign(id=None), time="at"),
            "visits": Events(ORDERS, time="when"),
        },
    )
    twice = (
        "- contacts: 1 stand more than once, such as customer 1 in campaign 'spring'; keep one row "
        "a customer and campaign."
    )
    assert message.splitlines() == [
        "The campaign data have 4 faults; mend all of them, then try again:",
        twice,
        "- campaigns: ['summer'] have no contacts; drop them, or add their contacts.",
        "- orders: 5 rows have no customer; every row needs one.",
        "- visits: there is no column 'when'; it has ['id', 'at', 'value'].",
    ]


def test_an_outcome_of_an_unknown_table():
    message = (
        "`outcome` must name an event table; got 'order', there are ['orders']. Did you mean "
        "'orders'?"
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        made(outcome=Outcome("order", horizon_days=3))


def test_names_of_tables_are_their_own():
    message = "Every table must have a name of its own; ['contacts'] is taken. Rename it."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        made(events={"contacts": Events(ORDERS, time="at")}, outcome=None)


def test_the_moment_up_to_which_events_were_observed():
    assert faults(observed_until=None) == one(
        "observed_until: there is no date; it must be a moment, such as '2024-06-01'."
    )
    assert faults(observed_until="2024-02-30") == one(
        "observed_until: 1 row has no possible date, such as '2024-02-30'; write dates as "
        "YYYY-MM-DD."
    )
    zoned = made(observed_until=pd.Timestamp("2024-07-01 02:00", tz="Europe/Berlin"))
    assert zoned.observed_until == pd.Timestamp("2024-07-01")


def test_customers_that_are_text_here_and_numbers_there():
    text = ORDERS.assign(id=ORDERS["id"].map("{:03d}".format))
    assert faults(events={"orders": Events(text, time="at")}) == one(
        "orders: each customer is given as text, in contacts as numbers; nothing would match. Give "
        "them the same type in both."
    )
    numbered = ORDERS.assign(mail=1)
    assert faults(events={"orders": Events(numbered, time="at")}) == one(
        "orders: each campaign is given as numbers, in contacts as text; nothing would match. Give "
        "them the same type in both."
    )


def test_customers_with_gaps_elsewhere_are_still_the_same_numbers():
    floats = ORDERS.assign(id=ORDERS["id"].astype("float64"))
    data = made(events={"orders": Events(floats, time="at")})
    assert data.contacts["outcome"].tolist() == made().contacts["outcome"].tolist()


def test_categories_are_taken_for_their_values():
    contacts = CONTACTS.assign(mail=CONTACTS["mail"].astype("category"))
    campaigns = CAMPAIGNS.assign(mail=CAMPAIGNS["mail"].astype("category"))
    data = made(contacts=contacts, campaigns=campaigns)
    pd.testing.assert_frame_equal(data.contacts, made().contacts)


def test_columns_that_would_be_taken_for_keys_are_left_out_and_said():
    contacts = CONTACTS.assign(contact="by post", outcome=1, Customer="x", channel="post")
    data = made(contacts=contacts, campaigns=CAMPAIGNS.assign(as_of="2020-01-01"))
    assert data.notes == (
        (
            "Of contacts, columns ['contact', 'outcome', 'Customer'] are left out: key columns "
            "take these names. Rename them to keep them."
        ),
        (
            "Of campaigns, columns ['as_of'] are left out: key columns take these names. Rename "
            "them to keep them."
        ),
    )
    assert data.contacts["channel"].tolist() == ["post"] * 5
    assert data.contacts["outcome"].tolist() == made().contacts["outcome"].tolist()


def test_history_of_data_without_events():
    message = (
        "`with_history` needs a table of events; these data have none. Give one in `events`, or "
        "leave this step out."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        made(events={}, outcome=None).with_history(days=1)


def test_names_of_tables_differ_by_more_than_capitals():
    message = "Every table must have a name of its own; ['Orders', 'orders'] is taken. Rename it."
    table = Events(ORDERS, time="at")
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        made(events={"Orders": table, "orders": table})


def test_moments_are_kept_to_the_microsecond_whatever_they_came_in():
    finer = CAMPAIGNS.assign(
        start=pd.to_datetime(CAMPAIGNS["start"]).astype("datetime64[ns]"),
        stop=pd.to_datetime(CAMPAIGNS["stop"]).astype("datetime64[s]"),
    )
    contacts = made(campaigns=finer).contacts
    assert contacts[["as_of", "matured_at"]].dtypes.astype("str").tolist() == ["datetime64[us]"] * 2
    assert contacts["outcome"].tolist() == made().contacts["outcome"].tolist()


def test_a_campaign_without_a_moment():
    assert faults(campaigns=CAMPAIGNS.assign(start=["2024-03-01", None])) == one(
        "campaigns.start: 1 row has no date; every row needs one."
    )


def test_campaigns_that_stand_twice_and_contacts_without_keys():
    assert faults(campaigns=pd.concat([CAMPAIGNS, CAMPAIGNS.head(1)])) == one(
        "campaigns: ['spring'] stand more than once; keep one row each."
    )
    nobody = CONTACTS.assign(id=[1, 2, None, 1, 2])
    assert faults(contacts=nobody) == one("contacts: 1 row has no 'id'; every row needs one.")


def test_a_column_that_stands_twice():
    twice = ORDERS.set_axis(["id", "at", "at"], axis=1)
    assert faults(events={"orders": Events(twice, time="at")}) == one(
        "orders: columns ['at'] stand more than once; rename the others."
    )


def test_a_bare_table_among_the_events():
    message = (
        "`events` must map names to Events; got DataFrame for 'orders'. Write Events(table, …)."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        made(events={"orders": ORDERS})


def test_names_of_tables_may_be_anything():
    data = made(events={'o"r d': Events(ORDERS, time="at")}, outcome=Outcome('o"r d', until="stop"))
    assert data.contacts["outcome"].tolist() == made().contacts["outcome"].tolist()
    assert data.tables().loc['o"r d', "rows"] == 5
    assert data.quality().loc['o"r d', "rows"] == 5
    assert len(data.with_history(days=30).contacts) == 2


def test_campaigns_that_are_numbers_here_and_text_there():
    contacts = CONTACTS.assign(mail=CONTACTS["mail"].map({"spring": 1, "summer": 2}))
    assert faults(contacts=contacts) == one(
        "campaigns: each campaign is given as text, in contacts as numbers; nothing would match. "
        "Give them the same type in both."
    )


@pytest.mark.parametrize("outcome", [None, Outcome("orders", horizon_days=28)])
def test_the_users_own_columns_come_last(outcome):
    contacts = made(contacts=CONTACTS.assign(channel="post"), outcome=outcome).contacts
    fixed = ["contact", "customer", "campaign", "as_of", "matured_at", "outcome"]
    assert list(contacts) == [*fixed, "channel"]
    assert contacts["matured_at"].dtype == "datetime64[us]"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (
            {"treatment": "arm"},
            (
                "contacts: there is no column 'arm', which `treatment` names; it has "
                "['contact', 'customer', 'campaign', 'as_of', 'matured_at']."
            ),
        ),
        (
            {"treatment": "campaign"},
            (
                "contacts: `treatment` must name a column of its own; 'campaign' is one that all "
                "contacts have. Rename yours."
            ),
        ),
        (
            {"control": "none"},
            "`control` says something of a test: name its column of arms, `treatment`.",
        ),
        (
            {"arm_probability": "customer"},
            "`arm_probability` says something of a test: name its column of arms, `treatment`.",
        ),
    ],
)
def test_what_is_said_of_a_test_must_be_there(given, fault):
    with pytest.raises(DataError, match=re.escape(fault)):
        made(**given)


def test_arms_stay_with_the_contacts_that_have_enough_history():
    arms = CONTACTS.assign(arm=["a", "b", "a", "b", "b"])
    data = made(contacts=arms, treatment="arm").with_history(days=60)
    assert data.contacts["campaign"].unique().tolist() == ["summer"]
    assert data.contacts["arm"].tolist() == ["b", "b"]
    assert (data.treatment, data.control) == ("arm", None)
