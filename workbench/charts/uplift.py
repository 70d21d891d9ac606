"""What a contact changes: by part of a ranking, and cumulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.digits import money_text
from workbench.errors import SchemaError
from workbench.language import number_text, say
from workbench.numbers import Array

OF_QINI = ("qini", "low", "high")
_MARKED_DEPTH = 0.3
_WHISKER = 0.012
"""Half the width of an interval's ends, as a share of the axis."""


def uplift_by_decile(table: pd.DataFrame, ax: Axes | None = None, *, unit: str = "") -> Axes:
    """Draw the uplift of each part of a ranking with its interval, the best part first.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.uplift_by_depth`: ``depth``, ``uplift``, ``bin_uplift``,
        ``bin_low``, ``bin_high``.
    ax : Axes, optional
        Where to draw; a new figure by default.
    unit : str
        That of the outcome where it is an amount, such as "EUR"; by default it is a share of
        contacts, and the uplift is in percentage points.

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
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> table = metrics.uplift_by_depth(y, treated, [8, 7, 6, 5, 4, 3, 2, 1], bins=2)
    >>> charts.uplift_by_decile(table).get_title(loc="left")
    'Uplift of the best 50%: 100.0 points; of all contacts: 75.0'
    """
    needed = ["depth", "uplift", "bin_uplift", "bin_low", "bin_high"]
    check_columns(table, needed, name="The uplift table")
    check_not_empty(table, name="The uplift table")
    depth, uplift = table["depth"].to_numpy(), table["bin_uplift"].to_numpy()
    widths = np.diff(depth, prepend=0.0)
    places, average = depth - widths / 2, float(table["uplift"].iloc[-1])
    with style.canvas(ax, grid="y") as axes:
        known = table["bin_low"].notna()
        colours = np.where(known, style.BLUE, style.PALE_BLUE).tolist()
        axes.bar(places, uplift, width=0.86 * widths, color=colours)
        _whiskers(axes, places, table["bin_low"].to_numpy(), table["bin_high"].to_numpy())
        axes.axhline(0.0, color=style.INK, linewidth=1.0)
        if np.isfinite(average):
            axes.axhline(average, color=style.VERMILION, linewidth=1.4, linestyle=(0, (4, 3)))
            text = say("all contacts {uplift}", uplift=_uplift_text(average, unit))
            at, color = (1.0, average), style.VERMILION
            style.label(axes, text, at, offset=(6, 0), va="center", color=color)
        axes.set_xlim(0, 1)
        axes.set_xticks([0.0, *depth] if len(depth) <= 10 else np.linspace(0, 1, 11))
        axes.set_xlabel(
            say("Contacts, best first (share of all contacts)")
            + "\n"
            + (say("Lines: intervals") if known.all() else say("Lines: intervals; pale: unknown"))
        )
        _name_uplift(axes, unit)
        style.percent(axes, x=True)
        style.title(axes, _best_part(table, unit))
    return axes


def qini_curve(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    qini: pd.Series[float] | None = None,
    unit: str = "",
) -> Axes:
    """Draw the increments among the best contacts against random choice, with their interval.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.uplift_by_depth`, with 20 `bins` or more for a smooth curve:
        ``depth``, ``increments``, ``low``, ``high``.
    ax : Axes, optional
        Where to draw; a new figure by default.
    qini : Series, optional
        From `workbench.metrics.qini`, for the title.
    unit : str
        That of the outcome where it is an amount; by default increments are responses.

    Returns
    -------
    Axes

    Raises
    ------
    SchemaError
        A column is missing, or `qini` has not what `workbench.metrics.qini` gives.
    DataError
        The table is empty.

    Examples
    --------
    >>> from workbench import charts, metrics
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> table = metrics.uplift_by_depth(y, treated, [8, 7, 6, 5, 4, 3, 2, 1], bins=2)
    >>> charts.qini_curve(table).get_title(loc="left")
    'Increments of the best 30%: 2.4; of as many at random: 1.8'
    """
    needed = ["depth", "increments", "low", "high"]
    check_columns(table, needed, name="The uplift table")
    check_not_empty(table, name="The uplift table")
    _check_qini(qini)
    curve = from_zero(table[needed])
    with style.canvas(ax) as axes:
        axes.fill_between(
            curve["depth"], curve["low"], curve["high"], color=style.PALE_BLUE, linewidth=0
        )
        axes.axhline(0.0, color=style.MUTED, linewidth=1.0)
        end = float(curve["increments"].iloc[-1])
        axes.plot([0, 1], [0, end], color=style.MUTED, linewidth=1.4, linestyle=(0, (4, 3)))
        axes.plot(curve["depth"], curve["increments"], color=style.BLUE)
        style.label(axes, say("at random"), (0.6, 0.6 * end), offset=(8, -12), color=style.MUTED)
        axes.set_xlim(0, 1)
        axes.set_xlabel(
            say("Contacts made, best first (share of all contacts)")
            + "\n"
            + say("Band: interval of the increments")
        )
        axes.set_ylabel(
            say("Increments by the contact ({unit})", unit=unit or say("responses")),
            parse_math=False,
        )
        style.percent(axes, x=True)
        style.money(axes)
        style.title(axes, _found(curve, qini))
    return axes


