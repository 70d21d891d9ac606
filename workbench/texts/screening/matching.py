"""Where a pattern matches, with this module alone: so that rules of users can run apart.

Patterns that somebody wrote for a table of their own may take years on a text. They run in
a process of their own, which is ended when its time is over: `python matching.py`, jobs on stdin.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache

FLAGS = re.IGNORECASE
_BOUNDARY = re.compile(r"[.!?…](?=[ \"'»”“)])|\n")
_NEAR = 400
"""Letters to each side of a match in which its sentence must begin and end."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that takes small letters for capitals."""
    return re.compile(pattern, FLAGS)


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence, or line of a list, that a match stands in.

    Examples
    --------
    >>> sentence_around("One. Two is here. Three.", 5, 8)
    ' Two is here'
    """
    low, high = max(start - _NEAR, 0), min(end + _NEAR, len(text))
    begin = low
    for found in _BOUNDARY.finditer(text, low, start):
        begin = found.end()
    after = _BOUNDARY.search(text, end, high)
    return text[begin : after.start() if after else high]


def matches(text: str, pattern: str, unless: str = "") -> list[tuple[int, int]]:
    """Return where a pattern matches, but in sentences where another one does.

    Parameters
    ----------
    text : str
    pattern : str
        A regular expression of Python's `re`; small letters match capitals.
    unless : str
        Another one, asked of the sentence of each match.

    Returns
    -------
    list of (start, end)

    Examples
    --------
    >>> matches("It is free. Feel free.", r"free", unless=r"feel free")
    [(6, 10)]
    """
    spans = [(m.start(), m.end()) for m in compiled(pattern).finditer(text) if m.end() > m.start()]
    if not unless:
        return spans
    other = compiled(unless)
    return [span for span in spans if not other.search(sentence_around(text, *span))]


def _serve() -> None:
    """Answer jobs from stdin, two lines each: that it has begun, and where it matched."""
    told = json.load(sys.stdin)
    for number, (pattern, unless) in enumerate(told["jobs"]):
        _say(number)
        _say(matches(told["text"], pattern, unless))


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
