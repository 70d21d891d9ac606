from pathlib import Path

import pytest

from workbench.cli.messages import note, report, say
from workbench.errors import DataError, RunError
from workbench.reports.execute import CellError

WORDS = {"positive": "--positive"}


def in_cell(error):
    return CellError(
        f"mine.ipynb stopped: {error}: `positive` must be a value.",
        error=error,
        said="`positive` must be a value.",
        partial=Path("mine-failed.ipynb"),
    )


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (DataError("`positive` must be a value."), 2, "--positive must be a value."),
        (RunError("The kernel died."), 1, "The kernel died."),
        (
            in_cell("ParameterError"),
            2,
            "--positive must be a value.\n(The notebook up to there: mine-failed.ipynb)",
        ),
        (
            in_cell("KeyError"),
            1,
            "mine.ipynb stopped: KeyError: --positive must be a value.",
        ),
        (in_cell("RunError"), 1, "mine.ipynb stopped: RunError: --positive must be a value."),
    ],
)
def test_the_users_fault_is_told_from_a_failed_run(error, code, said, capsys):
    assert report(error, WORDS) == code
    assert capsys.readouterr() == ("", f"workbench: {said}\n")


def test_what_is_said_goes_to_stderr_in_words_of_the_command(capsys):
    say("done.")
    note("Say `positive=1`.", WORDS)
    assert capsys.readouterr() == ("", "workbench: done.\nworkbench: note: Say --positive 1.\n")
