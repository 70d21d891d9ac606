"""How a notebook looks in JupyterLab: charts in its dark theme, warnings as notes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchWarning
from workbench.governance import screen
from workbench.language import retold, say

STYLE = "application/vnd.marketing-workbench.style+json"
"""Marks the output that styles a notebook's page: nothing for the readers of a report."""
NOTE = "application/vnd.marketing-workbench.note+json"
"""Marks the output that shows a warning; it holds the message."""


def dress() -> None:
    """Style the page of the notebook that calls it, and show the workbench's warnings as notes.

    Other warnings are shown as Python does. The style concerns outputs of this notebook alone.

    Examples
    --------
    >>> dress()  # doctest: +ELLIPSIS
    {'text/html': '<style ...
    """
    from IPython.display import display

    if not isinstance(warnings.showwarning, _Noted):
        warnings.showwarning = _Noted(warnings.showwarning)
    css = (Path(__file__).parent / "notebook.css").read_text(encoding="utf-8")
    markup = f'<style class="workbench-notebook">\n{css}</style>'
    display({"text/html": markup, "text/plain": "", STYLE: {}}, raw=True)


@dataclass(frozen=True)
class _Noted:
    """Shows a warning of the workbench as a note, without the path of a file in it."""

    plain: Any

    def __call__(self, message: Any, category: type[Warning], *rest: Any, **more: Any) -> None:
        if not issubclass(category, WorkbenchWarning):
            self.plain(message, category, *rest, **more)
            return
        from IPython.display import display

        said = screen.said(str(message))
        name, told = say("Note."), retold(said)
        markup = f'<p class="workbench-note"><strong>{name}</strong> {escape(told)}</p>'
        shown = {"text/html": markup, "text/plain": f"{name} {told}", NOTE: {"message": said}}
        display(shown, raw=True)
