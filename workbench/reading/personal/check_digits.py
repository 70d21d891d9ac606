"""Numbers that carry their own check: accounts, cards, numbers of tax and social security."""

from __future__ import annotations

import re

IBAN_LENGTHS = {
    "AD": 24,
    "AE": 23,
    "AL": 28,
    "AT": 20,
    "AZ": 28,
    "BA": 20,
    "BE": 16,
    "BG": 22,
    "BH": 22,
    "BR": 29,
    "BY": 28,
    "CH": 21,
    "CR": 22,
    "CY": 28,
    "CZ": 24,
    "DE": 22,
    "DK": 18,
    "DO": 28,
    "EE": 20,
    "EG": 29,
    "ES": 24,
    "FI": 18,
    "FO": 18,
    "FR": 27,
    "GB": 22,
    "GE": 22,
    "GI": 23,
    "GL": 18,
    "GR": 27,
    "GT": 28,
    "HR": 21,
    "HU": 28,
    "IE": 22,
    "IL": 23,
    "IQ": 23,
    "IS": 26,
    "IT": 27,
    "JO": 30,
    "KW": 30,
    "KZ": 20,
    "LB": 28,
    "LC": 32,
    "LI": 21,
    "LT": 20,
    "LU": 20,
    "LV": 21,
    "LY": 25,
    "MC": 27,
    "MD": 24,
    "ME": 22,
    "MK": 19,
    "MR": 27,
    "MT": 31,
    "MU": 30,
    "NL": 18,
    "NO": 15,
    "PK": 24,
    "PL": 28,
    "PS": 29,
    "PT": 25,
    "QA": 29,
    "RO": 24,
    "RS": 22,
    "SA": 24,
    "SC": 31,
    "SD": 18,
    "SE": 24,
    "SI": 19,
    "SK": 24,
    "SM": 27,
    "ST": 25,
    "SV": 28,
    "TL": 23,
    "TN": 24,
    "TR": 26,
    "UA": 29,
    "VA": 22,
    "VG": 24,
    "XK": 20,
}
"""Characters of an IBAN by its country, of the registry of SWIFT."""

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_ISSUERS = re.compile(
    r"4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[47]|30[0-5]|3[68]|6011|64[4-9]|65|35|62|50|6[37]"
)
_PENSION = re.compile(r"\d{2}(\d{2})(\d{2})\d{2}[A-Z]\d{3}")
_AMERICAN = re.compile(r"(\d{3})-(\d{2})-(\d{4})")
_BRITISH = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")
_SPANISH = re.compile(r"([XYZ]?)(\d{7,8})([A-Z])")
_FRENCH = re.compile(r"[12]\d{2}(0[1-9]|1[0-2]|[2-9]\d)\d{10}")


def plain(text: str) -> str:
    """Write a number without what sets its parts apart, in capitals."""
    return re.sub(r"[\s./-]", "", text).upper()


