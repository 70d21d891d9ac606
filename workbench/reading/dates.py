"""Days, months and moments as people write them; the order of day and month is the column's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

ORDERS = ("day-first", "month-first", "year-first")
_DAY_ZERO = dt.date(1970, 1, 1).toordinal()
_NOT_A_TIME = int(np.iinfo("int64").min)
_PIVOT = 70
"""Two digits from here on are a year of the last century."""

_NAMES = {
    1: "jan january januar jänner januari janv janvier enero ene gen gennaio jan. janeiro",
    2: "feb february februar februari févr fevr fév fev février febrero febbraio fevereiro",
    3: "mar march mär märz mrz mrt maart mars marzo março",
    4: "apr april avr avril abr abril aprile",
    5: "may mai mei mayo mag maggio maio",
    6: "jun june juni juin junio giu giugno junho",
    7: "jul july juli juil juillet julio lug luglio julho",
    8: "aug august augustus août aoû aout ago agosto",
    9: "sep sept september septembre septiembre set settembre setembro",
    10: "oct okt october oktober octobre octubre ott ottobre out outubro",
    11: "nov november novembre noviembre novembro",
    12: "dec dez december dezember déc décembre dic diciembre dicembre dezembro",
}
_MONTH_OF = {name: month for month, names in _NAMES.items() for name in names.split()}

_CLOCK = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_WORD = r"(?P<name>[^\W\d_]{3,10})"
_TH = r"(?:st|nd|rd|th|\.)?"
_SHAPES = {
    "iso": r"(?P<year>\d{4})([-/.])\s?(?P<month>\d{1,2})\2\s?(?P<day>\d{1,2})\.?" + _CLOCK,
    "year month day": r"(?P<year>\d{4})[年년]\s?(?P<month>\d{1,2})[月월]\s?(?P<day>\d{1,2})[日일]"
    + _CLOCK,
    "numeric": r"(?P<a>\d{1,2})([-/.])\s?(?P<b>\d{1,2})\2\s?(?P<c>\d{4}|\d{2})" + _CLOCK,
    "day name year": _WEEKDAY
    + rf"(?P<day>\d{{1,2}}){_TH}[-/ ]*{_WORD}\.?,?[-/ ]*(?P<year>\d{{4}}|\d{{2}})"
    + _CLOCK,
    "name day year": _WEEKDAY
    + rf"{_WORD}\.?\s+(?P<day>\d{{1,2}}){_TH},?\s+(?P<year>\d{{4}})"
    + _CLOCK,
    "name year": rf"{_WORD}\.?[-/ ']+(?P<year>\d{{4}}|\d{{2}})",
    "year month": r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
    "month year": r"(?P<month>\d{1,2})/(?P<year>\d{4})",
    "quarter": r"(?P<year>\d{4})[-/ ]?Q(?P<quarter>[1-4])",
    "quarter year": r"Q(?P<quarter>[1-4])[-/ ]?(?P<year>\d{4})",
    "compact": r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d))?",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _SHAPES.items()}
MONTHLY = ("name year", "year month", "month year", "quarter", "quarter year")
_ISO = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"


@dataclass(frozen=True)
class DateSpelling:
    """How the moments of a column are written.

    Parameters
    ----------
    shape : str
        A name of a form, such as "iso", "numeric" or "name year"; "several" if they differ.
    order : {"day-first", "month-first", "year-first", ""}
        Empty: both day and month may come first.
    zone : str
        "" without one, an offset such as "+01:00" that all values have, or "UTC" where
        they have several.
    impossible : str
        A value that is no day, such as 2023-02-30.
    """

    shape: str
    order: str = "year-first"
    zone: str = ""
    impossible: str = ""

    @property
    def settled(self) -> bool:
        """Whether every value can be read in one way."""
        return bool(self.order) and not self.impossible and self.shape != "several"


def date_spelling_of(texts: Sequence[str], *, order: str = "") -> DateSpelling | None:
    """Find how the moments of a column are written; None: they are no dates.

    Parameters
    ----------
    texts : sequence of str
        The distinct values that stand for moments.
    order : {"", "day-first", "month-first"}
        What to take where the values leave it open; it is not taken against them.

    Examples
    --------
    >>> date_spelling_of(["05/03/2023", "13/03/2023"]).order
    'day-first'
    >>> date_spelling_of(["05/03/2023", "06/03/2023"]).settled
    False
    >>> date_spelling_of(["Jan-23", "Dec-23"]).shape
    'name year'
    """
    column = pd.Series(list(texts), dtype="str").str.strip()
    if column.str.fullmatch(_ISO).all():
        return _possible(column, DateSpelling("iso"))
    found = []
    for text in column:
        part = _shape_and_parts(text)
        if part is None:
            return None
        found.append(part)
    if not found:
        return None
    zone = _zone_of([part["zone"] or "" for _, part in found if "zone" in part])
    shapes = {shape for shape, _ in found}
    some_zones = {bool(part.get("zone")) for _, part in found}
    if len(shapes) > 1 or len(some_zones) > 1:
        return DateSpelling("several", zone=zone)
    shape = shapes.pop()
    if shape == "numeric":
        settled = _order([part for _, part in found], column, order)
        return _possible(column, DateSpelling("numeric", settled, zone))
    return _possible(column, DateSpelling(shape, "year-first", zone))


def _possible(column: pd.Series[str], spelling: DateSpelling) -> DateSpelling:
    """Name the first value, in the order of the alphabet, that is no day of the calendar."""
    if not spelling.settled:
        return spelling
    unread = column[moments_of(column, spelling).isna().to_numpy()]
    if unread.empty:
        return spelling
    return DateSpelling(spelling.shape, spelling.order, spelling.zone, impossible=min(unread))


def _shape_and_parts(text: str) -> tuple[str, dict[str, str | None]] | None:
    for shape, pattern in _COMPILED.items():
        found = pattern.fullmatch(text)
        if found is not None:
            parts = found.groupdict()
            if "name" in parts and str(parts["name"]).lower() not in _MONTH_OF:
                continue
            month = int(parts.get("month") or 1)
            if shape != "iso" and not 1 <= month <= 12:
                continue
            return shape, parts
    return None


def _order(parts: Sequence[dict[str, str | None]], column: pd.Series[str], told: str) -> str:
    """Settle the order of day, month and year over all values."""
    a, b, c = (np.array([int(part[k] or 0) for part in parts]) for k in "abc")
    short = max(len(part["c"] or "") for part in parts) == 2
    fitting = [
        order
        for order, day, month in (("day-first", a, b), ("month-first", b, a), ("year-first", c, b))
        if day.max() <= 31
        and month.max() <= 12
        and min(day.min(), month.min()) >= 1
        and (order != "year-first" or short)
    ]
    if told in fitting:
        return told
    if "year-first" in fitting and not _years_first(a, c):
        fitting.remove("year-first")
    dotted = column.str.contains(r"^\d+\.", regex=True).all()
    if "day-first" in fitting and (dotted or (a == b).all()):
        return "day-first"  # with points the day comes first everywhere; 05/05 is the same day
    return fitting[0] if len(fitting) == 1 else ""


def _years_first(first: np.ndarray, last: np.ndarray) -> bool:
    """Two digits a part: days spread over the month, and years over few years."""
    return bool(np.ptp(last) > 15 and np.ptp(first) <= 15)


def _zone_of(zones: Sequence[str]) -> str:
    offsets = {_offset(zone) for zone in zones if zone}
    if not offsets:
        return ""
    return offsets.pop() if len(offsets) == 1 and all(zones) else "UTC"


def _offset(zone: str) -> str:
    """Write a zone as +HH:MM; Z and GMT are UTC.

    Examples
    --------
    >>> _offset("-0500"), _offset("Z")
    ('-05:00', 'UTC')
    """
    digits = zone.replace(":", "")
    if digits[0] not in "+-":
        return "UTC"
    written = f"{digits[:3]}:{digits[3:] or '00'}"
    return "UTC" if written[1:] == "00:00" else written


def moments_of(column: pd.Series[str], spelling: DateSpelling) -> pd.Series[pd.Timestamp]:
    """Read moments; NaT where a text is none in this spelling.

    Those with a zone keep their instant, and stand in the zone of the spelling.

    Examples
    --------
    >>> moments_of(pd.Series(["Jan-23"]), DateSpelling("name year"))[0]
    Timestamp('2023-01-01 00:00:00')
    """
    text = column.str.strip()
    plain = text.dropna().str.fullmatch(_ISO).all()
    if plain and not spelling.zone:
        iso = pd.to_datetime(text, format="ISO8601", errors="coerce")
        return pd.Series(iso, index=column.index).astype("datetime64[us]")
    places, distinct = pd.factorize(text)  # a gap has place -1, which is the last
    read = np.array([*(_microseconds(value, spelling) for value in distinct), _NOT_A_TIME])
    walls = pd.Series(read.astype("datetime64[us]")[places], index=column.index)
    if not spelling.zone:
        return walls
    return walls.dt.tz_localize("UTC").dt.tz_convert(spelling.zone)


def _microseconds(text: str, spelling: DateSpelling) -> int:
    """Read one value, in UTC if it has a zone; what has none stands in the spelling's."""
    found = _shape_and_parts(text)
    if found is None:
        return _NOT_A_TIME
    shape, parts = found
    if shape == "numeric":
        parts = _in_order(parts, spelling.order)
    try:
        day, clock = _day(parts), _clock(parts)
    except ValueError:
        return _NOT_A_TIME
    zone = parts.get("zone") or spelling.zone
    away = _minutes(zone) if zone else 0
    return (day * 86_400 - away * 60) * 1_000_000 + clock


