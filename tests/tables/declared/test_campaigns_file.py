import re

import pandas as pd
import pytest

from workbench import Attributes, CampaignData, Events, Outcome
from workbench.errors import DataError
from workbench.files.shipped import data_path
from workbench.tables.declared.campaigns_file import declared_data

CONTACTS = pd.DataFrame({"id": [1, 2, 3, 1, 2], "mail": ["a", "a", "a", "b", "b"]})
CAMPAIGNS = pd.DataFrame(
    {"mail": ["a", "b"], "start": pd.to_datetime(["2024-03-01", "2024-06-01"])}
)
ORDERS = pd.DataFrame(
    {
        "id": [1, 3, 1, 3],
        "at": pd.to_datetime(
            ["2024-03-05", "2024-02-28", "2024-06-20", "2024-07-01 13:00"], format="ISO8601"
        ),
    }
)
SAID = {
    "customer": "id",
    "campaign": "mail",
    "as_of": "start",
    "observed_until": "2024-07-10",
    "contacts": {"table": CONTACTS},
    "campaigns": {"table": CAMPAIGNS},
    "events": {"orders": {"table": ORDERS, "time": "at"}},
    "outcome": {"events": "orders", "horizon_days": 28},
}


def same(one, other):
    pd.testing.assert_frame_equal(one.contacts, other.contacts)
    pd.testing.assert_frame_equal(one.tables(), other.tables())
    pd.testing.assert_frame_equal(
        one.quality(today="2026-01-01"), other.quality(today="2026-01-01")
    )


def test_a_file_gives_what_the_same_words_in_python_give():
    """The sample, declared in TOML and written out in Python."""
    in_python = CampaignData(
        contacts=data_path("contacts.csv"),
        campaigns=data_path("campaigns.csv"),
        events={
            "visits": Events(data_path("visits.csv"), time="visited_at"),
            "opens": Events(data_path("opens.csv"), time="opened_at"),
            "responses": Events(data_path("responses.csv"), time="responded_at"),
        },
        attributes={"customers": Attributes(data_path("customers.csv"), never_changes=True)},
        outcome=Outcome("responses", until="end"),
        customer="customer",
        campaign="campaign",
        as_of="start",
        observed_until="2024-05-13",
    )
    declared = declared_data(data_path("campaigns.toml"))
    same(declared, in_python)
    assert (declared.name, declared.question) == (
        "A made-up shop",
        "Who responds to the next mail?",
    )


def test_a_mapping_does_as_well_as_a_file(tmp_path, monkeypatch):
    CONTACTS.to_csv(tmp_path / "contacts.csv", index=False)
    CAMPAIGNS.to_csv(tmp_path / "campaigns.csv", index=False)
    ORDERS.to_csv(tmp_path / "orders.csv", index=False)
    (tmp_path / "campaigns.toml").write_text(
        """
        customer = "id"
        campaign = "mail"
        as_of = "start"
        observed_until = 2024-07-10
        contacts.file = "contacts.csv"
        campaigns.file = "campaigns.csv"
        events.orders = { file = "orders.csv", time = "at" }
        outcome = { events = "orders", horizon_days = 28 }
        """
    )
    monkeypatch.chdir("/")
    of_file = declared_data(tmp_path / "campaigns.toml")
    same(of_file, declared_data(SAID))
    assert of_file.contacts["outcome"].tolist() == [1, 0, 0, 1, 0]
    assert (of_file.name, of_file.question, of_file.features) == ("campaigns", "", ())


def test_the_last_event_may_end_the_observation():
    found = declared_data(SAID | {"observed_until": "last-event"})
    assert found.observed_until == pd.Timestamp("2024-07-02")
    same(found, declared_data(SAID | {"observed_until": "2024-07-02"}))


def test_the_last_event_is_found_in_a_parquet_file_too(tmp_path):
    ORDERS.to_parquet(tmp_path / "orders.parquet")
    events = {"orders": {"file": str(tmp_path / "orders.parquet"), "time": "at"}}
    found = declared_data(SAID | {"observed_until": "last-event", "events": events})
    assert found.observed_until == pd.Timestamp("2024-07-02")


@pytest.mark.parametrize(
    ("last", "message"),
    [
        (
            "2199-01-01",
            (
                '`observed_until` is "last-event", but the last event lies in the future, on '
                "2199-01-01. Mend that date, or write `observed_until` as a date."
            ),
        ),
        (None, "[events.orders]: 'at' holds no date at all."),
    ],
)
def test_a_last_event_that_cannot_be_is_told(last, message):
    at = pd.to_datetime([last]) if last else pd.Series([None], dtype="datetime64[us]")
    events = {"orders": {"table": pd.DataFrame({"id": [1], "at": at}), "time": "at"}}
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        declared_data(SAID | {"observed_until": "last-event", "events": events})


