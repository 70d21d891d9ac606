"""An executed notebook in its reader's language: which one that is, and its own text in it."""

from __future__ import annotations

import ast
import re

import nbformat
from nbformat import NotebookNode

from workbench.language import language, say
from workbench.language.current import LANGUAGES, PSEUDO
from workbench.reports.parameters import TAG, parameters_in

_NAME = "language"
_TAGS = {TAG, f"injected-{TAG}"}


def language_of(executed: NotebookNode) -> str:
    """Return the language that a notebook was run in: its parameter `language`, if it has one.

    A notebook that means something else by that name is in the language of now.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell('language = "de"', metadata={"tags": ["parameters"]})
    >>> language_of(nbformat.v4.new_notebook(cells=[cell]))
    'de'
    """
    told = None
    for cell in executed.cells:
        if cell.cell_type == "code" and _TAGS & {*cell.metadata.get("tags", [])}:
            told = _set_in(cell.source) or told
    return told if told in LANGUAGES or told == PSEUDO else language()


def _set_in(source: str) -> str | None:
    try:
        value = ast.literal_eval(parameters_in(source)[_NAME].default)
    except (KeyError, SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def _marked(source: str) -> str:
    """Mark each paragraph of the pseudo language by itself, so that headings stay headings."""
    if language() != PSEUDO:
        return source
    begin, text, end = source[0], source[1:-1], source[-1]
    parts = [re.match(r"(#* ?)(.*)", part, re.DOTALL) for part in text.split("\n\n")]
    return "\n\n".join(f"{part[1]}{begin}{part[2]}{end}" for part in parts if part)


def translated(executed: NotebookNode) -> NotebookNode:
    """Return a notebook with its Markdown cells in the language of now.

    A cell is looked up whole, so that its text reads as one; what no catalogue holds stays.
    """
    notebook: NotebookNode = nbformat.from_dict(executed)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.strip():
            cell.source = _marked(say(cell.source.strip()))
    return notebook