def is_iban(text: str) -> bool:
    """Whether an account is of its country's length, and gives 1 modulo 97.

    Examples
    --------
    >>> is_iban("DE89 3704 0044 0532 0130 00"), is_iban("DE88 3704 0044 0532 0130 00")
    (True, False)
    """
    code = plain(text)
    if not _IBAN.fullmatch(code) or len(code) != IBAN_LENGTHS.get(code[:2]):
        return False
    turned = code[4:] + code[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def looks_like_iban(text: str) -> bool:
    """Whether a text is of the form of an account of a country; a digit may be wrong."""
    code = plain(text)
    return bool(_IBAN.fullmatch(code)) and len(code) == IBAN_LENGTHS.get(code[:2])


def passes_luhn(digits: str) -> bool:
    """Whether every second digit doubled, from the right, makes a sum that ends in 0.

    Examples
    --------
    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = (
        int(digit) if place % 2 == 0 else sum(divmod(2 * int(digit), 10))
        for place, digit in enumerate(reversed(digits))
    )
    return sum(doubled) % 10 == 0


def is_card(text: str) -> bool:
    """Whether a number is of a card: 13 to 19 digits, of an issuer, by Luhn.

    Examples
    --------
    >>> is_card("5555 5555 5555 4444"), is_card("79927398713")
    (True, False)
    """
    digits = re.sub(r"[ -]", "", text)
    shaped = digits.isascii() and digits.isdigit() and 13 <= len(digits) <= 19
    return shaped and len(set(digits)) > 1 and bool(_ISSUERS.match(digits)) and passes_luhn(digits)


def is_german_tax_number(text: str) -> bool:
    """Whether eleven digits are a German tax number: ISO 7064, mod 11, 10.

    Of the first ten, one digit stands twice or three times, and none else twice.

    Examples
    --------
    >>> is_german_tax_number("86 095 742 719"), is_german_tax_number("86 095 742 718")
    (True, False)
    """
    digits = plain(text)
    if not re.fullmatch(r"[1-9]\d{10}", digits):
        return False
    repeated = sorted(count for d in set(digits[:10]) if (count := digits[:10].count(d)) > 1)
    if repeated not in ([2], [3]):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(digits[10])


def is_german_pension_number(text: str) -> bool:
    """Whether a text is a German number of social security (Versicherungsnummer).

    Examples
    --------
    >>> is_german_pension_number("15 070649 C 103"), is_german_pension_number("15 070649 C 104")
    (True, False)
    """
    code = plain(text)
    found = _PENSION.fullmatch(code)
    if found is None or not (1 <= int(found[2]) <= 12):
        return False
    digits = f"{code[:8]}{ord(code[8]) - 64:02d}{code[9:11]}"
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, weights, strict=True))
    return total % 10 == int(code[11])


def is_american_number(text: str) -> bool:
    """Whether a text is an American number of social security, with its dashes.

    Examples
    --------
    >>> is_american_number("219-09-9999"), is_american_number("666-09-9999")
    (True, False)
    """
    found = _AMERICAN.fullmatch(text.strip())
    if found is None:
        return False
    area, group, serial = found.groups()
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_swiss_number(text: str) -> bool:
    """Whether a text is a Swiss number of old-age insurance: 756…, checked as bar codes are.

    Examples
    --------
    >>> is_swiss_number("756.9217.0769.85"), is_swiss_number("756.9217.0769.84")
    (True, False)
    """
    digits = plain(text)
    if not re.fullmatch(r"756\d{10}", digits):
        return False
    return sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits)) % 10 == 0


def is_austrian_number(text: str) -> bool:
    """Whether ten digits are an Austrian number of social security, which ends in a birthday.

    Examples
    --------
    >>> is_austrian_number("1237 010180"), is_austrian_number("1238 010180")
    (True, False)
    """
    digits = plain(text)
    if not re.fullmatch(r"[1-9]\d{3}(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-5])\d{2}", digits):
        return False
    weights = (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == int(digits[3])


def is_british_number(text: str) -> bool:
    """Whether a text is a British number of national insurance.

    Examples
    --------
    >>> is_british_number("AB 12 34 56 C"), is_british_number("QQ 12 34 56 C")
    (True, False)
    """
    return _BRITISH.fullmatch(plain(text)) is not None


def is_spanish_number(text: str) -> bool:
    """Whether a text is a Spanish number of identity (DNI, NIE): its letter is modulo 23.

    Examples
    --------
    >>> is_spanish_number("12345678Z"), is_spanish_number("12345678A")
    (True, False)
    """
    found = _SPANISH.fullmatch(plain(text))
    if found is None or len(found[1]) + len(found[2]) != 8:
        return False
    number = int(found[2]) + 10**7 * max("XYZ".find(found[1]) if found[1] else 0, 0)
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == found[3]


def is_french_number(text: str) -> bool:
    """Whether a text is a French number of social security: its key is modulo 97.

    Examples
    --------
    >>> is_french_number("2 55 08 14 168 025 38"), is_french_number("2 55 08 14 168 025 39")
    (True, False)
    """
    digits = plain(text)
    return bool(_FRENCH.fullmatch(digits)) and 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_dutch_number(text: str) -> bool:
    """Whether nine digits are a Dutch number of citizens (BSN): by eleven.

    Examples
    --------
    >>> is_dutch_number("111222333"), is_dutch_number("111222334")
    (True, False)
    """
    digits = plain(text)
    if not re.fullmatch(r"\d{9}", digits) or set(digits) == {"0"}:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0


TELLING = (
    *(is_american_number, is_german_pension_number, is_swiss_number, is_british_number),
    *(is_german_tax_number, is_spanish_number, is_french_number, is_austrian_number),
)
"""Rules that hardly any other number keeps; one in eleven of any nine digits is a Dutch one."""
