"""Gain and lift: how much of the response the best contacts hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import number_text, say

_MARKED_DEPTH = 0.1


def gain(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of responses reached against the share of contacts made.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.gain_curve`: ``depth``, ``cumulative_gain``.
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
    >>> from workbench import charts, metrics
    >>> ax = charts.gain(metrics.gain_curve([1, 0, 1, 0], [0.9, 0.5, 0.4, 0.1]))
    >>> ax.get_title(loc="left")
    'The best 10% of contacts hold 20% of responses'
    """
    check_columns(table, ["depth", "cumulative_gain"], name="The gain table")
    check_not_empty(table, name="The gain table")
    with style.canvas(ax) as axes:
        axes.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1.2, linestyle=(0, (4, 3)))
        style.label(axes, say("at random"), (0.6, 0.6), offset=(8, -10), color=style.MUTED)
        axes.plot(table["depth"], table["cumulative_gain"], color=style.BLUE)
        _mark_gain(axes, table)
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        axes.set_xlabel(say("Contacts made, best first (share of all contacts)"))
        axes.set_ylabel(say("Responses reached (share)"))
        style.percent(axes, x=True, y=True)
    return axes


def _mark_gain(ax: Axes, table: pd.DataFrame) -> None:
    if table["cumulative_gain"].isna().all():
        style.title(ax, say("Gain: n/a (0 positives)"))
        return
    reached = float(np.interp(_MARKED_DEPTH, table["depth"], table["cumulative_gain"]))
    ax.plot([_MARKED_DEPTH], [reached], "o", color=style.BLUE, markersize=7)
    style.label(
        ax,
        say("{share} at {depth:.0%}", share=style.share(reached), depth=_MARKED_DEPTH),
        (_MARKED_DEPTH, reached),
        offset=(9, -4),
    )
    style.title(
        ax,
        say(
            "The best {depth:.0%} of contacts hold {share} of responses",
            depth=_MARKED_DEPTH,
            share=style.share(reached),
        ),
    )


def lift(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the response rate of each part of the ranking, relative to the average.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.ranking_table`: ``depth``, ``contacts``, ``positives``,
        ``lift``.
    ax : Axes, optional

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
    >>> from workbench import charts, metrics
    >>> ax = charts.lift(metrics.ranking_table([1, 0, 1, 0], [0.9, 0.5, 0.4, 0.1], bins=2))
    >>> ax.get_title(loc="left")
    'The best 50% respond 1.0 times as often as the average'
    """
    check_columns(table, ["depth", "contacts", "positives", "lift"], name="The ranking table")
    check_not_empty(table, name="The ranking table")
    depth, heights = table["depth"].to_numpy(), table["lift"].to_numpy()
    widths = np.diff(depth, prepend=0.0)
    with style.canvas(ax, grid="y") as axes:
        axes.bar(depth - widths / 2, heights, width=0.86 * widths, color=style.BLUE)
        axes.axhline(1.0, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=2.5)
        average = table["positives"].sum() / table["contacts"].sum()
        text = say("average rate {rate}", rate=style.share(average))
        style.label(axes, text, (1.0, 1.0), offset=(0, 5), ha="right")
        _write_lifts(axes, depth - widths / 2, heights)
        axes.set_xlim(0, 1)
        axes.set_xticks([0.0, *depth] if len(depth) <= 10 else np.linspace(0, 1, 11))
        axes.set_xlabel(say("Contacts, best first (share of all contacts)"))
        axes.set_ylabel(say("Lift (response rate ÷ average rate)"))
        style.percent(axes, x=True)
    return axes


def _write_lifts(ax: Axes, places: np.ndarray, heights: np.ndarray) -> None:
    if np.isnan(heights).all():
        style.title(ax, say("Lift: n/a (0 positives)"))
        return
    first = 2 * places[0]
    said = say(
        "The best {depth:.0%} respond {lift:.1f} times as often as the average",
        depth=first,
        lift=heights[0],
    )
    style.title(ax, said)
    ax.set_ylim(0, max(1.25, 1.12 * heights.max()))
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # hides the average's line
    if len(heights) <= 12:
        for x, y in zip(places, heights, strict=True):
            style.label(ax, number_text(y, ".1f"), (x, y), offset=(0, 3), ha="center", bbox=paper)
