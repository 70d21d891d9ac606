"""Methods side by side: what each loses, and how far that is from one of them."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.errors import ParameterError
from workbench.language import number_text, say, say_count
from workbench.messages import did_you_mean, listed

_LOSS = ["log_loss", "low", "high"]
_MORE = ["loss_more", "more_low", "more_high"]
_BETTER = "#009e73"


def methods(table: pd.DataFrame, *, ours: str = "this model") -> npt.NDArray[np.object_]:
    """Draw the loss of every method, the least on top, and how much more each loses than ours.

    At the left the log loss, in which campaigns differ, and so do all methods together. At the
    right the difference on the same contacts, in which that cancels: it is to be judged by.
    Lines are 95% intervals. A filled square (worse) or diamond (better) leaves out 0, on
    campaigns enough; a hollow dot is unproven.

    Parameters
    ----------
    table : DataFrame
        ``methods`` of `workbench.evidence.ShiftReport`: one row a method.
    ours : str
        The method that the others are compared with.

    Returns
    -------
    ndarray of Axes, shape (2,)
        On a figure of their own.

    Raises
    ------
    SchemaError
        A column is missing.
    DataError
        The table is empty.
    ParameterError
        `ours` is none of its methods.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import charts
    >>> table = pd.DataFrame(
    ...     {"log_loss": [0.31, 0.30], "low": [0.28, 0.27], "high": [0.34, 0.33],
    ...      "loss_more": [0.01, 0.0], "more_low": [0.004, 0.0], "more_high": [0.02, 0.0],
    ...      "proven": [True, False]}, index=["one penalty", "this model"])
    >>> axes = charts.methods(table)
    >>> [label.get_text() for label in axes[0].get_yticklabels()]
    ['this model', 'one penalty']
    """
    check_columns(table, [*_LOSS, *_MORE, "proven"], name="The table of methods")
    check_not_empty(table, name="The table of methods")
    if ours not in table.index:
        raise ParameterError(
            f"`ours` must be a method of the table; got {ours!r}, and the table has "
            f"{listed(table.index)}.{did_you_mean(ours, list(table.index))}"
        )
    shown = table.sort_values("log_loss", kind="stable")
    with plt.style.context(style.STYLE):
        size = (style.WIDTH, style.rows_height(len(shown)) + 0.4)
        figure, axes = plt.subplots(1, 2, figsize=size, sharey=True, layout="constrained")
        for ax in axes:
            with style.canvas(ax, grid="x"):
                ax.locator_params(axis="x", nbins=4)
        colours, marks = _looks(shown, ours)
        _dots(axes[0], shown[_LOSS], colours, marks)
        _dots(axes[1], shown[_MORE], colours, marks)
        axes[1].axvline(0.0, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
        names = [say(str(name)) for name in shown.index]
        style.rows(axes[1], names, _beside(shown, ours))
        style.rows(axes[0], names)  # its labels are its own: no formulas
        axes[1].tick_params(axis="y", labelleft=False)
        axes[0].set_xlabel(say("Log loss\n(lower is better)"))
        axes[1].set_xlabel(
            say("Log loss above {ours}\n(on the same contacts)", ours=style.short(say(ours), 20))
        )
        _title(figure, _finding(shown, ours))
    return np.asarray(axes)


def _looks(shown: pd.DataFrame, ours: str) -> tuple[list[str], list[str]]:
    """Return colour and mark of each method: ours, proven worse, proven better, unproven."""
    looks = {
        name: (style.BLUE, "o")
        if name == ours
        else (style.OTHER, "")
        if not row["proven"]
        else (style.VERMILION, "s")
        if row["loss_more"] > 0
        else (_BETTER, "D")
        for name, row in shown.iterrows()
    }
    return [colour for colour, _ in looks.values()], [mark for _, mark in looks.values()]


def _dots(ax: Axes, numbers: pd.DataFrame, colours: list[str], marks: list[str]) -> None:
    ax.hlines(np.arange(len(numbers)), *numbers.iloc[:, 1:].to_numpy().T, color=colours, lw=1.6)
    for place, (value, colour, mark) in enumerate(
        zip(numbers.iloc[:, 0], colours, marks, strict=True)
    ):
        face = colour if mark else "white"
        look: dict[str, Any] = {"facecolor": face, "edgecolor": colour, "linewidth": 1.4}
        ax.scatter(value, place, s=36, marker=mark or "o", zorder=3, **look)


def _beside(shown: pd.DataFrame, ours: str) -> list[str]:
    said = shown["loss_more"].map(lambda more: number_text(more, "+.4f"))
    said += np.where(shown["proven"], "", say(", unproven"))
    return said.where(shown.index != ours, "").tolist()


def _title(figure: Any, text: str) -> None:
    look = {"fontsize": 11.5, "fontweight": "bold"}
    figure.suptitle(text, x=0.01, ha="left", parse_math=False, wrap=True, **look)


def _finding(shown: pd.DataFrame, ours: str) -> str:
    others = shown.drop(index=ours)
    worse = int((others["proven"] & (others["loss_more"] > 0)).sum())
    better = int((others["proven"] & (others["loss_more"] < 0)).sum())
    return say_count(
        "Of {others}, {n} loses more beyond chance, {better} less; {unproven} unproven",
        "Of {others}, {n} lose more beyond chance, {better} less; {unproven} unproven",
        worse,
        others=say_count("{n} other method", "{n} other methods", len(others)),
        better=better,
        unproven=len(others) - worse - better,
    )
