from datetime import datetime

import pytest

from workbench.reports.dated import keep, latest

MORNING = datetime(2026, 11, 29, 6, 30, 5)  # noqa: DTZ001 - by the clock of who looks


@pytest.fixture
def report(tmp_path):
    made = tmp_path / "scratch"
    made.mkdir()
    (made / "spring.html").write_text("new")
    return made / "spring.html"


def test_a_folder_a_day_then_one_a_moment_then_one_a_number(tmp_path, report):
    kept = [keep([report], tmp_path, scratch=report.parent, moment=MORNING) for _ in range(4)]
    assert [folder.name for folder in kept] == [
        "2026-11-29",
        "2026-11-29T063005",
        "2026-11-29T063005-2",
        "2026-11-29T063005-3",
    ]
    assert all((folder / "spring.html").read_text() == "new" for folder in kept)
    assert report.read_text() == "new", "it is still to take its own place"


def test_a_name_that_a_file_has_is_left_alone(tmp_path, report):
    (tmp_path / "2026-11-29").write_text("mine")
    assert keep([report], tmp_path, scratch=report.parent, moment=MORNING).name.endswith("T063005")
    assert (tmp_path / "2026-11-29").read_text() == "mine"


def test_the_latest_of_a_file(tmp_path):
    assert latest(tmp_path, "model.json") is None
    for name in ("2026-11-28", "2026-11-29", "2026-11-29T063005", "2026-11-30", "zzz"):
        (tmp_path / name).mkdir()
        if name != "2026-11-30":  # a run that was stopped
            (tmp_path / name / "model.json").write_text(name)
    assert latest(tmp_path, "model.json").read_text() == "2026-11-29T063005"
