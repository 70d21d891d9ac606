"""What the model has learned: its largest coefficients."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import say


def coefficients(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    most: int = 20,
    of: int | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the largest coefficients with 95% intervals, coloured by group.

    Per standard deviation, so that they compare between features. The intervals are
    ±1.96 of the ridge's Bayesian standard errors, which count contacts as independent.

    Parameters
    ----------
    table : DataFrame
        From `RidgePropensity.coefficients`: ``group``, ``coef_standardised``,
        ``std_error``; rows are named by the index, or by ``feature`` where the index is
        only numbers.
    ax : Axes, optional
        Where to draw; a new figure by default.
    most : int
        How many to draw.
    of : int, optional
        How many the model has, where the table lacks some that may not be shown.
    labels : mapping of str to str, optional
        Rows' names to words that are written in their place.

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
    >>> table = pd.DataFrame(
    ...     {"group": ["rfm", "offer"], "coef_standardised": [0.1, -0.4], "std_error": [0.1, 0.1]},
    ...     index=["recency_days", "discount"],
    ... )
    >>> ax = charts.coefficients(table)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['discount', 'recency_days']
    """
    check_columns(table, ["group", "coef_standardised", "std_error"], name="The coefficient table")
    check_not_empty(table, name="The coefficient table")
    size = table["coef_standardised"].abs().to_numpy()
    shown = table.iloc[np.argsort(-size, kind="stable")[:most]]
    with style.canvas(ax, height=style.rows_height(len(shown)), grid="x") as axes:
        axes.axvline(0.0, color=style.INK, linewidth=1.2)
        _dots(axes, shown)
        names = [(labels or {}).get(str(name), name) for name in _names(shown)]
        style.rows(axes, names, style.shortened(shown["group"].tolist(), 18))
        axes.set_xlabel(
            say("Coefficient: log-odds per standard deviation of the column (95% interval)")
        )
        style.title(axes, _said(len(shown), len(table), of or len(table)))
    return axes


def _said(shown: int, shareable: int, total: int) -> str:
    if shown == total:
        return say("All {total} coefficients, the largest first", total=total)
    if shareable == total:
        return say("The {shown} largest of {total} coefficients", shown=shown, total=total)
    return say(
        "{shown} of {total} coefficients, the largest that may be shown", shown=shown, total=total
    )


def _dots(ax: Axes, shown: pd.DataFrame) -> None:
    places = np.arange(len(shown))
    colour_of = style.colours(shown["group"].tolist())
    colours = [colour_of[group] for group in shown["group"]]
    coef, half = shown["coef_standardised"], 1.96 * shown["std_error"]
    ax.hlines(places, coef - half, coef + half, color=colours, linewidth=1.8)
    ax.scatter(coef, places, s=36, color=colours, zorder=3)


def _names(shown: pd.DataFrame) -> list[object]:
    numbered = pd.api.types.is_numeric_dtype(shown.index.dtype)
    return (shown["feature"] if numbered and "feature" in shown else shown.index).tolist()
