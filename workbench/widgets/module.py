"""The front end as one ES module: its files, one after another.

Every file under ``workbench/widgets`` is a module that Node can import and test. A notebook
and a mailed file get one text: imports between the files are taken out, and ``export`` is
left on the view alone, the last file. So names must be unique across files, which a test holds.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
SHARED = (
    "solver.js",
    "words.js",
    "hints.js",
    "engine.js",
    "drawing.js",
    "panels.js",
    "controls.js",
)
VIEWS = ("tuner.js", "targeting.js", "shift_view.js")
_IMPORT = re.compile(r'^import\s[^;]*?from "\./[\w.]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class))", re.MULTILINE)


_DEFAULT = re.compile(r"^export default .*\n", re.MULTILINE)


@cache
def tuner_module() -> str:
    """Return the Tuner's module: its default export has ``render({model, el})``."""
    return _joined("tuner.js")


@cache
def targeting_module() -> str:
    """Return the module of Targeting: its default export has ``render({model, el})``."""
    return _joined("targeting.js")


@cache
def shift_module() -> str:
    """Return the module of ShiftView: its default export has ``render({model, el})``."""
    return _joined("shift_view.js")


@cache
def page_module() -> str:
    """Return all views in one text that exports nothing, for a page of its own."""
    return _DEFAULT.sub("", _joined(*VIEWS))


def _joined(*views: str) -> str:
    texts = [(_HERE / name).read_text(encoding="utf-8") for name in (*SHARED, *views)]
    style = (_HERE / "tuner.css").read_text(encoding="utf-8")
    joined = "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)
    return f"const STYLE = {_quoted(style)};\n{joined}"


def _quoted(text: str) -> str:
    return "`" + text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") + "`"
