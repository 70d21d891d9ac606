"""Customers who are the same to people, and not to a join."""

import re

import pandas as pd
import pytest

from workbench import CampaignData, Events, Outcome
from workbench.errors import DataError


def campaign_data(contacts, events):
    visits = pd.DataFrame({"id": events, "t": pd.to_datetime(["2024-03-05"] * len(events))})
    return CampaignData(
        pd.DataFrame({"id": contacts, "c": "x"}),
        pd.DataFrame({"c": ["x"], "start": ["2024-03-01"]}),
        events={"ev": Events(visits, time="t")},
        outcome=Outcome("ev", horizon_days=28),
        customer="id",
        campaign="c",
        as_of="start",
        observed_until="2024-06-01",
    )


@pytest.mark.parametrize(
    ("contacts", "events", "example"),
    [
        (["1", "2"], ["001", "002"], "001"),
        (["01", "02"], ["1", "2"], "1"),
        (["a", "b"], ["a ", " b"], " b"),
        (["A7", "B8"], ["a7", "b8"], "a7"),
        (["1", "2"], ["1.0", "2.0"], "1.0"),
    ],
)
def test_ids_spelled_differently_are_a_fault(contacts, events, example):
    expected = (
        "The campaign data have 1 fault; mend all of them, then try again:\n- ev: no customer is "
        "among the contacts letter by letter, and 2 of 2 are but for blanks, capitals or zeros "
        f"before them, such as {example!r}. Spell them alike in both."
    )
    with pytest.raises(DataError, match=f"^{re.escape(expected)}$"):
        campaign_data(contacts, events)


def test_a_part_that_is_spelled_differently_is_a_note():
    assert campaign_data(["1", "2"], ["1", "002"]).notes == (
        (
            "Of ev, 1 customers are among the contacts but for blanks, capitals or zeros before "
            "them, such as '002': they are taken for others."
        ),
    )


def test_a_table_of_nobody_is_a_note():
    assert campaign_data(["1", "2"], ["7"]).notes == ("Of ev, no customer is among the contacts.",)


@pytest.mark.parametrize("ids", [["1", "2"], [1, 2], [2**53, 2**53 + 1], ["0", "00"]])
def test_ids_that_match_say_nothing(ids):
    data = campaign_data(ids, ids[:1])
    assert data.notes == ()
    assert data.contacts.set_index("customer")["outcome"].to_dict() == {ids[0]: 1.0, ids[1]: 0.0}


def test_large_ids_read_as_floating_numbers_are_refused():
    ids = [float(2**53), float(2**53 + 2)]
    expected = "contacts.id: 2 rows have a number so large that floating point takes its neighbours"
    with pytest.raises(DataError, match=re.escape(expected)):
        campaign_data(ids, [2**53, 2**53 + 1])
    with pytest.raises(DataError, match=r"ev\.customer: 1 row has a number so large"):
        campaign_data([2**53, 2**53 + 1], [float(2**53)])
