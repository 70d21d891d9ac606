"""Profit by depth beyond what would have come anyway, beside what gross counting says."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.charts.profit import amount_text, label_ends
from workbench.charts.uplift import from_zero
from workbench.checks import check_columns, check_not_empty
from workbench.language import later, say
from workbench.metrics import best_depth

_LINES = {
    "gross_profit": (later("gross"), style.VERMILION),
    "incremental_profit": (later("incremental"), style.BLUE),
}


def incremental_profit(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    currency: str = "",
    digits: int | None = None,
) -> Axes:
    """Draw what contacts earn beyond what would have come anyway, and what gross counting says.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.incremental_profit_by_depth`.
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
    >>> y, treated = [1, 0, 1, 0, 1, 1, 0, 1], [1, 0, 1, 0, 1, 1, 0, 0]
    >>> table = metrics.incremental_profit_by_depth(
    ...     y, treated, [8, 7, 6, 5, 4, 3, 2, 1], cost=1.0, margin=1.5, bins=2
    ... )
    >>> charts.incremental_profit(table, currency="EUR").get_title(loc="left")
    'Best in this test: 50%, which earns 2 EUR; gross counting says 2 EUR'
    """
    needed = ["depth", "contacts", "incremental_profit", "low", "high", "gross_profit"]
    check_columns(table, needed, name="The table of incremental profit")
    check_not_empty(table, name="The table of incremental profit")
    curve = from_zero(table[needed])
    best = best_depth(curve, by="incremental_profit")
    with style.canvas(ax, height=4.2) as axes:
        axes.fill_between(
            curve["depth"], curve["low"], curve["high"], color=style.PALE_BLUE, linewidth=0
        )
        axes.axhline(0.0, color=style.MUTED, linewidth=1.0)
        for name, (_, colour) in _LINES.items():
            axes.plot(curve["depth"], curve[name], color=colour)
        axes.plot(
            [best["depth"]], [best["incremental_profit"]], "o", color=style.BLUE, markersize=7
        )
        label_ends(axes, curve, _LINES)
        axes.set_xlim(0, 1)
        axes.set_xlabel(
            say("Contacts made, best first (share of all contacts)")
            + "\n"
            + say("Band: interval of the incremental profit")
        )
        currency_text = currency or say("currency of cost and margin")
        axes.set_ylabel(say("Profit ({currency})", currency=currency_text), parse_math=False)
        style.percent(axes, x=True)
        style.money(axes)
        style.title(axes, _best_in_test(best, currency, digits))
    return axes


def _best_in_test(best: pd.Series[float], currency: str, digits: int | None) -> str:
    if best["depth"] == 0:
        return say("No depth earned its cost in this test, beyond what would have come anyway")
    return say(
        "Best in this test: {depth}, which earns {profit}; gross counting says {gross}",
        depth=style.share(best["depth"]),
        profit=amount_text(best["incremental_profit"], currency, digits),
        gross=amount_text(best["gross_profit"], currency, digits),
    )
