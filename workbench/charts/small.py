"""Pictures of a first page: three side by side, each one thing, with letters that can be read.

They are as wide as a third of a page, so that titles are short, and details are elsewhere.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import say
from workbench.metrics import best_depth

WIDTH, HEIGHT = 3.1, 2.7
"""Inches: 310 dots on a screen, where three fit beside one another and one fits a telephone."""
MOST_ROWS = 6
_LABEL, LETTERS = 9.5, 9.0
"""Points of titles and of all other letters: 13 and 12.5 dots."""


def profit(curve: pd.DataFrame, *, currency: str = "") -> Axes:
    """Draw profit by depth.

    Parameters
    ----------
    curve : DataFrame
        From `workbench.metrics.profit_by_depth`.
    currency : str

    Returns
    -------
    Axes

    Examples
    --------
    >>> from workbench import metrics
    >>> curve = metrics.profit_by_depth([1, 0, 0], [0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    >>> profit(curve, currency="EUR").figure.get_suptitle()
    'Profit (EUR) by share of contacts'
    """
    check_columns(curve, ["depth", "expected_profit", "realised_profit"], name="The profit table")
    best, ax = best_depth(curve), axes()
    ax.axhline(0.0, color=style.MUTED, linewidth=1.0)
    lines = (
        ("expected_profit", say("expected"), style.BLUE),
        ("realised_profit", say("came"), style.VERMILION),
    )
    for name, said, colour in lines:
        ax.plot(curve["depth"], curve[name], color=colour, label=said)
        ax.plot([best["depth"]], [best[name]], "o", color=colour, markersize=5)
    ax.axvline(best["depth"], color=style.INK, linewidth=1.0, linestyle=(0, (2, 2)))
    ax.legend(frameon=False, fontsize=LETTERS, loc="lower center", handlelength=1.2)
    return money_by_depth(ax, currency=currency)


def money_by_depth(ax: Axes, *, currency: str) -> Axes:
    """Name both axes of a picture of profit by the share of contacts."""
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    style.money(ax)
    style.percent(ax, x=True)
    if currency:
        return titled(ax, say("Profit ({currency}) by share of contacts", currency=currency))
    return titled(ax, say("Profit by share of contacts"))


def leaning(shares: pd.Series[float], *, of: str) -> Axes:
    """Draw what carries the score, the most first.

    Parameters
    ----------
    shares : Series of float
        Share of the score's variance by name.
    of : str
        What the names are: "groups" or "features".

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = leaning(pd.Series({"rfm": 0.25, "offer": 0.75}), of="groups")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['offer', 'rfm']
    """
    shown = shares.sort_values(ascending=False, kind="stable")[:MOST_ROWS]
    ax = axes("x")
    ax.barh(np.arange(len(shown)), shown, height=0.62, color=style.BLUE)
    ax.axvline(0.0, color=style.INK, linewidth=1.0)
    rows(ax, list(shown.index), 18)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    style.percent(ax, x=True)
    ax.set_xlabel(say("share of the score"), fontsize=LETTERS)
    said = say("What it leans on: groups" if of == "groups" else "What it leans on: features")
    if len(shares) > len(shown):
        said += say(" ({shown:,.0f} of {all:,.0f})", shown=len(shown), all=len(shares))
    return titled(ax, said)


def campaigns(table: pd.DataFrame) -> Axes:
    """Draw each campaign's loss over that of its own base rate, the worst on top.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.by_campaign`.

    Returns
    -------
    Axes

    Raises
    ------
    DataError
        The table is empty.

    Examples
    --------
    >>> from workbench import metrics
    >>> y, p = [1, 0, 0, 1], [0.8, 0.3, 0.2, 0.9]
    >>> campaigns(metrics.by_campaign(y, p, ["A", "A", "B", "B"])).figure.get_suptitle()
    'Error by campaign'
    """
    check_not_empty(table, name="The campaign table")
    worst = table.sort_values("loss_ratio", ascending=False, kind="stable")
    shown = worst[:MOST_ROWS]
    ax, places = axes("x"), np.arange(len(shown))
    ax.axvline(1.0, color=style.INK, linewidth=1.0, linestyle=(0, (4, 3)))
    low, high = shown["loss_ratio_low"], shown["loss_ratio_high"].clip(upper=2.0)
    ax.hlines(places, low.clip(upper=2.0), high, color=style.BLUE, linewidth=1.6)
    ax.scatter(shown["loss_ratio"].clip(upper=2.0), places, s=26, color=style.BLUE, zorder=3)
    rows(ax, shown["campaign"].tolist(), 14)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.set_xlabel(say("log loss, base rate = 1"), fontsize=LETTERS)
    if len(table) == len(shown):
        return titled(ax, say("Error by campaign"))
    worst_of = {"shown": len(shown), "all": len(table)}
    return titled(ax, say("Error by campaign (worst {shown:,.0f} of {all:,.0f})", **worst_of))


def gain(curve: pd.DataFrame) -> Axes:
    """Draw the share of responses reached by depth: where there are no campaigns to show.

    Parameters
    ----------
    curve : DataFrame
        From `workbench.metrics.gain_curve`.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from workbench import metrics
    >>> gain(metrics.gain_curve([1, 0, 0], [0.6, 0.3, 0.1])).figure.get_suptitle()
    'Responses reached by share contacted'
    """
    check_columns(curve, ["depth", "cumulative_gain"], name="The gain table")
    ax = axes()
    ax.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1.2, linestyle=(0, (4, 3)))
    ax.plot(curve["depth"], curve["cumulative_gain"], color=style.BLUE)
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(4))
    style.percent(ax, x=True, y=True)
    return titled(ax, say("Responses reached by share contacted"))


def axes(grid: str = "both") -> Axes:
    """Return axes of a picture of a first page."""
    with plt.style.context(style.STYLE):
        made = plt.subplots(figsize=(WIDTH, HEIGHT), layout="constrained")[1]
        with style.canvas(made, grid=grid) as ax:
            ax.tick_params(labelsize=LETTERS)
            return ax


def titled(ax: Axes, text: str) -> Axes:
    """Write the title over the whole figure: names of rows leave too little above the axes."""
    ax.get_figure(root=True).suptitle(  # type: ignore[union-attr]
        text, x=0.01, ha="left", fontsize=_LABEL, fontweight="bold", parse_math=False
    )
    return ax


def rows(ax: Axes, names: list[object], most: int) -> None:
    """Write the names of rows, shortened, the first on top."""
    places = np.arange(len(names))
    ax.set_yticks(places, style.shortened(names, most), parse_math=False)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
