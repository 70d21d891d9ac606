"""Two runs side by side as an offline page."""

from __future__ import annotations

from html import escape
from pathlib import Path

from workbench import __version__
from workbench.files.whole_file import whole_file
from workbench.language import speaking
from workbench.reports.side_by_side.compared import Compared
from workbench.reports.side_by_side.written import parts_of
from workbench.reports.table import Table

_TEMPLATES = Path(__file__).parent.parent / "templates"


def body(compared: Compared) -> str:
    """Return cautions and tables as HTML."""
    said = "".join(f"<li>{escape(one)}</li>" for one in compared.cautions)
    named = (
        f"<p>Old: <code>{escape(compared.old.place)}</code><br>"
        f"New: <code>{escape(compared.new.place)}</code></p>"
    )
    parts = [
        named,
        f'<ul class="note">{said}</ul>',
    ]
    with speaking("en"):  # as its sentences are, whatever the notebook speaks
        parts += [f"<h2>{escape(head)}</h2>{_shown(part)}" for head, part in parts_of(compared)]
    return "\n".join(parts)


def _shown(part: Table | str) -> str:
    if isinstance(part, str):
        return f"<p>{escape(part)}</p>"
    return f'<div class="table" tabindex="0">{part._repr_html_()}</div>'


def write_page(compared: Compared, path: Path) -> Path:
    """Write the page whole, for its owner alone: it has exact numbers of both models."""
    page = (
        (_TEMPLATES / "comparison.html")
        .read_text(encoding="utf-8")
        .format(
            css=(_TEMPLATES / "report" / "report.css").read_text(encoding="utf-8"),
            body=body(compared),
            version=escape(__version__),
        )
    )
    with whole_file(path, private=True) as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    return path
