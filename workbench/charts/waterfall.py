"""How one row's score comes about: a step a feature, from the average contact."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.digits import share_text
from workbench.language import later, number_text, retold, say
from workbench.metrics.score_scale import ScoreScale, scale_of

ONE_CONTACT = "one-contact"
"""What axes are marked with that show a single contact: no report keeps their picture."""
AVERAGE, THIS = later("average contact"), later("this contact")
_REST = re.compile(r"[\d,]+ more \w+")  # as `explanation` names what it adds up

FOUND = {
    "propensity": later("Propensity {here}, of the average contact {average}"),
    "amount": later("Expected amount {here}, of the average contact {average}"),
    "count": later("Expected count {here}, of the average contact {average}"),
}


def waterfall(
    table: pd.DataFrame, ax: Axes | None = None, *, foretells: str = "propensity"
) -> Axes:
    """Draw the steps from the average contact's score to that of one contact.

    It shows a single customer: in a notebook with `workbench.reports.report_figures`, and so in
    a report, a sentence stands in its place. `workbench.Explained` shows it in the notebook.

    Parameters
    ----------
    table : DataFrame
        From `RidgePropensity.explanation`: ``value``, ``contribution``, ``start``, ``end``.
    ax : Axes, optional
        Where to draw; a new figure by default.
    foretells : {"propensity", "amount", "count"}
        What the model's scores mean, its ``foretells``.

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
        `foretells` is none of these.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import RidgePropensity, charts
    >>> X = pd.DataFrame({"visits": [0.0, 1.0, 2.0, 3.0], "age": [40.0, 30.0, 50.0, 60.0]})
    >>> model = RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1])
    >>> ax = charts.waterfall(model.explanation(X[3:]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['average contact', 'visits = 3', 'age = 60', 'this contact']
    """
    scale = scale_of(foretells)
    check_columns(table, ["value", "contribution", "start", "end"], name="The table of steps")
    check_not_empty(table, name="The table of steps")
    names = [named(str(name), value) for name, value in table["value"].items()]
    beside = ["", *(number_text(step, "+.2f") for step in table["contribution"]), ""]
    first, last = float(table["start"].iloc[0]), float(table["end"].iloc[-1])
    with style.canvas(ax, height=style.rows_height(len(table) + 2), grid="x") as axes:
        axes.set_gid(ONE_CONTACT)
        _bars(axes, table)
        axes.scatter([first, last], [0, len(table) + 1], s=40, color=style.INK, zorder=3)
        style.rows(axes, [say(AVERAGE), *names, say(THIS)], beside)
        _scaled(axes, table, scale)
        style.title(axes, finding(first, last, foretells))
    return axes


def named(name: str, value: str) -> str:
    """Write a feature with its value, where it has one.

    Examples
    --------
    >>> named("age", "60 years"), named("12 more features", "")
    ('age = 60 years', '12 more features')
    """
    if value:
        return f"{name} = {value}"
    return retold(name) if _REST.fullmatch(name) else name


def finding(first: float, last: float, foretells: str) -> str:
    """Say what is foretold, and of the average contact.

    Examples
    --------
    >>> finding(-3.0, -2.0, "propensity")
    'Propensity 11.9%, of the average contact 4.7%'
    """
    scale = scale_of(foretells)
    average, here = (float(one) for one in scale.mean(np.array([first, last])))
    write = share_text if foretells == "propensity" else scale.written
    return say(FOUND[foretells], here=write(here), average=write(average))


def _bars(ax: Axes, table: pd.DataFrame) -> None:
    up = table["contribution"].to_numpy() >= 0
    colour = [style.BLUE if one else style.VERMILION for one in up]
    places = range(1, len(table) + 1)
    ax.barh(places, table["contribution"], left=table["start"], height=0.62, color=colour)
    ends = [float(table["start"].iloc[0]), *table["end"].tolist()]
    for place, end in enumerate(ends):  # from each bar to the next
        ax.plot([end, end], [place, place + 1], color=style.MUTED, linewidth=0.8)


def _scaled(ax: Axes, table: pd.DataFrame, scale: ScoreScale) -> None:
    low, high = table[["start", "end"]].min().min(), table[["start", "end"]].max().max()
    room = 0.06 * max(high - low, 0.1)
    ax.set_xlim(low - room, high + room)
    ticks = scale.ticks(low - room, high + room)
    ax.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
    ax.set_xlabel(say(scale.axis))
