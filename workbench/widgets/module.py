"""The front end as one ES module: its files, one after another.

Every file under ``workbench/widgets`` is a module that Node can import and test. A notebook
and a mailed file get one text: imports between the files are taken out, and ``export`` is
left on the last file alone. So names must be unique across files, which a test holds.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
PARTS = (
    "solver.js",
    "words.js",
    "hints.js",
    "engine.js",
    "drawing.js",
    "panels.js",
    "controls.js",
    "tuner.js",
)
_IMPORT = re.compile(r'^import\s[^;]*?from "\./[\w.]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class))", re.MULTILINE)


@cache
def tuner_module() -> str:
    """Return the Tuner's module: its default export has ``render({model, el})``."""
    texts = [(_HERE / name).read_text(encoding="utf-8") for name in PARTS]
    style = (_HERE / "tuner.css").read_text(encoding="utf-8")
    joined = "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)
    return f"const STYLE = {_quoted(style)};\n{joined}"


def _quoted(text: str) -> str:
    return "`" + text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") + "`"
