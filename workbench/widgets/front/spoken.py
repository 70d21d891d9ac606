"""The reader's language, as a view's front end takes it: its messages, and the marks of numbers."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from workbench.language import language, say
from workbench.language.current import written
from workbench.widgets.front.module import sources
from workbench.widgets.views import View

_LITERAL = r'(?:"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')'
_TEXT = rf"{_LITERAL}(?:\s*\+\s*{_LITERAL})*"
_ASKED = re.compile(rf"\bsay\(\s*({_TEXT})|\bsayCount\(\s*({_TEXT})\s*,\s*({_TEXT})")
_ONE = re.compile(_LITERAL)


def spoken(view: View) -> dict[str, Any]:
    """Return what a view's front end says in the language of now; nothing in English.

    Parameters
    ----------
    view : View

    Examples
    --------
    >>> from workbench.language import speaking
    >>> from workbench.widgets.views import TARGETING
    >>> spoken(TARGETING)
    {}
    >>> with speaking("de"):
    ...     spoken(TARGETING)["decimal"]
    ','
    """
    if language() == "en":
        return {}
    how = written()
    messages = {message: say(message) for message in asked(view)}
    marks = {"decimal": how.decimal, "group": how.group, "percent": how.percent}
    return {"language": language(), "messages": messages, **marks}


@cache
def asked(*views: View) -> tuple[str, ...]:
    """Return the messages that the front end of views asks for, read from its files."""
    found = (text for one in sources(*views) for pair in _ASKED.findall(one) for text in pair)
    return tuple(dict.fromkeys(_joined(text) for text in found if text))


def _joined(text: str) -> str:
    return "".join(_read(one) for one in _ONE.findall(text))


def _read(literal: str) -> str:
    if literal.startswith("'"):
        literal = '"' + literal[1:-1].replace('"', '\\"') + '"'
    return str(json.loads(literal))
