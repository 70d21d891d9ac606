"""The templates that ship, with a line each, for help."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.files.shipped import notebook_path

FIRST = "propensity.ipynb"


def template_files() -> list[Path]:
    """Return the notebooks that ship, by their names."""
    return sorted(notebook_path(FIRST).parent.glob("*.ipynb"))


def templates_listed() -> str:
    """Return a line for each template: its name, and its title.

    Examples
    --------
    >>> print(templates_listed().splitlines()[0])
    templates:
    """
    paths = template_files()
    wide = max(len(path.stem) for path in paths)
    return "\n".join(
        ["templates:", *(f"  {path.stem:{wide}}  {_title(path)}".rstrip() for path in paths)]
    )


def _title(path: Path) -> str:
    """Return the first heading of a notebook."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if cell["cell_type"] == "markdown" and line.startswith("# "):
                return line.removeprefix("# ").strip()
    return ""
