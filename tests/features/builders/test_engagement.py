import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.features import FeatureSet, engagement
from workbench.tables.campaign_data import CampaignData, Events

MICROSECOND_IN_DAYS = 1 / 86_400e6
SENT = pd.DataFrame(
    [
        ("ann", "2024-01-01"),  # opened on the third day
        ("ann", "2024-02-01"),  # opened after the window
        ("bob", "2024-02-01"),  # opened twice
        ("bob", "2024-02-23"),  # its window closes as the campaign starts
        ("ann", "2024-02-26"),  # may still be opened
    ],
    columns=["customer", "moment"],
).astype({"moment": "datetime64[us]"})
OPENED = pd.DataFrame(
    [
        ("ann", "2024-01-03"),
        ("ann", "2024-02-08"),
        ("bob", "2024-02-01"),  # at the moment itself
        ("bob", "2024-02-05"),
        ("ann", "2024-02-27"),
    ],
    columns=["customer", "moment"],
).astype({"moment": "datetime64[us]"})


def mail(*, sent=SENT, opened=OPENED, arrived=None):
    return CampaignData(
        pd.DataFrame({"customer": ["ann", "bob", "cem"], "campaign": "spring"}),
        pd.DataFrame({"campaign": ["spring"], "start": [pd.Timestamp("2024-03-01")]}),
        events={
            "sent": Events(sent, time="moment"),
            "opened": Events(opened, time="moment", arrived=arrived),
        },
        customer="customer",
        campaign="campaign",
        as_of="start",
        observed_until="2025-01-01",
    )


def test_rates_worked_by_hand(built):
    builder = engagement("opened", "sent", within_days=7, lookbacks_days=(28, None), strength=4)
    table = built(builder, mail()).droplevel(1)
    # over by 1 March: two of ann (1 opened), two of bob (1 opened); the prior expects 10%
    mean = (2 + 0.1 * 4) / (4 + 4)
    wanted = {
        "opened_28d_reaction_rate": [  # her first one closed more than 28 days before
            (0 + 4 * mean) / (1 + 4),
            (1 + 4 * mean) / (2 + 4),
            mean,
        ],
        "opened_reaction_rate": [(1 + 4 * mean) / (2 + 4), (1 + 4 * mean) / (2 + 4), mean],
        "opened_reaction_count": [1, 1, 0],
        # known when the window closes: on 8 January and 8 February, less a microsecond
        "opened_reaction_recency_days": [53, 22, np.nan],
    }
    for name, values in wanted.items():
        np.testing.assert_allclose(
            table.loc[["ann", "bob", "cem"], name], values, atol=2 * MICROSECOND_IN_DAYS
        )


def test_a_reaction_that_had_not_arrived_is_none(built):
    opened = OPENED.assign(known=pd.Timestamp("2024-03-01"))
    builder = engagement("opened", "sent", within_days=7)
    table = built(builder, mail(opened=opened, arrived="known"))
    assert table["opened_reaction_count"].tolist() == [0, 0, 0]
    known = opened.assign(known=pd.Timestamp("2024-02-29 23:59:59.999999"))
    table = built(builder, mail(opened=known, arrived="known"))
    assert table["opened_reaction_count"].tolist() == [1, 1, 0]


def test_what_was_sent_may_be_the_contacts_themselves(built, make_shop):
    table = built(engagement("orders", within_days=28, strength=10), make_shop())
    # spring closed on 29 March: ann ordered, bob did not; before it nothing is known
    assert table["orders_reaction_rate"].tolist() == pytest.approx(
        [0.1, 0.1, (1 + 10 * (1 + 1) / (2 + 10)) / (1 + 10)]
    )
    assert table["orders_reaction_count"].tolist() == [0, 0, 1]


def test_a_reaction_to_another_campaign_does_not_count(built, make_shop):
    orders = pd.DataFrame(
        {"customer": ["ann"], "campaign": ["summer"], "ordered": [pd.Timestamp("2024-03-10")]}
    )
    name = "orders_reaction_count"
    assert built(engagement("orders"), make_shop(orders=orders))[name].tolist() == [0, 0, 0]
    anyones = make_shop(orders=orders.drop(columns="campaign"))
    assert built(engagement("orders"), anyones)[name].tolist() == [0, 0, 1]


def test_the_prior_can_be_kept_to_the_training_campaigns(built, make_shop):
    later = built(engagement("orders", within_days=28, learn_until="2024-03-20"), make_shop())
    # spring's windows had not closed by then: nobody's rate is known, ann's own still is
    assert later["orders_reaction_rate"].tolist() == pytest.approx([0.1, 0.1, (1 + 1) / (1 + 10)])


def test_the_prior_knows_no_outcome_of_its_own_campaign_or_of_earlier_rows(built, make_shop):
    """Every outcome of the last campaign reversed: no rate of any row changes."""
    orders = pd.DataFrame(
        [("bob", "summer", "2024-06-20"), ("ann", "summer", "2024-06-02")],
        columns=["customer", "campaign", "ordered"],
    ).astype({"ordered": "datetime64[us]"})
    first, second = (built(engagement("orders"), make_shop(orders=o)) for o in (orders, orders[:1]))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_catalogue(make_shop):
    catalogue = FeatureSet(engagement("orders")).catalogue(make_shop())
    row = catalogue.loc["orders_91d_reaction_rate"]
    assert set(catalogue["group"]) == {"engagement"}
    assert row[["source", "lookback_days", "unit"]].tolist() == ["contacts, orders", 91.0, "rate"]
    assert row["description"] == (
        "Share of contacts in the 91 days before followed by orders within 14 days, drawn towards "
        "everybody's as if by 10 more."
    )


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (
            {"strength": 0},
            (
                "`strength` must be above 0 and finite; got 0. Give for example 10: the prior "
                "weighs as much as 10 trials."
            ),
        ),
        (
            {"learn_until": "next summer"},
            (
                "`learn_until` must be a moment without a zone, such as '2024-06-01'; got "
                "'next summer'."
            ),
        ),
        (
            {"learn_until": "2024-06-01T00:00+02:00"},
            (
                "`learn_until` must be a moment without a zone, such as '2024-06-01'; got "
                "'2024-06-01T00:00+02:00'."
            ),
        ),
        (
            {"within_days": None},
            (
                "`within_days` must be a whole number of days above 0; got 0. Give for example 28, "
                "or None for all history."
            ),
        ),
    ],
)
def test_settings_that_cannot_be(settings, wanted):
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        engagement("orders", **settings)


def test_unknown_tables(built):
    with pytest.raises(ParameterError) as raised:
        built(engagement("opened", "send"), mail())
    assert str(raised.value) == (
        "`sent` must name a table of the data; got 'send', there are ['sent', 'opened']. "
        "Did you mean 'sent'?"
    )


@pytest.mark.parametrize("written", ["20240320", "2024-03-20T00:00", "2024-W12-3"])
def test_moments_may_be_written_in_any_iso_form(built, make_shop, written):
    expected, found = (
        built(engagement("orders", within_days=28, learn_until=moment), make_shop())
        for moment in ("2024-03-20", written)
    )
    pd.testing.assert_frame_equal(found, expected)
