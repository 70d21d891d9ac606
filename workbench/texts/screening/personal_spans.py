"""Personal data inside of a text: addresses, phones, accounts, cards, days of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_SERVICE = re.compile(r"\(?(?:0|\+49 ?(?:\(0\))?)(?:0?800|180|700|900)")
"""How numbers begin that are of firms alone, such as 0800 in Germany."""

_CARD = re.compile(r"(?<![\w.,/+-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)")
_BORN = re.compile(
    r"\b(?:born(?: on)?\b|date of birth\b|birth ?(?:date|day)\b|DOB\b|geb\.?-datum\b|"
    r"geb(?:\.|oren\b)(?: am\b)?|geburts(?:datum|tag)\b)[\s:.,()]{0,4}(?:is |was |am |ist |war )?",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\d{4}[-/.]\d{2}[-/.]\d{2}|\d{1,2}[-/. ]{1,2}(?:\d{1,2}|[A-Za-zäé]{3,9}\.?)[-/. ]{1,2}\d{4}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)|[A-Za-zäé]{3,9}\.? \d{1,2},? \d{4}"
)


def personal_spans(text: str) -> dict[str, list[Span]]:
    """Return where personal data stand, by the pattern that asks for them.

    Addresses of a firm's own, such as info@…, are nobody's. A number is told once: what is an
    account or a card is no phone.

    Parameters
    ----------
    text : str

    Returns
    -------
    dict of pattern to list of (start, end)

    Examples
    --------
    >>> found = personal_spans("Ann, born 3 May 1971, ann.lee@mail.example, 4111 1111 1111 1111")
    >>> {kind: spans for kind, spans in found.items() if spans}
    {'@email': [(22, 42)], '@card': [(44, 63)], '@birth': [(10, 20)]}
    """
    from workbench.reading.personal.people_spans import people_spans

    found: dict[str, list[Span]] = {"@email": [], "@phone": [], "@iban": []}
    for kind, start, end in people_spans(text):
        found[f"@{kind}"].append((start, end))
    found["@card"] = list(_cards(text))
    found["@birth"] = list(_births(text))
    others = [span for kind in ("@iban", "@card", "@birth") for span in found[kind]]
    found["@phone"] = [
        one
        for one in found["@phone"]
        if not _within(one, others) and not _SERVICE.match(text, one[0])
    ]
    return found


def _within(one: Span, others: list[Span]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def _cards(text: str) -> Iterator[Span]:
    from workbench.reading.personal.check_digits import is_card

    for found in _CARD.finditer(text):
        if is_card(found[0]):
            yield found.span()


def _births(text: str) -> Iterator[Span]:
    from workbench.reading.personal.forms import year_of

    for said in _BORN.finditer(text):
        found = _DAY.match(text, said.end())
        if found and year_of(found[0]) is not None:
            yield found.span()