def _in_order(parts: dict[str, str | None], order: str) -> dict[str, str | None]:
    places = {"day-first": "abc", "month-first": "bac", "year-first": "cba"}
    if order not in places:
        return {**parts, "day": "0", "month": "0", "year": "0"}
    day, month, year = (parts[place] for place in places[order])
    if order == "year-first" and len(str(day)) == 4:
        return {**parts, "day": "0", "month": "0", "year": "0"}
    return {**parts, "day": day, "month": month, "year": year}


def _day(parts: dict[str, str | None]) -> int:
    """Count days since 1970."""
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= _PIVOT else 2000
    name = parts.get("name")
    quarter = parts.get("quarter")
    month = _MONTH_OF[name.lower()] if name else int(parts.get("month") or 1)
    month = 3 * int(quarter) - 2 if quarter else month
    return dt.date(year, month, int(parts.get("day") or 1)).toordinal() - _DAY_ZERO


def _clock(parts: dict[str, str | None]) -> int:
    """Count microseconds since midnight."""
    hour, minute, second = (int(parts.get(k) or 0) for k in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(hour)
    fraction = int((parts.get("part") or "0")[:6].ljust(6, "0"))
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction


def _minutes(zone: str) -> int:
    offset = _offset(zone)
    if offset == "UTC":
        return 0
    return (1 if offset[0] == "+" else -1) * (int(offset[1:3]) * 60 + int(offset[4:6]))
