"""Periods of time as campaigns: where none are named, or where they are too small to be judged.

A model is judged on campaigns it has not seen. A day with one contact judges nothing; a
month of them may. The length is chosen from what the table holds, said in a note, and can
be set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.checks import check_choice
from workbench.errors import DataError, ParameterError
from workbench.frame.parts import FrameParts
from workbench.messages import count_of
from workbench.tables.campaign_order import AUTO, FILE, order_of
from workbench.tables.label_dates import DAY, HOUR, MONTH, QUARTER, UNITS, WEEK, YEAR

NONE = "none"
LENGTHS = (HOUR, DAY, WEEK, MONTH, QUARTER, YEAR)
PERIODS = (AUTO, NONE, *LENGTHS)

FEWEST_OF_CLASS = 5
"""Responses, and contacts without one, that the median period must have to be judged."""

ENOUGH_PERIODS = 4
"""Fewer do not tell what the next one may bring."""

# months are how most are planned and reported; shorter where the table spans few of them,
# longer where a month is too small
_PREFERRED = (MONTH, WEEK, DAY, HOUR, QUARTER, YEAR)


def with_campaigns(
    frame: FrameParts,
    *,
    campaign: str | None,
    time: str | None,
    order: str | Sequence[Any] = AUTO,
    periods: str = AUTO,
    dates: str = "",
) -> FrameParts:
    """Settle the campaigns of a table: their order, and their length where they are dated.

    Parameters
    ----------
    frame : FrameParts
        With the labels and moments that the table holds.
    campaign, time : str or None
        What the columns are called, for the notes.
    order
        As for `workbench.tables.campaign_order.order_of`.
    dates : {"", "day-first", "month-first"}
        How labels such as 3/4/2024 are to be read.
    periods : {"auto", "none", "hour", "day", "week", "month", "quarter", "year"}
        "auto": without a campaign column, moments are put into periods that can be judged;
        with one, labels of hours, days or weeks too small to be judged are put together.
        "none" leaves all as it is.

    Returns
    -------
    FrameParts
        With notes on what was done.

    Raises
    ------
    ParameterError
        `periods` or `order` is none of these, or `order` is given where moments tell it.
    DataError
        Periods are asked for, and the campaigns have no dates; or whether their labels have the
        day or the month first is open, and decides which campaigns are the last.
    """
    check_choice(periods, PERIODS, name="periods")
    if order != AUTO and (campaign is None or time is not None):
        raise ParameterError(
            "`order` says in which order campaigns stand that have no moments of their own; "
            + ("`time` tells it already." if campaign is not None else "no `campaign` is named.")
            + " Leave `order` out."
        )
    if order != AUTO and periods not in (AUTO, NONE):
        raise ParameterError(
            f"`periods={periods!r}` puts campaigns together by their dates, and `order` says that "
            "their order is another. Leave one of them out."
        )
    if campaign is None and periods not in (AUTO, NONE) and time is None:
        raise ParameterError(
            f"`periods={periods!r}` needs moments, or campaigns with dates; name the column of "
            "either, `time` or `campaign`."
        )
    if campaign is None:
        return frame if time is None else _of_moments(frame, time, periods)
    assert frame.campaign is not None  # noqa: S101 - of the column that is named
    found = order_of(frame.campaign, order)
    if found.doubt and dates:
        found = order_of(frame.campaign, dates)
    if found.doubt and found.by == FILE and time is None:
        raise _two_ways(campaign, found.doubt)
    plain = _plain(frame.campaign)
    by_label = None if time is not None else found
    if by_label is not None and len(found.labels) > 1:
        frame = frame.noting(*found.notes)
    frame = replace(frame, campaign=plain, order=by_label)
    # ordered categories may be dates, too
    dated = found if found.dated else order_of(plain, dates or AUTO)
    made = _put_together(frame, dated.dated, campaign, periods)
    if dated.doubt and made is not frame:
        raise _two_ways(campaign, dated.doubt)
    return made


def _two_ways(campaign: str, doubt: str) -> DataError:
    return DataError(
        f"The campaign column {campaign!r} must have days that can be read in one way, as they say "
        f"which campaigns are the latest; {doubt}"
    )


def _plain(labels: pd.Series[Any]) -> pd.Series[Any]:
    """Turn categories into their values: a group of rows by category holds those of others."""
    if isinstance(labels.dtype, pd.CategoricalDtype):
        return labels.astype(labels.cat.categories.dtype)
    return labels


# --- moments without campaigns


def no_periods(time: str) -> str:
    """Say what moments are for, where nobody wants them cut into campaigns."""
    return (
        f"The moments in {time!r} make no campaigns, as `periods` is 'none': they decide what "
        "was known when, and contacts are dealt at random."
    )


def _of_moments(frame: FrameParts, time: str, periods: str) -> FrameParts:
    if periods == NONE:
        return frame.noting(no_periods(time))
    moments = pd.Series(frame.as_of)
    length = periods if periods != AUTO else _best(frame, moments, _PREFERRED)
    labels = period_labels(moments, length or YEAR)
    if length is None or labels.nunique() < 2:
        return frame.noting(
            f"All moments in {time!r} lie in one {length or HOUR}, which makes no campaigns: "
            "contacts are dealt at random."
        )
    names = sorted(labels.unique())
    return replace(frame, campaign=labels).noting(
        f"No campaign column is named: the {length}s of {time!r} are the campaigns, "
        f"{len(names)} of them, from {names[0]} to {names[-1]}. The option `periods` "
        "(--periods) chooses others, or none."
    )


# --- campaigns that are hours, days or weeks


def _put_together(frame: FrameParts, dated: Any, campaign: str, periods: str) -> FrameParts:
    labels = pd.Series(frame.campaign)
    if periods == NONE:
        return frame
    if len(dated) < labels.nunique():
        if periods == AUTO:
            return frame
        raise DataError(
            f"`periods` puts campaigns with dates together; those in {campaign!r} are not all "
            f"dates, such as {min(str(x) for x in labels.unique() if x not in dated)!r}. Leave "
            "`periods` out, or leave `campaign` out and name the column of time."
        )
    own = min((one.unit for one in dated.values()), key=UNITS.index)
    if periods == AUTO and UNITS.index(own) >= UNITS.index(MONTH):
        return frame
    starts = pd.Series(labels.map({label: one.start for label, one in dated.items()}))
    if periods == AUTO and _can_be_judged(frame, labels):
        return frame
    longer = tuple(one for one in LENGTHS if UNITS.index(one) > UNITS.index(own))
    length = periods if periods != AUTO else _best(frame, starts, longer)
    together = None if length is None else period_labels(starts, length)
    if together is None or together.nunique() in (1, labels.nunique()):
        return frame
    why = "" if periods != AUTO else ", as most are too small to be judged one by one"
    done = (
        f"The campaigns in {campaign!r} are put together to {length}s{why}: "
        f"{count_of(together.nunique(), 'campaign')} of {labels.nunique():,}. The option "
        "`periods` (--periods) chooses others; 'none' keeps them as they are."
    )
    return replace(frame, campaign=together, order=None).noting(done)


# --- how long


def _best(frame: FrameParts, moments: pd.Series[Any], lengths: Sequence[str]) -> str | None:
    """Choose the first length whose periods can be judged and are not too few.

    Where none has both, the first that can be judged; where none can, the longest that
    still tells two periods apart; None where there are no two.
    """
    several, judged = [], []
    for length in lengths:
        labels = period_labels(moments, length)
        known = labels[frame.y.notna()].nunique()
        if known < 2:
            continue
        several.append(length)
        if _can_be_judged(frame, labels):
            if known >= ENOUGH_PERIODS:
                return length
            judged.append(length)
    if judged:
        return judged[0]
    return max(several, key=UNITS.index) if several else None


def _can_be_judged(frame: FrameParts, labels: pd.Series[Any]) -> bool:
    """Tell whether half of the periods hold enough responses, and contacts without one."""
    known = frame.y.notna()
    weight, y = pd.Series(frame.weights), frame.y
    positive = (weight * y)[known].groupby(labels[known]).sum()
    negative = (weight * (1 - y))[known].groupby(labels[known]).sum()
    return bool(np.median(np.minimum(positive, negative)) >= FEWEST_OF_CLASS)


def period_labels(moments: pd.Series[Any], length: str) -> pd.Series[Any]:
    """Name the period of each moment, so that names sort in time.

    Parameters
    ----------
    moments : Series of datetime64, shape (n,)
    length : {"hour", "day", "week", "month", "quarter", "year"}
        Weeks are those of ISO 8601, from Monday to Sunday.

    Returns
    -------
    Series of str, shape (n,)

    Examples
    --------
    >>> moments = pd.Series(pd.to_datetime(["2024-12-31", "2024-05-01"]))
    >>> period_labels(moments, "week").tolist(), period_labels(moments, "quarter").tolist()
    (['2025-W01', '2024-W18'], ['2024-Q4', '2024-Q2'])
    """
    if length == WEEK:
        week = moments.dt.isocalendar()
        names = week["year"].astype("str") + "-W" + week["week"].astype("str").str.zfill(2)
    elif length == QUARTER:
        names = moments.dt.year.astype("str") + "-Q" + moments.dt.quarter.astype("str")
    else:
        form = {HOUR: "%Y-%m-%d %H:00", DAY: "%Y-%m-%d", MONTH: "%Y-%m", YEAR: "%Y"}[length]
        names = moments.dt.strftime(form)
    return pd.Series(names.astype("str"), index=moments.index)
