"""Columns that stand in for what is protected: where one lives, how old one is, which name."""

from __future__ import annotations

import re

import numpy as np

from workbench.reading.personal import forms
from workbench.reading.personal.direct import Column
from workbench.reading.personal.finding import Finding
from workbench.reading.personal.header_words import MEASURED, OF_THINGS, PROXY_NAMES
from workbench.reading.personal.values import Values

_SEXES = frozenset(
    [
        "m",
        "f",
        "w",
        "d",
        "male",
        "female",
        "man",
        "woman",
        "mann",
        "frau",
        "männlich",
        "weiblich",
        "divers",
        "other",
    ]
)
_FORMS = frozenset(
    [
        "herr",
        "frau",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "mr.",
        "mrs.",
        "ms.",
        "divers",
        "firma",
        "dr",
        "dr.",
        "m",
        "mme",
    ]
)
_SURE = (
    (
        {"male", "female"},
        {"männlich", "weiblich"},
        {"herr", "frau"},
        {"mr", "mrs"},
        {"mann", "frau"},
    ),
)
_BAND = re.compile(r"\D{0,15}\d{1,3} ?(?:-|–|to|bis|\+)? ?(?:\d{1,3})?\D{0,8}")
_LOWEST, _HIGHEST = 1900, 2030


def proxy_finding(column: Column) -> Finding | None:
    """Find out whether a column stands in for something protected; None where it does not."""
    header, values = column.header, column.values
    if not values.counts:
        return None
    if (share := values.share(forms.is_british_postcode)) >= 0.7 and values.distinct >= 5:
        named = PROXY_NAMES["proxy postcode"].calls(header)
        return column.found("proxy postcode", "form", share, named=named)
    for kind, names in PROXY_NAMES.items():
        if names.calls(header) and not MEASURED.calls(header) and _FITS[kind](column):
            return column.found(kind, "", 1.0, named=True)
    if _are_sexes(values):
        return column.found("proxy gender", "words", 1.0, named=False)
    return None


def _are_sexes(values: Values) -> bool:
    """Whether the levels are both sexes, or how both are addressed, in plain words."""
    levels = {word.lower().rstrip(".") for word in values.counts}
    return any(pair <= levels for pairs in _SURE for pair in pairs) and len(levels) <= 8


def _is_postcode(column: Column) -> bool:
    return column.values.share(forms.is_postcode) >= 0.5 and not column.values.is_binary


def _is_level(column: Column) -> bool:
    return column.values.numbers is None or column.values.distinct <= 300


def _is_sex(column: Column) -> bool:
    """Whether levels are of sexes; a title may be of a book, and must be one of address."""
    values = column.values
    if column.header.has(("title", "titel")):
        return values.share_of_rows(lambda word: word.lower() in _FORMS) >= 0.7
    if values.numbers is not None:
        return values.distinct <= 4
    return values.share_of_rows(lambda word: word.lower() in _SEXES | _FORMS) >= 0.5 or (
        values.distinct <= 6
    )


def _is_language(column: Column) -> bool:
    return column.values.numbers is None and not column.header.has(("programming",))


def _is_age(column: Column) -> bool:
    """Whether numbers are ages or years of birth, or levels are bands of ages."""
    header, values = column.header, column.values
    if header.has(OF_THINGS):
        return False
    if values.numbers is None:
        return values.distinct <= 30 and values.share(lambda w: bool(_BAND.fullmatch(w))) >= 0.6
    low, middle, high = np.quantile(values.numbers, [0.0, 0.5, 1.0])
    as_age = low >= 0 and high <= 125 and middle >= 5
    return bool(as_age or (_LOWEST <= middle <= _HIGHEST and values.is_whole))


def _is_place(column: Column) -> bool:
    numbers = column.values.numbers
    return numbers is None or bool(np.abs(numbers).max() <= 180)


_FITS = {
    "proxy postcode": _is_postcode,
    "proxy nationality": _is_level,
    "proxy language": _is_language,
    "proxy marital status": _is_level,
    "proxy gender": _is_sex,
    "proxy age": _is_age,
    "proxy place": _is_place,
}
