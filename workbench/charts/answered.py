"""How much a router answers by itself, and how precisely: the curve that its threshold is from."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.digits import given_share_text, share_text
from workbench.errors import ParameterError
from workbench.language import say

COLUMNS = ("share", "precision", "precision_low", "chosen")


def answered_curve(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    target: float | None = None,
    confidence: float | None = None,
) -> Axes:
    """Draw the share of right answers, and its lower bound, against the share answered.

    Parameters
    ----------
    table : DataFrame
        ``share, precision, precision_low, chosen``, the highest threshold first, as from
        `workbench.texts.TextRouter.coverage`.
    ax : Axes, optional
        Where to draw; a new figure by default.
    target : float, optional
        The precision that was asked for: a line.
    confidence : float, optional
        Of the lower bound, to be named.

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
        `target` or `confidence` is no share.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import charts
    >>> table = pd.DataFrame({"share": [0.5, 0.8], "precision": [0.99, 0.97],
    ...     "precision_low": [0.97, 0.95], "chosen": [False, True]})
    >>> charts.answered_curve(table, target=0.95, confidence=0.95).get_title(loc="left")
    '80.0% of texts are answered, 97.0% of these rightly'
    """
    check_columns(table, list(COLUMNS), name="The table of what is answered")
    check_not_empty(table, name="The table of what is answered")
    for name, value in (("target", target), ("confidence", confidence)):
        _check_share(value, name=name)
    with style.canvas(ax, height=3.9) as axes:
        draw_curve(axes, table, target=target)
        axes.set_xlabel(say("Texts answered without a person (share of all texts)"))
        axes.set_ylabel(say("Right answers (share)"))
        if target is not None:
            said = say("asked for: {target}", target=given_share_text(target))
            style.label(axes, said, (0.3, target), offset=(0, -12), color=style.MUTED)
        _name_lines(axes, table, confidence)
        style.title(axes, _title(table))
    return axes


def _check_share(value: object, *, name: str) -> None:
    if value is None:
        return
    if not (isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1):
        raise ParameterError(
            f"`{name}` must be a number between 0 and 1; got {value!r}. Give for example 0.95."
        )


def draw_curve(axes: Axes, table: pd.DataFrame, *, target: float | None) -> None:
    """Draw both lines, what was asked for, and the threshold that was chosen."""
    axes.fill_between(
        table["share"], table["precision_low"], table["precision"], color=style.PALE_BLUE, lw=0
    )
    axes.plot(table["share"], table["precision"], color=style.BLUE)
    axes.plot(table["share"], table["precision_low"], color=style.BLUE, linewidth=1.0)
    if target is not None:
        axes.axhline(target, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
    chosen = table[table["chosen"]]
    axes.plot(chosen["share"], chosen["precision"], "o", color=style.BLUE, markersize=7)
    axes.vlines(
        chosen["share"], chosen["precision_low"], chosen["precision"], color=style.BLUE, lw=1.6
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(_floor(table, target), 1.0 + 0.03 * (1.0 - _floor(table, target)))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    style.percent(axes, x=True, y=True)


def _floor(table: pd.DataFrame, target: float | None) -> float:
    """Return where the upright axis begins: bounds of a handful of answers do not stretch it."""
    settled = table[table["share"] >= 0.1 * table["share"].max()]
    lowest = min(float(settled["precision"].min()), 1.0 if target is None else target)
    floor = lowest - 0.6 * max(1.0 - lowest, 0.02)
    below_all = float(table["precision_low"].iloc[-1])
    room = below_all - 0.25 * (1.0 - below_all)  # for the letters of the bound
    return max(0.0, min(floor, max(room, floor - 0.7 * (1.0 - floor))))


def _name_lines(axes: Axes, table: pd.DataFrame, confidence: float | None) -> None:
    last, (bottom, top) = table.iloc[-1], axes.get_ylim()
    bound = max(float(last["precision_low"]), bottom + 0.14 * (top - bottom))
    style.label(
        axes, say("right answers"), (last["share"], last["precision"]), offset=(5, 3), ha="left"
    )
    style.label(
        axes,
        say("at least")
        if confidence is None
        else say("at least ({confidence} confidence)", confidence=given_share_text(confidence, 0)),
        (last["share"], bound),
        offset=(-4, -14),
        ha="right",
    )


def _title(table: pd.DataFrame) -> str:
    if not table["chosen"].any():
        return say("No threshold is as precise as was asked for")
    chosen = table[table["chosen"]].iloc[0]
    return say(
        "{share} of texts are answered, {right} of these rightly",
        share=share_text(chosen["share"]),
        right=share_text(chosen["precision"]),
    )
