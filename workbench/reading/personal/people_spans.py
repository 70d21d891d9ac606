"""Where an e-mail, a phone or an account of somebody stands in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.reading.personal.check_digits import is_iban

_FEWEST_LETTERS = 3  # lines of figures alone are no remarks
_EMAIL = re.compile(r"(?<![\w/])([\w.+-]{1,64})@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
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
    r"(?<![\w/+.-])(?:"
    r"(?:\+|00)[1-9]\d{0,2}[ ()/.-]?(?:\(0\)[ /.-]?)?(?:\d(?: / |[ ()/.-]{0,2})){7,13}"
    r"|\(?0[1-9]\d{1,4}\)? ?[ /] ?\d(?:[ -]?\d){4,9}|01[5-7]\d-\d{7,8}|01[5-7]\d{8,9}"
    r"|07\d{3} ?\d{6}|0(?:20|1\d{2,3}) \d{3,4} ?\d{3,4}"
    r"|\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}|[2-9]\d{2}[.-][2-9]\d{2}[.-]\d{4})(?![\w/-])"
)


def people_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what is somebody's, as ``email``, ``phone`` or ``iban``, with where it stands.

    Addresses of a firm's own, such as info@…, are nobody's.

    Examples
    --------
    >>> list(people_spans("call +49 170 1234567, or write to info@shop.example"))
    [('phone', 5, 20)]
    """
    for found in _EMAIL.finditer(text):
        if found[1].lower() not in _ROLES:
            yield "email", found.start(), found.end()
    for found in _ACCOUNT.finditer(text):
        if length := _length_of_iban(found[0]):
            yield "iban", found.start(), found.start() + length
    if sum(map(str.isalpha, text)) >= _FEWEST_LETTERS:
        for found in _PHONE.finditer(text):
            yield "phone", found.start(), found.start() + len(found[0].rstrip(" ()/.-"))


def _length_of_iban(text: str) -> int:
    """Return how long the account at the beginning is: a word may follow that looks like a part."""
    parts = text.split(" ")
    accounts = (" ".join(parts[: k + 1]) for k in range(len(parts)))
    return next((len(account) for account in accounts if is_iban(account)), 0)
