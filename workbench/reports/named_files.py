"""Which files the parameters of a notebook name, and in which state they are."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.files.read_log import state_of

PLACES = ("model_path", "offers_path", "previous_model", "router_path")
"""Parameters that name what runs leave, and not what they learn from."""


def files_named(parameters: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the files that parameters name, each with its state.

    Parameters
    ----------
    parameters : mapping of name to value
        Of a list or mapping, every text in it is looked at.

    Examples
    --------
    >>> files_named({"table": "nowhere.csv", "seed": 0})
    {}
    """
    texts = (_texts(value) for name, value in parameters.items() if name not in PLACES)
    return {text: state_of(text) for found in texts for text in found if _is_file(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in _texts(one))
    elif isinstance(value, (list, tuple)):
        yield from (text for one in value for text in _texts(one))


def _is_file(text: str) -> bool:
    """Whether a text names a file: a word that happens to be the name of one is none."""
    looks = os.path.basename(text) != text or os.path.splitext(text)[1]  # noqa: PTH119, PTH122
    try:
        return bool(looks) and os.path.isfile(text)  # noqa: PTH113 - it may be too long to ask for
    except ValueError:
        return False


def literal(text: str) -> Any:
    """Return the value of a default as the parameters cell writes it; None where it is worked out.

    Examples
    --------
    >>> literal("'contacts.csv'"), literal("today()")
    ('contacts.csv', None)
    """
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
