"""Completion as a shell does it: the printed script is read by the shell itself."""

import os
import pty
import select
import shutil
import subprocess
import time

import pytest

from workbench.cli import command_line, main
from workbench.cli.completion import commands_of


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """The script for a shell, as a file."""
    folder = tmp_path_factory.mktemp("completion")

    def printed(shell):
        with pytest.MonkeyPatch.context() as patch, (folder / shell).open("w") as file:
            patch.setattr("sys.stdout", file)
            assert main(["completion", shell]) == 0
        return folder / shell

    return printed


@pytest.fixture
def completed(script, here):
    """What bash offers for words, of which the last is not finished."""
    for name in ("contacts.csv", "two words.csv", "propensities.ipynb"):
        (here / name).touch()
    (here / "reports").mkdir()

    def offered(*words):
        typed = " ".join(f"'{word}'" for word in ("workbench", *words))
        asked = (
            f"source '{script('bash')}'; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; "
            "_workbench; printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        bash = ["bash", "--norc", "-u", "-c", asked]
        done = subprocess.run(bash, capture_output=True, text=True, check=True, cwd=here)
        assert done.stderr == ""
        return [line for line in done.stdout.splitlines() if line]

    return offered


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["co"], ["columns", "compare", "completion"]),
        (["check"], ["check", "check-text"]),
        (["check-text", "--kind", "c"], ["chatbot", "clauses"]),
        (["run", "prop"], ["propensity", "propensity_from_files", "propensities.ipynb"]),
        (["run", "--test"], ["--test-campaigns"]),
        (["run", "propensity", "--table", "t"], ["two words.csv"]),
        (["run", "propensity", "--data", "co"], ["complete-journey", "contacts.csv"]),
        (["run", "propensity", "--output", ""], ["reports"]),
        (["run", "propensity", "--periods", "w"], ["week"]),
        (["run", "propensity", "--fail-on", "l"], ["leak"]),
        (["run", "propensity", "--set", "release"], ["release="]),
        (["run", "propensity", "--target", "c"], []),
        (["run", "--dated", "shi"], ["shift"]),
        (["new", "cam"], ["campaigns.toml"]),
        (["score", "--rank-within", ""], ["campaign", "all"]),
        (["history", ""], ["reports"]),
        (["compare", "rep"], ["reports"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["nothing", ""], []),
    ],
)
def test_bash_offers(completed, words, offered):
    assert completed(*words) == offered


def test_every_option_of_every_command_is_offered(completed):
    parsers = command_line().commands
    for name, parser in parsers.items():
        known = {word for one in parser._actions for word in one.option_strings if "--" in word}  # noqa: SLF001
        assert set(completed(name, "--")) - {"--help"} == known - {"--help"}


def test_a_tab_in_a_terminal(script, here):
    """A real bash at a real terminal: the rest of the word and a space come."""
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "--norc", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, cwd=here,
        env={**os.environ, "TERM": "dumb", "PS1": "> "}, start_new_session=True,
    )  # fmt: skip
    try:
        os.write(ours, f"source '{script('bash')}'; echo rea''dy\n".encode())
        assert "ready" in _until(ours, "ready")
        os.write(ours, b"workbench compar\t--js\t")
        assert "workbench compare --json " in _until(ours, "--json ")
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)
        os.close(theirs)


def _until(terminal, wanted, *, seconds=20):
    """Read what a terminal shows until something is there."""
    shown, end = "", time.monotonic() + seconds
    while wanted not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 4096).decode()
    return shown


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_read_their_script(script, shell):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} on this machine")
    done = subprocess.run(
        [program, "-n", script(shell)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_another_shell_is_refused(run_main):
    code, out, err = run_main("completion", "tcsh")
    assert (code, out) == (2, "")
    assert "invalid choice: 'tcsh'" in err


def test_help_of_options_is_written_out():
    run = next(one for one in commands_of(command_line().commands) if one.name == "run")
    assert run.told["--output"] == "default: reports"
    assert run.about == "execute a notebook and write its offline report"
