"""Loss on contacts not learned from against the strength of the penalty."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.digits import loss_text
from workbench.language import say


def loss_by_strength(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the loss on folds not learned from, ± one standard error, against alpha.

    Parameters
    ----------
    table : DataFrame
        `RidgePropensity.tuning_`: ``alpha``, ``loss``, ``loss_se`` (over folds) and,
        where it is there, ``chosen``; the lowest loss is marked otherwise.
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
    >>> import pandas as pd
    >>> from workbench import charts
    >>> table = pd.DataFrame({
    ...     "alpha": [0.001, 0.01, 0.1], "loss": [0.34, 0.31, 0.33], "loss_se": [0.02, 0.01, 0.01]
    ... })
    >>> charts.loss_by_strength(table).get_title(loc="left")
    'Strength 0.01 does best on contacts not learned from: log loss 0.3100'
    """
    check_columns(table, ["alpha", "loss", "loss_se"], name="The tuning table")
    check_not_empty(table, name="The tuning table")
    shown = table.sort_values("alpha")
    low, high = shown["loss"] - shown["loss_se"], shown["loss"] + shown["loss_se"]
    best = _best(shown)
    with style.canvas(ax) as axes:
        axes.fill_between(shown["alpha"], low, high, color=style.PALE_BLUE, linewidth=0)
        axes.plot(shown["alpha"], shown["loss"], color=style.BLUE, marker="o", markersize=4)
        axes.axvline(best["alpha"], color=style.INK, linewidth=1.0, linestyle=(0, (2, 2)))
        axes.plot([best["alpha"]], [best["loss"]], "o", color=style.VERMILION, markersize=8)
        axes.set_xscale("log")
        axes.set_xlim(shown["alpha"].iloc[0] / 1.6, shown["alpha"].iloc[-1] * 1.6)
        axes.set_xlabel(say("Penalty strength alpha (stronger to the right; log scale)"))
        axes.set_ylabel(
            say("Log loss on contacts not learned from\n(nats per contact, ± 1 standard error)")
        )
        style.title(
            axes,
            say(
                "Strength {alpha:.3g} does best on contacts not learned from: log loss {loss}",
                alpha=best["alpha"],
                loss=loss_text(best["loss"]),
            )
            + _at_the_edge(shown, best),
        )
    return axes


def _best(shown: pd.DataFrame) -> pd.Series[float]:
    if "chosen" in shown and shown["chosen"].any():
        return shown[shown["chosen"]].iloc[0]
    return shown.iloc[int(shown["loss"].to_numpy().argmin())]


def _at_the_edge(shown: pd.DataFrame, best: pd.Series[float]) -> str:
    edge = len(shown) > 1 and best["alpha"] in (shown["alpha"].iloc[0], shown["alpha"].iloc[-1])
    return say(" (the end of the grid)") if edge else ""
