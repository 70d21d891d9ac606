"""Words among numbers, flags or dates that training did not have: told of a table as a whole."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from workbench.errors import DataWarning
from workbench.messages import listed

_TOGETHER: ContextVar[dict[tuple[str, str], set[str]] | None] = ContextVar("words", default=None)


@contextmanager
def new_words_together() -> Iterator[None]:
    """Tell of the words of all blocks that are read inside at the end, in one warning a column.

    Examples
    --------
    >>> with warnings.catch_warnings(record=True, action="always") as caught, new_words_together():
    ...     warn_of_new_words("'spend'", "number", ["none"])
    ...     warn_of_new_words("'spend'", "number", ["later"])
    >>> len(caught)
    1
    """
    found: dict[tuple[str, str], set[str]] = {}
    token = _TOGETHER.set(found)
    try:
        yield
    finally:
        _TOGETHER.reset(token)
    for (name, kind), words in found.items():
        _warn(name, kind, words)


def warn_of_new_words(name: str, kind: str, words: Collection[str]) -> None:
    """Say that words stand in a column that are read as missing.

    Parameters
    ----------
    name : str
        Of the column, as it is written in messages.
    kind : str
        What its values are.
    words : collection of str
    """
    if not words:
        return
    together = _TOGETHER.get()
    if together is None:
        _warn(name, kind, words)
    else:
        together.setdefault((name, kind), set()).update(words)


def _warn(name: str, kind: str, words: Collection[str]) -> None:
    warnings.warn(
        f"{name} has words among its {kind}s that training did not have: "
        f"{listed(sorted(words), 5)}; they are read as missing.",
        DataWarning,
        stacklevel=5,
    )
