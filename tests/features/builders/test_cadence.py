import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError, SchemaError
from workbench.features import FeatureSet, cadence
from workbench.tables.campaign_data import CampaignData, Events, Outcome

MICROSECOND_IN_DAYS = 1 / 86_400e6

# One customer, five campaigns; "touching" starts at the moment at which "first" ends.
CAMPAIGNS = pd.DataFrame(
    [
        ("first", "2024-01-01", "2024-01-31", "post"),
        ("long", "2024-01-11", "2024-06-01", "mail"),
        ("touching", "2024-01-31", "2024-02-10", "post"),
        ("together", "2024-01-31", "2024-02-10", "mail"),
        ("last", "2024-02-20", "2024-03-01", "post"),
    ],
    columns=["campaign", "as_of", "ends", "type"],
).astype({"as_of": "datetime64[us]", "ends": "datetime64[us]"})
CONTACTS = pd.DataFrame({"customer": "ann", "campaign": CAMPAIGNS["campaign"]})
ORDERS = pd.DataFrame(
    [
        ("ann", "first", "2024-01-05"),
        ("ann", "first", "2024-01-06"),  # a second response to the same campaign
        ("ann", "long", "2024-01-20"),  # its campaign runs on until June
        ("ann", "touching", "2024-02-20"),  # too late: the window is over
    ],
    columns=["customer", "campaign", "ordered"],
).astype({"ordered": "datetime64[us]"})


@pytest.fixture
def diary(make_shop):
    def make(**changes):
        tables = {"campaigns": CAMPAIGNS, "contacts": CONTACTS, "orders": ORDERS, **changes}
        return make_shop(**tables)

    return make


def test_contacts_worked_by_hand(built, diary):
    table = built(cadence(lookbacks_days=(20, 28)), diary()).loc["ann"]
    columns = {
        "contacts_20d_count": [0, 1, 1, 1, 2],  # touching: 11 January is the 20th day before
        "contacts_28d_count": [0, 1, 1, 1, 2],
        "contacts_count": [0, 1, 2, 2, 4],  # together does not count touching, nor the reverse
        "contacts_running_count": [0, 1, 1, 1, 1],  # first is over when touching starts
        "contacts_recency_days": [np.nan, 10, 20, 20, 20],
    }
    order = ["first", "long", "touching", "together", "last"]
    for name, wanted in columns.items():
        np.testing.assert_array_equal(table.loc[order, name], wanted, err_msg=name)


def test_gap_variance_is_over_distinct_moments(built, diary):
    table = built(cadence(), diary()).loc["ann"]
    # before last: 1, 11 and 31 January (twice): gaps of 10 and 20 days
    assert table.loc["last", "contacts_gap_variance"] == np.var([10, 20], ddof=1)
    assert np.isnan(table.loc["touching", "contacts_gap_variance"])


def test_responses_worked_by_hand(built, diary):
    table = built(cadence(same=["type"], prior=(1, 3)), diary()).loc["ann"]
    # first was answered; long is still running; touching and together were not answered
    columns = {
        "responses_count": [0, 0, 1, 1, 1],
        "responses_rate": [1 / 4, 1 / 4, 2 / 5, 2 / 5, 2 / 7],
        "outcome_events_count": [0, 2, 3, 3, 3],  # 20 February is the moment of last
        "responses_same_type_count": [0, 0, 1, 0, 1],
        "responses_same_type_rate": [1 / 4, 1 / 4, 2 / 5, 1 / 4, 2 / 6],
        "responses_recency_days": [np.nan, np.nan, 0, 0, 20],
    }
    order = ["first", "long", "touching", "together", "last"]
    for name, wanted in columns.items():
        np.testing.assert_allclose(
            table.loc[order, name], wanted, atol=2 * MICROSECOND_IN_DAYS, err_msg=name
        )


@pytest.mark.parametrize(
    ("campaign", "moment", "counts"),
    [
        ("first", "2024-01-01", 1),  # the window begins with the moment of the decision
        ("first", "2023-12-31 23:59:59.999999", 0),
        ("first", "2024-01-30 23:59:59.999999", 1),
        ("first", "2024-01-31", 0),  # and ends before its end
        ("long", "2024-01-20", 0),  # in the window of first, for another campaign
    ],
)
def test_a_response_lies_in_the_window_of_its_campaign(built, diary, campaign, moment, counts):
    orders = pd.DataFrame(
        {"customer": ["ann"], "campaign": [campaign], "ordered": [pd.Timestamp(moment)]}
    )
    table = built(cadence(), diary(orders=orders)).loc["ann"]
    assert table.loc["last", "responses_count"] == counts


def test_a_response_counts_when_its_event_has_arrived(built):
    orders = ORDERS.head(1).assign(arrived=pd.Timestamp("2024-02-15"))
    data = CampaignData(
        CONTACTS,
        CAMPAIGNS,
        events={"orders": Events(orders, time="ordered", arrived="arrived")},
        outcome=Outcome("orders", until="ends"),
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2025-01-01",
    )
    table = built(cadence(), data).loc["ann"]
    order = ["first", "long", "touching", "together", "last"]
    assert table.loc[order, "responses_count"].tolist() == [0, 0, 0, 0, 1]
    # in the middle the campaign is over, and looks as if nobody had answered
    assert table.loc["touching", "responses_rate"] == 1 / 11


def test_outcomes_without_a_campaign_are_matched_by_time(built, diary):
    table = built(cadence(), diary(orders=ORDERS[["customer", "ordered"]])).loc["ann"]
    # 20 January lies in long, and in first, which was answered already
    assert table.loc["touching", "responses_count"] == 1


def test_without_an_outcome_there_are_contacts_only(built):
    data = CampaignData(
        CONTACTS,
        CAMPAIGNS,
        events={"orders": Events(ORDERS, time="ordered")},
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2025-01-01",
    )
    assert built(cadence(), data).columns.tolist() == [
        "contacts_7d_count",
        "contacts_28d_count",
        "contacts_91d_count",
        "contacts_count",
        "contacts_recency_days",
        "contacts_gap_variance",
    ]


def test_groups(make_shop):
    groups = FeatureSet(cadence()).build(make_shop()).catalogue["group"]
    assert set(groups[groups.index.str.startswith("contacts_")]) == {"cadence"}
    assert set(groups[~groups.index.str.startswith("contacts_")]) == {"response"}


def test_unknown_campaign_column(built):
    with pytest.raises(SchemaError) as raised:
        built(cadence(same=["typ"]))
    assert str(raised.value) == (
        "Table 'campaigns' has no column 'typ'; got ['campaign', 'as_of', 'ends', 'type', "
        "'discount', 'matured_at']. Did you mean 'type'?"
    )


@pytest.mark.parametrize("prior", [(1,), (-1, 9), (0, 0)])
def test_prior_that_cannot_be(prior):
    wanted = (
        "`prior` must be two numbers (a, b) of at least 0 with a sum above 0; "
        f"got {tuple(prior)!r}."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        cadence(prior=prior)


def test_contacts_left_out_for_their_short_history_still_count():
    """Training on the later contacts and scoring all must see the same history."""
    from workbench.datasets import sample

    data = sample()
    later = data.with_history(days=100)
    assert len(later.contacts) < len(data.contacts)
    everything, some = (FeatureSet(cadence()).build(d).X for d in (data, later))
    kept = data.contacts["as_of"].isin(later.contacts["as_of"].unique()).to_numpy()
    pd.testing.assert_frame_equal(everything[kept].reset_index(drop=True), some)