def test_without_events_there_is_no_last_one():
    said = SAID | {"observed_until": "last-event", "events": {}}
    said.pop("outcome")
    with pytest.raises(DataError, match="and there are no events"):
        declared_data(said)


def test_contacts_with_dates_of_their_own_need_no_table_of_campaigns():
    dated = CONTACTS.merge(CAMPAIGNS)
    said = {name: each for name, each in SAID.items() if name != "campaigns"}
    found = declared_data(said | {"contacts": {"table": dated}})
    assert found.campaigns["campaign"].tolist() == ["a", "b"]
    expected = declared_data(SAID).contacts
    pd.testing.assert_frame_equal(found.contacts[expected.columns], expected)


def test_early_contacts_are_left_out_where_that_is_said():
    found = declared_data(SAID | {"history_days": 28})
    assert found.contacts["campaign"].unique().tolist() == ["b"]
    assert found.notes[-1] == (
        "3 contacts of 1 campaign are left out: fewer than 28 days of events were recorded before "
        "them."
    )


def test_faults_of_the_tables_are_told_together():
    said = SAID | {"events": {"orders": {"table": ORDERS, "time": "when"}}, "as_of": "began"}
    with pytest.raises(DataError, match="2 faults") as told:
        declared_data(said)
    assert "campaigns: there is no column 'began'" in str(told.value)
    assert "orders: there is no column 'when'" in str(told.value)


def test_features_are_kept_as_they_were_declared():
    features = [{"builder": "rfm", "events": "orders"}]
    assert declared_data(SAID | {"features": features}).features == tuple(features)


def test_a_last_event_that_stands_alone_is_told():
    """One mistyped year would make every outcome known, and most of them negative."""
    at = pd.to_datetime([*pd.date_range("2024-01-01", periods=9, freq="7D"), "2025-12-31"])
    events = {"orders": {"table": pd.DataFrame({"id": 1, "at": at}), "time": "at"}}
    with pytest.raises(DataError, match="on 2025-12-31, stands alone, 674 days after the one"):
        declared_data(SAID | {"observed_until": "last-event", "events": events})


def test_dates_that_are_text_in_parquet_are_read_as_dates(tmp_path):
    days = ["05.01.2024", "31.01.2024", "15.03.2024", "09.04.2024"]
    pd.DataFrame({"id": 1, "at": days}).to_parquet(tmp_path / "o.parquet")
    events = {"orders": {"file": str(tmp_path / "o.parquet"), "time": "at"}}
    found = declared_data(SAID | {"observed_until": "last-event", "events": events})
    assert found.observed_until == pd.Timestamp("2024-04-10")  # as text, the 31st would be last


def test_a_table_that_ends_long_before_the_last_campaign_is_told():
    """Their features would know nothing of the months between, and nobody would see it."""
    at = pd.date_range("2024-01-01", periods=20, freq="2D")
    events = {"orders": {"table": pd.DataFrame({"id": 1, "at": at}), "time": "at"}}
    found = declared_data(SAID | {"events": events})
    assert found.notes == (
        (
            "Of orders, the last event is of 2024-02-08, 114 days before the last contacts were "
            "chosen, on 2024-06-01: is the table whole?"
        ),
    )
    assert declared_data(SAID).notes == ()


def test_the_events_of_a_column_do_not_take_the_place_of_a_table():
    flagged = CONTACTS.assign(orders=[1, 0, 0, 1, 0])
    said = SAID | {"contacts": {"table": flagged}}
    said["outcome"] = {"column": "orders", "horizon_days": 28}
    with pytest.raises(DataError, match="the column 'orders' of the contacts becomes a table of"):
        declared_data(said)


def test_the_arms_of_a_test_are_declared(tmp_path):
    arms = CONTACTS.assign(arm=["m", "none", "m", "none", "m"], p=0.5)
    said = SAID | {"contacts": {"table": arms}}
    told = {"column": "arm", "control": "none", "probability": "p"}
    data = declared_data(said | {"treatment": told})
    assert (data.treatment, data.control, data.arm_probability) == ("arm", "none", "p")
    assert data.contacts["arm"].tolist() == arms["arm"].tolist()
    assert declared_data(said).treatment is None
