"""The file workbench.toml: what would be typed every time, said once. What is typed comes first."""

from __future__ import annotations

import argparse
import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.messages import say
from workbench.cli.option_values import value_for
from workbench.cli.outcome import JSON
from workbench.cli.templates import parameter_names, template_files
from workbench.errors import MissingDataError, ParameterError
from workbench.messages import did_you_mean, listed

if TYPE_CHECKING:
    from workbench.cli.parser import Parser
    from workbench.reports.parameters import Parameter

NAME = "workbench.toml"
OPTION = "--config"
SECTIONS = ("run", "score")
_TYPED_ALONE = ("help", "config", "notebook", "parameters", "set")
_TOGETHER = ("source", "table")  # of which one is said


@dataclass(frozen=True)
class Config:
    """What a file says of a command.

    Parameters
    ----------
    path : str
        Of the file; "" where there is none.
    shared : mapping
        Of its section.
    own : mapping
        Of its section for one notebook, such as ``[run.propensity]``.
    """

    path: str = ""
    shared: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """What holds: a notebook's own section comes before the shared one."""
        return {**self.shared, **self.own}


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the file."""
    parser.add_argument(
        OPTION, metavar="FILE", help=f"read what is not typed from it; default: {NAME}, if there"
    )
    parser.set_defaults(file=Config(), typed=set())


def configured(parser: Parser, typed: Sequence[str], words: dict[str, str]) -> argparse.Namespace:
    """Parse what is typed, and fill in what a file says.

    Parameters
    ----------
    parser : Parser
        Of the whole command line.
    typed : sequence of str
    words : dict
        How messages name arguments; filled as soon as the command is known.

    Raises
    ------
    MissingDataError
        There is no such file.
    ParameterError
        It is no TOML, or a name in it is unknown.
    """
    command, one = _command(parser, typed)
    path = None if one is None else _path(typed)
    found = Config()
    if one is not None and path is not None:
        found = _section(path, command, one, _notebook(typed, one))
        for action in _actions(one).values():
            action.required &= action.dest not in found.values
    options = parser.parse_args(typed)
    words |= options.words
    options.words, options.file = words, found
    if one is not None:
        actions = _actions(one)
        options.typed = vars(options).get("given", set()) | {
            name for name, action in actions.items() if getattr(options, name) != action.default
        }
        _fill(options, actions)
    return options


def says_json(parser: Parser, typed: Sequence[str]) -> bool:
    """Whether JSON is asked for, by an option or by the file, whatever is wrong with the rest.

    Parameters
    ----------
    parser : Parser
        Of the whole command line.
    typed : sequence of str
    """
    if JSON in typed:
        return True
    command, one = _command(parser, typed)
    try:
        path = None if one is None else _path(typed)
        section = {} if path is None else _read(path).get(command, {})
        own = {} if one is None else section.get(_notebook(typed, one), {})
        said = {**section, **own}.get(JSON.removeprefix("--"))
    except (MissingDataError, ParameterError, OSError, AttributeError, TypeError):
        return False  # which is the error that is being told
    return said is True


def fill_parameters(
    options: argparse.Namespace, known: Mapping[str, Parameter], *, name: str
) -> tuple[dict[str, str], dict[str, Any]]:
    """Fill in a notebook's parameters that have an option, and return the others.

    Parameters
    ----------
    options : Namespace
        Changed where the file says more than was typed.
    known : mapping of name to Parameter
        Those of the notebook.
    name : str
        Of the notebook.

    Returns
    -------
    texts : dict of name to text
        To be read as their defaults are.
    values : dict of name to value
        Of those whose default tells no kind: the file has told it.

    Raises
    ------
    ParameterError
        The notebook's own section names what is no parameter.
    """
    found: Config = options.file
    given = {n: v for n, v in found.values.items() if n in known or n in found.own}
    for one in given:
        if one not in known and one not in _settings(options):
            raise ParameterError(
                f"{found.path} names unknown parameter {one!r} of {name}."
                f"{did_you_mean(one, known)} Its parameters: {listed(known, most=40)}."
            )
    aside = [n for n in found.shared if n not in known and n in options.settable]
    if aside:
        say(f"note: {found.path}: {name} has no {' and no '.join(map(repr, aside))}.")
    texts, values = dict[str, str](), dict[str, Any]()
    for one, value in _not_typed(options, given):
        if one in options.settable:
            setattr(options, one, value_for(options.settable[one], value))
        elif one in known and known[one].kind is None:
            values[one] = json.loads(json.dumps(value, default=str))  # dates are no JSON
        elif one in known:
            texts[one] = value if isinstance(value, str) else json.dumps(value, default=str)
    return texts, values


def _fill(options: argparse.Namespace, actions: Mapping[str, argparse.Action]) -> None:
    """Fill in what is an option of the command and no parameter of a notebook; say so."""
    found: Config = options.file
    if not found.path:
        return
    used = [name for name, _ in _not_typed(options, found.values)]
    for name in used:
        options.words[name] = f"`{name}` in {found.path}"
    if used:
        say(f"{found.path} says {', '.join(used)}.")
    settable = getattr(options, "settable", {})
    for name in used:
        if name in actions and name not in settable:
            setattr(options, name, value_for(actions[name], found.values[name]))


def _not_typed(options: argparse.Namespace, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return what the file says and no option does."""
    set_by_name = {entry.partition("=")[0].strip() for entry in getattr(options, "set", ())}
    typed = options.typed | set_by_name
    typed |= set(_TOGETHER) if typed & set(_TOGETHER) else set()
    yield from ((name, value) for name, value in values.items() if name not in typed)


