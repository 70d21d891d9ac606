"""Sentences of the page: written in English, looked up in the language of now, then filled in."""

from __future__ import annotations

import numbers
import re
import string
from datetime import date
from typing import Any

from workbench.language.current import PSEUDO, Language, language, written
from workbench.language.numerals import date_text, marked_as

MARK = "⟦"
"""What begins a message of the pseudo language; one that no catalogue holds begins with ⟪."""
CATALOGUE_OF_PSEUDO = "de"


def say(message: str, /, **values: Any) -> str:
    """Return a message in the language of now, with its values filled in.

    Parameters
    ----------
    message : str
        In English, a whole sentence or heading, with fields as `str.format` takes them. A
        message that the catalogue does not hold is said in English.
    **values
        Of the fields. Numbers and dates are written as the language writes them. Without any
        values, braces stay as they are.

    Returns
    -------
    str
        In English, exactly ``message.format(**values)``.

    Examples
    --------
    >>> from workbench.language import speaking
    >>> say("{n:,.0f} contacts are waiting.", n=1234)
    '1,234 contacts are waiting.'
    >>> with speaking("de"):
    ...     print(say("{low} to {high}", low=0.25, high=0.5))
    0,25 bis 0,5
    """
    if language() == "en":
        return message.format(**values) if values else message
    return _filled(_looked_up(message), values)


def say_count(one: str, many: str, /, n: float, **values: Any) -> str:
    """Return the message for one thing or that for several, with ``n`` filled in.

    Parameters
    ----------
    one, many : str
        Messages as `say` takes them; both may hold the field ``n``.
    n : number
        How many there are; it is one where it is written as 1.
    **values
        Of the other fields, as for `say`.

    Returns
    -------
    str

    Examples
    --------
    >>> [say_count("one contact", "{n:,.0f} contacts", n) for n in (1, 1234)]
    ['one contact', '1,234 contacts']
    """
    return say(one if round(n) == 1 else many, n=n, **values)


def later(message: str, /) -> str:
    """Mark a message that stands apart from where it is said; return it as it is.

    Parameters
    ----------
    message : str

    Returns
    -------
    str

    Examples
    --------
    >>> TITLE = later("Expected profit")
    >>> say(TITLE)
    'Expected profit'
    """
    return message


def _looked_up(message: str) -> str:
    from workbench.language.catalogues import catalogue

    if language() == PSEUDO:
        known = message in catalogue(CATALOGUE_OF_PSEUDO)
        return f"{MARK}{message}⟧" if known else not_found(message)
    how = written()
    if how.catalogue is None:
        return message
    found = catalogue(how.catalogue).get(message, message)
    return found.replace("ß", "ss") if how.swiss else found


def not_found(text: str) -> str:
    """Mark in the pseudo language what no catalogue holds."""
    return f"⟪{text}⟫" if re.search(r"[^\W\d_]{2}", text) else text


def _filled(message: str, values: dict[str, Any]) -> str:
    return _Formatter(written()).vformat(message, (), values) if values else message


class _Formatter(string.Formatter):
    """Fills in numbers and dates as a language writes them, and all else as `str.format`."""

    def __init__(self, how: Language) -> None:
        self.how = how

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(format(value, format_spec))
        if isinstance(value, bool):
            return text
        if isinstance(value, date) and not format_spec:
            return date_text(value)
        whole = isinstance(value, numbers.Integral) and not format_spec  # may be a year, or a name
        return (
            marked_as(self.how, text) if isinstance(value, numbers.Number) and not whole else text
        )
