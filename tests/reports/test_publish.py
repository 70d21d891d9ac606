"""Report and model change places together."""

import errno
import os
import subprocess
import sys
import time

import pytest

from workbench.reports import publish as module
from workbench.reports.publish import RUNS, publish, tidy


def refuse(number):
    def no_link(*_, **__):
        raise OSError(number, os.strerror(number))

    return no_link


@pytest.fixture(params=["links", "no links"])
def either(request, monkeypatch):
    """On a file system with links, and on one that refuses them."""
    if request.param == "no links":
        monkeypatch.setattr(os, "symlink", refuse(errno.EPERM))
    return request.param


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


def test_a_second_run_takes_the_place_of_the_first_and_nothing_is_left(tmp_path, either):
    for content in ("first", "second", "third"):
        run(tmp_path, content)
        assert shown(tmp_path) == {"trial.html": content, "model.json": content}
        # the run and the link to it; or nothing, as its files are in their places
        assert len(list((tmp_path / RUNS).iterdir())) == (2 if either == "links" else 0)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_another_refusal_than_that_of_links_is_raised(tmp_path, monkeypatch, number):
    run(tmp_path, "earlier")
    monkeypatch.setattr(os, "symlink", refuse(number))
    with pytest.raises(OSError, match=os.strerror(number)):
        run(tmp_path, "new")
    assert shown(tmp_path) == {"trial.html": "earlier", "model.json": "earlier"}


@pytest.mark.parametrize("first", ["links", "no links"])
def test_a_folder_may_come_to_know_links_or_lose_them(tmp_path, monkeypatch, first):
    """It was copied to another disk, or is used from another system."""
    for content, how in (("one", first), ("two", {"links": "no links"}.get(first, "links"))):
        with monkeypatch.context() as patch:
            if how == "no links":
                patch.setattr(os, "symlink", refuse(errno.ENOSYS))
            run(tmp_path, content)
        assert shown(tmp_path) == {"trial.html": content, "model.json": content}


def marked(folder, *, by):
    """Leave a complete run of which only the report was moved to its place."""
    made = folder / RUNS / module.own_prefix().replace(f"-{os.getpid()}-", f"-{by}-")
    made.mkdir(parents=True)
    (folder / "trial.html").write_text("new")
    (folder / "model.json").write_text("earlier")
    (made / "model.json").write_text("new")
    (made / module.COMPLETE).touch()
    return made


def test_without_links_the_next_start_moves_the_rest(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(timeout=60)
    marked(tmp_path, by=f"{gone.pid}").rename(tmp_path / RUNS / f".wb-00000000-{gone.pid}-1-a")
    tidy(tmp_path)
    assert shown(tmp_path) == {"trial.html": "new", "model.json": "earlier"}, "it may still run"
    long_ago = time.time() - module.STUCK - 1
    (mark,) = (tmp_path / RUNS).glob(f"*/{module.COMPLETE}")
    os.utime(mark, (long_ago, long_ago))
    tidy(tmp_path)
    assert shown(tmp_path) == {"trial.html": "new", "model.json": "new"}
    assert list((tmp_path / RUNS).iterdir()) == []


def test_a_run_without_a_model_leaves_the_earlier_one(tmp_path, either):
    run(tmp_path, "first")
    for content in ("second", "third"):
        run(tmp_path, content, model=False)
        assert shown(tmp_path) == {"trial.html": content, "model.json": "first"}


def test_both_names_lead_through_one_link(tmp_path):
    run(tmp_path, "first")
    earlier = (tmp_path / RUNS / "trial").readlink()
    names = [str((tmp_path / name).readlink()) for name in ("trial.html", "model.json")]
    assert names == [f"{RUNS}/trial/trial.html", f"{RUNS}/trial/model.json"]
    run(tmp_path, "second")
    assert [str((tmp_path / name).readlink()) for name in ("trial.html", "model.json")] == names
    assert (tmp_path / RUNS / "trial").readlink() != earlier


def test_files_of_an_earlier_version_are_replaced(tmp_path, either):
    for name in ("trial.html", "model.json", "notes.txt"):
        (tmp_path / name).write_text("earlier")
    run(tmp_path, "new")
    assert shown(tmp_path) == {"trial.html": "new", "model.json": "new", "notes.txt": "earlier"}


def test_notebooks_do_not_take_each_others_reports(tmp_path, either):
    run(tmp_path, "a", name="one")
    run(tmp_path, "b", name="two", model=False)
    run(tmp_path, "c", name="one")
    assert shown(tmp_path) == {"one.html": "c", "two.html": "b", "model.json": "c"}


def test_the_folder_may_be_moved(tmp_path, either):
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
import errno, os, sys
from pathlib import Path
from workbench.reports import publish
steps = 0
def counted(function):
    def call(*given, **named):
        global steps
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), 9)
        return function(*given, **named)
    return call
def no_link(*_, **__):
    raise OSError(errno.EPERM, "no links here")
if sys.argv[2] == "no links":
    os.symlink = no_link
for name in ("replace", "symlink_to", "chmod", "unlink", "touch"):
    setattr(Path, name, counted(getattr(Path, name)))
publish.to_disk = counted(publish.to_disk)
publish.shutil.copy2 = counted(publish.shutil.copy2)
publish.shutil.rmtree = counted(publish.shutil.rmtree)
publish.tempfile.mkdtemp = counted(publish.tempfile.mkdtemp)
for step in range(1, 60):
    folder = Path(sys.argv[1]) / str(step)
    child = os.fork()  # a process for each kill; importing for each would take minutes
    if not child:
        steps = step
        files = [folder / "made" / name for name in ("trial.html", "model.json")]
        publish.publish(files, folder, name="trial")
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(code)
    if code == 0:
        break
"""


def before_a_kill(folder, before):
    (folder / "made").mkdir(parents=True)
    if before == "plain files":
        for name in ("trial.html", "model.json"):
            (folder / name).write_text("earlier")
    elif before == "a run":
        run(folder, "earlier")
    for name in ("trial.html", "model.json"):
        (folder / "made" / name).write_text("new")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
@pytest.mark.parametrize("before", ["nothing", "plain files", "a run"])
def test_a_kill_at_any_step_leaves_a_pair(tmp_path, before, either):
    """Every step of publishing is once the last that is done; without links, at the next start."""
    for step in range(1, 60):
        before_a_kill(tmp_path / str(step), before)
    process = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path, either], capture_output=True, check=True
    )
    codes = [int(code) for code in process.stdout.split()]
    assert codes[-1] == 0
    assert codes.count(-9) == len(codes) - 1 >= 8
    for step in range(1, len(codes) + 1):
        folder = tmp_path / str(step)
        if either == "no links":
            tidy(folder)
            assert list((folder / RUNS).glob("*")) == []
        found = shown(folder)
        if before == "nothing":
            assert set(found.values()) <= {"new"}
        else:
            assert set(found) == {"trial.html", "model.json"}
            assert len(set(found.values())) == 1, f"step {step}: {found}"
        run(folder, "next")
        assert set(shown(folder).values()) == {"next"}
        left = len(list((folder / RUNS).iterdir()))
        assert left == (2 if either == "links" else 0), "the next start leaves nothing behind"


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
