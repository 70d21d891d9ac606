import multiprocessing
import os

import pytest

from workbench.files.digest import Digest
from workbench.files.read_log import (
    VARIABLE,
    ReadFile,
    ReadLog,
    is_noting,
    noted,
    noted_all,
    noted_other,
    read_log,
)


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "log"))
    return tmp_path / "log"


def test_each_file_is_noted_once_as_it_was_named(log):
    contacts, orders = log.parent / "contacts.csv", log.parent / "orders.csv"
    contacts.write_bytes(b"a")
    orders.write_bytes(b"bc")
    noted("contacts.csv")
    noted(contacts)
    noted_all([orders])
    assert read_log(log).files == (
        ReadFile("contacts.csv", str(contacts), Digest.of(b"a")),
        ReadFile(str(orders), str(orders), Digest.of(b"bc")),
    )
    assert len(log.read_text().splitlines()) == 2


def test_a_file_that_is_another_when_it_is_read_again_is_marked(log):
    file = log.parent / "contacts.csv"
    file.write_bytes(b"a")
    noted(file)
    file.write_bytes(b"b")  # as long as before
    noted(file)
    (found,) = read_log(log).files
    assert (found.changed, found.digest) == (True, Digest.of(b"b"))
    file.write_bytes(b"a")
    noted(file)
    assert read_log(log).files[0].changed, "a change that was undone is one"


def test_a_file_that_is_touched_is_no_other(log):
    file = log.parent / "contacts.csv"
    file.write_bytes(b"a")
    noted(file)
    os.utime(file, (1, 1))
    noted(file)
    assert not read_log(log).files[0].changed


def test_what_is_no_file_is_noted_by_its_name(log):
    noted_other("a database")
    noted_other("a database")
    assert read_log(log) == ReadLog((), ("a database",))


def test_what_is_not_there_is_left_to_its_reader(log):
    noted("nowhere.csv")
    noted("zero\0byte")
    noted(log.parent)
    assert read_log(log) == ReadLog()


def test_without_a_log_nothing_is_noted(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    file = tmp_path / "contacts.csv"
    file.touch()
    noted(file)
    noted_other("a database")
    assert not is_noting()
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]


def note_many(folder, own):
    for number in range(50):
        noted(folder / f"{own}-{number}.csv")


def test_processes_of_one_run_note_side_by_side(log):
    folder = log.parent
    for own in range(4):
        for number in range(50):
            (folder / f"{own}-{number}.csv").write_text(f"{own} {number}")
    ask = multiprocessing.get_context("fork")
    some = [ask.Process(target=note_many, args=(folder, own)) for own in range(4)]
    for process in some:
        process.start()
    for process in some:
        process.join()
    assert len(read_log(log).files) == 200
