import re

import pandas as pd
import pytest

from workbench.errors import ParameterError, SchemaError
from workbench.features import FeatureSet, Tables, calendar, text

LINES = {"spring": "50% OFF today! Really?", "summer": "Übung macht den Meister"}


@pytest.fixture
def shop_with_lines(make_shop):
    from workbench.tables.campaign_data import CampaignData

    def make(lines=None):
        shop = make_shop()
        campaigns = shop.campaigns[["campaign", "as_of", "type", "discount"]]
        campaigns = campaigns.assign(subject=campaigns["campaign"].map(lines or LINES))
        return CampaignData(
            shop.contacts[["customer", "campaign"]],
            campaigns,
            events={},
            customer="customer",
            campaign="campaign",
            as_of="as_of",
            observed_until="2025-01-01",
        )

    return make


def test_worked_by_hand(built, shop_with_lines):
    table = built(text("subject", words=["off", "real", "50%"]), shop_with_lines())
    assert table.loc[("ann", "spring")].to_dict() == pytest.approx(
        {
            "campaign_subject_characters": 22,
            "campaign_subject_words": 4,
            "campaign_subject_digits": 2,
            "campaign_subject_exclamations": 1,
            "campaign_subject_questions": 1,
            "campaign_subject_punctuation_share": 3 / 22,  # % ! ?
            "campaign_subject_capitals_share": 4 / 14,  # O F F R
            "campaign_subject_has_off": 1,
            "campaign_subject_has_real": 0,  # a part of a word is no word
            "campaign_subject_has_50": 1,
        }
    )
    assert table.loc[("ann", "summer"), "campaign_subject_capitals_share"] == 2 / 20  # Ü and M


def test_a_campaign_without_text_has_gaps(built, shop_with_lines):
    table = built(text("subject", words=["off"]), shop_with_lines({"spring": "Now 20% off"}))
    assert table.loc[("ann", "summer")].isna().all()


def test_the_text_itself_is_kept_on_request(make_shop, shop_with_lines):
    frame = FeatureSet(text("subject", keep=True)).build(shop_with_lines())
    assert frame.X["campaign_subject"].tolist() == [LINES["spring"]] * 2 + [LINES["summer"]]
    row = frame.catalogue.loc["campaign_subject"]
    assert row[["group", "source", "lookback_days", "unit"]].tolist() == [
        "text",
        "campaigns",
        0.0,
        "category",
    ]


def test_lines_are_proposed_and_labels_are_not(shop_with_lines):
    from workbench.features import campaign

    tables = Tables(shop_with_lines())
    assert list(text.propose(tables)) == [text("subject")]
    assert list(campaign.propose(tables)) == [campaign(["type"])]


def test_unknown_column_and_number(built, shop_with_lines):
    with pytest.raises(SchemaError) as raised:
        built(text("subjct"), shop_with_lines())
    assert str(raised.value) == (
        "Table 'campaigns' has no column 'subjct'; got ['campaign', 'as_of', 'type', 'discount', "
        "'subject']. Did you mean 'subject'?"
    )
    with pytest.raises(SchemaError) as raised:
        built(text("discount"), shop_with_lines())
    assert str(raised.value) == (
        "Column 'discount' of table 'campaigns' must hold text; it holds DOUBLE. Columns of text "
        "are ['type', 'subject']."
    )


def test_what_snowflake_has_no_name_for(shop_with_lines):
    features = FeatureSet(calendar(holidays=[]), text("subject", words=["off"]))
    with pytest.raises(ParameterError) as raised:
        features.sql(shop_with_lines(), dialect="snowflake")
    assert str(raised.value) == (
        "A query for snowflake may use only functions that were compared with DuckDB's; "
        "['regexp_replace of letters beyond ASCII'] were not. Let a table or view of the "
        "warehouse hold what they compute, or take out the builder that uses them. That concerns "
        "['text(campaigns)']."
    )


def test_words_in_capitals_that_languages_lower_differently(built, shop_with_lines):
    lines = {"spring": "İZMİR için", "summer": "ΟΔΟΣ ½ ²"}
    table = built(text("subject", words=["İzmir", "ΟΔΟΣ"]), shop_with_lines(lines)).xs("ann")
    assert table.filter(like="_has_").to_numpy().tolist() == [[1, 0], [0, 1]]
    assert table["campaign_subject_punctuation_share"].tolist() == [0, 2 / 8]


def test_an_empty_word():
    wanted = "`words` must be words to look for; got ' '. Leave it out."
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        text("subject", words=["off", " "])


def test_pandas_counts_the_same(built, shop_with_lines):
    lines = {"spring": "A  b?!? c3", "summer": "ÄÖ 12"}
    table = built(text("subject"), shop_with_lines(lines)).xs("ann")
    series = pd.Series(lines)
    assert table["campaign_subject_words"].tolist() == series.str.split().str.len().tolist()
    assert table["campaign_subject_digits"].tolist() == series.str.count(r"\d").tolist()
    assert table["campaign_subject_questions"].tolist() == series.str.count(r"\?").tolist()
