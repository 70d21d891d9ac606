"""Pictures of the first page of a test: each one thing, as wide as those of `small`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from workbench.charts import style
from workbench.charts.small import LETTERS, MOST_ROWS, axes, money_by_depth, rows, titled
from workbench.checks import check_columns, check_not_empty
from workbench.language import say


def effects(table: pd.DataFrame, *, names: str, points: bool) -> Axes:
    """Draw the effect of each campaign, or of each arm, with its interval.

    Parameters
    ----------
    table : DataFrame
        With ``effect``, ``low``, ``high`` and the column `names`; the last rows are shown where
        there are many.
    names : {"campaign", "arm"}
    points : bool
        Whether effects are differences of rates.

    Returns
    -------
    Axes

    Raises
    ------
    DataError
        The table is empty.

    Examples
    --------
    >>> table = pd.DataFrame({"arm": ["mail"], "effect": [0.06], "low": [0.04], "high": [0.08]})
    >>> effects(table, names="arm", points=True).figure.get_suptitle()
    'What contacting changed, by arm'
    """
    check_columns(table, [names, "effect", "low", "high"], name="The table of effects")
    check_not_empty(table, name="The table of effects")
    shown = table[-MOST_ROWS:]
    unit = 100.0 if points else 1.0
    ax, places = axes("x"), np.arange(len(shown))
    ax.axvline(0.0, color=style.INK, linewidth=1.0, linestyle=(0, (4, 3)))
    ax.hlines(places, unit * shown["low"], unit * shown["high"], color=style.BLUE, linewidth=1.6)
    ax.scatter(unit * shown["effect"], places, s=26, color=style.BLUE, zorder=3)
    rows(ax, shown[names].tolist(), 14)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.set_xlabel(say("percentage points") if points else say("per contact"), fontsize=LETTERS)
    if names == "arm":
        return titled(ax, say("What contacting changed, by arm"))
    if len(shown) < len(table):
        of = {"shown": len(shown), "all": len(table)}
        return titled(ax, say("Effect by campaign (last {shown:,.0f} of {all:,.0f})", **of))
    return titled(ax, say("Effect by campaign"))


def uplift(table: pd.DataFrame) -> Axes:
    """Draw what contacting changes in each part of the ranking, the best part first.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.uplift_by_depth`.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from workbench import metrics
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> table = metrics.uplift_by_depth(y, treated, [8, 7, 6, 5, 4, 3, 2, 1], bins=2)
    >>> uplift(table).figure.get_suptitle()
    'Uplift by part of the ranking'
    """
    check_columns(table, ["bin_uplift", "bin_low", "bin_high"], name="The uplift table")
    check_not_empty(table, name="The uplift table")
    ax, places = axes("y"), np.arange(1, len(table) + 1)
    ax.axhline(0.0, color=style.INK, linewidth=1.0)
    low, high = 100 * table["bin_low"], 100 * table["bin_high"]
    ax.vlines(places, low, high, color=style.BLUE, linewidth=1.6)
    ax.scatter(places, 100 * table["bin_uplift"], s=26, color=style.BLUE, zorder=3)
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_xlabel(say("part, the best first"), fontsize=LETTERS)
    ax.set_ylabel(say("percentage points"), fontsize=LETTERS)
    return titled(ax, say("Uplift by part of the ranking"))


def incremental(curve: pd.DataFrame, *, currency: str = "") -> Axes:
    """Draw incremental profit by depth, and the gross line that counts who would come anyway.

    Parameters
    ----------
    curve : DataFrame
        From `workbench.metrics.incremental_profit_by_depth`.
    currency : str

    Returns
    -------
    Axes

    Examples
    --------
    >>> from workbench import metrics
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> curve = metrics.incremental_profit_by_depth(
    ...     y, treated, [8, 7, 6, 5, 4, 3, 2, 1], cost=1.0, margin=3.0, bins=2
    ... )
    >>> incremental(curve, currency="EUR").figure.get_suptitle()
    'Profit (EUR) by share of contacts'
    """
    check_columns(
        curve, ["depth", "incremental_profit", "gross_profit"], name="The incremental profit table"
    )
    ax = axes()
    ax.axhline(0.0, color=style.MUTED, linewidth=1.0)
    ax.plot(
        curve["depth"],
        curve["gross_profit"],
        color=style.OTHER,
        linestyle=(0, (4, 3)),
        label=say("with those who come anyway"),
    )
    ax.plot(curve["depth"], curve["incremental_profit"], color=style.BLUE, label=say("incremental"))
    top = max(curve["gross_profit"].max(), curve["incremental_profit"].max(), 0.0)
    ax.set_ylim(top=1.35 * top or 1.0)  # letters stand above the lines
    ax.legend(frameon=False, fontsize=LETTERS, loc="upper left", handlelength=1.2)
    return money_by_depth(ax, currency=currency)
