"""What is proposed follows from the tables."""

import pandas as pd
import pytest

from workbench.datasets import sample
from workbench.features import FeatureSet, Tables, cadence, logged, registered, rfm
from workbench.features.proposal import proposed


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
