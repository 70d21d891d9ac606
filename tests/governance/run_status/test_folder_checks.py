import datetime as dt
import json
import shutil
from dataclasses import replace

import pytest

from workbench.files.digest import Digest
from workbench.governance import ledger
from workbench.governance.run_evidence.seal import sealed, unsealed
from workbench.governance.run_status import folder_checks
from workbench.governance.run_status.folder_checks import checks_of_folder, latest_runs

pytestmark = pytest.mark.notebook
DAY = dt.date(2026, 12, 1)


def found(folder, day=DAY, *, of=""):
    checks = [check for check in checks_of_folder(folder, day) if check.name.startswith(of)]
    return {check.name: check.state for check in checks}


def test_an_empty_folder_has_no_checks(tmp_path):
    assert checks_of_folder(tmp_path, DAY) == latest_runs(tmp_path) == []


def test_a_kept_day_is_asked_for_what_it_made_and_for_its_retention(shop):
    """As `--dated` keeps it, though here by hand: of its data nothing is asked."""
    day = shop / "reports" / "2026-11-29"
    day.mkdir()
    for name in ("spring.html", "model.json", "card.json", "card.md", "spring.evidence.json"):
        shutil.copy(shop / "reports" / name, day / name)
    kept = found(shop / "reports", of="2026-11-29/")
    assert len(kept) == 6
    assert set(kept.values()) == {"pass"}
    assert "2026-11-29/ retention-date spring" in kept
    (day / "model.json").write_bytes(b"{}")
    assert found(shop / "reports", of="2026-11-29/ file spring model.json") == {
        "2026-11-29/ file spring model.json": "blocked"
    }
    late = found(shop / "reports", dt.date(2029, 1, 1), of="2026-11-29/ retention")
    assert set(late.values()) == {"blocked"}
    shutil.copy(day / "spring.html", day / "older.html")
    assert found(shop / "reports", of="2026-11-29/ unproven") == {
        "2026-11-29/ unproven older.html": "needs a person"
    }
    (day / "older.html").unlink()
    (day / "spring.evidence.json").write_bytes(b"{}")
    assert found(shop / "reports", of="2026-11-29/") == {"2026-11-29/ evidence spring": "blocked"}


def test_reports_without_evidence_are_named_and_other_pages_are_not(shop):
    reports = shop / "reports"
    shutil.copy(reports / "spring.html", reports / "copied.html")
    (reports / "history.html").write_text("<html>")
    assert found(reports, of="unproven") == {"unproven copied.html": "blocked"}


def test_damaged_evidence_is_named_once(shop):
    (shop / "reports" / "spring.evidence.json").write_bytes(b"{}")
    told = found(shop / "reports")
    assert {name for name, state in told.items() if state == "blocked"} == {"evidence spring"}


@pytest.mark.parametrize(
    "content",
    [
        {"format": 1},
        {"format": 2},
        {"files": [{}]},
        {"files": 3},
        {"moment": "yesterday"},
        {"more": 1},
        {"run_in": {}},
    ],
)
def test_what_is_sealed_and_no_evidence_is_damaged(shop, content):
    file = shop / "reports" / "spring.evidence.json"
    plain = unsealed(file.read_bytes(), name=file.name)
    file.write_bytes(sealed(content if "format" in content else plain | content))
    assert found(shop / "reports", of="evidence") == {"evidence spring": "blocked"}


def released(folder, marks):
    lines = [{"mark": m, "report": "spring.html", "at": "", "mu": 0.1} for m in marks]
    (folder / ledger.NAME).write_text(json.dumps(lines))


def test_the_ledger_is_told(shop):
    reports = shop / "reports"
    assert found(reports, of="ledger") == {}, "nothing has left"
    released(reports, "ab")
    (check,) = [c for c in checks_of_folder(reports, DAY) if c.name == "ledger"]
    assert (check.state, check.evidence) == (
        "pass",
        "Noisy numbers of 2 contents have left, 0 in reports here.",
    )
    (reports / ledger.NAME).write_text("{")
    assert found(reports, of="ledger") == {"ledger": "needs repair"}


def test_a_ledger_that_forgot_is_named_and_a_day_looks_at_the_one_beside_it(shop):
    reports = shop / "reports"
    (run,) = latest_runs(reports)
    replace(run, released=2).write(reports / "spring.evidence.json")
    assert found(reports, of="ledger") == {"ledger": "needs repair"}
    released(reports, "ab")
    assert found(reports, of="ledger") == {"ledger": "pass"}
    day = reports / "2026-11-29T063000"
    day.mkdir()
    shutil.copy(reports / "spring.evidence.json", day)
    assert found(day, of="ledger") == {"ledger": "pass"}


def test_a_run_that_takes_its_place_meanwhile_is_no_damage(shop, monkeypatch):
    """Evidence of one run is read, then another takes its place, and only then files are read."""
    reports, real, turns = shop / "reports", folder_checks.checks_of_files, []
    evidence = reports / "spring.evidence.json"
    second, (run,) = evidence.read_bytes(), latest_runs(reports)
    of_another = [replace(one, digest=Digest(1, "ab")) for one in run.of_role("model", "report")]
    replace(run, files=tuple(of_another)).write(evidence)

    def exchanged(*given, **more):
        turns.append(1)
        evidence.write_bytes(second)
        return real(*given, **more)

    monkeypatch.setattr(folder_checks, "checks_of_files", exchanged)
    assert "blocked" not in found(reports).values()
    assert len(turns) == 2
