"""The public door: what is found, and what is judged of its use; never a value."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, datasets, load
from workbench.errors import MissingDataError, ParameterError
from workbench.governance import personal_data
from workbench.governance.checked import worst

N = 120
TABLE = pd.DataFrame(
    {
        "mail": [f"p{k}@mail.example" for k in range(N)],
        "konfession": ["ev", "rk", "ev"] * (N // 3),
        "plz": ["01067", "10115", "80331"] * (N // 3),
        "visits": np.arange(N) % 7,
        "bought": np.arange(N) % 2,
    }
)


def frame(**said):
    with warnings.catch_warnings(action="ignore"):
        return FeatureFrame.from_table(TABLE, target="bought", **said)


def states(found, allowed=None):
    return {check.name: check.state for check in found.checks(allowed)}


def test_a_frame_that_left_all_out_passes_and_proxies_need_a_person():
    found = personal_data(frame())
    assert states(found) == {
        "personal-direct-identifier": "pass",
        "personal-special-category": "pass",
        "personal-proxies": "needs a person",
    }
    table = found.table().set_index("column")
    assert table["use"].to_dict() == {
        "mail": "left out",
        "konfession": "left out",
        "plz": "feature",
    }
    assert "mail (e-mail)" in found.checks()[0].evidence


def test_a_feature_without_a_reason_blocks():
    used = FeatureFrame(X=TABLE[["mail", "visits"]], y=TABLE["bought"].astype(float))
    check = personal_data(used).checks()[0]
    assert check.state == "blocked"
    assert check.next_step == "Leave them out, or say why they are needed: `allow={'mail': …}`."
    assert worst(personal_data(used).checks({"mail": "agreed"})) == "needs a person"
    assert worst(personal_data(used).checks({"mail": "  "})) == "blocked"


def test_a_reason_is_of_the_very_column_that_it_names():
    flat = TABLE.rename(columns={"mail": "kunde.email"})
    used = FeatureFrame(X=flat[["kunde.email", "visits"]], y=TABLE["bought"].astype(float))
    found = personal_data(used)
    assert states(found, {"kunde.email": "agreed"})["personal-direct-identifier"] == (
        "needs a person"
    )
    assert "agreed" in found.checks({"kunde.email": "agreed"})[0].evidence
    assert states(found, {"email": "of another column"})["personal-direct-identifier"] == "blocked"


def test_an_allowed_column_needs_a_person_and_says_why():
    found = personal_data(frame(allow={"konfession": "asked for, with consent"}))
    assert states(found)["personal-special-category"] == "needs a person"
    assert "konfession (religion): asked for, with consent" in found.checks()[1].evidence
    assert found.table().set_index("column").loc["konfession", "use"] == "allowed"


def test_a_table_that_nobody_has_loaded_is_open():
    found = personal_data(TABLE)
    assert states(found)["personal-direct-identifier"] == "needs a person"
    assert str(found).startswith("3 of 5 columns hold something of people.")
    assert "konfession: religion, special category (its name; 100% of its values" in str(found)


def test_nothing_at_all():
    found = personal_data(TABLE[["visits", "bought"]])
    assert set(states(found).values()) == {"pass"}
    assert found.table().empty
    assert str(found) == "0 of 2 columns hold something of people."


def test_no_value_is_shown_or_kept():
    found = personal_data(TABLE)
    written = " ".join(
        [str(found), repr(found), found._repr_html_(), found.table().to_csv()]
        + [json.dumps(check.to_dict()) for check in found.checks()]
    )
    assert "mail.example" not in written
    assert "10115" not in written


def test_a_file_and_a_file_that_is_not_there(tmp_path):
    path = tmp_path / "kunden.csv"
    TABLE.to_csv(path, index=False, sep=";")
    assert personal_data(path).table()["column"].tolist() == ["mail", "konfession", "plz"]
    with pytest.raises(MissingDataError):
        personal_data(tmp_path / "none.csv")
    with pytest.raises(ParameterError, match=r"Give\s+`workbench.load"):
        personal_data("campaigns.toml")


def test_campaign_tables_by_table_and_column():
    with warnings.catch_warnings(action="ignore"):
        data = datasets.sample()
    assert personal_data(data).findings == ()
    assert personal_data(data).columns > 5


def test_a_built_feature_is_known_by_the_column_that_it_is_of():
    who = pd.DataFrame({"id": range(N), "konf": ["ev", "rk"] * (N // 2), "x": range(N)})
    said = {
        "customer": "id",
        "campaign": "campaign",
        "as_of": "start",
        "observed_until": "2024-06-01",
        "contacts": {"table": pd.DataFrame({"id": range(N), "campaign": "a"})},
        "campaigns": {"table": pd.DataFrame({"campaign": ["a"], "start": ["2024-03-01"]})},
        "events": {
            "e": {"table": pd.DataFrame({"id": range(N), "at": "2024-03-02"}), "time": "at"}
        },
        "attributes": {"who": {"table": who, "never_changes": True}},
        "outcome": {"events": "e", "horizon_days": 28},
    }
    from workbench.features import FeatureSet, attributes

    with warnings.catch_warnings(action="ignore"):
        built = FeatureSet(attributes("who")).build(load(said, allow={"konf": "agreed"}))
    found = personal_data(built)
    assert found.table().set_index("column").loc["who_konf", "use"] == "allowed"
    assert "who_konf (religion): agreed" in found.checks()[1].evidence
    assert personal_data(load(said)).table()["column"].tolist() == ["who.konf"]
    with warnings.catch_warnings(action="ignore"):
        of_tables = personal_data(load(said, allow={"konf": "agreed"}))
    assert "who.konf (religion): agreed" in of_tables.checks()[1].evidence