def from_zero(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out depths at which an arm is empty, and start where nobody is contacted."""
    nobody = pd.DataFrame({name: [0.0] for name in table})
    known = table[table["depth"] > 0].dropna(subset=[n for n in table if n not in ("low", "high")])
    return pd.concat([nobody, known], ignore_index=True)


def _whiskers(ax: Axes, places: Array, low: Array, high: Array) -> None:
    ax.vlines(places, low, high, color=style.INK, linewidth=1.2)
    for ends in (low, high):
        ax.hlines(ends, places - _WHISKER, places + _WHISKER, color=style.INK, linewidth=1.2)


def _name_uplift(ax: Axes, unit: str) -> None:
    if unit:
        said = say("Uplift by the contact ({unit} a contact)", unit=unit)
        style.money(ax)
    else:
        said = say("Uplift by the contact (percentage points)")
        style.points(ax)
    ax.set_ylabel(said, parse_math=False)


def _uplift_text(uplift: float, unit: str) -> str:
    if unit:
        return money_text(uplift)
    return number_text(100 * uplift, ".1f" if abs(uplift) >= 0.0005 or uplift == 0 else ".2g")


def _best_part(table: pd.DataFrame, unit: str) -> str:
    first, last = table.iloc[0], table.iloc[-1]
    if not np.isfinite(first["bin_uplift"]):
        return say("Uplift of the best {depth}: n/a (an arm is empty)", depth=_depth(first))
    values = {
        "depth": _depth(first),
        "best": _uplift_text(first["bin_uplift"], unit),
        "all": _uplift_text(last["uplift"], unit),
    }
    if unit:
        return say(
            "Uplift of the best {depth}: {best} {unit}; of all contacts: {all}", unit=unit, **values
        )
    return say("Uplift of the best {depth}: {best} points; of all contacts: {all}", **values)


def _depth(row: pd.Series[float]) -> str:
    return style.share(row["depth"])


def _check_qini(qini: Any) -> None:
    """Raise SchemaError unless an area comes with its interval, all numbers."""
    if qini is None:
        return
    found = dict(qini) if isinstance(qini, (pd.Series, Mapping)) else {}
    if not all(isinstance(found.get(name), (int, float)) for name in OF_QINI):
        raise SchemaError(
            f"`qini` must be what `workbench.metrics.qini` gives, with numbers of {list(OF_QINI)}; "
            f"got {list(found) or type(qini).__name__}."
        )


def _found(curve: pd.DataFrame, qini: pd.Series[float] | None) -> str:
    if len(curve) == 1:
        return say("Increments: n/a (an arm is empty)")
    if qini is not None:
        ends = [abs(qini[name]) for name in OF_QINI if np.isfinite(qini[name])]
        digits = 1 if max(ends, default=0.0) >= 1 else 3
        return say(
            "Qini {qini} increments per 1,000 contacts (interval {low} to {high})",
            **{name: number_text(qini[name], f",.{digits}f") for name in OF_QINI},
        )
    best = float(np.interp(_MARKED_DEPTH, curve["depth"], curve["increments"]))
    by_lot = _MARKED_DEPTH * float(curve["increments"].iloc[-1])
    return say(
        "Increments of the best {depth}: {best}; of as many at random: {random}",
        depth=style.share(_MARKED_DEPTH),
        best=_count_text(best),
        random=_count_text(by_lot),
    )


def _count_text(count: float) -> str:
    return number_text(count, ",.0f" if abs(count) >= 10 else ",.1f")
