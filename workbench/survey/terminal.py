"""Text as a terminal shows it: clean, of a width, shortened in the middle, wrapped."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from itertools import count


def clean(text: str) -> str:
    r"""Take out what a terminal would obey, or what would break a line: it may come from anybody.

    Examples
    --------
    >>> clean("a\x1b[31mb"), clean("two\nlines")
    ('a�[31mb', 'two lines')
    """
    spaced = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "�" for letter in spaced)


def shortened(text: str, width: int) -> str:
    """Leave out the middle of a text that is too wide.

    Examples
    --------
    >>> shortened("average_basket_value_last_91_days", 20)
    'average_ba…t_91_days'
    """
    if columns_of(text) <= width:
        return text
    head, tail = "", ""
    for letter in text:
        if columns_of(head + letter) > width // 2:
            break
        head += letter
    for letter in reversed(text):
        if columns_of(head) + 1 + columns_of(letter + tail) > width:
            break
        tail = letter + tail
    return f"{head}…{tail}"


def all_shortened(texts: Sequence[str], width: int) -> list[str]:
    """Leave out the middle of texts that are too wide; different ones stay different, by a number.

    Examples
    --------
    >>> all_shortened(["spend_on_bread_28_days", "spend_on_cakes_28_days"], 13)
    ['spend_…8_days', 'spend…_days 2']
    """
    cut = {text: shortened(text, width) for text in texts}
    taken = {text for text in texts if cut[text] == text}
    for text in [text for text in cut if cut[text] != text]:
        numbered = (f" {k}" for k in count(2))
        while cut[text] in taken:
            mark = next(numbered)
            cut[text] = f"{shortened(text, max(width - len(mark), 1))}{mark}"
        taken.add(cut[text])
    return [cut[text] for text in texts]


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text with blanks to a width of the terminal."""
    blanks = " " * max(width - columns_of(text), 0)
    return blanks + text if right else text + blanks


def columns_of(text: str) -> int:
    """Count the columns of a terminal that a text takes: two for a wide letter, none for a mark.

    Examples
    --------
    >>> columns_of("Ort"), columns_of("都市")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )


def wrapped(text: str, width: int, *, first: str = "", other: str = "") -> list[str]:
    """Break a sentence into lines; a long word stands on a line of its own, whole.

    Examples
    --------
    >>> wrapped("one two three", 9, first="- ", other="  ")
    ['- one two', '  three']
    """
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=other,
        break_on_hyphens=False,
        break_long_words=False,
    ) or [first]
