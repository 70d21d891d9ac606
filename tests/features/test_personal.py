"""Personal data in attributes: no features, unless the data say why; recipes get what they had."""

import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench import load
from workbench.errors import DataError, DataWarning, ParameterError
from workbench.features import FeatureSet, attributes, text
from workbench.features.tables import Tables
from workbench.tables.declared.campaigns_file import declared_data

N = 60
IDS = [f"c{k}" for k in range(N)]


def declaration(**more):
    who = pd.DataFrame(
        {
            "id": IDS,
            "email": [f"p{k}@mail.example" for k in range(N)],
            "religion": ["evangelisch", "katholisch", "keine"] * 20,
            "age": [20 + k for k in range(N)],
            "region": ["north", "south"] * 30,
        }
    )
    orders = pd.DataFrame({"id": IDS * 3, "at": ["2024-02-01"] * N + ["2024-03-09"] * N * 2})
    orders["faith"] = ["evangelisch", "katholisch"] * (3 * N // 2)
    orders["shop"] = ["web", "store"] * (3 * N // 2)
    said = {
        "customer": "id",
        "campaign": "campaign",
        "as_of": "start",
        "observed_until": "2024-06-01",
        "contacts": {"table": pd.DataFrame({"id": IDS, "campaign": "spring"})},
        "campaigns": {"table": pd.DataFrame({"campaign": ["spring"], "start": ["2024-03-01"]})},
        "events": {"orders": {"table": orders, "time": "at"}},
        "attributes": {"who": {"table": who, "never_changes": True}},
        "outcome": {"events": "orders", "horizon_days": 28},
    }
    return {**said, **more}


def built(data, *builders):
    with warnings.catch_warnings(action="ignore"):
        return (FeatureSet(*builders) if builders else FeatureSet.default(data)).build(data)


def test_a_proposed_set_leaves_them_out_and_says_so():
    frame = built(declared_data(declaration()))
    assert [name for name in frame.X if name.startswith("who")] == ["who_age", "who_region"]
    assert not [name for name in frame.X if "evangelisch" in name or "faith" in name]
    note = next(note for note in frame.notes if note.startswith("Left out as personal data"))
    assert "who.email (e-mail)" in note
    assert "who.religion (religion, GDPR Art. 9)" in note
    assert {entry["column"] for entry in frame.recipe["personal"]} >= {"who.email", "who.religion"}


def test_the_warning_says_how_to_allow_one():
    with pytest.warns(DataWarning, match=re.escape("`allow={'who.email': 'the reason'}`")):
        FeatureSet(attributes("who")).build(declared_data(declaration()))


def test_naming_a_column_is_no_reason():
    frame = built(declared_data(declaration()), attributes("who", columns=["religion", "age"]))
    assert list(frame.X) == ["who_age"]


@pytest.mark.parametrize("way", ["declared", "said"])
def test_a_reason_lets_one_in(way):
    reason = {"religion": "agreed with the works council"}
    data = (
        declared_data(declaration(allow=reason))
        if way == "declared"
        else load(declaration(), allow=reason)
    )
    frame = built(data, attributes("who"))
    assert list(frame.X) == ["who_religion", "who_age", "who_region"]
    assert frame.recipe["allowed"] == reason


def test_a_recipe_of_before_gets_what_it_had():
    data = declared_data(declaration())
    old = {
        "kind": "features",
        "features": [{"builder": "attributes", "table": "who", "columns": None}],
    }
    with warnings.catch_warnings(action="error"):
        frame = FeatureSet.from_dict(old).build(data)
    assert list(frame.X) == ["who_email", "who_religion", "who_age", "who_region"]


def test_the_recipe_of_now_builds_the_same_for_new_contacts():
    data = declared_data(declaration())
    frame = built(data, attributes("who"))
    recipe = json.loads(json.dumps(frame.recipe))
    with warnings.catch_warnings(action="error"):
        again = FeatureSet.from_dict(recipe).build(data)
    assert list(again.X) == list(frame.X)
    assert np.array_equal(again.X["who_age"], frame.X["who_age"])


def test_a_table_with_nothing_else_is_refused_and_not_proposed():
    said = declaration()
    said["attributes"]["who"]["table"] = said["attributes"]["who"]["table"][["id", "email"]]
    data = declared_data(said)
    with pytest.raises(DataError, match="has no column that may be a feature"):
        FeatureSet(attributes("who")).build(data)
    assert not [name for name in built(data).X if name.startswith("who")]


def test_kinds_of_events_that_tell_a_faith_are_not_proposed():
    assert Tables(declared_data(declaration())).kind_columns("orders") == ["shop"]


def test_a_campaign_s_text_with_addresses_is_not_kept():
    said = declaration()
    lines = ["write to ann.lee@mail.example now", "the new catalogue is here for you"]
    said["campaigns"]["table"] = pd.DataFrame(
        {"campaign": ["spring", "summer"], "start": ["2024-03-01", "2024-04-01"], "line": lines}
    )
    contacts = pd.DataFrame({"id": IDS * 2, "campaign": ["spring"] * N + ["summer"] * N})
    said["contacts"] = {"table": contacts}
    frame = built(declared_data(said), text("line", keep=True))
    assert "campaign_line" not in frame.X
    assert "campaign_line_words" in frame.X


def test_what_cannot_be_allowed():
    with pytest.raises(ParameterError, match="`allow` must name columns of the data"):
        load(declaration(), allow={"faith_": "x"})
    with pytest.raises(ParameterError, match=re.escape("[allow]: `email` needs the reason")):
        declared_data(declaration(allow={"email": " "}))
    with pytest.raises(ParameterError, match="says something of a table"):
        load("sample-test", allow={"age": "x"})
