"""The command line: parses, calls, prints. A file of this folder is a command, or serves them all.

Exit codes: 0 done, 1 a run that failed, 2 a wrong option, unusable data, or a check that
is blocked, 3 stopped by what `--fail-on` names: a sign against a
run's model, or a finding in a text; 130 interrupted.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

from workbench import __version__, _early
from workbench.cli import check, check_text, columns, compare, completion, history, new, run, score
from workbench.cli.config import configured, says_json
from workbench.cli.messages import note, say, told
from workbench.cli.outcome import print_error
from workbench.cli.parser import Parser, UsageError
from workbench.cli.templates import templates_listed
from workbench.errors import DataWarning, WorkbenchError

PURPOSE = "Whom to contact next, and still trust it when campaigns change."
COMMANDS = (columns, check, check_text, run, new, score, history, compare, completion)
"""A module each, with a one-line HELP, what it NEEDS that is slow to import, and functions
`add_options` and `act`."""


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
    typed = list(sys.argv[1:] if arguments is None else arguments)
    words: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("always", DataWarning)  # a note, whatever Python was told of warnings
        warnings.showwarning = lambda message, *_, **__: note(message, words)
        try:
            return _done(typed, words)
        except (WorkbenchError, UsageError) as error:
            code, said = told(error, words)
        except MemoryError:
            said = "there is not enough memory for this; nothing was overwritten. Score fewer rows."
            code = 1
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            code, said = 2, f"{where}{error.strerror or error}; nothing was overwritten."
        except KeyboardInterrupt:
            code, said = 130, "interrupted; nothing was overwritten."
        say(said)
        if says_json(command_line(), typed):  # whatever is wrong with the rest
            print_error(code, said)
    return code


def _done(typed: Sequence[str], words: dict[str, str]) -> int:
    """Do what is typed; `words` is told how messages name it, as soon as that is known."""
    options = configured(command_line(), typed, words)
    for module in options.needs:  # an interrupt ends the process at once as long as nothing is done
        import_module(module)
    _early.let_interrupts_pass()
    code: int | None = options.act(options)
    return code or 0


def command_line() -> Parser:
    """Return what reads the whole command line."""
    whole = Parser(prog="workbench", description=PURPOSE, after=templates_listed)
    whole.add_argument("--version", action="version", version=f"workbench {__version__}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2].replace("_", "-")
        added = commands.add_parser(name, help=command.HELP)
        command.add_options(added)
        whole.commands[name] = added
        added.set_defaults(act=command.act, needs=command.NEEDS, command=name, about=command.HELP)
    whole.commands["completion"].set_defaults(commands=whole.commands)
    return whole
