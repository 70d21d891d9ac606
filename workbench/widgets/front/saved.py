"""A view in a notebook that is opened again, without its kernel: the picture behind it.

JupyterLab shows a live view wherever an output has one, and where its kernel is gone a line that
there is none, whatever else the output holds. So the picture follows in an output of its own, which
is hidden as long as the view lives. It is the one that a report shows: of many contacts alone.
"""

from __future__ import annotations

from html import escape
from typing import Any

from workbench.language import say
from workbench.widgets.front.reported import ReportedView
from workbench.widgets.views import SAVED, View

_LOST = ".jp-OutputArea-child:has(> .jp-OutputArea-output.jupyter-widgets)"
_STYLE = (
    f"{_LOST} {{ display: none; }} "
    f"{_LOST} + .jp-OutputArea-child .workbench-saved {{ display: block !important; }} "
    '[data-jp-theme-light="false"] .workbench-saved img '
    "{ filter: invert(0.93) hue-rotate(180deg); }"  # drawn on white: as charts in a dark theme
)


class SavedView(ReportedView):
    """A view that leaves its picture in the notebook, for when it is opened again."""

    view: View

    def _ipython_display_(self, **kwargs: Any) -> None:
        """Show the view, and keep its picture beneath it."""
        from IPython.display import display

        shown = self._repr_mimebundle_(**kwargs)
        if shown is None:
            return
        data, metadata = shown
        display(data, metadata=metadata, raw=True)
        markup = kept_picture(data["image/png"], self.view)
        display({"text/html": markup, "text/plain": "", SAVED: {}}, raw=True)


def kept_picture(picture: str, view: View) -> str:
    """Return the markup of a picture that is seen where the view before it is gone.

    Parameters
    ----------
    picture : str
        A PNG, in base64.
    view : View

    Examples
    --------
    >>> from workbench.widgets.views import TUNER
    >>> "data:image/png;base64,AAAA" in kept_picture("AAAA", TUNER)
    True
    """
    described, source = escape(say(view.picture)), f"data:image/png;base64,{picture}"
    image = f'<img alt="{described}" width="800" src="{source}">'
    said = escape(say("As it was saved. Run the cell to move it."))
    return (
        f'<style>{_STYLE}</style><div class="workbench-saved" style="display: none">{image}'
        f"<p>{said}</p></div>"
    )
