import hashlib
import json
import shutil
from dataclasses import replace

import pytest

from workbench.files.digest import digest_of
from workbench.governance.run_evidence.evidence import KnownFile, RunEvidence
from workbench.governance.run_evidence.places import Place
from workbench.governance.run_status.file_checks import checks_of_files, recipe_digest

MODEL = {"model": "RidgePropensity", "recipe": {"kind": "table", "drop": []}, "checksum": "1"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    home = tmp_path / "reports"
    home.mkdir()
    (tmp_path / "contacts.csv").write_text("a,b\n1,2\n")
    (home / "model.json").write_text(json.dumps(MODEL))
    (home / "card.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return home


def known(path, role, folder, **more):
    return KnownFile(role, Place.of(path, folder, called=path.name), digest_of(path), **more)


@pytest.fixture
def run(folder):
    model = folder / "model.json"
    files = (
        known(folder.parent / "contacts.csv", "data", folder),
        known(model, "model", folder, recipe=recipe_digest(model.read_bytes())),
    )
    return RunEvidence(
        "spring", "2026-11-30T06:00:00+00:00", "1", "3", "…", Place.of(folder, folder), files=files
    )


def states(run, folder, **more):
    return [check.state for check in checks_of_files(run, folder, **more)]


def test_files_that_are_as_they_were_pass(run, folder):
    data, model = checks_of_files(run, folder)
    assert data.question == "Is 'contacts.csv', data, as the run read it?"
    assert model.question == "Is 'model.json', the model, as the run left it?"
    digest = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert data.evidence == f"8 bytes of SHA-256 {digest[:12]}…, as on 2026-11-30."
    assert {data.state, model.state} == {"pass"}
    assert [check.name for check in checks_of_files(run, folder, made_alone=True)] == [model.name]


def test_what_a_copied_folder_lost_is_not_that_of_the_first_one(run, folder, tmp_path):
    card = known(folder / "card.json", "card", folder)
    run = replace(run, files=(*run.files, card))
    copy = tmp_path / "archive" / "copy"
    shutil.copytree(folder, copy)
    assert states(run, copy) == ["pass", "pass", "pass"], "the data are where they were"
    for name in ("model.json", "card.json"):
        (copy / name).unlink()
    assert states(run, copy) == ["pass", "blocked", "blocked"]
    assert states(run, folder) == ["pass", "pass", "pass"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MODEL | {"checksum": "2"}, "Its recipe, which says how features are made, is as it was."),
        (MODEL | {"recipe": {"kind": "Table", "drop": []}}, "is another one, too."),
        ([], "its recipe cannot be read."),
    ],
)
def test_of_a_changed_model_it_is_said_whether_its_recipe_changed(run, folder, content, said):
    (folder / "model.json").write_text(json.dumps(content))
    check = checks_of_files(run, folder)[1]
    assert check.state == "blocked"
    assert check.evidence.endswith(said)
    assert str(folder / "model.json") in check.evidence


def test_a_file_that_changed_while_the_run_went_on_blocks(run, folder):
    files = (replace(run.files[0], changed=True),)
    (check,) = checks_of_files(replace(run, files=files), folder)
    assert (check.state, "either content" in check.evidence) == ("blocked", True)


def test_what_another_notebook_made_in_its_place_is_no_damage(run, folder):
    (folder / "model.json").write_text("{}")
    newer = replace(
        run, report="shift", moment="2026-12-01T06:00:00+00:00",
        files=(known(folder / "model.json", "model", folder),),
    )  # fmt: skip
    check = checks_of_files(run, folder, others=[newer])[1]
    assert check.state == "needs repair"
    assert "now that of 'shift', made on 2026-12-01" in check.evidence
    (folder / "model.json").write_text("{ }")
    assert states(run, folder, others=[newer]) == ["pass", "blocked"]


def test_a_file_of_a_run_before_is_dated_by_that_run(run, folder):
    files = (replace(run.files[1], made="2026-10-31T06:00:00+00:00"),)
    (check,) = checks_of_files(replace(run, files=files), folder)
    assert (
        check.question == "Is 'model.json', the model of the run of 2026-10-31, as the run left it?"
    )
    assert check.evidence.endswith("as on 2026-10-31.")


def test_a_card_of_another_model_is_to_be_repaired(run, folder):
    card = known(folder / "card.json", "card", folder, made="2026-10-31T06:00:00+00:00")
    assert states(replace(run, files=(run.files[1], card)), folder) == ["pass", "needs repair"]
    both = (replace(run.files[1], made=card.made), card)
    assert states(replace(run, files=both), folder) == ["pass", "pass"], "both are of that run"
    assert states(replace(run, files=(card,)), folder) == ["pass"]


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b"1", b"[" * 100_000])
def test_what_is_no_model_has_no_recipe(content):
    assert recipe_digest(content) == ""
