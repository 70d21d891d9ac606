"""The dates at which a log of events is asked who does it again: how far apart, and which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from workbench.checks import check_choice
from workbench.errors import DataError
from workbench.frame.periods import ENOUGH_PERIODS, period_labels
from workbench.messages import count_of
from workbench.tables.campaign_order import AUTO
from workbench.tables.label_dates import DAY, MONTH, QUARTER, WEEK, YEAR
from workbench.tables.roles import Outcome

LENGTHS = (AUTO, DAY, WEEK, MONTH, QUARTER, YEAR)
LOOKBACKS_DAYS = (28, 91)
"""Of windows; the longest that the log has room for is what must lie before a date."""

_FREQUENCY = {DAY: "D", WEEK: "W-SUN", MONTH: "M", QUARTER: "Q", YEAR: "Y"}
_SHARED = 0.1  # of a horizon: so much of it may lie in the next one without a word
_JUDGED = 3  # the last third of the dates, unless it is said otherwise


@dataclass(frozen=True)
class ContactDates:
    """The dates that a log gives, and those that are left out.

    Parameters
    ----------
    length : {"day", "week", "month", "quarter", "year"}
        A date is the first moment of each.
    history_days : int
        What must lie before the first.
    horizon_days : float
    starts : tuple of Timestamp
    early, late : tuple of Timestamp
        Left out: too little before them, or their horizon is not over.
    first, until : Timestamp
        Of the log.
    """

    length: str
    history_days: int
    horizon_days: float
    starts: tuple[pd.Timestamp, ...]
    early: tuple[pd.Timestamp, ...]
    late: tuple[pd.Timestamp, ...]
    first: pd.Timestamp
    until: pd.Timestamp

    @property
    def labels(self) -> list[str]:
        """Names of the periods, which sort in time."""
        return period_labels(pd.Series(self.starts), self.length).tolist()

    @property
    def lookbacks_days(self) -> tuple[int, ...]:
        """Look-backs of windows that every date has the history for."""
        return tuple(days for days in LOOKBACKS_DAYS if days <= self.history_days)

    @property
    def horizon(self) -> str:
        """The horizon in words."""
        return f"{self.horizon_days:g} day{'' if self.horizon_days == 1 else 's'}"

    @property
    def can_be_judged(self) -> bool:
        """Whether the first date has its outcome before the last third of the dates begins."""
        if len(self.starts) < 2:  # one to learn from, one to be judged on
            return False
        judges = self.starts[-max(1, len(self.starts) // _JUDGED)]
        return self.starts[0] + pd.Timedelta(days=self.horizon_days) <= judges

    def notes(self) -> tuple[str, ...]:
        """Say how contacts were made, and which dates were left out."""
        made = (
            f"The table is a log of orders, and contacts are made of it: on the first day of each "
            f"{self.length}, every customer who had ordered before. Features know the orders "
            f"before that day; the target is whether an order follows within {self.horizon}. Each "
            "date counts as a campaign. The option `periods` (--periods) chooses other dates."
        )
        now = (
            "Whom to contact now is told by `workbench score` on the whole log: every customer, on "
            "the day after its last order."
        )
        dates = f"{self._kept()} {self._left_out()}".strip()
        return (made, dates, now) if self.apart else (made, dates, self._overlap(), now)

    @property
    def apart(self) -> bool:
        """Whether hardly an order counts for two dates: February is short of thirty days."""
        least = pd.Timedelta(days=self.horizon_days * (1 - _SHARED))
        return all(one + least <= other for one, other in pairwise(self.starts))

    def _overlap(self) -> str:
        return (
            f"Dates lie closer together than {self.horizon}: an order counts for two of them. A "
            "campaign left out leaves some of its orders in the others, so losses there look "
            "better than they are. Choose dates further apart by `periods` (--periods), or a "
            "shorter horizon; `folds='forward'` judges each date by earlier ones."
        )

    def _kept(self) -> str:
        first, last = (f"{one:%Y-%m-%d}" for one in (self.starts[0], self.starts[-1]))
        ends = self.until - pd.Timedelta(days=1)
        return (
            f"The log goes from {self.first:%Y-%m-%d} to {ends:%Y-%m-%d}: "
            f"{count_of(len(self.starts), 'date')}, from {first} to {last}."
        )

    def _left_out(self) -> str:
        said = []
        if self.early:
            said.append(
                f"{_named(self.early)}, with less than {count_of(self.history_days, 'day')} "
                "before it"
            )
        if self.late:
            said.append(f"{_named(self.late)}, whose {self.horizon} are not over when the log ends")
        return f"Left out: {'; '.join(said)}." if said else ""


def contact_dates(
    first: pd.Timestamp, until: pd.Timestamp, *, horizon_days: float, periods: str = AUTO
) -> ContactDates:
    """Choose the dates at which contacts are made of a log.

    Parameters
    ----------
    first, until : Timestamp
        The first day of the log, and the end of its last.
    horizon_days : float
        Of the outcome; a date is taken where all of it lies before `until`.
    periods : {"auto", "day", "week", "month", "quarter", "year"}
        "auto": months, or weeks where months give fewer than four dates.

    Raises
    ------
    DataError
        No date has its outcome known when those that judge begin.

    Examples
    --------
    >>> first, until = pd.Timestamp("2023-01-03"), pd.Timestamp("2023-09-20")
    >>> contact_dates(first, until, horizon_days=30).labels
    ['2023-05', '2023-06', '2023-07', '2023-08']
    """
    check_choice(periods, LENGTHS, name="periods")
    horizon_days = float(Outcome("orders", horizon_days=horizon_days).horizon_days or 0)
    lengths: Sequence[str] = (MONTH, WEEK) if periods == AUTO else (periods,)
    tried = [
        _of_length(first, until, length, history, horizon_days)
        for length in lengths
        for history in sorted(LOOKBACKS_DAYS, reverse=True)
    ]
    judged = [one for one in tried if one.can_be_judged]
    if not judged:
        raise DataError(
            "The log must be long enough for contact dates whose outcomes are known when later "
            f"ones begin. Each needs {min(LOOKBACKS_DAYS)} days of orders before it and "
            f"{tried[0].horizon} after; the log goes from {first:%Y-%m-%d} to "
            f"{until - pd.Timedelta(days=1):%Y-%m-%d}. Give a longer log, or a shorter horizon."
        )
    enough = [one for one in judged if len(one.starts) >= ENOUGH_PERIODS]
    return enough[0] if enough else max(judged, key=lambda one: len(one.starts))


def _of_length(
    first: pd.Timestamp, until: pd.Timestamp, length: str, history: int, horizon: float
) -> ContactDates:
    begun = pd.period_range(first, until, freq=_FREQUENCY[length]).start_time
    starts = [one for one in begun if first < one <= until]
    early = [one for one in starts if one < first + pd.Timedelta(days=history)]
    late = [one for one in starts if one + pd.Timedelta(days=horizon) > until and one not in early]
    kept = [one for one in starts if one not in early and one not in late]
    return ContactDates(
        length, history, horizon, tuple(kept), tuple(early), tuple(late), first, until
    )


def _named(dates: Sequence[pd.Timestamp]) -> str:
    """Name one date, or the first and last of several."""
    if len(dates) == 1:
        return f"{dates[0]:%Y-%m-%d}"
    return f"{dates[0]:%Y-%m-%d} to {dates[-1]:%Y-%m-%d} ({len(dates)} dates)"
