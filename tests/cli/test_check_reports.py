import json
from argparse import Namespace

import pytest

from workbench.cli import check_reports
from workbench.errors import MissingDataError
from workbench.files.digest import digest_of
from workbench.governance.run_evidence.evidence import KnownFile, RunEvidence
from workbench.governance.run_evidence.places import Place


@pytest.fixture
def reports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = tmp_path / "reports" / "spring.html"
    report.parent.mkdir()
    report.write_text("<html>")
    made = KnownFile("report", Place.of(report, report.parent), digest_of(report))
    there = Place.of(tmp_path, report.parent)
    run = RunEvidence("spring", "2026-11-30T06:00:00", "0", "3", "workbench run spring", there)
    run = RunEvidence(**{**vars(run), "files": (made,), "others": ("a database",)})
    run.write(report.with_name("spring.evidence.json"))
    return report.parent


def test_a_folder_in_order_ends_with_0(reports, capsys):
    assert check_reports.act(Namespace(folder="reports")) == 0
    lines = capsys.readouterr().out.splitlines()
    counts = "2 for a person, 1 not applicable, 2 pass"
    assert lines[0] == f"reports: needs a person. 1 report, 5 checks: {counts}."
    assert lines[1:4] == [
        "needs a person: Can all data be read again and compared?",
        "    Cannot be re-verified: a database.",
        "    Next: Ask who keeps it whether it has changed since.",
    ]
    assert lines[-2:] == [f"To repeat 'spring', in {reports.parent}:", "    workbench run spring"]


def test_a_changed_file_ends_with_2_and_comes_first(reports, capsys):
    (reports / "spring.html").write_text("<HTML>")
    assert check_reports.act(Namespace(folder="reports", json=False)) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "blocked: Is 'spring.html', the report, as the run left it?"


def test_programs_get_one_object(reports, capsys):
    (reports / "spring.html").unlink()
    assert check_reports.act(Namespace(folder="reports", json=True)) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["exit_code"], told["state"]) == (2, "blocked")
    assert told["checks"][0]["name"] == "file spring spring.html"
    assert told["repeats"][0]["command"] == "workbench run spring"


def test_no_folder(tmp_path):
    with pytest.raises(MissingDataError):
        check_reports.act(Namespace(folder=str(tmp_path / "nowhere")))
