"""The model card of a run as files: what its notebook shows, as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import SchemaError
from workbench.governance.card.card import MIME, ModelCard
from workbench.governance.ledger import Together

MARKDOWN = "text/markdown"
JSON_FILE, MARKDOWN_FILE = "card.json", "card.md"


def card_in(notebook: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the last output of an executed notebook that is a card; None where there is none.

    Examples
    --------
    >>> cell = {"outputs": [{"data": {MIME: {"title": "Spring"}, "text/plain": "Spring"}}]}
    >>> card_in({"cells": [cell]})[MIME]
    {'title': 'Spring'}
    """
    shown = [
        output["data"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if MIME in output.get("data", {})
    ]
    return shown[-1] if shown else None


def write_card(notebook: Mapping[str, Any], folder: Path, *, left: Together) -> list[Path]:
    """Write the card as JSON and as Markdown into a folder, where the notebook shows one.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    folder : Path
    left : Together
        What has left the folder of the reports with this one: the card says so.

    Returns
    -------
    list of Path
        Empty where it shows none.
    """
    shown = card_in(notebook)
    if shown is None:
        return []
    content, text = _written(shown, left)
    plain, marked = folder / JSON_FILE, folder / MARKDOWN_FILE
    plain.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    marked.write_text(text.rstrip() + "\n", "utf-8")
    return [plain, marked]


def _written(shown: Mapping[str, Any], left: Together) -> tuple[Mapping[str, Any], str]:
    """Return content and Markdown; a card of the notebook's own making is left as it is shown."""
    try:
        card = ModelCard.from_dict(shown[MIME]).with_ledger(left)
    except SchemaError:
        said = shown.get(MARKDOWN) or shown.get("text/plain") or ""
        return shown[MIME], "".join(said)
    return card.to_dict(), card.to_markdown()