def _settings(options: argparse.Namespace) -> set[str]:
    """Return the options of a command that are no parameters of a notebook."""
    return set(vars(options)) - set(options.settable)


def _command(parser: Parser, typed: Sequence[str]) -> tuple[str, Parser | None]:
    """Return the command that is typed, and its parser, where a file may say something of it."""
    name = next((word for word in typed if not word.startswith("-")), "")
    if {"-h", "--help"} & set(typed):
        return name, None
    return name, parser.commands[name] if name in SECTIONS and name in parser.commands else None


def _path(typed: Sequence[str]) -> str | None:
    """Return the file that is named, or the one in the working folder; None where there is none."""
    for place, word in enumerate(typed):
        option, equals, named = word.partition("=")
        if option == OPTION:
            path = named if equals else "".join(typed[place + 1 : place + 2])
            if path and not os.path.isfile(path):  # noqa: PTH113 - it may be too long to ask for
                raise MissingDataError(f"There is no file {path!r}. Check the path after {OPTION}.")
            return path or None  # the parser says that nothing is named
    return NAME if Path(NAME).is_file() else None


def _notebook(typed: Sequence[str], parser: Parser) -> str:
    """Return the name of the notebook's section: of the second word that is no option's value."""
    options = {option: one for one in parser._actions for option in one.option_strings}  # noqa: SLF001 - argparse lists them nowhere else
    words, left = [], iter(typed)
    for word in left:
        if not word.startswith("-"):
            words.append(word)
        elif word in options and options[word].nargs != 0:
            next(left, None)
    return Path(words[1]).stem if len(words) > 1 else ""


def _check_notebooks(path: str, named: Sequence[str], notebook: str) -> None:
    """Raise ParameterError where a section is of no notebook: it would say nothing."""
    files = [*template_files(), *Path().glob("*.ipynb")]
    known = {notebook, *(file.stem for file in files)} - {""}
    for name in named:
        if name not in known:
            raise ParameterError(
                f"{path} has a section [run.{name}], and there is no such notebook; there is "
                f"{listed(sorted(known))}.{did_you_mean(name, known)}"
            )


def _section(path: str, command: str, parser: Parser, notebook: str) -> Config:
    """Read what a file says of a command, and of one notebook."""
    content = _read(path)
    for name, section in content.items():
        if name not in SECTIONS or not isinstance(section, dict):
            raise ParameterError(
                f"{path} must have the sections {listed(f'[{one}]' for one in SECTIONS)}, and in "
                f"them what is said; got {name!r}.{did_you_mean(name, SECTIONS)}"
            )
    actions = _actions(parser)
    section = content.get(command, {})
    own = {
        name: section[name]
        for name in section
        if isinstance(section[name], dict) and name not in actions and command == "run"
    }
    _check_notebooks(path, list(own), notebook)
    shared = {name: value for name, value in section.items() if name not in own}
    # one notebook may have what another has not
    known = {*actions, *(parameter_names() if command == "run" else ())}
    for name in shared:
        if name not in known:
            raise ParameterError(
                f"{path} names unknown {name!r} in [{command}].{_meant(name, parser, known)} "
                f"What can be said there: {listed(sorted(known), most=60)}."
            )
    return Config(path, shared, own.get(notebook, {}))


def _read(path: str) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError(
            f"{path} must be TOML in UTF-8; it is not: {error}. Mend it."
        ) from None


def _actions(parser: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    return {a.dest: a for a in parser._actions if a.dest not in _TYPED_ALONE}  # noqa: SLF001 - argparse lists them nowhere else


def _meant(name: str, parser: Parser, known: set[str]) -> str:
    """Return what may have been meant: what an option of that name sets, or a name like it."""
    typed = f"--{name.replace('_', '-')}"
    for action in parser._actions:  # noqa: SLF001 - argparse lists them nowhere else
        if typed in action.option_strings and action.dest in known:
            return f" What {typed} sets is called {action.dest!r} here."
    return did_you_mean(name, known)
