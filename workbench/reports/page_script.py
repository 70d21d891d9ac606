"""The script of a mailed report: it searches, unfolds, keeps what is shown, marks edges.

It ships with the workbench, holds nothing of the data, and asks for nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from workbench.language import later, written
from workbench.reports.table import search_script, worded

_WORDS = {
    "table": later("Keep this table as CSV"),
    "picture": later("Keep this picture"),
    "absent": later("n/a"),
}
PARTS = ("search.js", "contents.js", "keep.js", "edges.js")


def page_script() -> str:
    """Return the script of a page: its parts, one after the other.

    Examples
    --------
    >>> "querySelectorAll" in page_script()
    True
    """
    here = Path(__file__).parent
    parts = [(here / part).read_text(encoding="utf-8").strip() for part in PARTS[1:]]
    how = {"decimal": written().decimal, "group": written().group}
    marks = json.dumps(how, separators=(",", ":"), ensure_ascii=False)
    return "\n".join([search_script(), *(worded(p, _WORDS).replace("MARKS", marks) for p in parts)])


def page_script_source() -> str:
    """Return what names that script, and no other, in a page's Content-Security-Policy.

    Examples
    --------
    >>> page_script_source().startswith("'sha256-")
    True
    """
    digest = hashlib.sha256(page_script().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
