"""A contact is meant by its customer and campaign or by its row; whatever else is refused."""

from dataclasses import replace

import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import ParameterError
from workbench.language import speaking
from workbench.widgets.explained.one_contact import facts_of, row_of


def chosen(frame, *, customer=None, campaign=None, row=None):
    return row_of(frame, customer=customer, campaign=campaign, row=row)


def test_a_customer_in_a_campaign_is_one_row(shop):
    for campaign, first in (("May", 0), ("June", 300)):
        at = chosen(shop, customer="secret-7", campaign=campaign)
        assert at == first + 7
        assert shop.customer[at], shop.campaign[at] == ("secret-7", campaign)
    assert chosen(shop, row=599) == 599


def test_keys_are_found_as_they_are_written():
    table = pd.DataFrame({"who": [17, 18], "month": [5, 6], "x": [1, 2], "bought": [0, 1]})
    frame = FeatureFrame.from_table(table, target="bought", customer="who", campaign="month")
    assert chosen(frame, customer="18") == chosen(frame, customer=18, campaign="6") == 1
    assert facts_of(frame, 1) == ["customer 18", "campaign 6", "responded"]


@pytest.mark.parametrize("tag", ["en", "de"])
def test_numbers_that_are_kept_as_floats_are_labels(tag):
    table = pd.DataFrame({"who": [775114.0, 1.5], "x": [1, 2], "bought": [0, 1]})
    frame = FeatureFrame.from_table(table, target="bought", customer="who")
    frame = replace(frame, customer=frame.customer.astype("float64"))
    with speaking(tag):
        said = [facts_of(frame, row)[0].split()[1] for row in (0, 1)]
    assert said == ["775114", "1.5"]


def test_the_rows_of_a_cell_are_one_contact_to_explain():
    table = pd.DataFrame({"ad": ["a", "b"], "price": [1.0, 2.0], "sent": [9, 9], "sold": [3, 4]})
    frame = FeatureFrame.from_table(table, target="sold", trials="sent", customer="ad")
    at = chosen(frame, customer="b")
    assert frame.X["price"][at] == 2.0
    assert facts_of(frame, at) == ["customer b"], "some of the cell responded, some did not"


def test_facts_of_a_row_without_a_customer():
    table = pd.DataFrame({"day": ["2024-03-01", "2024-04-01"], "x": [1, 2], "bought": [0, None]})
    frame = FeatureFrame.from_table(table, target="bought", time="day", periods="none")
    assert facts_of(frame, 1) == ["row 1", "decided on 2024-04-01", "outcome not known yet"]


@pytest.mark.parametrize(
    ("meant", "message"),
    [
        ({}, "It must be said which contact to explain; nothing was. Give `customer`, and"),
        ({"campaign": "May"}, "It must be said which contact to explain"),
        ({"row": 3, "customer": "secret-1"}, "by its `row`; got both. Leave one out."),
        ({"row": 600}, "`row` must be a whole number from 0 to 599, a row of the frame; got 600."),
        ({"row": -1}, "got -1"),
        ({"row": True}, "got True"),
        ({"row": 1.0}, r"got 1\.0"),
        ({"customer": "nobody"}, "The frame has no customer 'nobody', among 300 customers."),
        ({"customer": "secret-3"}, r"has 2 contacts; give `campaign`, one of \['May', 'June'\]\."),
        ({"customer": "secret-3", "campaign": "July"}, r"in campaign 'July'; it has some in \['M"),
    ],
)
def test_what_means_no_contact_or_several_is_refused(shop, meant, message):
    with pytest.raises(ParameterError, match=message):
        chosen(shop, **meant)


def test_frames_without_customers_or_campaigns_say_so():
    table = pd.DataFrame({"who": ["a", "a"], "x": [1, 2], "bought": [0, 1]})
    plain = FeatureFrame.from_table(table, target="bought", drop=["who"])
    with pytest.raises(ParameterError, match="names no customers, so that 'a' is nobody in it"):
        chosen(plain, customer="a")
    named = FeatureFrame.from_table(table, target="bought", customer="who")
    with pytest.raises(ParameterError, match=r"2 contacts there; give `row` instead, one of \[0,"):
        chosen(named, customer="a")
    with pytest.raises(ParameterError, match="The frame has no campaigns"):
        chosen(named, customer="a", campaign="May")
