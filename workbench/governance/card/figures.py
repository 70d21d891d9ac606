"""How the card writes numbers: as the report does, counts of people rounded to five."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from workbench.digits import loss_text, money_text, share_text
from workbench.governance.card.parts import Number, Piece
from workbench.governance.counts_in_text import FEW
from workbench.governance.disclosure import few, rounded
from workbench.language import date_text, number_text, say, speaking
from workbench.language.current import written

ABSENT = "–"
_IN_TEXT = re.compile(
    r"(?<![\w.,’/+\-])[-+−]?\d(?:[\d.,’]*\d)?(?:e[-+]?\d+)?(?:\s?%)?(?![\w/+\-]|[.,]\d)"
)
_WRITTEN = re.compile(r"[-+]?\d[\d,]*\.?\d*(e[-+]?\d+)?")


def count(value: Any, source: str) -> Number:
    """Write a number of people: rounded to five, or "under 10".

    Examples
    --------
    >>> count(1253, "performance.contacts")
    Number(value=1255, text='1,255', source='performance.contacts')
    >>> count(3, "performance.contacts").value is None
    True
    """
    if _unknown(value):
        return Number(None, ABSENT, source)
    if few(value):
        return Number(None, say(FEW), source)
    found = int(rounded(float(value)))
    return Number(found, number_text(found, ","), source)


def whole(value: Any, source: str) -> Number:
    """Write a number of things that are no people."""
    return Number(int(value), number_text(int(value), ","), source)


def share(value: Any, source: str) -> Number:
    """Write a share as a percentage."""
    return _number(value, share_text, source)


def loss(value: Any, source: str) -> Number:
    """Write a loss with as many digits as the report has."""
    return _number(value, loss_text, source)


def ratio(value: Any, source: str) -> Number:
    """Write an AUC or a ratio with three digits."""
    return fixed(value, source, ".3f")


def fixed(value: Any, source: str, spec: str) -> Number:
    """Write a number by a format.

    Examples
    --------
    >>> fixed(0.25, "earned.cost", ".4g")
    Number(value=0.25, text='0.25', source='earned.cost')
    """
    return _number(value, lambda one: number_text(one, spec), source)


def money(value: Any, source: str, currency: str = "") -> Number:
    """Write money."""
    return _number(value, lambda one: money_text(one, currency), source)


def day(value: date | pd.Timestamp | None, source: str) -> Number:
    """Write a day."""
    if value is None:
        return Number(None, ABSENT, source)
    return Number(f"{value:%Y-%m-%d}", date_text(value), source)


def figures_in(text: str, source: str) -> tuple[Piece, ...]:
    """Take the numbers of a sentence that a run wrote for pieces of it.

    Numbers that are parts of names, of days or of ranges of whole numbers stay text.

    Examples
    --------
    >>> figures_in("AUC 0.83 of 91d_log.", "headline")
    ('AUC ', Number(value=0.83, text='0.83', source='headline'), ' of 91d_log.')
    """
    found: list[Piece] = []
    at = 0
    for match in _IN_TEXT.finditer(text):
        found += [text[at : match.start()]] if match.start() > at else []
        found.append(Number(read(in_english(match[0])), match[0], source))
        at = match.end()
    return (*found, *([text[at:]] if at < len(text) else []))


def in_english(number: str) -> str:
    """Write a number of the language of now with English marks."""
    how = written()
    marks = {how.group: ",", how.decimal: "."}
    return "".join(marks.get(letter, letter) for letter in number)


def _number(value: Any, write: Callable[[float], str], source: str) -> Number:
    """Keep the number as it is written: finer digits would tell the counts behind it."""
    if _unknown(value):
        return Number(None, ABSENT, source)
    with speaking("en"):
        plain = write(float(value))
    return Number(read(plain), write(float(value)), source)


def read(text: str) -> float | None:
    """Read a number as English writes it.

    Examples
    --------
    >>> read("38.4%"), read("-1,234 EUR"), read("n/a")
    (0.384, -1234.0, None)
    """
    found = _WRITTEN.search(text.replace("−", "-"))
    if found is None:
        return None
    number = float(found[0].replace(",", ""))
    return round(number / 100, 12) if "%" in text else number


def _unknown(value: Any) -> bool:
    return value is None or bool(pd.isna(value))
