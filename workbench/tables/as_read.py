"""Ids as people read them: signs that look alike are one, and what is not seen is not there."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import Any

_WRITTEN = {"Cf": "", "Pd": "-"}  # zero-width characters and soft hyphens; dashes
_DASHES = "\u02d7\u2043\u2212"  # that Unicode does not call dashes
_EXCEL = re.compile(r"(?:=\s*\"?|['\u2019\"])(.+?)\"?")  # 'text and ="text", as Excel writes them
_WHOLE = re.compile(r"\s*[+-]?(?:0|[1-9]\d*)(?:\.0+)?\s*")
_GROUPED = re.compile(r"\s*[+-]?[1-9]\d{0,2}(?:\.000)+\s*")


def as_read(value: Any) -> str:
    """Return an id as people read it: without blanks around, capitals, zeros before, a .0 behind.

    Accents are one with their letter, wide letters are narrow, all dashes alike, and what
    Excel puts before text is gone.

    Examples
    --------
    >>> as_read(" A007.0 "), as_read("007"), as_read(7), as_read("0")
    ('a007', '7', '7', '0')
    >>> as_read("Ku\u0308\u20111") == as_read("k\u00fc-1"), as_read('="1002"')
    (True, '1002')
    """
    plain = re.sub(r"\.0+$", "", _unmarked(str(value)))
    return plain.lstrip("0") or plain[-1:]


def is_whole(text: str) -> bool:
    """Whether text is a whole number, and can be read as no other: 1.000 may be a thousand.

    Examples
    --------
    >>> [is_whole(text) for text in ("7", "7.0", "007", "1.001", "1.000")]
    [True, True, False, False, False]
    """
    return _WHOLE.fullmatch(text) is not None and _GROUPED.fullmatch(text) is None


def reads_as_whole(value: Any) -> bool:
    """Whether people would read a whole number, however it is written.

    Examples
    --------
    >>> [reads_as_whole(one) for one in (7, 7.0, "007", "'7", 1.001, "1.001", "a7", True)]
    [True, True, True, True, False, False, False, False]
    """
    if isinstance(value, str):
        return is_whole(re.sub(r"^([+-]?)0+(?=\d)", r"\1", _unmarked(value)))
    try:
        return not isinstance(value, bool) and bool(value == int(value))
    except (TypeError, ValueError, OverflowError):
        return False


def _unmarked(text: str) -> str:
    seen = text if text.isascii() else _alike(text)
    plain = " ".join(seen.split())
    marked = _EXCEL.fullmatch(plain)
    return (marked[1].strip() if marked else plain).casefold()


def _alike(text: str) -> str:
    """Write signs that look alike in one way."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).translate(_signs())


@cache
def _signs() -> dict[int, str]:
    """Return what is written for dashes, and for signs that are not seen."""
    kinds = ((code, unicodedata.category(chr(code))) for code in range(sys.maxunicode + 1))
    written = {code: _WRITTEN[kind] for code, kind in kinds if kind in _WRITTEN}
    return written | dict.fromkeys(map(ord, _DASHES), "-")
