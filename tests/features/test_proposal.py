"""What is proposed follows from the tables."""

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import sample
from workbench.features import FeatureSet, Tables, cadence, logged, registered, rfm, windows
from workbench.features.proposal import proposed
from workbench.tables.campaign_data import Attributes, CampaignData, Events, Offers


def names(builders):
    return [row[0] for builder in builders for row in builder.rows()]


def test_every_family_that_applies_is_proposed(full_shop):
    found = {
        name.removeprefix("logged(").rstrip(")") for name in names(proposed(Tables(full_shop))[0])
    }
    assert found == set(registered()) - {"logged"}


def test_tables_that_are_not_there_have_no_family(make_shop):
    found = set(names(proposed(Tables(make_shop()))[0]))
    assert not found & {"attributes", "logged(offer)", "text"}
    assert {"logged(channel)", "logged(rfm)", "decay", "calendar", "campaign"} <= found


def test_amounts_are_logged_and_the_rest_is_not(full_shop):
    shown = names(proposed(Tables(full_shop))[0])
    assert {"logged(rfm)", "logged(windows)", "logged(cadence)"} <= set(shown)
    assert {"decay", "calendar", "attributes", "campaign", "text"} <= set(shown)


def test_lookbacks_that_the_history_does_not_fill_are_left_out(make_shop):
    builders, _ = proposed(Tables(make_shop()))
    windows = [b for outer in builders if outer.name == "logged" for b in outer.builders]
    lookbacks = {b.events: b.lookbacks_days for b in windows if b.name == "windows"}
    # visits begin 30 days before spring, where two of the three contacts are
    assert lookbacks["visits"] == (7, 28)


def test_a_table_called_as_a_builder_calls_its_columns_gets_a_prefix():
    data = sample()  # cadence makes responses_recency_days, and there is a table of responses
    builders, features = proposed(Tables(data))
    made = [feature.name for of_one in features for feature in of_one]
    assert len(made) == len(set(made))
    assert "responses_recency_days_log" in made
    assert "responses_events_recency_days_log" in made
    assert logged(cadence()).to_dict() in [builder.to_dict() for builder in builders]
    assert logged(rfm("responses", prefix="responses_events")) in builders


VISITS = pd.DataFrame(
    {
        "customer": "ann",
        "moment": pd.to_datetime(["2024-01-31", "2024-02-20"]),
        "item": ["tea", "cup"],
        "net value": [0.5, 1.5],
        'net "value"': [2.5, 3.5],
    }
)
CAMPAIGNS = pd.DataFrame(
    {
        "campaign": ["spring", "summer"],
        "as_of": pd.to_datetime(["2024-03-01", "2024-06-01"]),
        "ends": pd.to_datetime(["2024-03-29", "2024-06-29"]),
    }
)


def test_columns_whose_names_differ_in_signs_only_are_told_apart(make_shop):
    """Of two lines of text with one name the first is proposed; the rest get numbers."""
    people = pd.DataFrame({"customer": ["ann", "bob"], "home town": ["x", "y"], "home_town": "z"})
    data = make_shop(
        visits=VISITS,
        campaigns=CAMPAIGNS.assign(
            **{"the line": ["one two three", "four five six"], "the_line": ["a b c", "d e f"]},
            type=["a", "b"],
            campaign_type=["a", "b"],
        ),
        attributes={"people": Attributes(people, never_changes=True)},
    )
    frame = FeatureSet.default(data).build(data)
    assert {
        "people_home_town",
        "people_home_town_2",
        "campaign_type",
        "campaign_type_2",
        "campaign_the_line_words",
        "responses_same_the_line_rate",
        "responses_same_the_line_2_rate",
    } <= set(frame.X.columns)
    wide = FeatureSet(windows("visits", values=list(VISITS)[3:], lookbacks_days=(91,))).build(data)
    assert wide.X.iloc[0][["visits_91d_net_value_sum", "visits_91d_net_value_2_sum"]].tolist() == [
        2.0,
        6.0,
    ]


def test_two_tables_of_events_with_offered_items():
    """The columns of the second are named after it too."""
    views = Events(VISITS.iloc[:1], time="moment")
    leaflets = pd.DataFrame({"campaign": ["spring", "spring"], "item": ["tea", "cup"]})
    data = CampaignData(
        pd.DataFrame({"customer": ["ann"], "campaign": "spring"}),
        CAMPAIGNS[:1],
        events={"visits": Events(VISITS, time="moment"), "views": views},
        offers={"leaflets": Offers(leaflets)},
        customer="customer",
        campaign="campaign",
        as_of="as_of",
        observed_until="2025-01-01",
    )
    X = FeatureSet.default(data).build(data).X
    assert np.expm1(X.loc[0, "leaflets_item_count_log"]) == pytest.approx(2)
    assert np.expm1(X.loc[0, "leaflets_views_item_count_log"]) == pytest.approx(1)


def test_the_proposal_is_shown_before_it_is_built(make_shop):
    data = make_shop()
    chosen = FeatureSet.default(data)
    table = chosen.table()
    assert list(table.columns) == ["builder", "table", "features", "groups", "settings"]
    frame = chosen.build(data)
    assert table["features"].sum() == frame.X.shape[1]
    groups = {group for line in table["groups"] for group in line.split(", ")}
    assert groups == set(frame.catalogue["group"])
    html = chosen._repr_html_()
    assert "logged(windows)" in html
    assert "lookbacks_days=[7, 28]" in html


def test_a_proposal_has_a_recipe_like_any_other(make_shop):
    frame = FeatureSet.default(make_shop()).build(make_shop())
    again = FeatureSet.from_dict(frame.recipe).build(make_shop())
    pd.testing.assert_frame_equal(again.X, frame.X)


@pytest.mark.parametrize("column", ["group", "builder", "source", "lookback_days", "unit"])
def test_every_feature_has_all_of_its_catalogue_row(column, full_shop):
    catalogue = FeatureSet.default(full_shop).catalogue(full_shop)
    assert catalogue[column].notna().all()
    assert (catalogue[column].astype(str) != "").all()
