import datetime as dt
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.governance.papers.filled import FILLED, as_toml, filled
from workbench.errors import DataError, MissingDataError
from workbench.governance import Governance
from workbench.governance.papers.questions import SINGLE


def test_a_file_is_read_whole_and_its_hash_is_of_its_bytes(tmp_path):
    file = tmp_path / "governance.toml"
    file.write_text(as_toml(FILLED), encoding="utf-8")
    papers = Governance.read(file)
    assert papers.people.owner == "Ada Lovelace"
    assert papers.dates.review == dt.date(2027, 6, 30)
    assert [one.name for one in papers.channels] == ["e-mail", "letter"]
    assert papers.kpis[0].baseline == 12.5
    assert papers.uses.credit is False
    assert (papers.pilot, papers.suppression) == (None, None)
    assert papers.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert papers.missing() == {}
    assert papers == Governance.of(FILLED)


def test_what_is_written_as_a_mapping_is_the_same_again():
    said = filled(
        pilot={"start": "2027-01-11", "weeks": 7, "effect": 0.01, "go": "x"},
        suppression={"file": "no.csv"},
        allowed={"age": "agreed"},
    )
    papers = Governance.of(said)
    plain = papers.to_dict()
    assert (plain.pop("file"), plain.pop("sha256")) == (None, papers.sha256)
    assert Governance.of(plain) == papers
    assert Governance.of(plain).sha256 == papers.sha256


@given(st.sets(st.sampled_from([f"{s}.{k}" for s, keys in SINGLE.items() for k in keys])))
def test_just_what_is_left_out_is_missing_by_name(left_out):
    said = filled()
    for name in left_out:
        section, key = name.split(".")
        said[section][key] = ""
    missing = Governance.of(said).missing()
    assert set(missing) == left_out
    assert all(question.endswith("?") for question in missing.values())


def test_files_that_are_none(tmp_path):
    with pytest.raises(MissingDataError, match=r"workbench new governance\.toml` writes one"):
        Governance.read(tmp_path / "nowhere.toml")
    file = tmp_path / "governance.toml"
    file.write_text("[model\n")
    with pytest.raises(DataError, match=r"must be written in TOML; at one place it is not: "):
        Governance.read(file)
    file.write_bytes('[model]\nname = "Grüße"\n'.encode("utf-16"))
    with pytest.raises(DataError, match=r"must be text in UTF-8; save it as that\."):
        Governance.read(file)


def test_the_record_is_plain_and_holds_no_folder(tmp_path):
    file = tmp_path / "governance.toml"
    file.write_text(as_toml(filled(suppression={"file": "lists/no.csv"}, people={"owner": ""})))
    record = Governance.read(file).record()
    assert record["file"] == "governance.toml"
    assert record["suppression"] == "no.csv"
    assert record["missing"] == {"people.owner": "Who answers for the model?"}
    assert (record["review"], record["retention"]) == ("2027-06-30", "2027-12-31")
    assert str(tmp_path) not in str(record)


def test_objections_are_read_from_the_folder_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "no.csv").write_text("who,why\nC-0001,phone\n")
    file = tmp_path / "governance.toml"
    file.write_text(as_toml(filled(suppression={"file": "no.csv", "column": "who"})))
    monkeypatch.chdir("/")
    papers = Governance.read(file)
    assert papers.suppressed_file == tmp_path / "no.csv"
    assert papers.objections().column == "who"
    (tmp_path / "no.csv").unlink()
    with pytest.raises(MissingDataError, match=re.escape(str(tmp_path / "no.csv"))):
        papers.objections()
    assert Governance.of(FILLED).objections() is None
