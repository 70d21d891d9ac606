"""One row an offer: how many take it of those to whom it would be made, and of all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import number_text, retold, say

_NEEDED = ["made_to", "taken_rate", "taken_rate_of_all"]


def offers_made(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of contacts that took an offer: of those to whom it would be made, and of all.

    Parameters
    ----------
    table : DataFrame
        One row an offer: ``made_to, taken_rate, taken_rate_of_all``, as the ``made()`` of
        `workbench.reports.OfferFindings` has them. Where a rate is missing there is no mark.
    ax : Axes, optional
        Where to draw; a new figure by default.

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
    >>> from workbench import charts
    >>> table = pd.DataFrame({"made_to": [500, 300], "taken_rate": [0.11, 0.06],
    ...                       "taken_rate_of_all": [0.06, 0.02]}, index=["coffee", "tea"])
    >>> charts.offers_made(table).get_title(loc="left")
    'More take an offer where it would be made: 2 of 2'
    """
    check_columns(table, _NEEDED, name="The table of offers")
    check_not_empty(table, name="The table of offers")
    counts = [say("made to {n}", n=_written(count)) for count in table["made_to"]]
    rates = table[["taken_rate", "taken_rate_of_all"]].astype("float64")
    places = np.arange(len(table))
    with style.canvas(ax, height=style.rows_height(len(table)) + 0.3, grid="x") as axes:
        axes.hlines(places, *rates.to_numpy().T, color=style.BLUE, linewidth=1.6)
        axes.scatter(rates["taken_rate"], places, s=36, color=style.BLUE, zorder=4)
        look: dict[str, Any] = {"facecolor": "none", "edgecolor": style.INK, "linewidth": 1.3}
        axes.scatter(rates["taken_rate_of_all"], places, s=44, marker="D", zorder=3, **look)
        style.rows(axes, [str(name) for name in table.index], counts)
        axes.set_xlim(0, 1.06 * max(float(np.nan_to_num(rates.to_numpy()).max()), 0.005))
        axes.set_xlabel(say("Took it: of those to whom it would be made (dot), of all (diamond)"))
        style.percent(axes, x=True)
        better = int((rates["taken_rate"] > rates["taken_rate_of_all"]).sum())
        told = int(rates.notna().all(axis=1).sum())
        style.title(
            axes,
            say(
                "More take an offer where it would be made: {better} of {told}",
                better=better,
                told=told,
            ),
        )
    return axes


def _written(count: Any) -> str:
    return retold(count) if isinstance(count, str) else number_text(count, ",.0f")
