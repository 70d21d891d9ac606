"""Calibration: predicted against observed response rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import number_text, say, say_count

_NEEDED = ["contacts", "positives", "expected", "mean_propensity", "rate", "rate_low", "rate_high"]


def calibration(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the observed rate of each bin, with its interval, against the predicted one.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.calibration_table`.
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
    >>> from workbench import charts, metrics
    >>> table = metrics.calibration_table([0, 0, 1, 1], [0.1, 0.3, 0.3, 0.9], bins=2)
    >>> charts.calibration(table).get_title(loc="left")
    '2 responses observed, 1.6 predicted (ratio 1.25)'
    """
    check_columns(table, _NEEDED, name="The calibration table")
    check_not_empty(table, name="The calibration table")
    predicted, rate = table["mean_propensity"], table["rate"]
    reach = 1.06 * max(predicted.max(), table["rate_high"].max())
    with style.canvas(ax) as axes:
        axes.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1.2, linestyle=(0, (4, 3)))
        at = 0.62 * reach
        text = say("predicted = observed")
        style.label(axes, text, (at, at), offset=(-8, 8), ha="right", color=style.MUTED)
        axes.vlines(
            predicted, table["rate_low"], table["rate_high"], color=style.BLUE, linewidth=1.6
        )
        axes.plot(predicted, rate, "o", color=style.BLUE, markersize=6)
        axes.set(xlim=(0, reach), ylim=(0, reach))
        axes.set_xlabel(say("Predicted response rate (mean propensity of the bin)"))
        axes.set_ylabel(say("Observed response rate, 95% interval"))
        style.percent(axes, x=True, y=True)
        style.title(axes, _in_the_large(table))
    return axes


def _in_the_large(table: pd.DataFrame) -> str:
    observed, expected = table["positives"].sum(), table["expected"].sum()
    ratio = observed / expected if expected > 0 else np.nan
    return say_count(
        "{came} response observed, {expected} predicted (ratio {ratio:.2f})",
        "{came} responses observed, {expected} predicted (ratio {ratio:.2f})",
        1 if observed == 1 else 2,
        came=_count(observed),
        expected=_count(expected),
        ratio=ratio,
    )


def _count(number: float) -> str:
    return number_text(number, ",.0f" if number >= 100 or number == round(number) else ",.1f")
