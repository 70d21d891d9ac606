"""How every chart looks: quiet axes, colours that colour-blind readers tell apart.

Nothing here, and no chart, touches the global rcParams: a style context is entered and
left, and what matplotlib would read later (ticks) is set on the axes themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, ScalarFormatter

from workbench.digits import share_text
from workbench.language import number_text, written
from workbench.language.current import Language
from workbench.language.numerals import marked_as

INK, MUTED, GRID = "#262626", "#666666", "#e4e4e4"
BLUE, VERMILION, PALE_BLUE = "#0072b2", "#d55e00", "#cfe3f0"
PALETTE = (BLUE, "#e69f00", "#009e73", "#cc79a7", "#56b4e9", VERMILION, "#332288", "#999933")
"""Six of Okabe & Ito (2008) and two of Tol (2021); the yellow and the black are left out,
as they are hard to see on white or look like the text."""
OTHER = "#6e6e6e"

WIDTH = 7.2
"""Inches: the text column of a notebook and of the report."""

STYLE = {
    "figure.facecolor": "white",
    "figure.dpi": 110,
    "axes.facecolor": "white",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlepad": 10.0,
    "axes.labelsize": 10.0,
    "axes.axisbelow": True,
    "font.size": 10.0,
    "text.color": INK,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
}

_HALO = withStroke(linewidth=3, foreground="white")


@contextmanager
def canvas(ax: Axes | None, *, height: float = 4.0, grid: str = "both") -> Iterator[Axes]:
    """Give axes to draw on, in the house style: the caller's own, or a new figure's.

    Parameters
    ----------
    ax : Axes, optional
    height : float
        Of a new figure, in inches.
    grid : {"x", "y", "both"}
    """
    with plt.style.context(STYLE):
        if ax is None:
            ax = plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_axisbelow(True)
        ax.grid(visible=True, axis=grid, color=GRID, linewidth=0.8)  # type: ignore[arg-type]
        # ticks are made when the figure is drawn, long after the style context was left
        ax.tick_params(labelsize=9.5, labelcolor=INK, color=MUTED, length=3)
        ax.tick_params(which="minor", labelsize=9, labelcolor=INK, color=MUTED, length=2)
        _plain_numbers(ax)
        yield ax


def percent(ax: Axes, *, x: bool = False, y: bool = False) -> None:
    """Write shares as percentages on the axes asked for."""
    how = written()
    for wanted, axis in ((x, ax.xaxis), (y, ax.yaxis)):
        if wanted:
            axis.set_major_formatter(
                FuncFormatter(lambda value, _: marked_as(how, f"{100 * value:.4g}%"))
            )


def points(ax: Axes) -> None:
    """Write differences of shares on the upright axis in percentage points, without a sign."""
    how = written()
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: marked_as(how, f"{100 * y:.4g}")))


def money(ax: Axes) -> None:
    """Write amounts of money on the upright axis, with thousands parted."""
    how = written()
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: marked_as(how, f"{x:,.10g}")))


class _Marked(ScalarFormatter):
    """Matplotlib's own numbers, with the marks of the reader's language."""

    def __init__(self, how: Language) -> None:
        super().__init__()
        self.how = how

    def __call__(self, x: float, pos: int | None = None) -> str:
        return marked_as(self.how, super().__call__(x, pos))


def _plain_numbers(ax: Axes) -> None:
    """Let both axes write numbers as the language of now does; in English they do already."""
    if written().decimal != ".":
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(_Marked(written()))


def label(ax: Axes, text: str, at: tuple[float, float], **options: Any) -> Text:
    """Write a direct label beside a point of the data, readable across lines.

    ``offset`` is in points; the other options are those of `Axes.annotate`.
    """
    offset = options.pop("offset", (0, 0))
    look: dict[str, Any] = {"fontsize": 9.5, "color": INK} | options
    return ax.annotate(
        text,
        at,
        xytext=offset,
        textcoords="offset points",
        path_effects=[_HALO],
        parse_math=False,  # a campaign called "$5 off" is no formula
        annotation_clip=False,
        **look,
    )


def title(ax: Axes, text: str) -> None:
    """Write the finding above the chart, as it stands: no formulas."""
    ax.set_title(text, loc="left", parse_math=False, wrap=True)


def rows(ax: Axes, names: Sequence[object], beside: Sequence[str] | None = None) -> None:
    """Name horizontal rows, the first on top, with a column of small print at the right."""
    places = np.arange(len(names))
    ax.set_yticks(places, shortened(names), parse_math=False)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    for place, text in zip(places, beside or [], strict=False):
        ax.annotate(
            text,
            (1.0, float(place)),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=9,
            color=MUTED,
            parse_math=False,
        )


def rows_height(n: int) -> float:
    """Return the height of a figure with n named rows, in inches."""
    return 1.3 + 0.27 * max(n, 2)


def short(name: object, most: int = 30) -> str:
    r"""Write a name on one line, cut in the middle where it is too long for a chart.

    Names of features begin alike and often end alike: both ends tell them apart.

    Examples
    --------
    >>> short("a name\nin two lines"), short("abcdefghij", most=6)
    ('a name in two lines', 'abc…ij')
    """
    line = re.sub(r"[\s\x00-\x1f\x7f]+", " ", str(name)).strip()
    if len(line) <= most:
        return line
    tail = (most - 1) // 2
    return f"{line[: most - 1 - tail].rstrip()}…{line[-tail:].lstrip()}"


def shortened(names: Sequence[object], most: int = 30) -> list[str]:
    """Write names on one line each, cut in the middle so that different names stay different.

    Where cuts are the same, they are made elsewhere; where that does not help, names get a number.

    Examples
    --------
    >>> shortened(["spend_on_bread_28_days", "spend_on_cakes_28_days"], most=13)
    ['spend_…8_days', 'spend_on_ca…s']
    """
    whole = [short(name, most=10**9) for name in names]
    cut = {name: short(name, most) for name in whole}
    taken: set[str] = set()
    out: dict[str, str] = {}
    for name in sorted(cut, key=lambda one: cut[one] != one):  # names in full keep theirs
        ways = (cut[name], *(_cut(name, most, tail) for tail in range(1, most - 1)))
        free = (one for one in ways if one not in taken and (one == name or len(name) > most))
        numbered = (f"{name[: max(1, most - 5)].rstrip()}… {k}" for k in count(1))
        found = next(free, None)
        out[name] = next(one for one in numbered if one not in taken) if found is None else found
        taken.add(out[name])
    return [out[name] for name in whole]


def _cut(name: str, most: int, tail: int) -> str:
    return f"{name[: most - 1 - tail].rstrip()}…{name[-tail:].lstrip()}"


def share(value: float) -> str:
    """Write a share as a percentage, small ones with a decimal.

    Examples
    --------
    >>> share(0.384), share(0.0123), share(0.0002), share(0.0)
    ('38%', '1.2%', '0.020%', '0%')
    """
    return share_text(value) if 0 < abs(value) < 0.0995 else number_text(value, ".0%")


def colours(names: Sequence[object]) -> dict[object, str]:
    """Give each distinct name a colour, in order of appearance; the ninth on share a grey."""
    distinct = list(dict.fromkeys(names))
    return {name: PALETTE[k] if k < len(PALETTE) else OTHER for k, name in enumerate(distinct)}
