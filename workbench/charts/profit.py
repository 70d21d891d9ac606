"""Profit against depth, with the depth that earns most."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.digits import money_text
from workbench.language import later, say, say_count
from workbench.metrics import GROSS_RESPONSE, best_depth

_LINES = {
    "realised_profit": (later("realised"), style.VERMILION),
    "expected_profit": (later("expected"), style.BLUE),
}


def profit(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    currency: str = "",
    digits: int | None = None,
) -> Axes:
    """Draw profit against the share contacted, the best depth marked.

    The marked depth is the one that was expected to earn most: more cannot be known
    beforehand. Where outcomes are known, the chart also says what this depth really
    earned.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.profit_by_depth` or `workbench.metrics.expected_profit`.
    ax : Axes, optional
        Where to draw; a new figure by default.
    currency : str
        That of cost and margin, such as "EUR"; "currency of cost and margin" if not given.
    digits : int, optional
        Digits that count of the money in the title; by default it is written in full.

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
    >>> table = metrics.expected_profit([0.6, 0.3, 0.1], cost=2.0, margin=10.0)
    >>> charts.profit(table, currency="EUR").get_title(loc="left")
    'Best 67% (2 contacts): 5 EUR expected'
    >>> table = metrics.expected_profit([0.6, 0.3], cost=2.0, margin=[4321.0, 7777.0])
    >>> charts.profit(table, digits=2).get_title(loc="left")
    'Best 100% (2 contacts): 4,900 expected'
    """
    check_columns(table, ["depth", "contacts", "expected_profit"], name="The profit table")
    check_not_empty(table, name="The profit table")
    best = best_depth(table)
    drawn = {name: line for name, line in _LINES.items() if name in table}
    with style.canvas(ax, height=4.2) as axes:
        axes.axhline(0.0, color=style.MUTED, linewidth=1.0)
        for name, (_, colour) in drawn.items():
            axes.plot(table["depth"], table[name], color=colour)
        label_ends(axes, table, drawn)
        _mark_best(axes, best, list(drawn))
        axes.set_xlim(0, 1)
        axes.set_xlabel(
            say("Contacts made, best first (share of all contacts)") + "\n" + say(GROSS_RESPONSE)
        )
        axes.xaxis.label.set_linespacing(1.6)
        currency_text = currency or say("currency of cost and margin")
        axes.set_ylabel(say("Profit ({currency})", currency=currency_text), parse_math=False)
        style.percent(axes, x=True)
        style.money(axes)
        style.title(axes, _advice(best, currency, digits))
    return axes


def label_ends(ax: Axes, table: pd.DataFrame, drawn: dict[str, tuple[str, str]]) -> None:
    """Name the lines at their right ends, pushed apart where they end together."""
    ends = sorted((float(table[name].iloc[-1]), *line) for name, line in drawn.items())
    low, high = ax.get_ylim()
    close = len(ends) == 2 and ends[1][0] - ends[0][0] < 0.06 * (high - low)
    pushes = (-7, 7) if close else (0, 0)
    for (end, text, colour), push in zip(ends, pushes, strict=False):
        style.label(ax, say(text), (1.0, end), offset=(6, push), color=colour, va="center")


def _mark_best(ax: Axes, best: pd.Series[float], names: list[str]) -> None:
    ax.axvline(best["depth"], color=style.INK, linewidth=1.0, linestyle=(0, (2, 2)))
    for name in names:
        ax.plot([best["depth"]], [best[name]], "o", color=_LINES[name][1], markersize=7)
    right = best["depth"] > 0.7
    style.label(
        ax,
        say("best depth {depth}", depth=style.share(best["depth"])),
        (best["depth"], 0.5),  # under the peak, where there is room
        xycoords=("data", "axes fraction"),
        offset=(-6 if right else 6, 0),
        ha="right" if right else "left",
    )


def _advice(best: pd.Series[float], currency: str, digits: int | None) -> str:
    if best["depth"] == 0:
        return say("Contact nobody: no contact is expected to earn its cost")
    values = {
        "depth": style.share(best["depth"]),
        "contacts": say_count("{n:,.0f} contact", "{n:,.0f} contacts", best["contacts"]),
        "expected": amount_text(best["expected_profit"], currency, digits),
    }
    if "realised_profit" not in best:
        return say("Best {depth} ({contacts}): {expected} expected", **values)
    values["realised"] = amount_text(best["realised_profit"], "", digits)
    return say("Best {depth} ({contacts}): {expected} expected, {realised} realised", **values)


def amount_text(amount: float, currency: str, digits: int | None) -> str:
    """Write money in a title, with as many digits that count as are asked for."""
    if digits is not None:
        amount = float(f"{amount:.{max(digits, 1)}g}")
    return money_text(amount, currency)
