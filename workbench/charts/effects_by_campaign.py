"""The effect in each campaign, and the mean over campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.charts.effect_axes import (
    INTERVAL,
    KINDS,
    WIDER,
    check_comparison,
    effect_in,
    finite,
    write_effects,
)
from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.language import say, say_count
from workbench.messages import listed
from workbench.numbers import Array


def effects_by_campaign(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    mean: Mapping[str, float] | pd.Series[Any] | None = None,
    kind: str = "binary",
    most: int = 40,
) -> Axes:
    """Draw the effect in each campaign with its interval, and the mean over campaigns below.

    A filled dot has an interval that leaves zero out. The diamond is as wide as the interval of
    the mean. Contacts of both arms stand at the right. Rows are in the order of the table.

    Parameters
    ----------
    table : DataFrame
        One row a campaign: ``campaign, effect, low, high, contacts, contacts_against``; of one
        arm against one other.
    ax : Axes, optional
        Where to draw; a new figure by default.
    mean : mapping or Series, optional
        ``mean, low, high`` over campaigns, such as `ReadOut.heterogeneity` has.
    kind : {"binary", "amount", "count"}
        Of the outcome: the effect on a response rate is written in points.
    most : int
        Rows to draw, the last ones; the title says how many there are.

    Returns
    -------
    Axes

    Raises
    ------
    SchemaError
        A column is missing.
    DataError
        The table is empty, or holds several comparisons.
    ParameterError
        `kind` is not one of these, or `mean` has no such entries.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import charts
    >>> table = pd.DataFrame({
    ...     "campaign": ["May", "June"], "effect": [0.02, 0.01], "low": [0.01, -0.01],
    ...     "high": [0.03, 0.03], "contacts": [900, 800], "contacts_against": [100, 90]})
    >>> ax = charts.effects_by_campaign(table, mean={"mean": 0.015, "low": 0.0, "high": 0.03})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['May', 'June', 'Mean over campaigns']
    """
    check_choice(kind, KINDS, name="kind")
    needed = ["campaign", *INTERVAL, "contacts", "contacts_against"]
    check_comparison(table, needed, name="The table of campaigns")
    shown = table.tail(most)
    middle = None if mean is None else _middle(mean)
    names = [str(name) for name in shown["campaign"]]
    beside = [
        say("{n:,.0f} against {others:,.0f} contacts", n=row.contacts, others=row.contacts_against)
        for row in shown.itertuples()
    ]
    if middle is not None:
        names, beside = [*names, say("Mean over campaigns")], [*beside, ""]
    with style.canvas(ax, height=style.rows_height(len(names)) + 0.2, grid="x") as axes:
        axes.axvline(0.0, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
        _dots(axes, shown)
        if middle is not None:
            _diamond(axes, middle, len(shown))
        style.rows(axes, names, beside)
        axes.set_xlim(*_across(shown, middle))
        _note_unknown(axes, shown)
        axes.set_xlabel(effect_in(kind))
        write_effects(axes.xaxis, kind)
        style.title(axes, _found(table, len(shown)))
    return axes


def _middle(mean: Mapping[str, float] | pd.Series[Any]) -> Array | None:
    """Return mean and interval (3,); None where they are not known, of fewer than two campaigns."""
    names = ("mean", "low", "high")
    if not (hasattr(mean, "keys") and all(name in mean for name in names)):
        known = listed(mean.keys()) if hasattr(mean, "keys") else repr(mean)
        raise ParameterError(
            f"`mean` must have {listed(names)}; got {known}. Give a row of the table that tells "
            "how campaigns differ."
        )
    numbers = np.array([float(mean[name]) for name in names])
    return numbers if np.isfinite(numbers).all() else None


def _dots(ax: Axes, shown: pd.DataFrame) -> None:
    places = np.arange(len(shown))
    proven = ((shown["low"] > 0) | (shown["high"] < 0)).to_numpy()
    ax.hlines(places, shown["low"], shown["high"], color=style.BLUE, linewidth=1.6)
    ax.scatter(
        shown["effect"],
        places,
        s=36,
        facecolor=np.where(proven, style.BLUE, "white"),
        edgecolor=style.BLUE,
        linewidth=1.4,
        zorder=3,
    )


def _diamond(ax: Axes, middle: Array, place: int) -> None:
    mean, low, high = middle.tolist()
    ax.fill(
        [low, mean, high, mean],
        [place, place - 0.3, place, place + 0.3],
        color=style.VERMILION,
        linewidth=0,
        zorder=3,
    )


def _across(shown: pd.DataFrame, middle: Array | None) -> tuple[float, float]:
    """Fit dots, mean and usual intervals: that of a tiny campaign would fill the page."""
    low, high = finite(shown["low"]), finite(shown["high"])
    width = high - low
    usual = width <= WIDER * np.nanmedian(width) if np.isfinite(width).any() else width > 0
    seen = np.concatenate([finite(shown["effect"]), low[usual], high[usual], [0.0]])
    seen = seen if middle is None else np.append(seen, middle)
    seen = seen[np.isfinite(seen)]
    room = 0.06 * (float(np.ptp(seen)) or 1.0)
    return float(seen.min()) - room, float(seen.max()) + room


def _note_unknown(ax: Axes, shown: pd.DataFrame) -> None:
    for place, value in enumerate(shown["effect"]):
        if np.isnan(value):
            look: dict[str, Any] = {"color": style.MUTED, "xycoords": ("axes fraction", "data")}
            style.label(ax, say("n/a"), (0.5, place), va="center", ha="center", **look)


def _found(table: pd.DataFrame, drawn: int) -> str:
    known = int(table["effect"].notna().sum())
    proven = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    text = say_count(
        "The interval leaves zero out in {proven} of {n} campaign",
        "The interval leaves zero out in {proven} of {n} campaigns",
        known,
        proven=proven,
    )
    if drawn == len(table):
        return text
    return text + say(" (the last {shown} shown)", shown=drawn)
