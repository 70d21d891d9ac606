"""Pictures of the first page of a router: each one thing, as wide as those of `small`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from workbench.charts import style
from workbench.charts.answered import COLUMNS, draw_curve
from workbench.charts.small import LETTERS, MOST_ROWS, axes, rows, titled
from workbench.checks import check_columns, check_not_empty
from workbench.language import say


def answered(table: pd.DataFrame, *, target: float) -> Axes:
    """Draw right answers by the share answered.

    Parameters
    ----------
    table : DataFrame
        As for `workbench.charts.answered_curve`.
    target : float
        The precision that was asked for.

    Returns
    -------
    Axes

    Examples
    --------
    >>> table = pd.DataFrame({"share": [0.5, 0.8], "precision": [0.99, 0.97],
    ...     "precision_low": [0.97, 0.95], "chosen": [False, True]})
    >>> answered(table, target=0.95).figure.get_suptitle()
    'Right answers by share answered'
    """
    check_columns(table, list(COLUMNS), name="The table of what is answered")
    check_not_empty(table, name="The table of what is answered")
    ax = axes()
    draw_curve(ax, table, target=target)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    return titled(ax, say("Right answers by share answered"))


def answered_by(table: pd.DataFrame, *, title: str, last: bool = False) -> Axes:
    """Draw the share of texts answered in each row of a table.

    Parameters
    ----------
    table : DataFrame
        With ``answered_share``, a row a label, period or language. Where it is missing, as it
        may not be told, there is a dash and no bar.
    title : str
    last : bool
        Show the last rows where there are many, as of periods; else the first.

    Returns
    -------
    Axes

    Examples
    --------
    >>> table = pd.DataFrame({"answered_share": [0.9, 0.5]}, index=["invoice", "returns"])
    >>> answered_by(table, title="Answered, by label").figure.get_suptitle()
    'Answered, by label'
    """
    check_columns(table, ["answered_share"], name="The table of what is answered")
    check_not_empty(table, name="The table of what is answered")
    shown = table[-MOST_ROWS:] if last else table[:MOST_ROWS]
    ax, places = axes("x"), np.arange(len(shown))
    told = shown["answered_share"].notna().to_numpy()
    ax.barh(places[told], shown["answered_share"][told], height=0.62, color=style.BLUE)
    for place in places[~told]:
        ax.text(0.02, place, "–", va="center", color=style.MUTED, fontsize=LETTERS)
    ax.axvline(0.0, color=style.INK, linewidth=1.0)
    rows(ax, list(shown.index), 14)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    style.percent(ax, x=True)
    ax.set_xlabel(say("texts answered without a person"), fontsize=LETTERS)
    if len(shown) < len(table):
        title += say(" ({shown:,.0f} of {all:,.0f})", shown=len(shown), all=len(table))
    return titled(ax, title)
