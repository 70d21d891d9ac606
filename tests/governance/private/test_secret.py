"""The key stays here and is its user's alone; the noise follows content and key."""

import os
import stat

import numpy as np
import pytest

from workbench.errors import ParameterError
from workbench.governance.private.secret import Draws, draws_of, release_key


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CONFIG", str(tmp_path / "own"))
    return tmp_path / "own"


def test_the_key_is_made_once_and_nobody_else_may_read_it(folder):
    key = release_key()
    assert len(key) == 32
    assert release_key() == key
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_machine_has_another_key(folder, monkeypatch, tmp_path):
    key = release_key()
    monkeypatch.setenv("WORKBENCH_CONFIG", str(tmp_path / "other"))
    assert release_key() != key


def test_without_the_variable_it_is_in_the_folder_of_settings(monkeypatch, tmp_path):
    monkeypatch.delenv("WORKBENCH_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    release_key()
    assert (tmp_path / "marketing-workbench" / "release.key").is_file()


def test_a_cut_key_is_refused(folder):
    release_key()
    (folder / "release.key").write_bytes(b"short")
    with pytest.raises(ParameterError) as error:
        release_key()
    assert str(error.value) == (
        f"The key of mailed files must have 32 bytes; {str(folder / 'release.key')!r} has 5. "
        "Remove the file: a new one is made."
    )


def test_a_folder_that_cannot_be_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKBENCH_CONFIG", str(tmp_path / "file"))
    with pytest.raises(ParameterError) as error:
        release_key()
    assert str(error.value) == (
        "The key of mailed files must be kept in a file; "
        f"{os.fspath(tmp_path / 'file' / 'release.key')!r} cannot be: File exists. Name "
        "another folder in WORKBENCH_CONFIG."
    )


def test_noise_follows_content_and_key():
    rows = np.arange(12.0).reshape(6, 2)
    one = draws_of([rows, "a"], b"k" * 32)
    assert one == draws_of([rows.copy(), "a"], b"k" * 32)
    others = [
        draws_of([rows, "a"], b"l" * 32),
        draws_of([rows[:5], "a"], b"k" * 32),
        draws_of([rows.reshape(2, 6), "a"], b"k" * 32),
        draws_of([rows.astype("float32"), "a"], b"k" * 32),
        draws_of([rows, "b"], b"k" * 32),
    ]
    assert len({other.seed for other in [one, *others]}) == 6
    assert one.mark not in {other.mark for other in others}


def test_parts_have_independent_standard_normal_draws():
    draws = Draws(b"seed")
    first, second = draws("first", 20_000), draws("second", 20_000)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02
    assert first.mean() == pytest.approx(0, abs=0.02)
    assert first.std() == pytest.approx(1, abs=0.02)


def test_keys_of_parts_are_their_own_and_follow_the_seed():
    one, other = Draws(b"seed"), Draws(b"other")
    keys = {one.key("a"), one.key("b"), other.key("a")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    assert one.key("a") == Draws(b"seed").key("a")
