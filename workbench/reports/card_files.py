"""The model card of a run as files: what its notebook shows, as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import governance

MIME = "application/vnd.workbench.card+json"
"""Output type by which a run finds the card in an executed notebook."""
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


def write_card(notebook: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write card.json and card.md into a folder, where the notebook shows a card.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    folder : Path

    Returns
    -------
    list of Path
        Empty where it shows none.
    """
    shown = card_in(notebook)
    if shown is None:
        return []
    plain, text = folder / JSON_FILE, folder / MARKDOWN_FILE
    plain.write_text(json.dumps(shown[MIME], indent=1, ensure_ascii=False) + "\n", "utf-8")
    text.write_text(_markdown(shown), "utf-8")
    return [plain, text]


def _markdown(shown: Mapping[str, Any]) -> str:
    """Return the card as it says itself, or else as the notebook shows it."""
    card = getattr(governance, "ModelCard", None)
    said = shown.get(MARKDOWN) or shown.get("text/plain") or ""
    told = "".join(said) if card is None else str(card.from_dict(shown[MIME]).to_markdown())
    return told.rstrip() + "\n"
