"""What a message says of Python's arguments, in the words of the command line.

Messages are written once, for Python: `positive=2`. Who typed a command reads ``--positive 2``.
"""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from collections.abc import Mapping

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
        return options[name] if value is None else f"{options[name]} {_word(value)}"

    said = _ARGUMENT.sub(typed, message)
    return said[:1].upper() + said[1:] if message.startswith("`") else said


def options_of(parser: argparse.ArgumentParser, **more: str) -> dict[str, str]:
    """Return the option that sets each argument; `groups`, a mapping, is set one by one.

    More words are for what is no option.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> _ = parser.add_argument("--test-campaigns")
    >>> options_of(parser)["test_campaigns"]
    '--test-campaigns'
    """
    found = {a.dest: a.option_strings[-1] for a in parser._actions if a.option_strings}  # noqa: SLF001 - argparse lists them nowhere else
    return found | ({"groups": found["group"]} if "group" in found else {}) | more


def _word(written: str) -> str:
    """Turn a Python value into a word of the shell."""
    try:
        value = ast.literal_eval(written)
    except (SyntaxError, ValueError):
        return "VALUE" if written == _ANY else written
    return shlex.quote(str(value))
