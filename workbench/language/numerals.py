"""Numbers and dates as the language of now writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

from workbench.language.current import Language, written


def number_text(value: Any, spec: str = "") -> str:
    """Write a number in the language of now.

    Parameters
    ----------
    value : number
    spec : str
        As `format` takes it, such as ``",.1f"`` or ``".1%"``.

    Returns
    -------
    str

    Examples
    --------
    >>> from workbench.language import speaking
    >>> number_text(1234.5, ",.1f"), number_text(0.384, ".1%")
    ('1,234.5', '38.4%')
    >>> with speaking("de-CH"):
    ...     print(number_text(1234.5, ",.1f"), number_text(0.384, ".1%"))
    1’234.5 38.4%
    """
    return marked_as(written(), format(value, spec))


def date_text(day: date) -> str:
    """Write a day in the language of now.

    Parameters
    ----------
    day : date

    Returns
    -------
    str

    Examples
    --------
    >>> from datetime import date
    >>> from workbench.language import speaking
    >>> date_text(date(2026, 3, 12))
    '2026-03-12'
    >>> with speaking("de"):
    ...     print(date_text(date(2026, 3, 12)))
    12.03.2026
    """
    return day.strftime(written().date)


def marked_as(how: Language, number: str) -> str:
    """Return a number that is written in English with the marks of another language."""
    return number.translate({ord("."): how.decimal, ord(","): how.group, ord("%"): how.percent})
