"""One row a segment: what responded, and what was expected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import say

_NEEDED = ["contacts", "positives", "rate", "rate_low", "rate_high", "mean_propensity", "off"]


def by_segment(table: pd.DataFrame, ax: Axes | None = None, *, most: int = 40) -> Axes:
    """Draw the response rate of each segment with its 95% interval, and the mean propensity.

    Segments that are off by more than chance, considered together, stand out in colour. Responses
    and contacts stand at the right. Rows are in the order of the table.

    Parameters
    ----------
    table : DataFrame
        The ``table`` of `workbench.evidence.by_segment`; its ``shown()`` has the names of
        segments in the reader's words and language.
    ax : Axes, optional
        Where to draw; a new figure by default.
    most : int
        Rows to draw; the title says how many are left out.

    Returns
    -------
    Axes

    Raises
    ------
    SchemaError
        A column is missing.
    DataError
        The table is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame, charts, evidence
    >>> table = pd.DataFrame({"town": ["A", "B"] * 400, "bought": [0, 0, 1, 1, 0, 0, 0, 1] * 100})
    >>> frame = FeatureFrame.from_table(table, target="bought")
    >>> found = evidence.by_segment(frame, [0.25] * 800, by="town")
    >>> charts.by_segment(found.shown()).get_title(loc="left")
    'Segments off by more than chance: 1 of 2 (B)'
    """
    check_columns(table, _NEEDED, name="The table of segments")
    check_not_empty(table, name="The table of segments")
    shown = table.head(most)
    counts = [
        say(
            "{responses:,.0f} of {contacts:,.0f} responded",
            responses=row.positives,
            contacts=row.contacts,
        )
        for row in shown.itertuples()
    ]
    places = np.arange(len(shown))
    colour = np.where(shown["off"], style.VERMILION, style.BLUE)
    with style.canvas(ax, height=style.rows_height(len(shown)) + 0.3, grid="x") as axes:
        axes.hlines(places, shown["rate_low"], shown["rate_high"], color=colour, linewidth=1.6)
        axes.scatter(shown["rate"], places, s=36, color=colour, zorder=3)
        expected = shown["mean_propensity"]
        look: dict[str, Any] = {"facecolor": "none", "edgecolor": style.INK, "linewidth": 1.3}
        axes.scatter(expected, places, s=44, marker="D", zorder=4, **look)
        style.rows(axes, [str(name) for name in shown.index], counts)
        axes.set_xlim(*_limits(shown))
        axes.set_xlabel(say("Response rate (dot, 95% interval) and mean propensity (diamond)"))
        style.percent(axes, x=True)
        style.title(axes, _finding(table, len(shown)))
    return axes


def _limits(shown: pd.DataFrame) -> tuple[float, float]:
    seen = shown[["rate", "rate_low", "rate_high", "mean_propensity"]].to_numpy(dtype="float64")
    low, high = float(np.nanmin(seen)), float(np.nanmax(seen))
    room = 0.06 * max(high - low, 0.005)
    return low - room, high + room


def _finding(table: pd.DataFrame, drawn: int) -> str:
    off, all_of = [str(name) for name in table.index[table["off"]]], len(table)
    if not off:
        text = say("Segments off by more than chance: none of {all}", all=all_of)
    else:
        names = ", ".join(style.short(name, 24) for name in off[:2])
        named: dict[str, Any] = {"all": all_of, "names": names}
        text = say("Segments off by more than chance: {n} of {all} ({names})", n=len(off), **named)
        if len(off) > 2:
            text = say(
                "Segments off by more than chance: {n} of {all} ({names} and {more} more)",
                n=len(off),
                more=len(off) - 2,
                **named,
            )
    return text + (say(" (the first {shown} shown)", shown=drawn) if drawn < all_of else "")
