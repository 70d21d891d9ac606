"""The front end as one ES module: its files, one after another.

Every file is a module that Node can import and test. A notebook and a mailed file get one text:
imports between the files are taken out, and ``export`` is left on the view alone, the last
file. So names must be unique across files, which a test holds.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from workbench.widgets.views import VIEWS, View

FRONT = Path(__file__).parent
SHARED = (
    "language.js",
    "solver.js",
    "few_moved.js",
    "words.js",
    "hints.js",
    "between.js",
    "engine.js",
    "drawing.js",
    "panels.js",
    "untold.js",
    "controls.js",
)
_IMPORT = re.compile(r'^import\s[^;]*?from "\.{1,2}/[\w./]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default .*\n", re.MULTILINE)


@cache
def module_of(view: View) -> str:
    """Return the module of a view: its default export has ``render({model, el})``."""
    return _joined(view)


@cache
def page_module() -> str:
    """Return a page's script: all views, and what draws each over its picture; no exports.

    The views stand in a function that is called for each place, so that each place has a
    language of its own.
    """
    drawn_by = ", ".join(f"{view.name}: {view.render}" for view in VIEWS)
    host = (FRONT / "static_host.js").read_text(encoding="utf-8")
    views = _DEFAULT.sub("", _joined(*VIEWS))
    return f"function drawnBy() {{\n{views}\nreturn {{ {drawn_by} }};\n}}\n{host}"


def _joined(*views: View) -> str:
    style = (FRONT / "style.css").read_text(encoding="utf-8")
    texts = [_EXPORT.sub("", _IMPORT.sub("", text)) for text in sources(*views)]
    return "\n".join([f"const STYLE = {_quoted(style)};", *texts])


def sources(*views: View) -> list[str]:
    """Return the files of views as they are written: what they share, then each its own."""
    own = [FRONT.parent / name for view in views for name in (*view.parts, view.script)]
    files = [*(FRONT / name for name in SHARED), *own]
    return [file.read_text(encoding="utf-8") for file in files]


def _quoted(text: str) -> str:
    return "`" + text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") + "`"
