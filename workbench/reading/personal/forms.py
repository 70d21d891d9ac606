"""How direct identifiers are written: one value at a time, whatever the column is called."""

from __future__ import annotations

import ipaddress
import re

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128}")
_MASKED = re.compile(r"(?:[*xX•#]{4}[ -]?){2,3}[*xX•#]{0,4}\d{2,4}|\d{4,6}[*xX•#]{4,}\d{4}")
_DAY = re.compile(
    r"(\d{4})[-/.]?\d{2}[-/.]?\d{2}(?:[ T].*)?|"
    r"\d{1,2}[-/. ]+(?:\d{1,2}|[A-Za-zäé]{3,9})[-/. ]+(\d{4}|\d{2})"
    r"(?: .*)?|[A-Za-zäé]{3,9}\.? \d{1,2},? (\d{4})"
)

_OF_ANY_COUNTRY = re.compile(
    r"(?:\+|00)[1-9]\d{0,2}[\d ()/.-]*[ ()/.-][\d ()/.-]+|\+[1-9]\d{8,14}|"
    r"00(?:1|3[1-4]|39|4[1-9]|90)\d{8,12}"
)
_GERMAN = re.compile(r"\(?0[1-9]\d{1,4}\)?[ /-]{1,3}\d[\d -]{3,10}\d")
_MOBILE = re.compile(r"01[5-7]\d[ /-]?\d{7,8}|07\d{3} ?\d{3} ?\d{3}|0[67](?:[ .]?\d{2}){4}")
_BRITISH = re.compile(r"\(?0(?:20|1\d{2,3})\)? \d{3,4} ?\d{3,4}")
_AMERICAN = re.compile(
    r"(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}(?: ?x\d+)?"
)
_DIALLED = re.compile(r"[+(]?[\d ()/.-]{6,24}(?: ?(?:ext\.?|x|DW) ?\d+)?", re.IGNORECASE)

_ROAD_DE = re.compile(
    r".*(?:str(?:asse|aße|\.)?|weg|gasse|platz|allee|damm|ufer|chaussee|steig|straat|laan|plein|"
    r"gracht|graben|promenade|zeile)(?: ?\d{1,4}.*)?",
    re.IGNORECASE,
)
_ROAD_DE_TOO = re.compile(
    r".*(?:markt|pfad|ring|hof|stieg|berg|tal|feld|anger|bruecke|brücke|garten)(?: ?\d{1,4}.*)?",
    re.IGNORECASE,
)
_ROAD_AT = re.compile(
    r"(?:am|an der|an den|auf der|auf dem|im|in der|zum|zur|unter den|alte[rs]?) .+", re.IGNORECASE
)
_WAYS = (
    r"st|street|ave|avenue|rd|road|blvd|boulevard|lane|ln|dr|drive|court|ct|way|square|sq|terrace|"
    r"place|pl|close|hwy|highway|crescent|cres|gardens|parkway|pkwy|row|hill|grove|walk|circle|cir"
)
_ROAD_EN = re.compile(rf"(?:\d+\w? )?[\w.' -]+ (?:{_WAYS})\b\.?,?.*", re.IGNORECASE)
_ROAD_ROMAN = re.compile(
    r"(?:\d+\w?,? )?(?:rue|avenue|av\.|boulevard|bd|impasse|chemin|all[ée]e|calle|c/|avenida|"
    r"avda\.?|paseo|plaza|via|viale|piazza|corso) .+",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"^\d+\s?[a-zA-Z]?[ ,]|[ ,]\d+\s?(?:-\s?\d+)?\s?[a-zA-Z]?$|[ ,]\d+[a-zA-Z]?[ ,/]"
)
_PLATE = re.compile(
    r"[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2} ?\d{1,4}[EH]?|[A-Z]{2}\d{2} ?[A-Z]{3}|\d{4} ?[A-Z]{3}"
)
_FRAME = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_UK_POSTCODE = re.compile(
    r"(?:GIR 0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z0-9]? ?\d[ABD-HJLNP-UW-Z]{2})", re.IGNORECASE
)
_POSTCODE = re.compile(
    r"(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{3,4}|[A-Z]{1,2}\d{1,2}[A-Z]?|"
    r"[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}",
    re.IGNORECASE,
)


def is_email(text: str) -> bool:
    """Whether a text is an address of e-mail.

    Examples
    --------
    >>> is_email("Ann.Lee@mail.example"), is_email("ann at mail.example")
    (True, False)
    """
    return _EMAIL.fullmatch(text.strip().removeprefix("mailto:")) is not None


