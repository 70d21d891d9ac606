"""How arguments are parsed: nothing is guessed, and what is wrong is one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn


class UsageError(Exception):
    """What argparse has to say against the arguments."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the whole usage before it.

    Parameters
    ----------
    after : function, optional
        Returns what stands below the help.
    **settings
        Of `argparse.ArgumentParser`.

    Examples
    --------
    >>> parser = Parser(prog="sum")
    >>> _ = parser.add_argument("--seed", type=int)
    >>> parser.parse_args(["--seed", "1", "--seed", "2"])
    Traceback (most recent call last):
        ...
    workbench.cli.parser.UsageError: argument --seed: given twice; keep one; see `sum --help`.
    """

    def __init__(self, *, after: Callable[[], str] | None = None, **settings: Any) -> None:
        self.after = after
        self.commands: dict[str, Parser] = {}
        # an abbreviation that works today may be ambiguous with the next option
        super().__init__(**settings, allow_abbrev=False)
        for name in (None, "store"):
            self.register("action", name, Once)

    def format_help(self) -> str:
        """Return the help, with what stands after it, which is looked up only then."""
        return "\n".join([super().format_help(), *([self.after() + "\n"] if self.after else [])])

    def error(self, message: str) -> NoReturn:
        """Raise UsageError, for `main` to print."""
        raise UsageError(f"{message}; see `{self.prog} --help`.")


class Once(argparse.Action):
    """Stores a value; a second one is refused, where argparse would forget the first."""

    def __call__(
        self,
        _: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Store it, and note that it was given."""
        given: set[str] = vars(namespace).setdefault("given", set())
        if option_string is not None and self.dest in given:
            raise argparse.ArgumentError(self, "given twice; keep one")
        given.add(self.dest)
        setattr(namespace, self.dest, values)
