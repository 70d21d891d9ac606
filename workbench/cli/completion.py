"""`workbench completion`: a script by which a shell completes what is typed, without Python."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.cli.options import DATA_SETS
from workbench.cli.shells import SCRIPTS, Command, Values
from workbench.cli.templates import parameter_names, template_files
from workbench.cli.values import CONDITIONS
from workbench.cli.words import SET, options_of

if TYPE_CHECKING:
    from workbench.cli.parser import Parser

HELP = "print a script by which bash, zsh or fish completes commands, options and names"
NEEDS: tuple[str, ...] = ()
FILES = ("FILE", "FILE.html", "NOTEBOOK", "OLD", "NEW")
FOLDERS = ("FOLDER", "OUTPUT")
"""What stands for a file or a folder in the help."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what follows `workbench completion`."""
    parser.add_argument("shell", choices=tuple(SCRIPTS))
    parser.set_defaults(words=options_of(parser))


def act(options: argparse.Namespace) -> None:
    """Print the script."""
    print(SCRIPTS[options.shell](commands_of(options.commands)), end="")


def commands_of(parsers: Mapping[str, Parser]) -> list[Command]:
    """Return what can be typed after each command.

    Parameters
    ----------
    parsers : mapping of name to Parser

    Returns
    -------
    list of Command
    """
    known = _known()
    return [_command(name, parser, known) for name, parser in parsers.items()]


def _command(name: str, parser: Parser, known: Mapping[str, tuple[str, ...]]) -> Command:
    options, places, about = dict[str, Values | None](), list[Values](), dict[str, str]()
    for action in parser._actions:  # noqa: SLF001 - argparse lists them nowhere else
        values = _values(action, known)
        if not action.option_strings:
            places.append(values)
        for typed in action.option_strings:
            options[typed] = None if action.nargs == 0 else values
            about[typed] = (action.help or "") % vars(action) if action.help else ""
    return Command(name, _help_of(parser), options, about, places)


def _values(action: argparse.Action, known: Mapping[str, tuple[str, ...]]) -> Values:
    words = tuple(map(str, action.choices or ())) or known.get(action.dest, ())
    shown = action.metavar if isinstance(action.metavar, str) else ""
    files = shown in FILES or action.dest in ("source", "notebook", "template")
    return Values(words, files, shown in FOLDERS)


def _help_of(parser: Parser) -> str:
    return str(parser.get_default("about") or "")


def _known() -> dict[str, tuple[str, ...]]:
    """Return words that are known beforehand, by what they are read into."""
    templates = tuple(path.stem for path in template_files())
    return {
        "notebook": templates,
        "template": (*templates, "campaigns.toml"),
        "source": DATA_SETS,
        "fail_on": (*CONDITIONS, "none"),
        SET.removeprefix("--"): tuple(f"{name}=" for name in parameter_names()),
    }
