import re

import pandas as pd
import pytest

from workbench.datasets import sample
from workbench.errors import DataError
from workbench.features import FeatureSet, attributes, campaign, rfm, windows
from workbench.files.shipped import data_path
from workbench.tables.declared.campaigns_file import declared_data
from workbench.tables.declared.declaration import read_declaration

FEATURES = FeatureSet(
    windows("visits", values=["amount"], kinds="kind", lookbacks_days=(28,)),
    rfm("opens"),
    attributes("customers"),
    campaign(["discount"]),
)
FOLDER = data_path("campaigns.toml").parent


@pytest.fixture(scope="module")
def recipe():
    return FEATURES.build(sample(), progress=False, cache=False).recipe


def test_a_recipe_says_which_tables_its_features_read(recipe):
    assert recipe["tables"] == {
        "campaigns": {"holds": "campaigns", "columns": {"discount": "number"}},
        "customers": {"holds": "attributes", "columns": {"region": "text"}},
        "opens": {"holds": "events", "time": "opened_at", "columns": {}},
        "visits": {
            "holds": "events",
            "time": "visited_at",
            "columns": {"amount": "number", "kind": "text"},
        },
    }


def test_the_same_tables_give_the_same_features(recipe):
    again = FeatureSet.from_dict(recipe).build(sample(), progress=False, cache=False)
    expected = FEATURES.build(sample(), progress=False, cache=False)
    pd.testing.assert_frame_equal(again.X, expected.X)
    assert again.recipe == expected.recipe


def changed(**tables):
    """The sample with tables of events, or of customers, of one's own."""
    said = read_declaration(FOLDER / "campaigns.toml")
    for section in ("events", "attributes"):
        for name, table in said[section].items():
            table["file"] = str(FOLDER / table["file"])
            if name in tables:
                table.update(tables[name])
    for section in ("contacts", "campaigns"):
        said[section]["file"] = str(FOLDER / said[section]["file"])
    return said


VISITS = pd.read_csv(FOLDER / "visits.csv", parse_dates=["visited_at"])


@pytest.mark.parametrize(
    ("tables", "difference"),
    [
        (
            {"visits": {"file": VISITS.assign(amount=VISITS["amount"].astype(str) + " or so")}},
            "of 'visits', 'amount' was number, and is text.",
        ),
        (
            {"visits": {"file": VISITS.drop(columns="amount")}},
            "of 'visits', there is no column 'amount'.",
        ),
        (
            {
                "visits": {
                    "file": VISITS.assign(booked_at=VISITS["visited_at"]),
                    "time": "booked_at",
                }
            },
            "of 'visits', `time` was 'visited_at', and is 'booked_at'.",
        ),
        (
            {"visits": {"file": VISITS.assign(seen=VISITS["visited_at"]), "arrived": "seen"}},
            "of 'visits', `arrived` was None, and is 'seen'.",
        ),
    ],
)
def test_other_tables_are_refused_with_every_difference(recipe, tables, difference):
    data = declared_data(changed(**tables))
    message = (
        "These are not the tables that the model's features were made of: 1 difference. Give the "
        f"same tables, or fit the model again:\n- {difference}"
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        FeatureSet.from_dict(recipe).build(data, progress=False)


def test_a_table_that_is_not_there_or_holds_something_else_is_told(recipe):
    said = changed()
    said["events"]["visit"] = said["events"].pop("visits")
    said["offers"] = {"customers": {"table": pd.DataFrame({"campaign": ["mail-1"]})}}
    del said["attributes"]["customers"]
    with pytest.raises(DataError, match="3 differences") as told:
        FeatureSet.from_dict(recipe).build(declared_data(said), progress=False)
    lines = str(told.value).splitlines()[1:]
    assert lines == [
        "- of 'customers', `holds` was 'attributes', and is 'offers'.",
        "- of 'customers', there is no column 'region'.",
        (
            "- there is no table 'visits', but ['opens', 'responses', 'visit', 'customers', "
            "'contacts', 'all_contacts', 'campaigns']. Did you mean 'visit'?"
        ),
    ]


def test_a_recipe_of_before_tells_nothing_and_refuses_nothing(recipe):
    before = {name: said for name, said in recipe.items() if name != "tables"}
    assert len(FeatureSet.from_dict(before).build(sample(), progress=False, cache=False).X) == 2000
