"""The script of a mailed report: it searches, opens what is folded, and keeps tables and pictures.

It ships with the workbench, holds nothing of the data, and asks for nothing.
"""

from __future__ import annotations

from pathlib import Path

PARTS = ("search.js", "contents.js", "keep.js")


def page_script() -> str:
    """Return the script of a page: its parts, one after the other.

    Examples
    --------
    >>> "querySelectorAll" in page_script()
    True
    """
    here = Path(__file__).parent
    return "\n".join((here / part).read_text(encoding="utf-8").strip() for part in PARTS)
