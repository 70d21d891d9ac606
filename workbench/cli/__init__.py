"""The command line: parses, calls, prints. A file of this folder is a command, or serves them all.

Exit codes: 0 done, 1 a run that failed, 2 a wrong option or unusable data, 130 interrupted.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Sequence

from workbench import __version__, _early
from workbench.cli import columns, new, run, score
from workbench.cli.messages import note, report, say
from workbench.cli.parser import Parser, UsageError
from workbench.errors import WorkbenchError

PURPOSE = "Whom to contact next, and still trust it when campaigns change."
COMMANDS = (columns, run, new, score)
"""A module each, with a one-line HELP, `add_options` and `act`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `workbench` command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: what the process was called with.

    Returns
    -------
    int
        The exit code.
    """
    words: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: note(message, words)
        try:
            _early.let_interrupts_pass()
            options = command_line().parse_args(arguments)
            words = options.words
            act: Callable[[argparse.Namespace], None] = options.act
            act(options)
        except (WorkbenchError, UsageError) as error:
            return report(error, words)
        except MemoryError:
            say("there is not enough memory for this; nothing was overwritten. Score fewer rows.")
            return 1
        except OSError as error:
            said = f"{error.filename}: " if error.filename else ""
            say(f"{said}{error.strerror or error}; nothing was overwritten.")
            return 2
        except KeyboardInterrupt:
            say("interrupted; nothing was overwritten.")
            return 130
    return 0


def command_line() -> Parser:
    """Return what reads the whole command line."""
    whole = Parser(prog="workbench", description=PURPOSE)
    whole.add_argument("--version", action="version", version=f"workbench {__version__}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        added = commands.add_parser(name, help=command.HELP)
        command.add_options(added)
        added.set_defaults(act=command.act)
    return whole
