"""What a campaign's label says of its time: every reading that its spelling allows.

A label is read alone, and what one label leaves open is settled over all of them in
`workbench.tables.campaign_order`. No reading is guessed here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

UNITS = ("hour", "day", "week", "month", "quarter", "half-year", "year")
HOUR, DAY, WEEK, MONTH, QUARTER, HALF, YEAR = UNITS
PLAIN, DAY_FIRST, MONTH_FIRST, SHORT_YEAR = "plain", "day-first", "month-first", "short year"
OF_ANY_YEAR = "of any year"

# English, German, French, Spanish, Portuguese, Italian and Dutch, without accents; none of
# these means different months in two of them
_MONTH_WORDS = (
    "jan january januar janner janvier enero ene janeiro gennaio gen januari",
    "feb february februar feber fevrier fevr fev febrero fevereiro febbraio februari",
    "mar march marz maerz mrz mars marzo marco maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maio maggio mag mei",
    "jun june juni juin junio junho giugno giu",
    "jul july juli juillet juil julio julho luglio lug",
    "aug august aout agosto ago augustus",
    "sep sept september septembre septiembre setembro set settembre sett",
    "oct october oktober okt octobre octubre outubro out ottobre ott",
    "nov november novembre noviembre novembro",
    "dec december dezember dez decembre diciembre dic dezembro dicembre",
)
MONTHS = {word: k for k, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}


class Dated(NamedTuple):
    """The first moment of what a label names, and how long that is."""

    start: pd.Timestamp
    unit: str


Readings = dict[str, Dated]


def readings(label: str) -> Readings:
    """Return every reading of a label by name; none where it tells no time.

    "plain" has one meaning. "day-first" and "month-first" are the two of 3/4/2024; "short
    year" is a year of two digits, which might be a day; "of any year" is a month whose year is
    not said (it is put into 1904, a leap year).

    Examples
    --------
    >>> readings("Q3 2024")["plain"].start
    Timestamp('2024-07-01 00:00:00')
    >>> sorted(readings("03/04/2024")), readings("Spring")
    (['day-first', 'month-first'], {})
    """
    text = unicodedata.normalize("NFKD", str(label)).strip().casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    if _MOMENT.fullmatch(text):
        return _moment(text)
    for pattern, read in _SPELLINGS:
        if found := pattern.fullmatch(text):
            possible = {name: _dated(unit, *parts) for name, (unit, parts) in read(found).items()}
            kept = {name: dated for name, dated in possible.items() if dated is not None}
            if kept:
                return kept
    return {}


def _dated(unit: str, year: int, part: int = 1, day: int = 1) -> Dated | None:
    """Return the start of the part (month, quarter, week …) of a year; None: there is none."""
    try:
        if unit == WEEK:
            start = pd.Timestamp.fromisocalendar(year, part, 1)
        else:
            months = {QUARTER: 3 * part - 2, HALF: 6 * part - 5}.get(unit, part)
            start = pd.Timestamp(year, months, day)
    except ValueError:
        return None
    return Dated(start, unit)


def _moment(text: str) -> Readings:
    """Read a day with an hour; moments with a zone are put into one, UTC."""
    try:
        moment = pd.Timestamp(text.upper())
    except ValueError:
        return {}
    moment = moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None)
    return {PLAIN: Dated(moment, DAY if moment == moment.normalize() else HOUR)}


Parts = dict[str, tuple[str, list[int]]]
Read = Callable[[re.Match[str]], Parts]

_ANY = 1904


def _numbers(found: re.Match[str]) -> list[int]:
    return [int(part) for part in found.groups()]


def _year_first(unit: str) -> Read:
    return lambda found: {PLAIN: (unit, _numbers(found))}


def _year_last(unit: str) -> Read:
    return lambda found: {PLAIN: (unit, _numbers(found)[::-1])}


def _either_first(found: re.Match[str]) -> Parts:
    first, second, year = _numbers(found)
    return {DAY_FIRST: (DAY, [year, second, first]), MONTH_FIRST: (DAY, [year, first, second])}


def _named(unit: str) -> Read:
    """Read the groups y (year), s (its last two digits), n (a part), w (a month's name), d."""

    def read(found: re.Match[str]) -> Parts:
        named = found.groupdict()
        part = MONTHS.get(named["w"], 0) if "w" in named else int(named["n"])
        day = [int(named["d"])] if "d" in named else []
        if "s" in named:
            return {SHORT_YEAR: (unit, [2000 + int(named["s"]), part, *day])}
        if "y" in named:
            return {PLAIN: (unit, [int(named["y"]), part, *day])}
        return {OF_ANY_YEAR: (unit, [_ANY, part, *day])}

    return read


_FULL, _Y, _S = r"((?:19|20)\d\d)", r"(?P<y>(?:19|20)\d\d)", r"(?P<s>\d\d)"
_GAP, _CUT = r"[\s\-/._,']*", r"[-/. ]"
_WORD, _DAY = r"(?P<w>[a-z]{3,10})\.?", r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?"


def _spelled(unit: str, words: str, digits: str) -> list[tuple[str, Read]]:
    """Return the spellings of a part that has a letter or a word of its own: Q3, W07, H1."""
    part = rf"(?:{words})[\s\-.]*(?P<n>{digits})"
    texts = (rf"{_Y}{_GAP}{part}", rf"{part}{_GAP}{_Y}", rf"{part}[\s\-/']+{_S}")
    return [(text, _named(unit)) for text in texts]


# Digits without anything between them are read as years and months of our time only: other
# numbers are numbers.
_TEXTS: list[tuple[str, Read]] = [
    (_FULL, _year_first(YEAR)),
    (rf"{_FULL}(\d\d)(\d\d)", _year_first(DAY)),
    (rf"{_FULL}(\d\d)", _year_first(MONTH)),
    (rf"{_FULL}(?:{_CUT}|{_CUT}?m{_CUT}?)(\d\d?)", _year_first(MONTH)),
    (rf"{_FULL}{_CUT}(\d\d?){_CUT}(\d\d?)", _year_first(DAY)),
    (rf"(\d\d?){_CUT}{_FULL}", _year_last(MONTH)),
    (rf"(\d\d?)\.\s?(\d\d?)\.\s?{_FULL}", _year_last(DAY)),
    (rf"(\d\d?)[-/ ](\d\d?)[-/ ]{_FULL}", _either_first),
    *((text, _named(MONTH)) for text in (rf"{_WORD}{_GAP}{_Y}", rf"{_Y}{_GAP}{_WORD}")),
    (rf"{_DAY}{_GAP}{_WORD}{_GAP}{_Y}", _named(DAY)),
    (rf"{_WORD}{_GAP}{_DAY}[\s\-/.,']+{_Y}", _named(DAY)),
    (rf"{_Y}{_GAP}{_WORD}[\s\-/.]+{_DAY}", _named(DAY)),
    (rf"{_WORD}[\s\-/']*{_S}", _named(MONTH)),
    (rf"(?P<n>0?[1-9]|1[0-2])/{_S}", _named(MONTH)),
    *_spelled(QUARTER, "q|quarter|quartal|qtr", "[1-4]"),
    (rf"(?P<n>[1-4])[\s.\-]*q{_GAP}{_Y}", _named(QUARTER)),
    *_spelled(HALF, "h|half|hj", "[12]"),
    *_spelled(WEEK, "w|wk|week|kw|woche|cw", r"\d{1,2}"),
    (_WORD, _named(MONTH)),
]
_SPELLINGS = [(re.compile(text), read) for text, read in _TEXTS]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(z|[+-]\d\d:?\d\d)?")
