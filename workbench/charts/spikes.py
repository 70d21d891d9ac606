"""Columns over campaigns, and their effects: small multiples, the worst on top."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from workbench.charts import style
from workbench.checks import check_columns, check_not_empty
from workbench.language import say, say_count

_ROW = 1.55  # inches
_LINE = 112  # letters of a remark that fit the width
_MOST_NAMES = 30  # of campaigns; of more, every second, third, … is named
_FOLLOWED = ["column", "campaign", "usual", "active_share", "mean"]
_FOLLOWED += ["effect", "effect_low", "effect_high"]


def spikes(
    scores: pd.DataFrame, followed: pd.DataFrame, *, most: int = 6
) -> npt.NDArray[np.object_]:
    """Draw the worst columns over the campaigns, and what each campaign says of their effect.

    A row a column. At the left, the share of contacts with another value than the usual
    one, or the mean where hardly any value is usual. At the right, the effect in each
    campaign alone with its 95% interval; the dashed line is the effect in all campaigns
    together. A column to rely on has bars of one height and dots on one line.

    Parameters
    ----------
    scores : DataFrame
        From `workbench.evidence.spikiness`, the worst first.
    followed : DataFrame
        From `workbench.evidence.over_campaigns`, of the columns to draw; its order is kept.
    most : int
        Columns to draw.

    Returns
    -------
    ndarray of Axes, shape (columns, 2)
        On a figure of their own.

    Raises
    ------
    SchemaError
        A column is missing.
    DataError
        A table is empty.

    Examples
    --------
    >>> from workbench import charts, evidence
    >>> from workbench.datasets import planted
    >>> frame = planted(train_campaigns=6, new_campaigns=1, rows=300).frame
    >>> scores = evidence.spikiness(frame)
    >>> axes = charts.spikes(scores, evidence.over_campaigns(frame, columns=scores.index[:3]))
    >>> axes.shape
    (3, 2)
    """
    check_columns(scores, ["spiky", "same_as", "effect", "remark"], name="The table of scores")
    check_columns(followed, _FOLLOWED, name="The table over campaigns")
    check_not_empty(followed, name="The table over campaigns")
    names = list(dict.fromkeys(followed["column"]))[:most]
    with plt.style.context(style.STYLE):
        size = (style.WIDTH, 0.9 + _ROW * len(names))
        figure, axes = plt.subplots(
            len(names), 2, figsize=size, sharex=True, squeeze=False, layout="constrained"
        )
        cut = style.shortened(names, 60)
        for (left, right), name, words in zip(axes, names, cut, strict=True):
            rows = followed[followed["column"] == name].reset_index(drop=True)
            for ax in (left, right):
                with style.canvas(ax, grid="y"):
                    ax.locator_params(axis="y", nbins=4)
            _bars(left, rows)
            _effects(right, rows, scores.loc[name, "effect"])
            _name(left, words, str(scores.loc[name, "remark"]))
        _campaigns(axes[-1], followed[followed["column"] == names[0]]["campaign"].tolist())
        figure.suptitle(
            _finding(scores, names),
            x=0.01,
            ha="left",
            fontsize=11.5,
            fontweight="bold",
            parse_math=False,
        )
    return np.asarray(axes)


def told_by_mean(share: pd.Series[float]) -> bool:
    """Tell whether hardly any contact has the usual value: its share says nothing then."""
    return bool(share.max() > 0.95 and share.min() > 0.5)


def _bars(ax: Axes, rows: pd.DataFrame) -> None:
    places, share = np.arange(len(rows)), rows["active_share"]
    if told_by_mean(share):
        ax.plot(places, rows["mean"], "o-", color=style.BLUE, markersize=4, linewidth=1.4)
        ax.set_ylabel(say("mean, in its unit"))
        return
    ax.bar(places, share, width=0.7, color=style.BLUE)
    ax.set_ylim(0, 1.08 * max(share.max(), 0.001))
    style.percent(ax, y=True)
    usual = rows["usual"].iloc[0]
    if usual == 0:
        ax.set_ylabel(say("contacts with it"))
    else:
        ax.set_ylabel(say("away from {usual:.3g}", usual=usual))


def _effects(ax: Axes, rows: pd.DataFrame, pooled: float) -> None:
    known = rows["effect"].notna()
    places = np.flatnonzero(known)
    if not known.any():
        ax.text(
            0.5,
            0.6,
            say("no campaign shows its effect"),
            transform=ax.transAxes,
            ha="center",
            va="center",
            fontsize=9,
            color=style.MUTED,
        )
        ax.set_yticks([])
        return
    ax.axhline(0.0, color=style.INK, linewidth=1.0)
    seen = rows[known]
    away = np.sign(seen["effect"]) * np.sign(pooled) < 0
    colour = np.where(away, style.VERMILION, style.BLUE)
    ax.axhline(pooled, color=style.MUTED, linewidth=1.2, linestyle=(0, (4, 3)))
    ax.vlines(places, seen["effect_low"], seen["effect_high"], color=colour, linewidth=1.6)
    ax.scatter(places, seen["effect"], s=22, color=colour, zorder=3)
    ax.set_ylim(*_limits(seen))
    ax.set_ylabel(say("effect, log-odds"))


def _limits(seen: pd.DataFrame) -> tuple[float, float]:
    """Fit the dots that are known best, and zero: a vague one would flatten all others."""
    half = (seen["effect_high"] - seen["effect_low"]) / 2
    best = seen["effect"][half <= 3 * half.median()]
    low = min(float(best.min() - half.median()), 0.0)
    high = max(float(best.max() + half.median()), 0.0)
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def _name(ax: Axes, name: str, remark: str) -> None:
    """Write the column's name, and below it what is to be said of it, over both panels."""
    lines = textwrap.wrap(remark, _LINE, max_lines=2, placeholder=" …")
    pad = 6 + 12 * len(lines)
    ax.set_title(name, fontsize=10, loc="left", pad=pad, parse_math=False)
    ax.annotate(
        "\n".join(lines),
        (0.0, 1.0),
        xycoords="axes fraction",
        xytext=(0, 6),
        textcoords="offset points",
        fontsize=8,
        color=style.MUTED,
        parse_math=False,
        annotation_clip=False,
        in_layout=False,  # it may run over the panel beside it, which has no title
    )


def _campaigns(axes: Any, campaigns: list[object]) -> None:
    step = -(-len(campaigns) // _MOST_NAMES)
    names = style.shortened(campaigns, 12)
    upright = max(map(len, names)) * len(names) > 30
    for ax in axes:
        ax.set_xticks(
            np.arange(0, len(names), step),
            names[::step],
            rotation=90 if upright else 0,
            fontsize=8.5,
            parse_math=False,
        )
        ax.set_xlim(-0.7, len(names) - 0.3)
    axes[0].set_xlabel(say("Campaigns, in their order"))
    axes[1].set_xlabel(
        say(
            "Log-odds per standard deviation, 95% interval\n(orange: against what all together say)"
        )
    )


def _finding(scores: pd.DataFrame, names: list[str]) -> str:
    distinct = scores[scores["same_as"] == ""]
    count, spiky = len(distinct), int(distinct["spiky"].sum())
    columns = say_count("{n:,.0f} column", "{n:,.0f} columns", count)
    if not spiky:
        return say(
            "None of {columns} is spiky; {below} of them below", columns=columns, below=len(names)
        )
    return say_count(
        "{n} of {columns} is spiky; {below} of them below",
        "{n} of {columns} are spiky; {below} of them below",
        spiky,
        columns=columns,
        below=int(scores.loc[names, "spiky"].sum()),
    )
