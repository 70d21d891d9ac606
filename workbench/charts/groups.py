"""What the model keeps of each group, and what its score depends on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import number_text, say


def edf_by_group(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw columns kept against effective degrees of freedom, group by group.

    A ridge penalty shrinks and drops nothing: the pale bar is what is kept, the solid
    one what it is worth in free coefficients.

    Parameters
    ----------
    table : DataFrame
        From `workbench.metrics.by_group`: ``group``, ``columns``, ``kept``, ``edf``.
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
    >>> table = pd.DataFrame({"group": ["rfm"], "columns": [6], "kept": [6], "edf": [3.25]})
    >>> charts.edf_by_group(table).get_title(loc="left")
    '6 of 6 columns kept, 3.2 effective: shrunk is not dropped'
    """
    check_columns(table, ["group", "columns", "kept", "edf"], name="The group table")
    check_not_empty(table, name="The group table")
    shown = table.sort_values("edf", ascending=False, kind="stable")
    total = table[["columns", "kept", "edf"]].sum()
    says = [
        say(
            "{kept} of {columns} kept, {edf:.1f} effective",
            kept=row.kept,
            columns=row.columns,
            edf=row.edf,
        )
        for row in shown.itertuples()
    ]
    with style.canvas(ax, height=style.rows_height(len(shown)), grid="x") as axes:
        places = np.arange(len(shown))
        axes.barh(places, shown["kept"], height=0.62, color=style.PALE_BLUE)
        axes.barh(places, shown["edf"], height=0.62, color=style.BLUE)
        style.rows(axes, shown["group"].tolist(), says)
        axes.set_xlim(0, max(1.02 * shown["kept"].max(), 1.0))
        axes.set_xlabel(say("Columns kept (pale) and effective degrees of freedom (solid)"))
        style.title(
            axes,
            say(
                "{kept:.0f} of {columns:.0f} columns kept, {edf:.1f} effective: "
                "shrunk is not dropped",
                kept=total["kept"],
                columns=total["columns"],
                edf=total["edf"],
            ),
        )
    return axes


def reliance_by_group(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of the score's variance that each group carries.

    Shares sum to 1; one is negative where a group works against the others.

    Parameters
    ----------
    table : DataFrame
        ``group`` and ``score_share``, as from `workbench.metrics.by_group`.
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
    >>> table = pd.DataFrame({"group": ["offer", "rfm"], "score_share": [0.25, 0.75]})
    >>> charts.reliance_by_group(table).get_title(loc="left")
    "rfm: 75% of the score's variance"
    """
    check_columns(table, ["group", "score_share"], name="The group table")
    check_not_empty(table, name="The group table")
    shown = table.sort_values("score_share", ascending=False, kind="stable")
    shares = shown["score_share"].to_numpy()
    with style.canvas(ax, height=style.rows_height(len(shown)), grid="x") as axes:
        axes.barh(np.arange(len(shown)), shares, height=0.62, color=style.BLUE)
        axes.axvline(0.0, color=style.INK, linewidth=1.2)
        written = [
            number_text(share, ".1%") for share in shares.round(3) + 0.0
        ]  # + 0.0: no "-0.0%"
        style.rows(axes, shown["group"].tolist(), written)
        axes.set_xlabel(say("Share of the score's variance (sums to 100%)"))
        style.percent(axes, x=True)
        most = style.short(shown["group"].iloc[0], 24)
        said = say(
            "{most}: {share} of the score's variance", most=most, share=style.share(shares[0])
        )
        style.title(axes, said)
    return axes
