import datetime as dt
from types import SimpleNamespace

import pytest

from tests.governance.papers.filled import FILLED, as_toml, filled
from workbench.errors import ParameterError
from workbench.governance import Governance
from workbench.governance.papers.of_list import Papers

TODAY = dt.date(2026, 12, 1)


def remembering(said):
    return SimpleNamespace(governance_=Governance.of(said).record())


def test_a_file_that_is_named_counts_before_what_the_model_remembers(tmp_path):
    file = tmp_path / "governance.toml"
    file.write_text(as_toml(filled(people={"owner": "Emmy Noether"})))
    papers = Papers.of(file, remembering(FILLED))
    assert papers.said(TODAY)["governance"]["owner"] == "Emmy Noether"
    assert papers.said(TODAY)["governance"]["known_from"] == "the file that was named"
    remembered = Papers.of(None, remembering(FILLED)).said(TODAY)["governance"]
    assert (remembered["owner"], remembered["known_from"]) == ("Ada Lovelace", "the model")
    assert remembered["open"] == []
    assert Papers.of(None, SimpleNamespace()).said(TODAY) == {"governance": None}


def test_what_is_open_is_said_beside_the_list():
    said = filled(people={"owner": ""}, dates={"review": "2026-01-01"})
    beside = Papers.of(None, remembering(said)).said(TODAY)["governance"]
    assert beside["open"][0] == "people.owner: Who answers for the model?"
    assert beside["open"][1].startswith("The date 2026-01-01 is past.")
    assert "missing" not in beside


def test_a_list_of_objections_that_the_model_knows_of_is_asked_for(tmp_path):
    said = filled(suppression={"file": "no.csv"})
    papers = Papers.of(None, remembering(said))
    with pytest.raises(ParameterError, match=r"names 'no\.csv', the list of customers who"):
        papers.check(suppress=None, today=TODAY)
    papers.check(suppress=["C-1"], today=TODAY)
    (tmp_path / "no.csv").write_text("id\nC-0001\n")
    (tmp_path / "governance.toml").write_text(as_toml(said))
    named = Papers.of(tmp_path / "governance.toml", SimpleNamespace())
    named.check(suppress=None, today=TODAY)
    assert [len(one.table.data) for one in named.lists(["a", "b"])] == [2, 1]
