"""The command as a whole: its help, and what the machine refuses."""

import pytest

from workbench import __version__


def test_version(run_main):
    assert run_main("--version") == (0, f"workbench {__version__}\n", "")


def test_help_names_every_command(run_main):
    code, out, _ = run_main("--help")
    assert code == 0
    assert all(f"    {command} " in out for command in ("run", "new", "score"))


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            MemoryError(),
            1,
            "there is not enough memory for this; nothing was overwritten. Score fewer rows.",
        ),
        (
            OSError(28, "No space left on device"),
            2,
            "No space left on device; nothing was overwritten.",
        ),
        (
            OSError(13, "Permission denied", "t.csv"),
            2,
            "t.csv: Permission denied; nothing was overwritten.",
        ),
    ],
)
def test_what_the_machine_refuses_is_one_sentence(error, code, said, here, run_main, monkeypatch):
    """The machine itself cannot be made to refuse this at will."""

    def refuse(*_, **__):
        raise error

    monkeypatch.setattr("workbench.ridge.RidgePropensity.load", refuse)
    command = ("score", "--model", "model.json", "--output", "s.csv")
    assert run_main(*command) == (code, "", f"workbench: {said}\n")
