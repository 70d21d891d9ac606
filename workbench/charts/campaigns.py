"""One row a campaign, the worst on top."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_choice, check_columns, check_not_empty
from workbench.language import later, retold, say
from workbench.metrics import ENOUGH_POSITIVES


class _Measure(NamedTuple):
    label: str
    reference: float
    says: str
    worst_is_high: bool


_MEASURES = {
    "loss_ratio": _Measure(
        later(
            "Log loss ÷ log loss of the campaign's own base rate\n(95% interval; lower is better)"
        ),
        1.0,
        later("{beaten} of {known} campaigns beat their own base rate"),
        worst_is_high=True,
    ),
    "auc": _Measure(
        later("AUC within the campaign\n(95% interval; higher is better)"),
        0.5,
        later("{beaten} of {known} campaigns beat a random order"),
        worst_is_high=False,
    ),
}


def by_campaign(
    table: pd.DataFrame, ax: Axes | None = None, *, column: str = "loss_ratio", most: int = 40
) -> Axes:
    """Draw a figure of every campaign with its 95% interval, the worst on top.

    Hollow dots are campaigns with fewer than 20 positives, whose figures are mostly
    noise; a campaign without a figure says why. Responses and contacts stand at the right.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.by_campaign`.
    ax : Axes, optional
        Where to draw; a new figure by default.
    column : {"loss_ratio", "auc"}
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
    ParameterError
        `column` is neither.

    Examples
    --------
    >>> from workbench import charts, metrics
    >>> table = metrics.by_campaign([1, 0, 0, 1], [0.8, 0.3, 0.2, 0.1], ["A", "A", "B", "B"])
    >>> ax = charts.by_campaign(table, column="auc")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['B', 'A']
    """
    check_choice(column, _MEASURES, name="column")
    needed = ["campaign", "contacts", "positives", column, f"{column}_low", f"{column}_high"]
    check_columns(table, [*needed, "note"], name="The campaign table")
    check_not_empty(table, name="The campaign table")
    measure = _MEASURES[column]
    worst_first = table.sort_values(column, ascending=not measure.worst_is_high, kind="stable")
    shown = worst_first.head(most)
    counts = [
        say(
            "{responses:,.0f} of {contacts:,.0f} responded",
            responses=row.positives,
            contacts=row.contacts,
        )
        for row in shown.itertuples()
    ]
    with style.canvas(ax, height=style.rows_height(len(shown)), grid="x") as axes:
        axes.axvline(measure.reference, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
        _dots(axes, shown, column)
        style.rows(axes, shown["campaign"].tolist(), counts)
        axes.set_xlim(*_limits(shown, column))
        _write_notes(axes, shown, column)
        axes.set_xlabel(say(measure.label))
        style.title(axes, _finding(shown, table, column))
    return axes


def _dots(ax: Axes, shown: pd.DataFrame, column: str) -> None:
    places = np.arange(len(shown))
    enough = (shown["positives"] >= ENOUGH_POSITIVES).to_numpy()
    colour = np.where(enough, style.BLUE, style.OTHER)
    ax.hlines(places, shown[f"{column}_low"], shown[f"{column}_high"], color=colour, linewidth=1.6)
    ax.scatter(
        shown[column],
        places,
        s=36,
        facecolor=np.where(enough, style.BLUE, "white"),
        edgecolor=colour,
        linewidth=1.4,
        zorder=3,
    )


def _limits(shown: pd.DataFrame, column: str) -> tuple[float, float]:
    """Fit the dots and the intervals of the larger campaigns; a tiny one's would fill the page."""
    enough = shown[shown["positives"] >= ENOUGH_POSITIVES]
    seen = np.concatenate(
        [shown[column], enough[f"{column}_low"], enough[f"{column}_high"]],
        dtype="float64",
    )
    seen = np.append(seen[~np.isnan(seen)], _MEASURES[column].reference)
    margin = 0.06 * max(seen.max() - seen.min(), 0.1)
    return seen.min() - margin, seen.max() + margin


def _write_notes(ax: Axes, shown: pd.DataFrame, column: str) -> None:
    muted = {"color": style.MUTED, "xycoords": ("axes fraction", "data")}
    for place, (value, note) in enumerate(zip(shown[column], shown["note"], strict=True)):
        if np.isnan(value):
            at = (0.5, place)
            style.label(ax, retold(note) or say("n/a"), at, va="center", ha="center", **muted)


def _finding(shown: pd.DataFrame, table: pd.DataFrame, column: str) -> str:
    reference = _MEASURES[column].reference
    beaten = table[column] > reference if column == "auc" else table[column] < reference
    known = int(table[column].notna().sum())
    if known == 0:
        return say("No campaign has both responses and contacts without one")
    text = say(_MEASURES[column].says, beaten=int(beaten.sum()), known=known)
    if len(table) == len(shown):
        return text
    return text + say(" (worst {shown} of {all} shown)", shown=len(shown), all=len(table))
