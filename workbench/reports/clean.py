"""From an executed notebook to what a reader of the report should see.

Parameters, cells tagged ``notebook-only``, cells that show nothing, progress bars and
live widgets go; warnings become notes; the headline is taken out, to be put on top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import nbformat
from nbformat import NotebookNode

from workbench.language import retold, say
from workbench.reports.headline import MIME, Headline
from workbench.reports.notebook_page import NOTE, STYLE
from workbench.reports.signs import MIME as SIGNS
from workbench.widgets.views import SAVED

_WIDGET = "application/vnd.jupyter.widget-view+json"
_WARNING = re.compile(r"^(?:\S.*?:\d+: )(\w*Warning): (.*)$")
_BAR = re.compile(r"%\||\dit/s|\ds/it")
_NOT_FOR_READERS = {"parameters", "injected-parameters", "notebook-only"}
_OF_NOTEBOOKS = {MIME, _WIDGET, STYLE, SAVED}  # no output that has one of these is for a report
_FIGURE = ("image/svg+xml", "image/png", "image/jpeg")
FIRST_PAGE = "first-page"
"""The tag of cells whose pictures stand on top of the report."""


def clean_notebook(executed: NotebookNode) -> tuple[NotebookNode, Headline | None]:
    """Return a copy with only what is to be read, and the headline found in it.

    Parameters
    ----------
    executed : NotebookNode
        With outputs. It is not changed.

    Returns
    -------
    notebook : NotebookNode
    headline : Headline or None
        The last one displayed.
    """
    notebook = nbformat.from_dict(executed)
    headline: Headline | None = None
    section, noted = "", set[str]()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = heading_of(cell.source) or section
        elif cell.cell_type == "code":
            headline = _headline_in(cell.outputs) or headline
            cell.outputs = list(_readable(cell.outputs, section, noted))
    notebook.cells = [cell for cell in notebook.cells if _shows_something(cell)]
    notebook.metadata.pop("widgets", None)
    return notebook, headline


def take_first_page(notebook: NotebookNode) -> list[NotebookNode]:
    """Take the pictures out of the cells tagged ``first-page``; return their outputs, in order.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; the outputs that are returned are no longer in it.
    """
    taken: list[NotebookNode] = []
    for cell in notebook.cells:
        if FIRST_PAGE in cell.metadata.get("tags", []):
            pictures = [o for o in cell.get("outputs", []) if {*_FIGURE} & {*o.get("data", {})}]
            taken += pictures
            cell.outputs = [output for output in cell.outputs if output not in pictures]
    return taken


def heading_of(source: str) -> str:
    r"""Return the text of the last heading in a Markdown cell, or nothing.

    What follows the cell stands under that one.

    Examples
    --------
    >>> heading_of("# Title\n\n## The model\nMore.")
    'The model'
    """
    found = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", source, re.MULTILINE)
    return found[-1] if found else ""


def _headline_in(outputs: list[NotebookNode]) -> Headline | None:
    found = [output.data[MIME] for output in outputs if MIME in output.get("data", {})]
    return Headline.from_dict(found[-1]) if found else None


def _readable(outputs: list[NotebookNode], section: str, noted: set[str]) -> Iterator[NotebookNode]:
    """Drop and turn outputs; a figure without a description of its own gets its section."""
    for output in outputs:
        data = output.get("data", {})
        if output.output_type == "stream":
            yield from _streamed(output, noted)
        elif NOTE in data:
            yield from _noted([str(data[NOTE]["message"])], noted)
        elif output.output_type == "error":
            yield output
        elif not (_OF_NOTEBOOKS & {*data} or _is_without_signs(data)):
            for figure in _FIGURE:
                if figure in data:
                    described = output.metadata.setdefault(figure, {})
                    named = say("Chart in {section}", section=section) if section else say("Chart")
                    described.setdefault("alt", named)
            yield output


def _is_without_signs(data: NotebookNode) -> bool:
    """Whether it is signs, and there are none: nothing to be read."""
    return SIGNS in data and not data[SIGNS]["found"]


def _streamed(output: NotebookNode, noted: set[str]) -> Iterator[NotebookNode]:
    if output.name == "stderr":
        yield from _noted(warnings_in(output.text), noted)
        return
    # a line that is rewritten in place shows its last state only
    text = "\n".join(line.rsplit("\r", 1)[-1] for line in output.text.split("\n"))
    if text.strip():
        yield nbformat.v4.new_output("stream", name="stdout", text=text)


def _noted(messages: list[str], noted: set[str]) -> Iterator[NotebookNode]:
    for message in messages:
        if message not in noted:  # once in a report is enough
            noted.add(message)
            yield note(message)


def note(message: str) -> NotebookNode:
    """Return an output that shows a sentence as a note."""
    told = f"<strong>{say('Note.')}</strong> {escape(retold(message))}"
    markup = f'<p class="note" role="note">{told}</p>'
    output: NotebookNode = nbformat.v4.new_output("display_data", data={"text/html": markup})
    return output


def warnings_in(stderr: str) -> list[str]:
    r"""Find the messages of Python warnings, each once, without path and source line.

    Examples
    --------
    >>> warnings_in("/x/fit.py:7: DataWarning: 'age' is constant.\n  model.fit(X)\n 40%|###  |\r")
    ["'age' is constant."]
    """
    messages: list[str] = []
    inside = False
    for line in stderr.splitlines():
        found = _WARNING.match(line)
        if found:
            messages.append(found.group(2))
        elif inside and line and not line.startswith("  ") and not _BAR.search(line):
            messages[-1] += f" {line.strip()}"
        inside = bool(found) or (inside and not line.startswith("  "))
    return list(dict.fromkeys(messages))


def _shows_something(cell: NotebookNode) -> bool:
    if _NOT_FOR_READERS & set(cell.metadata.get("tags", [])):
        return False
    return bool(cell.outputs if cell.cell_type == "code" else cell.source.strip())
