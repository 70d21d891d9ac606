"""What killed processes left is removed; what anybody may still finish is not."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench.files import leftovers
from workbench.files.leftovers import own_prefix, remove_leftovers


@pytest.fixture
def gone():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(timeout=60)
    return process.pid


def named(process, *, machine=None, start=None):
    _, _, own_machine, _, own_start, _ = own_prefix().replace(".wb-", "-wb-").split("-")
    return f".wb-{machine or own_machine}-{process}-{start or own_start}-abc"


def left_of(folder, name):
    path = folder / name
    path.mkdir()
    (path / "half").write_text("x")
    remove_leftovers(folder)
    return path.exists()


def test_the_work_of_a_process_that_is_gone_goes(tmp_path, gone):
    assert not left_of(tmp_path, named(gone))


def test_the_work_of_a_process_that_lives_stays(tmp_path):
    assert left_of(tmp_path, named(os.getpid()))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs the starts of processes")
def test_a_number_that_another_process_has_now_says_nothing(tmp_path):
    assert not left_of(tmp_path, named(os.getpid(), start="1"))


def test_another_machines_work_stays_for_a_week(tmp_path, gone, monkeypatch):
    name = named(gone, machine="00000000")
    assert left_of(tmp_path, name)
    old = time.time() - leftovers.OLDEST - 60
    os.utime(tmp_path / name, (old, old))
    remove_leftovers(tmp_path)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", [".wb-notes", ".wb-1-2-3-x", ".wb-", ".1234-notes", ".run-x"])
def test_folders_of_others_stay(tmp_path, name):
    assert left_of(tmp_path, name)


def test_a_link_and_a_file_of_that_name_stay(tmp_path, gone):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "kept").write_text("x")
    (tmp_path / named(gone)).symlink_to(precious)
    (tmp_path / f"{named(gone)}d").write_text("x")
    remove_leftovers(tmp_path)
    assert (precious / "kept").exists()
    assert (tmp_path / f"{named(gone)}d").exists()


def test_a_folder_that_is_not_there_is_no_fault(tmp_path):
    remove_leftovers(tmp_path / "nowhere")
