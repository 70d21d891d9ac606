"""One row an offer: how many take it of those to whom it would be made, and of all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import number_text, retold, say

_NEEDED = ["offered_to", "took_it_rate", "of_all_rate"]


def offers_made(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of contacts that took an offer: of those to whom it would be made, and of all.

    Parameters
    ----------
    table : DataFrame
        One row an offer: ``offered_to, took_it_rate, of_all_rate``, as the ``made()`` of
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
    >>> table = pd.DataFrame({"offered_to": [500, 300], "took_it_rate": [0.11, 0.06],
    ...                       "of_all_rate": [0.06, 0.02]}, index=["coffee", "tea"])
    >>> charts.offers_made(table).get_title(loc="left")
    'More take an offer where it would be made: 2 of 2'
    """
    check_columns(table, _NEEDED, name="The table of offers")
    check_not_empty(table, name="The table of offers")
    counts = [say("made to {n}", n=_written(count)) for count in table["offered_to"]]
    rates = table[["took_it_rate", "of_all_rate"]].astype("float64")
    places = np.arange(len(table))
    with style.canvas(ax, height=style.rows_height(len(table)) + 0.3, grid="x") as axes:
        axes.hlines(places, *rates.to_numpy().T, color=style.BLUE, linewidth=1.6)
        axes.scatter(rates["took_it_rate"], places, s=36, color=style.BLUE, zorder=4)
        look: dict[str, Any] = {"facecolor": "none", "edgecolor": style.INK, "linewidth": 1.3}
        axes.scatter(rates["of_all_rate"], places, s=44, marker="D", zorder=3, **look)
        style.rows(axes, [str(name) for name in table.index], counts)
        axes.set_xlim(0, 1.06 * max(float(np.nan_to_num(rates.to_numpy()).max()), 0.005))
        axes.set_xlabel(say("Took it: of those to whom it would be made (dot), of all (diamond)"))
        style.percent(axes, x=True)
        better = int((rates["took_it_rate"] > rates["of_all_rate"]).sum())
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