def is_hash(text: str) -> bool:
    """Whether a text is a hash in hexadecimal digits, as addresses are often kept."""
    return _HASH.fullmatch(text) is not None


def is_masked_card(text: str) -> bool:
    """Whether a text is a card of which a few digits are shown."""
    return _MASKED.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether a text is written as a phone is, and as hardly any other number.

    Ten digits alone are none: they may be an article.

    Examples
    --------
    >>> [is_phone(t) for t in ("+49 170 1234567", "030/123456-0", "(212) 555-0123", "2125550123")]
    [True, True, True, False]
    """
    count = sum(letter.isdigit() for letter in text)
    if _OF_ANY_COUNTRY.fullmatch(text):
        return 9 <= count <= 15
    if _GERMAN.fullmatch(text):
        return 8 <= count <= 14
    ways = (_MOBILE, _AMERICAN, _BRITISH)
    return any(way.fullmatch(text) for way in ways)


def is_dialled(text: str) -> bool:
    """Whether a text may be a phone in a column that is called one."""
    count = sum(letter.isdigit() for letter in text)
    return _DIALLED.fullmatch(text) is not None and 6 <= count <= 16 and year_of(text) is None


def is_ip(text: str) -> bool:
    """Whether a text is an address of the internet, of either version.

    Examples
    --------
    >>> is_ip("192.0.2.17"), is_ip("2001:db8::1"), is_ip("10.4")
    (True, True, False)
    """
    if text.count(".") != 3 and text.count(":") < 2:
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_wide_ip(text: str) -> bool:
    """Whether an address is no version of a program: these have no part of three digits.

    Examples
    --------
    >>> is_wide_ip("192.0.2.17"), is_wide_ip("10.4.2.1")
    (True, False)
    """
    return is_ip(text) and (":" in text or any(int(part) > 99 for part in text.split(".")))


def is_street(text: str) -> bool:
    """Whether a text is a street, with or without the house, in a column that is called one.

    Examples
    --------
    >>> [is_street(t) for t in ("Am Anger 3", "High Street", "calle Mayor 2", "Regal Oskar")]
    [True, True, True, False]
    """
    ways = (_ROAD_DE, _ROAD_DE_TOO, _ROAD_AT, _ROAD_EN, _ROAD_ROMAN)
    return any(form.fullmatch(text) for form in ways)


def is_house(text: str) -> bool:
    """Whether a text is a street with a house, which few other texts look like.

    Examples
    --------
    >>> [is_house(t) for t in ("Lindenstr. 12a", "12 High Street", "Marktplatz", "Spring 2024")]
    [True, True, False, False]
    """
    if len(text) > 80 or ":" in text or not _HOUSE.search(text):
        return False
    english = text[0].isdigit() and _ROAD_EN.fullmatch(text)
    return bool(english or _ROAD_DE.fullmatch(text) or _ROAD_ROMAN.fullmatch(text))


def is_plate(text: str) -> bool:
    """Whether a text is the plate of a German, British or Spanish car.

    Examples
    --------
    >>> is_plate("M-AB 1234"), is_plate("AB12 CDE"), is_plate("A12")
    (True, True, False)
    """
    return _PLATE.fullmatch(text) is not None


def is_frame_number(text: str) -> bool:
    """Whether a text is the number of a car's frame (VIN)."""
    return _FRAME.fullmatch(text) is not None and not text.isalpha()


def is_british_postcode(text: str) -> bool:
    """Whether a text is a whole British postcode, which looks like nothing else.

    Examples
    --------
    >>> is_british_postcode("SW1A 1AA"), is_british_postcode("SW1A")
    (True, False)
    """
    return _UK_POSTCODE.fullmatch(text) is not None


def is_postcode(text: str) -> bool:
    """Whether a text may be a postcode, or its first part, in a column that is called one.

    Examples
    --------
    >>> [is_postcode(t) for t in ("01067", "D-10115", "8010", "90210-1234", "SW1A", "north")]
    [True, True, True, True, True, False]
    """
    return is_british_postcode(text) or _POSTCODE.fullmatch(text) is not None


def year_of(text: str) -> int | None:
    """Return the year of a day; None where a text is no day. Two digits are of 1925 to 2024.

    Examples
    --------
    >>> year_of("24.12.1971"), year_of("1971-12-24"), year_of("3/4/68"), year_of("030/123456")
    (1971, 1971, 1968, None)
    """
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    written = next(group for group in found.groups() if group)
    if len(written) == 2:
        return 1900 + int(written) if int(written) > 24 else 2000 + int(written)
    return int(written) if 1850 <= int(written) <= 2100 else None
