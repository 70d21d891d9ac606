r"""What Python takes for a letter, a space, a small letter: tables that a page reads texts by.

A browser's own classes of letters are those of its version of Unicode, and ``\w`` of JavaScript is
of ASCII alone. So the file brings those of the Python that learned the n-grams.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from itertools import groupby
from typing import Any
from unicodedata import category

_NO_LETTERS = ("Cn", "Co", "Cs")  # not assigned, private, halves
SIGMA = 0x3A3
"""The one letter whose small form depends on the letters around it."""


@cache
def letters_of_python() -> dict[str, Any]:
    r"""Return the classes and small forms of all characters, as JSON takes them.

    Returns
    -------
    dict
        ``word`` (what ``\\w`` finds), ``space`` (where ``str.split`` splits), ``cased`` and
        ``ignored`` (what comes before and after a sigma at the end of a word) are ranges: how
        far each starts after the end of the one before, and its length. ``small`` are runs of
        capitals: first, how many, step, and distance of their small letters. ``longer`` are
        letters whose small form has several.

    Examples
    --------
    >>> letters_of_python()["longer"]
    [[304, [105, 775]]]
    """
    every = [one for one in map(chr, range(sys.maxunicode + 1)) if category(one) not in _NO_LETTERS]
    after, beside = _before_an_end(every), _before_an_end(every, behind="a")
    small = {ord(one): one.lower() for one in every if one.lower() != one and ord(one) != SIGMA}
    alone = {code: ord(text) - code for code, text in small.items() if len(text) == 1}
    return {
        "word": _ranges(re.findall(r"\w", "".join(every))),
        "space": _ranges(one for one in every if one.isspace()),
        "cased": _ranges(sorted(after)),
        "ignored": _ranges(sorted(beside - after)),
        "small": _runs(alone),
        "longer": [[c, [ord(one) for one in text]] for c, text in small.items() if len(text) > 1],
    }


def _before_an_end(characters: list[str], behind: str = "") -> set[str]:
    """Return those behind which, one by one, a sigma is one at the end of a word."""
    plain = [one for one in characters if one not in "Σσς"]
    text = "\n".join(f"{behind}{one}Σ" for one in plain).lower()
    ends = [sign == "ς" for sign in re.findall("[σς]", text)]
    found = {one for one, end in zip(plain, ends, strict=True) if end}
    return found | {one for one in "Σσς" if f"{behind}{one}Σ".lower().endswith("ς")}


def _ranges(characters: Any) -> list[int]:
    """Return gap and length of each range of characters that follow one another."""
    codes = [ord(one) for one in characters]
    found, end = [], 0
    for _, group in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]):
        members = [code for _, code in group]
        found += [members[0] - end, len(members)]
        end = members[-1] + 1
    return found


def _runs(distances: dict[int, int]) -> list[list[int]]:
    """Return first, count, step and distance of capitals that are alike."""
    found: list[list[int]] = []
    for code, distance in sorted(distances.items()):
        run = found[-1] if found else [0, 0, 0, 0]
        first, count, step, same = run
        gap = code - (first + (count - 1) * step)
        if count and same == distance and gap <= 2 and (count == 1 or gap == step):
            run[1:3] = [count + 1, gap]
        else:
            found.append([code, 1, 1, distance])
    return found
