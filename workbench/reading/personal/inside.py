"""What stands inside of texts: an e-mail in a remark, a phone, an account. All rows are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.reading.personal.check_digits import is_iban

LONG = 18
"""Letters of a text on average, from which something may stand inside of it."""

_FEWEST_LETTERS = 3  # lines of figures alone are no remarks
_LIKELY = (
    r"@|[A-Z]{2}\d{2} ?[0-9A-Z]{4}|\+\d{2}|\(\d{3}\)|\d{3}[-./ ]\d{3}|0\d{2,5}[ )/-]+\d{3}|0\d{9}"
)
_EMAIL = re.compile(r"(?<![\w/])([\w.+-]+)@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
_ROLES = frozenset(
    [
        "info",
        "service",
        "kontakt",
        "contact",
        "support",
        "noreply",
        "no-reply",
        "donotreply",
        "hello",
        "hallo",
        "office",
        "sales",
        "kundenservice",
        "newsletter",
        "bestellung",
        "orders",
        "shop",
        "mail",
        "team",
        "help",
        "hilfe",
        "admin",
        "webmaster",
    ]
)
_ACCOUNT = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?![A-Z0-9])"
)
_PHONE = re.compile(
    r"(?<![\w/+.-])(?:(?:\+|00)[1-9]\d{0,2}[ ()/.-]?(?:\(0\))?(?:[\d][ ()/.-]{0,2}){7,13}"
    r"|\(?0[1-9]\d{1,4}\)? ?[ /] ?\d(?:[ -]?\d){4,9}|01[5-7]\d-\d{7,8}|01[5-7]\d{8,9}"
    r"|07\d{3} ?\d{6}|0(?:20|1\d{2,3}) \d{3,4} ?\d{3,4}"
    r"|\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}|[2-9]\d{2}[.-][2-9]\d{2}[.-]\d{4})(?![\w/-])"
)


def share_with_people(column: pd.Series[Any]) -> float:
    """Return the share of texts in which an e-mail, a phone or an account of somebody stands.

    Addresses of a firm's own, such as info@…, are nobody's.

    Examples
    --------
    >>> share_with_people(pd.Series(["call +49 170 1234567", "paid", "to info@shop.example", None]))
    0.3333333333333333
    """
    texts = pa.array(column, from_pandas=True)
    present: int = len(texts) - texts.null_count
    likely = texts.filter(pc.match_substring_regex(texts, _LIKELY))
    found = sum(any(_people_in(text)) for text in likely.to_pylist())
    return found / max(present, 1)


def are_long(words: Iterable[str]) -> bool:
    """Whether texts are long enough for something to stand in them, and have blanks.

    Examples
    --------
    >>> are_long(["asked to be called back tomorrow"]), are_long(["north", "south"])
    (True, False)
    """
    some = list(words)
    spaced = [word for word in some if " " in word]
    return len(spaced) >= 0.3 * len(some) > 0 and sum(map(len, spaced)) >= LONG * len(spaced)


def _people_in(text: str) -> Iterator[bool]:
    """Yield what is somebody's: the first will do."""
    for found in _EMAIL.finditer(text):
        yield found[1].lower() not in _ROLES
    for found in _ACCOUNT.finditer(text):
        yield _begins_with_iban(found[0])
    if _PHONE.search(text) and sum(map(str.isalpha, text)) >= _FEWEST_LETTERS:
        yield True


def _begins_with_iban(text: str) -> bool:
    """Whether an account stands at the beginning: a word may follow that looks like a part."""
    parts = text.split(" ")
    return any(is_iban(" ".join(parts[: k + 1])) for k in range(len(parts)))
