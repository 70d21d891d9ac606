"""What is said on stderr, in words of the command line."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from workbench import errors
from workbench.cli.words import as_typed
from workbench.errors import RunError


def report(error: Exception, words: Mapping[str, str]) -> int:
    """Print the error in words of the command, and return the exit code."""
    code, said = told(error, words)
    say(said)
    return code


def told(error: Exception, words: Mapping[str, str]) -> tuple[int, str]:
    """Say an error in words of the command; tell the user's fault (2) from a failed run (1)."""
    in_cell = getattr(error, "error", "")  # of a CellError, whose module is slow to import
    kind = getattr(errors, in_cell, None) if isinstance(in_cell, str) else None
    if isinstance(error, RunError) and kind is not None and kind is not RunError:
        said, partial = getattr(error, "said", ""), getattr(error, "partial", "")
        return 2, f"{as_typed(said, words)}\n(The notebook up to there: {partial})"
    return 1 if isinstance(error, RunError) else 2, as_typed(str(error), words)


def note(message: Warning | str, words: Mapping[str, str]) -> None:
    """Print what is worth knowing and stops nothing."""
    say(f"note: {as_typed(str(message), words)}")


def say(text: str) -> None:
    """Print a sentence of the command."""
    print(f"workbench: {text}", file=sys.stderr)


def show(text: str) -> None:
    """Print a text whose letters the terminal may not have."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))
