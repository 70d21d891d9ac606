"""Which language is written now, and how each one writes its numbers and dates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from workbench.errors import ParameterError

PSEUDO = "xx"
"""Every message in ⟦ ⟧, or in ⟪ ⟫ where no catalogue has it: the rest was not looked up."""


@dataclass(frozen=True)
class Language:
    """How a language writes.

    Parameters
    ----------
    catalogue : str or None
        The folder of its messages; None where the messages are written in it.
    decimal, group : str
        The marks between whole and broken part, and between thousands.
    percent : str
        What follows a percentage.
    date : str
        Of a day, as `strftime` takes it.
    swiss : bool
        It has no ß, and writes ss.
    """

    catalogue: str | None
    decimal: str
    group: str
    percent: str
    date: str
    swiss: bool = False


_ENGLISH = Language(None, ".", ",", "%", "%Y-%m-%d")
LANGUAGES = {
    "en": _ENGLISH,
    "de": Language("de", ",", ".", "\u00a0%", "%d.%m.%Y"),
    "de-AT": Language("de", ",", ".", "\u00a0%", "%d.%m.%Y"),
    "de-CH": Language("de", ".", "’", "%", "%d.%m.%Y", swiss=True),
}
"""The languages that there are, by their tag."""

_ALL = {**LANGUAGES, PSEUDO: _ENGLISH}
_of_process = {"language": "en"}
_of_block: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """Return the tag of the language that is written now.

    Returns
    -------
    str
        Of `LANGUAGES`.

    Examples
    --------
    >>> language()
    'en'
    """
    return _of_block.get() or _of_process["language"]


def speak(tag: str) -> None:
    """Write in a language from here on, in this process: as the first cell of a notebook does.

    Parameters
    ----------
    tag : str
        Of `LANGUAGES`.

    Raises
    ------
    ParameterError
        There is no such language.

    Examples
    --------
    >>> speak("en")
    """
    _of_process["language"] = check_language(tag)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Write in a language within a block.

    Parameters
    ----------
    tag : str
        Of `LANGUAGES`.

    Returns
    -------
    context manager

    Raises
    ------
    ParameterError
        There is no such language.

    Examples
    --------
    >>> from workbench.language import number_text
    >>> with speaking("de"):
    ...     print(number_text(1234.5, ",.1f"))
    1.234,5
    """
    token = _of_block.set(check_language(tag))
    try:
        yield
    finally:
        _of_block.reset(token)


def written() -> Language:
    """Return how the language of now writes.

    Returns
    -------
    Language

    Examples
    --------
    >>> written().decimal
    '.'
    """
    return _ALL[language()]


def check_language(tag: object) -> str:
    """Return the tag of a language; raise ParameterError where there is no such language.

    Examples
    --------
    >>> check_language("de-CH")
    'de-CH'
    """
    if not isinstance(tag, str) or tag not in _ALL:
        raise ParameterError(f"`language` must be one of {[*LANGUAGES]}; got {tag!r}.")
    return tag
