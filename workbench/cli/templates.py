"""The templates that ship, with a line each, for help."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

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
        ["templates:", *(f"  {path.stem:{wide}}  {title_of(path)}".rstrip() for path in paths)]
    )


def parameter_names() -> list[str]:
    """Return the parameters of all templates, without what reads their values.

    `workbench.reports.parameters` reads any notebook, with what takes a second to import.

    Examples
    --------
    >>> "margin" in parameter_names()
    True
    """
    found: dict[str, None] = {}
    for path in template_files():
        for cell in _cells(path):
            if "parameters" in cell["metadata"].get("tags", ()):
                statements = ast.parse("".join(cell["source"])).body
                found |= {ast.unparse(name): None for one in statements for name in _set_by(one)}
    return list(found)


def _set_by(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.AnnAssign):
        return [statement.target]
    return statement.targets if isinstance(statement, ast.Assign) else []


def _cells(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def title_of(path: Path) -> str:
    """Return the first heading of a notebook."""
    for cell in _cells(path):
        for line in "".join(cell["source"]).splitlines():
            if cell["cell_type"] == "markdown" and line.startswith("# "):
                return line.removeprefix("# ").strip()
    return ""
