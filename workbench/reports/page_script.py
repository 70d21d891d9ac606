"""The script of a mailed report: it searches, unfolds, keeps what is shown, marks edges.

It ships with the workbench, holds nothing of the data, and asks for nothing.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

PARTS = ("search.js", "contents.js", "keep.js", "edges.js")


def page_script() -> str:
    """Return the script of a page: its parts, one after the other.

    Examples
    --------
    >>> "querySelectorAll" in page_script()
    True
    """
    here = Path(__file__).parent
    return "\n".join((here / part).read_text(encoding="utf-8").strip() for part in PARTS)


def page_script_source() -> str:
    """Return what names that script, and no other, in a page's Content-Security-Policy.

    Examples
    --------
    >>> page_script_source().startswith("'sha256-")
    True
    """
    digest = hashlib.sha256(page_script().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
