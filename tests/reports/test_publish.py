"""Report and model change places together."""

import os
import subprocess
import sys

import pytest

from workbench.reports.publish import RUNS, publish, tidy


def run(folder, content, *, name="trial", model=True):
    """Publish a report and a model of the same content."""
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    files = [scratch / f"{name}.html", *([scratch / "model.json"] if model else [])]
    for file in files:
        file.write_text(content)
    publish(files, folder, name=name)
    scratch.rmdir()


def shown(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


def test_a_second_run_takes_the_place_of_the_first_and_nothing_is_left(tmp_path):
    for content in ("first", "second", "third"):
        run(tmp_path, content)
        assert shown(tmp_path) == {"trial.html": content, "model.json": content}
        # the run and the link to it
        assert len(list((tmp_path / RUNS).iterdir())) == 2


def test_both_names_lead_through_one_link(tmp_path):
    run(tmp_path, "first")
    earlier = (tmp_path / RUNS / "trial").readlink()
    names = [str((tmp_path / name).readlink()) for name in ("trial.html", "model.json")]
    assert names == [f"{RUNS}/trial/trial.html", f"{RUNS}/trial/model.json"]
    run(tmp_path, "second")
    assert [str((tmp_path / name).readlink()) for name in ("trial.html", "model.json")] == names
    assert (tmp_path / RUNS / "trial").readlink() != earlier


def test_files_of_an_earlier_version_are_replaced(tmp_path):
    for name in ("trial.html", "model.json", "notes.txt"):
        (tmp_path / name).write_text("earlier")
    run(tmp_path, "new")
    assert shown(tmp_path) == {"trial.html": "new", "model.json": "new", "notes.txt": "earlier"}


def test_notebooks_do_not_take_each_others_reports(tmp_path):
    run(tmp_path, "a", name="one")
    run(tmp_path, "b", name="two", model=False)
    run(tmp_path, "c", name="one")
    assert shown(tmp_path) == {"one.html": "c", "two.html": "b", "model.json": "c"}


def test_the_folder_may_be_moved(tmp_path):
    run(tmp_path / "reports", "first")
    moved = (tmp_path / "reports").rename(tmp_path / "elsewhere")
    assert shown(moved) == {"trial.html": "first", "model.json": "first"}


def test_what_is_in_use_is_not_tidied_away(tmp_path):
    """Though the process that made it is gone."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(timeout=60)
    run(tmp_path, "first")
    runs = tmp_path / RUNS
    used = runs / (runs / "trial").readlink()
    theirs = used.name.replace(f"-{os.getpid()}-", f"-{gone.pid}-")
    used.rename(runs / theirs)
    (runs / "trial").unlink()
    (runs / "trial").symlink_to(theirs)
    unfinished = runs / f"{theirs}2"
    unfinished.mkdir()
    tidy(tmp_path)
    assert shown(tmp_path) == {"trial.html": "first", "model.json": "first"}
    assert not unfinished.exists()


KILLED = """
import os, sys
from pathlib import Path
from workbench.reports import publish
folder, steps = Path(sys.argv[1]), int(sys.argv[2])
def counted(function):
    def call(*given, **named):
        global steps
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), 9)
        return function(*given, **named)
    return call
for name in ("replace", "symlink_to", "chmod", "unlink"):
    setattr(Path, name, counted(getattr(Path, name)))
publish.to_disk = counted(publish.to_disk)
publish.shutil.copy2 = counted(publish.shutil.copy2)
publish.tempfile.mkdtemp = counted(publish.tempfile.mkdtemp)
files = [folder / "made" / name for name in ("trial.html", "model.json")]
publish.publish(files, folder, name="trial")
print(steps)
"""


@pytest.mark.slow
@pytest.mark.parametrize("before", ["nothing", "plain files", "a run"])
def test_a_kill_at_any_step_leaves_a_pair(tmp_path, before):
    """Every step of publishing is once the last that is done."""
    counts = []
    for step in range(1, 60):
        folder = tmp_path / str(step)
        (folder / "made").mkdir(parents=True)
        if before == "plain files":
            for name in ("trial.html", "model.json"):
                (folder / name).write_text("earlier")
        elif before == "a run":
            run(folder, "earlier")
        for name in ("trial.html", "model.json"):
            (folder / "made" / name).write_text("new")
        process = subprocess.run(
            [sys.executable, "-c", KILLED, folder, str(step)], capture_output=True, check=False
        )
        found = shown(folder)
        if before == "nothing":
            assert set(found.values()) <= {"new"}
        else:
            assert set(found) == {"trial.html", "model.json"}
            assert len(set(found.values())) == 1, f"step {step}: {found}"
        counts.append(process.returncode)
        if process.returncode == 0:
            break
        run(folder, "next")
        assert set(shown(folder).values()) == {"next"}
        assert len(list((folder / RUNS).iterdir())) == 2, "the next start leaves nothing behind"
    assert counts[-1] == 0
    assert counts.count(-9) == len(counts) - 1 >= 8


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    run(tmp_path, "earlier")
    before = shown(tmp_path)

    def full(path):
        raise OSError(28, os.strerror(28), str(path))

    monkeypatch.setattr("workbench.reports.publish.to_disk", full)
    with pytest.raises(OSError, match="No space left on device"):
        run(tmp_path, "new")
    monkeypatch.undo()
    assert shown(tmp_path) == before
    tidy(tmp_path)
    assert len(list((tmp_path / RUNS).iterdir())) == 2
