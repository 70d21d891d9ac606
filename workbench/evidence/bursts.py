"""Which event tables come in bursts, week by week."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.language import say
from workbench.metrics import burstiness
from workbench.sql.names import quoted
from workbench.tables.campaign_data import CampaignData

BURSTY = 0.9
"""Above it the variance of weekly counts is more than nineteen times that of a Poisson stream."""

_BUSY = 2.0  # times the mean week: a large stream may vary by more than chance, and yet little


_COLUMNS = [
    "events",
    "weeks",
    "weekly_count",
    "busiest_week",
    "busiest_share",
    "burstiness",
    "remark",
]


def bursts(data: CampaignData, *, until: Any = None) -> pd.DataFrame:
    """Measure how evenly the events of each table come, week by week.

    Burstiness is (σ² − μ)/(σ² + μ) of the whole weeks between the first event and `until`:
    about 0 for a Poisson stream, towards 1 for bursts. What grows, or has a season, is
    uneven too.

    Parameters
    ----------
    data : CampaignData
    until : str or Timestamp, optional
        Look at what happened before it, such as ``split.cutoff``: training campaigns only.
        By default, at everything recorded.

    Returns
    -------
    DataFrame
        One row an event table, the most bursty first: ``events, weeks, weekly_count,
        busiest_week, busiest_share`` (of all events in that week), ``burstiness, remark``.

    Raises
    ------
    ParameterError
        `until` is no moment.

    Examples
    --------
    >>> from workbench import evidence
    >>> from workbench.datasets import sample
    >>> evidence.bursts(sample()).index.tolist()
    ['opens', 'responses', 'visits']
    """
    try:
        end = pd.Timestamp(data.observed_until if until is None else until)
    except (TypeError, ValueError):
        raise ParameterError(
            f"`until` must be a moment, such as '2024-06-01'; got {until!r}. Leave it out for the "
            "end of the data."
        ) from None
    connection = data.connect()
    rows = {}
    for name in data.event_tables:
        times = connection.execute(
            f"SELECT date_trunc('day', time) AS day, count(*) AS n FROM {quoted(name)} "
            "WHERE time < $end GROUP BY day ORDER BY day",
            {"end": end},
        ).df()
        rows[name] = _of_days(pd.to_datetime(times["day"]), times["n"].to_numpy(), end)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS).rename_axis("table")
    return table.sort_values("burstiness", ascending=False, kind="stable")


def _of_days(days: pd.Series[Any], counts: Any, end: pd.Timestamp) -> tuple[Any, ...]:
    weeks = 0 if days.empty else (end - days.iloc[0]).days // 7
    if weeks < 2:
        return int(counts.sum()), weeks, np.nan, pd.NaT, np.nan, np.nan, say("less than two weeks")
    week = ((days - days.iloc[0]).dt.days // 7).to_numpy()
    whole = week < weeks
    weekly = np.bincount(week[whole], weights=counts[whole], minlength=weeks)
    busiest = int(weekly.argmax())
    score = burstiness(weekly)
    return (
        int(weekly.sum()),
        weeks,
        float(weekly.mean()),
        days.iloc[0] + pd.Timedelta(weeks=busiest),
        float(weekly[busiest] / weekly.sum()),
        score,
        say("comes in bursts: look at the busiest week")
        if score > BURSTY and weekly.max() > _BUSY * weekly.mean()
        else "",
    )
