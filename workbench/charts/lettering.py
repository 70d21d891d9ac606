"""Names that the chart's font cannot write: by another installed font, or spelled out.

A picture with an empty box for each letter names nothing. Text, tables and the picture's
alternative text keep the name itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby

from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

from workbench.charts.style import short, shortened

OWN = "DejaVu Sans"  # which comes with matplotlib
FALLBACKS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK KR", "Source Han Sans", "IPAexGothic",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "Hiragino Sans", "PingFang SC", "Yu Gothic",
    "Microsoft YaHei", "Malgun Gothic", "Noto Emoji", "Symbola", "Segoe UI Symbol",
    "Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans Hebrew", "Arial Unicode MS", "Unifont",
)  # fmt: skip
_UNSEEN = ("Cf", "Mn", "Me")  # joiners, and marks on what is spelled out


def letter(figure: Figure) -> None:
    """Let every text of a figure be read, whatever fonts are installed.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, ax = plt.subplots()
    >>> _ = ax.set_title("Party 🎉")
    >>> letter(figure)
    >>> ax.get_title() in ("Party 🎉", "Party [party popper]")  # with an emoji font, or without
    True
    >>> plt.close(figure)
    """
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        _letter_ticks(axis)
    for text in figure.findobj(Text):
        if isinstance(text, Text) and _beyond(text.get_text(), OWN):
            text.set_text(legible(text.get_text()))
            text.set_fontfamily(list(_families()))


def _letter_ticks(axis: Axis) -> None:
    """Ticks write their labels anew at each drawing: it is their formatter that must change."""
    names = [label.get_text() for label in axis.get_ticklabels()]
    if not any(_beyond(name, OWN) for name in names):
        return
    written = axis.get_major_formatter()
    # what is spelled out is longer: it is cut again, so that different names stay different
    cut = dict(zip(names, shortened([legible(name) for name in names]), strict=True))
    axis.set_major_formatter(FuncFormatter(lambda value, at: _cut(cut, written(value, at))))
    axis.set_tick_params(labelfontfamily=list(_families()))


def _cut(known: Mapping[str, str], text: str) -> str:
    return known[text] if text in known else short(legible(text))


def legible(text: str) -> str:
    """Spell out the characters that no installed font of ours has: by name, or by number.

    Examples
    --------
    >>> legible("Köln")
    'Köln'
    """
    parts = []
    for known, run in groupby(text, key=_written):
        run_text = "".join(run)
        parts.append(run_text if known else _spelled(run_text))
    return "".join(parts)


def _spelled(run: str) -> str:
    seen = [sign for sign in run if unicodedata.category(sign) not in _UNSEEN]
    return f"[{' '.join(map(_name, seen))}]" if seen else ""


def _name(sign: str) -> str:
    """Name a picture; of a letter the number is shorter, and told apart as well."""
    name = unicodedata.name(sign, "") if unicodedata.category(sign).startswith("S") else ""
    return name.lower() or f"{ord(sign):04X}"


def _written(sign: str) -> bool:
    return sign.isspace() or any(ord(sign) in _letters(family) for family in _families())


def _beyond(text: str, family: str) -> bool:
    return any(not sign.isspace() and ord(sign) not in _letters(family) for sign in text)


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    installed = set(font_manager.get_font_names())
    return (OWN, *_those(installed, FALLBACKS))


def _those(installed: set[str], wanted: Iterable[str]) -> list[str]:
    return [family for family in wanted if family in installed]


@lru_cache(maxsize=32)
def _letters(family: str) -> frozenset[int]:
    path = font_manager.findfont(font_manager.FontProperties(family=[family]))
    return frozenset(font_manager.get_font(path).get_charmap())
