"""What a message says of Python's arguments, in the words of the command line.

Messages are written once, for Python: `positive=2`. Who typed a command reads ``--positive 2``.
"""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from collections.abc import Mapping

SET = "--set"
_ARGUMENT = re.compile(r"`(\w+)(?:=([^`]*))?`")
_ANY = "…"  # stands for a value in a message


def as_typed(message: str, options: Mapping[str, str]) -> str:
    """Write arguments that are options as options, each value as a shell takes it.

    Parameters
    ----------
    message : str
        Arguments stand in backticks, with or without a value.
    options : mapping of argument to option
        See `options_of`.

    Examples
    --------
    >>> as_typed("Say `positive='no deal'`, or `alpha=1`.", {"positive": "--positive"})
    "Say --positive 'no deal', or `alpha=1`."
    """

    def typed(found: re.Match[str]) -> str:
        name, value = found.groups()
        if name not in options:
            return found[0]
        if value is None:
            return options[name]
        if options[name] == f"{SET} {name}":
            return f"{SET} {shlex.quote(f'{name}={_plain(value)}')}"
        return f"{options[name]} {shlex.quote(_plain(value))}"

    said = _ARGUMENT.sub(typed, message)
    return said[:1].upper() + said[1:] if message.startswith("`") else said


def options_of(parser: argparse.ArgumentParser, **more: str) -> dict[str, str]:
    """Return the option that sets each argument.

    More words are for what is no option.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> _ = parser.add_argument("--test-campaigns")
    >>> options_of(parser)["test_campaigns"]
    '--test-campaigns'
    """
    found = {a.dest: _long_of(a) for a in parser._actions if a.option_strings}  # noqa: SLF001 - argparse lists them nowhere else
    return found | more


def _long_of(action: argparse.Action) -> str:
    """Return the first long spelling of an option; another is a synonym."""
    return next(one for one in action.option_strings if one.startswith("--"))


def _plain(written: str) -> str:
    """Write a Python value as a text that is typed, before it is quoted."""
    if written == _ANY:
        return "VALUE"
    try:
        return str(ast.literal_eval(written))
    except (SyntaxError, ValueError):
        return written
