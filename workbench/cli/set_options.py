"""`--set NAME=VALUE`: any parameter of a notebook, whether or not it has an option of its own."""

from __future__ import annotations

import argparse
import json
import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.cli.messages import note
from workbench.cli.typed_values import NONE, literal_of, value_of
from workbench.cli.values import amount_of, days_of, names_of, whole_of
from workbench.cli.words import SET
from workbench.errors import ParameterError

if TYPE_CHECKING:
    from workbench.reports.parameters import Parameter

_READ: Mapping[type, tuple[Any, ...]] = defaultdict(
    tuple,
    {
        int: (whole_of, amount_of, days_of),
        float: (amount_of, days_of),
        list: (names_of,),
    },
)
"""By which readers of an option a value is read whose default is of such a kind."""


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
        if _is_read_by(options.get(name), known[name]):
            found[name] = _by_option(options[name], known[name], text)
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


def _is_read_by(option: argparse.Action | None, parameter: Parameter) -> bool:
    """Whether a parameter's own option tells more of its values than its default does."""
    if option is None:
        return False
    return (
        parameter.kind is None or option.choices is not None or option.type in _READ[parameter.kind]
    )


def _by_option(option: argparse.Action, parameter: Parameter, text: str) -> Any:
    """Read a value as the option of that parameter would."""
    name = parameter.name
    if parameter.may_be_none and text in NONE:
        return None
    if option.choices is not None:
        from workbench.checks import check_choice

        check_choice(text, option.choices, name=name)
    if option.type is whole_of:
        number = literal_of(text)
        if not isinstance(number, int) or isinstance(number, bool):
            raise ParameterError(f"`{name}` must be a whole number; got {text!r}.")
        return number
    if not callable(option.type):
        literal = literal_of(text)
        return literal if isinstance(literal, str) else text
    try:
        return option.type(text)
    except argparse.ArgumentTypeError as error:
        raise ParameterError(f"`{name}` {error}.") from None


def _typed(name: str, text: str) -> str:
    return f"{SET} {shlex.quote(f'{name}={text}')}"
