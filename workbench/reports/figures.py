"""Charts in a notebook: sharp, small, and described in words."""

from __future__ import annotations

import io
import sys
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from workbench.charts.lettering import letter
from workbench.charts.waterfall import ONE_CONTACT
from workbench.governance import screen
from workbench.language import later, say
from workbench.reports.notebook_page import dress

PNG = "image/png"
WHITE = "#ffffff"
NOT_SHOWN = later("A chart of one customer is left out: what goes into a report names no customer.")
_DPI = 200  # twice what is shown: sharp on a dense screen and in print
_PACKED = 8  # of 9, the last of which takes twice the time for a twentieth of the size
_COLOURS = 64  # a third of the size of full colour, and no difference to be seen in a chart


def report_figures() -> None:
    """Draw this notebook's charts sharp and small, with their titles as alternative text.

    They are pictures, as mail programs show no SVG. At 200 dots an inch and 64 colours
    one takes about 40 kB. The same chart is the same file to the byte. JupyterLab shows
    them dark where it is dark, and warnings as notes. Outside a notebook nothing happens.

    Examples
    --------
    >>> report_figures()
    """
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or shell.display_formatter is None:
        return
    # the inline backend chooses its own format when it is switched on: before, not after this
    shell.run_line_magic("matplotlib", "inline")
    plt.uninstall_repl_displayhook()  # it draws every figure once for nobody: on no screen
    formatters = shell.display_formatter.formatters
    for formatter in formatters.values():
        formatter.pop(Figure, None)
    formatters[PNG].for_type(Figure, png_with_description)
    dress()


def png_with_description(figure: Figure) -> tuple[bytes, dict[str, Any]]:
    """Return the picture; and as metadata its size on the page, and in ``alt`` what it shows.

    ``paper`` is "white" where it is drawn on white: then a dark page may turn light and dark round.
    """
    if any(axes.get_gid() == ONE_CONTACT for axes in figure.axes):
        figure = _of_words(say(NOT_SHOWN))
    _screen(figure)
    drawn, small, said = io.BytesIO(), io.BytesIO(), description(figure)
    letter(figure)
    not_packed = {"compress_level": 0}  # it is packed below, in fewer colours
    figure.savefig(drawn, format="png", bbox_inches="tight", dpi=_DPI, pil_kwargs=not_packed)
    picture = Image.open(drawn).convert("RGB")
    palette = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    palette.save(small, format="png", compress_level=_PACKED)
    size = {"width": picture.width // 2, "height": picture.height // 2}
    paper = {"paper": "white"} if to_hex(figure.get_facecolor()) == WHITE else {}
    return small.getvalue(), {**size, **paper, "alt": said}


def _of_words(text: str) -> Figure:
    """Draw a sentence, in place of a chart of a single customer."""
    figure = Figure(figsize=(7.2, 0.6))
    figure.suptitle(text, x=0.0, y=0.5, ha="left", va="center", fontsize=10)
    return figure


def _screen(figure: Figure) -> None:
    """Take names that stand for few people out of what is written in a figure."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if any(screen.label(label) != label for label in labels):
                axis.set_ticks(axis.get_ticklocs(), [screen.label(label) for label in labels])
    for text in figure.findobj(Text):
        if isinstance(text, Text) and screen.label(text.get_text()) != text.get_text():
            text.set_text(screen.label(text.get_text()))


def description(figure: Figure) -> str:
    """Say what a figure shows: its title, each panel's, and what is drawn against what.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, ax = plt.subplots()
    >>> _ = ax.set(title="Gain", xlabel="share contacted", ylabel="share of responses")
    >>> description(figure)
    'Gain: share of responses against share contacted'
    >>> plt.close(figure)
    """
    panels = [figure.get_suptitle()]
    for axes in figure.axes:
        title = axes.get_title() or axes.get_title(loc="left")
        up, across = axes.get_ylabel(), axes.get_xlabel()
        both = say("{up} against {across}", up=up, across=across)
        drawn = both if up and across else up or across
        panels.append(": ".join(text for text in (title, drawn) if text))
    said = "; ".join(panel for panel in panels if panel)
    return " ".join(said.split()) or say("Chart")
