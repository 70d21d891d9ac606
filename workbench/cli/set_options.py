"""`--set NAME=VALUE`: any parameter of a notebook, whether or not it has an option of its own."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench._checks import check_choice
from workbench.cli.messages import note
from workbench.cli.typed_values import NOTHING, literal_of, value_of
from workbench.cli.values import amount_of, days_of, names_of
from workbench.cli.words import SET
from workbench.errors import ParameterError

if TYPE_CHECKING:
    from workbench.reports.parameters import Parameter

_GIVES: Mapping[Any, tuple[type, ...]] = {
    None: (str,),
    int: (int,),
    amount_of: (int, float),
    days_of: (int, float),
    names_of: (list, tuple),
}
"""What an option's reader gives: it reads what is set, too, where the default is such a thing."""


def add_set(parser: argparse.ArgumentParser) -> None:
    """Add what sets and lists parameters by name."""
    parser.add_argument(
        SET,
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="any parameter of the notebook, read as its default is: a number, true or false, "
        "text, a list such as a,b; may be repeated",
    )
    parser.add_argument(
        "--parameters", action="store_true", help="list the notebook's parameters, and stop"
    )


def pairs_of(entries: Sequence[str]) -> dict[str, str]:
    """Return what is typed for each name.

    Raises
    ------
    ParameterError
        There is no name, or it stands twice.

    Examples
    --------
    >>> pairs_of(["seed=7", "title=a=b"])
    {'seed': '7', 'title': 'a=b'}
    """
    found: dict[str, str] = {}
    for entry in entries:
        name, equals, text = entry.partition("=")
        name = name.strip()
        if not (name and equals):
            raise ParameterError(f"{SET} must be NAME=VALUE, as in seed=7; got {entry!r}.")
        if name in found:
            raise ParameterError(
                f"{_typed(name, found[name])} and {_typed(name, text)} set the same parameter. "
                "Keep one of them."
            )
        found[name] = text
    return found


def check_once(
    typed: Mapping[str, str], given: Mapping[str, Any], words: Mapping[str, str]
) -> None:
    """Raise ParameterError where an option says what is set as well."""
    for name, text in typed.items():
        if name in given:
            raise ParameterError(
                f"{words[name]} and {_typed(name, text)} set the same parameter. Keep one of them."
            )


def values_of(
    typed: Mapping[str, str],
    known: Mapping[str, Parameter],
    options: Mapping[str, argparse.Action],
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Return the value of each parameter that is set; say where its kind is a guess.

    Parameters
    ----------
    typed : mapping of name to text
    known : mapping of name to Parameter
    options : mapping of name to action
        Of those that have an option of their own, which reads one value.
    words : mapping
        How to name a parameter in a message.

    Raises
    ------
    ParameterError
        A text does not stand for what its parameter must be.
    """
    found = {}
    for name, text in typed.items():
        option = options.get(name)
        if option is not None and _goes_with(option, known[name]):
            found[name] = _by_option(option, name, text)
            continue
        found[name] = value_of(known[name], text)
        if known[name].kind is None and not isinstance(found[name], (str, type(None))):
            note(
                f"`{name}` is taken as {found[name]!r}, and not as text; its default does not "
                f"tell. For text, put quotes around it: {_typed(name, json.dumps(text))}.",
                words,
            )
    return found


def lines_of(
    known: Iterable[Parameter], words: Mapping[str, str], *, name: str, most: int = 28
) -> list[str]:
    """Return a line for each parameter: name, default, own option, and what its comment says."""
    rows = [(f"{one.name} = {one.default}", words.get(one.name, ""), one.comment) for one in known]
    if not rows:
        return [f"{name} has no parameters: no code cell of it has the tag 'parameters'."]
    wide = min(most, max(len(row[0]) for row in rows))
    option = max(len(row[1]) for row in rows)
    listed = [f"  {row[0]:{wide}}  {row[1]:{option}}  {row[2]}".rstrip() for row in rows]
    head = f"The parameters of {name}, each set by {SET} NAME=VALUE, or by the option beside it:"
    return [head, *listed]


def set_words(typed: Iterable[str]) -> dict[str, str]:
    """Return how messages name what was set."""
    return {name: f"{SET} {name}" for name in typed}


def _goes_with(option: argparse.Action, parameter: Parameter) -> bool:
    gives = _GIVES.get(option.type, ())
    return parameter.kind is None or parameter.kind in gives


def _by_option(option: argparse.Action, name: str, text: str) -> Any:
    """Read a value as the option of that parameter would."""
    if option.choices is not None:
        check_choice(text, option.choices, name=name)
    if option.type is int:
        number = literal_of(text)
        if not isinstance(number, int) or isinstance(number, bool):
            raise ParameterError(f"`{name}` must be a whole number; got {text!r}.")
        return number
    if not callable(option.type):
        literal = literal_of(text)
        return literal if isinstance(literal, str) and literal is not NOTHING else text
    try:
        return option.type(text)
    except argparse.ArgumentTypeError as error:
        raise ParameterError(f"`{name}` {error}.") from None


def _typed(name: str, text: str) -> str:
    return f"{SET} {shlex.quote(f'{name}={text}')}"
