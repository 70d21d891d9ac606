"""What each table of a campaign is, and which of its columns are moments."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

from workbench.errors import ParameterError

MOST_DAYS = 36_500


@dataclass(frozen=True)
class Events:
    """A table of things that happened: one row an event, with its customer and moment.

    Parameters
    ----------
    table : anything that `workbench.read_table` reads
        A Parquet path is read in place.
    time : str
        The column that holds the moment of the event.
    arrived : str, optional
        The column that holds the moment from which the event was known, where that is
        later than the event.
    may_be_empty : bool
        You say that nothing may have happened yet; otherwise a table without rows is a fault.
    """

    table: Any
    time: str
    arrived: str | None = None
    may_be_empty: bool = False


@dataclass(frozen=True)
class Attributes:
    """A table of what customers are, as opposed to what they did.

    Parameters
    ----------
    table : anything that `workbench.read_table` reads
    valid_from, valid_until : str, optional
        Columns that hold from when until when a row was true.
    never_changes : bool
        You say that these values were the same at every `as_of`. Values "as of today"
        are the commonest leak, so this must be said, or a validity given.
    """

    table: Any
    valid_from: str | None = None
    valid_until: str | None = None
    never_changes: bool = False


@dataclass(frozen=True)
class Offers:
    """What each campaign offers: one row an item, known when the campaign starts.

    Parameters
    ----------
    table : DataFrame, path or Query
        One row an offered item of a campaign; its keys are those that `CampaignData` names.
    """

    table: Any


@dataclass(frozen=True)
class Outcome:
    """What counts as a response: an event of the customer in the outcome window.

    The window is ``[as_of, as_of + horizon)``, or ``[as_of, until)``. Where the event
    table names a campaign, only events of the contact's own campaign count.

    Parameters
    ----------
    events : str
        Name of an event table.
    horizon_days : float, optional
    until : str, optional
        A column of the campaigns (or contacts) with the first moment after the window.
    """

    events: str
    horizon_days: float | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        if (self.horizon_days is None) == (self.until is None):
            raise ParameterError(
                "An outcome needs `horizon_days` or `until`, and not both; got "
                f"horizon_days={self.horizon_days!r} and until={self.until!r}."
            )
        days: Any = self.horizon_days
        if days is not None and not (isinstance(days, Real) and 0 < float(days) <= MOST_DAYS):
            raise ParameterError(
                f"`horizon_days` must be a number of days above 0, at most {MOST_DAYS:,}; got "
                f"{days!r}."
            )
