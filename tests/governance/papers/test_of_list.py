import datetime as dt
from types import SimpleNamespace

import pytest

from tests.governance.papers.filled import FILLED, as_toml, filled
from workbench.errors import ParameterError
from workbench.governance import Governance
from workbench.governance.papers.of_list import Papers

TODAY = dt.date(2026, 12, 1)


def remembering(said, recipe=None):
    return SimpleNamespace(governance_=Governance.of(said).record(), recipe_=recipe)


NOTHING = SimpleNamespace(recipe_={})


def test_a_file_that_is_named_counts_before_what_the_model_remembers(tmp_path):
    file = tmp_path / "governance.toml"
    file.write_text(as_toml(filled(people={"owner": "Emmy Noether"})))
    papers = Papers.of(file, remembering(FILLED))
    assert papers.said(TODAY)["governance"]["owner"] == "Emmy Noether"
    assert papers.said(TODAY)["governance"]["known_from"] == "the file that was named"
    remembered = Papers.of(None, remembering(FILLED)).said(TODAY)["governance"]
    assert (remembered["owner"], remembered["known_from"]) == ("Ada Lovelace", "the model")
    assert remembered["open"] == []
    assert Papers.of(None, NOTHING).said(TODAY) == {"governance": None}


def test_what_is_open_is_said_beside_the_list():
    said = filled(people={"owner": ""}, dates={"review": "2026-01-01"})
    beside = Papers.of(None, remembering(said)).said(TODAY)["governance"]
    assert beside["open"][0] == "people.owner: Who answers for the model?"
    assert beside["open"][1].startswith("The date 2026-01-01 is past.")
    assert "missing" not in beside


def test_a_list_of_objections_that_the_model_knows_of_is_asked_for(tmp_path):
    said = filled(suppression={"file": "no.csv"})
    papers = Papers.of(None, remembering(said))
    assert "names 'no.csv', the list of customers who" in papers.fault_of_lists(None)
    assert papers.fault_of_lists(["C-1"]) == ""
    assert papers.fault_of_lists(tmp_path / "no.csv") == ""
    assert papers.fault_of_lists("vip.csv") == papers.fault_of_lists(None)
    (tmp_path / "bare.toml").write_text(as_toml(FILLED))
    bare = Papers.of(tmp_path / "bare.toml", remembering(said))
    assert bare.fault_of_lists(None) == papers.fault_of_lists(None)
    (tmp_path / "no.csv").write_text("id\nC-0001\n")
    (tmp_path / "governance.toml").write_text(as_toml(said))
    named = Papers.of(tmp_path / "governance.toml", NOTHING)
    assert named.fault_of_lists(None) == ""
    assert [len(one.table.data) for one in named.lists(["a", "b"])] == [2, 1]


def test_customers_who_were_left_out_of_the_fit_are_not_scored_unasked():
    recipe = {"suppressed": {"customers": 12, "rows": 30}}
    papers = Papers.of(None, remembering(FILLED, recipe))
    papers.check(today=TODAY)
    assert "without 12 suppressed customers, and no list says" in papers.fault_of_lists(None)
    assert papers.fault_of_lists(["C-1"]) == ""
    assert papers.fault_of_lists([]) == papers.fault_of_lists(None)
    nobody = remembering(FILLED, {"suppressed": {"customers": 0, "rows": 0}})
    assert Papers.of(None, nobody).fault_of_lists(None) == ""


def test_a_list_needs_to_know_who_answers():
    with pytest.raises(ParameterError, match="needs a governance file"):
        Papers.of(None, NOTHING).check(today=TODAY)
