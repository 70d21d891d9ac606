"""The season, the weekday, and how near the holidays and pay-days are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.features.builder import Builder, register
from workbench.features.formulas import as_of_formula
from workbench.features.measures import Feature, Formula
from workbench.features.tables import Tables

FURTHEST_DAYS = 60


@register("calendar")
@dataclass(frozen=True)
class Calendar(Builder):
    """The moment of the decision on the calendar; nothing about the customer.

    A cycle of length P is described by ``sin(2π k t / P)`` and ``cos(2π k t / P)``, so
    that the 31st of December is next to the 1st of January. A holiday is described by the
    days until it comes next (0 on the day), at most 60; a pay-day by the days until the
    next one.

    Parameters
    ----------
    harmonics : int
        How many pairs for the year (k = 1, 2, …); the week and the month have one.
    holidays : sequence of str
        Out of new_year, valentines_day, easter, halloween, black_friday, christmas.
    pay_days : sequence of int
        Days of the month on which wages come; in a shorter month its last day, so that 31
        is the end of every month.
    names : sequence of str
        Out of month and weekday: give them as categories beside the cycles.

    Notes
    -----
    Group ``calendar``. Where all contacts of a campaign are made together, these are
    constant within it: with few campaigns they can stand for any of them. Easter is the
    Gregorian one (Meeus, Astronomical Algorithms, chapter 8).

    Examples
    --------
    >>> from workbench.features import calendar
    >>> calendar(holidays=["christmas"])
    Calendar(harmonics=2, holidays=['christmas'], pay_days=(), names=())
    """

    harmonics: int = 2
    holidays: Sequence[str] = ("new_year", "easter", "black_friday", "christmas")
    pay_days: Sequence[int] = ()
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not (isinstance(self.harmonics, int) and 0 <= self.harmonics <= 6):
            raise ParameterError(
                f"`harmonics` must be a whole number from 0 to 6; got {self.harmonics!r}."
            )
        for name in self.holidays:
            check_choice(name, HOLIDAYS, name="holidays")
        for name in self.names:
            check_choice(name, NAMES, name="names")
        for day in self.pay_days:
            if not (isinstance(day, int) and 1 <= day <= 31):
                raise ParameterError(
                    f"`pay_days` must be days of the month from 1 to 31; got {day!r}. "
                    "31 is the end of every month."
                )

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder with everything; it needs no table."""
        del tables
        return [cls(pay_days=(15, 31), names=tuple(NAMES))]

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the cycles and names, then the holidays and pay-days."""
        year = "(dayofyear(c.as_of) - 1) / 365.25"
        for k in range(1, self.harmonics + 1):
            yield from _cycle(f"year_{k}", f"{k} * {year}", f"season of the year, {k} a year")
        yield from _cycle("week", "isodow(c.as_of) / 7.0", "day of the week")
        yield from _cycle("month", "(day(c.as_of) - 1) / 30.4375", "day of the month")
        for name in self.names:
            sql, what = NAMES[name]
            yield Feature(
                f"calendar_{name}",
                Formula(sql, text=True),
                "calendar",
                "category",
                f"The {what}, by name.",
            )
        # dates for a year before and after, as the next holiday may fall into the next year
        first, last = tables.years
        for name in self.holidays:
            dates = [_date(name, year) for year in range(first, last + 2)]
            yield Feature(
                f"calendar_{name}_next_days",
                as_of_formula(_days_to_next(dates)),
                "calendar",
                "days",
                f"Days until {name.replace('_', ' ')}, at most {FURTHEST_DAYS}.",
            )
        if self.pay_days:
            yield Feature(
                "calendar_payday_next_days",
                as_of_formula(_days_to_payday(self.pay_days)),
                "calendar",
                "days",
                "Days until the next pay-day.",
            )


def _cycle(name: str, position: str, what: str) -> Iterable[Feature]:
    for wave in ("sin", "cos"):
        yield Feature(
            f"calendar_{name}_{wave}",
            as_of_formula(f"{wave}(2 * pi() * {position})"),
            "calendar",
            "cycle",
            f"The {what}, as a {'sine' if wave == 'sin' else 'cosine'}.",
        )


def _days_to_next(dates: list[date]) -> str:
    today = "CAST(c.as_of AS DATE)"
    cases = [
        f"WHEN {today} <= DATE '{day}' THEN date_diff('day', {today}, DATE '{day}')"
        for day in sorted(dates)
    ]
    return f"least({FURTHEST_DAYS}, CASE {' '.join(cases)} END)"


def _days_to_payday(days: Sequence[int]) -> str:
    today, first = "day(c.as_of)", min(days)
    this_month = [f"least({day}, {_LENGTH})" for day in sorted(days)]
    cases = [f"WHEN {today} <= {day} THEN {day} - {today}" for day in this_month]
    return f"(CASE {' '.join(cases)} ELSE {_LENGTH} - {today} + least({first}, {_NEXT}) END)"


def _name(number: str, names: Sequence[str]) -> str:
    cases = [f"WHEN {number} = {k} THEN '{name}'" for k, name in enumerate(names, start=1)]
    return f"CASE {' '.join(cases)} END"


def _date(name: str, year: int) -> date:
    if name == "easter":
        return easter(year)
    if name == "black_friday":
        return _black_friday(year)
    month, day = FIXED[name]
    return date(year, month, day)


FIXED = {
    "new_year": (1, 1),
    "valentines_day": (2, 14),
    "halloween": (10, 31),
    "christmas": (12, 25),
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NAMES = {
    "month": (_name("month(c.as_of)", MONTHS), "month"),
    "weekday": (_name("isodow(c.as_of)", WEEKDAYS), "day of the week"),
}
# Days of the contact's month and of the next, in words that every warehouse knows.
_YEAR = "year(c.as_of)"
_LEFT = {years: f"{_YEAR} - {years} * floor({_YEAR} / {years}.0)" for years in (4, 100, 400)}
_LEAP = f"{_LEFT[4]} = 0 AND ({_LEFT[100]} <> 0 OR {_LEFT[400]} = 0)"
_FEBRUARY = f"CASE WHEN {_LEAP} THEN 29 ELSE 28 END"
_LENGTH, _NEXT = (
    f"CASE WHEN month(c.as_of) = {february} THEN {_FEBRUARY} "
    f"WHEN month(c.as_of) IN {short} THEN 30 ELSE 31 END"
    for february, short in ((2, (4, 6, 9, 11)), (1, (3, 5, 8, 10)))
)
HOLIDAYS = (*FIXED, "easter", "black_friday")


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year.

    Examples
    --------
    >>> easter(2017), easter(2024)
    (datetime.date(2017, 4, 16), datetime.date(2024, 3, 31))
    """
    moon = year % 19
    century, rest = divmod(year, 100)
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * moon + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (moon + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _black_friday(year: int) -> date:
    """Return the day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    to_thursday = (3 - first.weekday()) % 7
    return first + timedelta(days=to_thursday + 3 * 7 + 1)


calendar = Calendar
