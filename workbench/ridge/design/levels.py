"""Which level of a category a value is: the same in Python and in every database.

A flag is `True` in pandas, `true` in a warehouse and `TRUE` or `1` in a file; a whole number is
`1` or `1.0`; a day is a moment at midnight. A level of a model is matched by the value that it
spells, not by the type that a table keeps it in. What may spell it is a finite list, after two
changes that every database can make: spaces around it go, and so do zeros at the end of a
decimal. Where training had two spellings of one value as two levels (versions 1.1 and 1.10),
each is matched as it is written, and nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.level_spelling import fold

GAP, UNSEEN = -2, -1
TRUE_WORDS = ("1", "true", "t", "yes", "y")
FALSE_WORDS = ("0", "false", "f", "no", "n")
TRUTH = {
    written: word
    for word in ("true", "false")
    for written in (word, word.capitalize(), word.upper())
}
NAN_WORDS = ("NaN", "nan")
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d(?:\.\d+)?))?)?")


@dataclass(frozen=True)
class Spellings:
    """How the levels of a feature may be written.

    Parameters
    ----------
    level_of : dict of str to int
        Number of the level that a text spells; `GAP` where it spells none.
    decimals : bool
        Whether zeros at the end of a decimal go before a text is looked up.
    exact : bool
        Whether texts are looked up as they are, spaces included.

    Examples
    --------
    >>> flags = spellings_of(("False", "True"))
    >>> flags.codes(["true", "TRUE", "1", "0.0", " f ", "", "maybe"]).tolist()
    [1, 1, 1, 0, 0, -2, -1]
    >>> spellings_of(("1.1", "1.10"), exact=True).codes(["1.1", "1.10", "1.100"]).tolist()
    [0, 1, -1]
    """

    level_of: dict[str, int]
    decimals: bool = False
    exact: bool = False

    def codes(self, texts: Sequence[str] | pd.Series[str]) -> npt.NDArray[np.int64]:
        """Return the number of the level that each text spells, `GAP` or `UNSEEN`."""
        places, distinct = pd.factorize(pd.Series(texts, dtype="str"))
        seen = np.array([self._code(text) for text in distinct], dtype="int64")
        return seen[places]

    def _code(self, text: str) -> int:
        folded = text if self.exact else fold(text, decimals=self.decimals)
        code = self.level_of.get(folded)
        if code is None:
            return UNSEEN if text.strip(" ") else GAP
        return code

    def of_level(self) -> dict[int, list[str]]:
        """Return the texts of each level, and those of a gap."""
        found: dict[int, list[str]] = {}
        for text, code in self.level_of.items():
            found.setdefault(code, []).append(text)
        return found


@lru_cache(maxsize=256)
def spellings_of(levels: tuple[str, ...], *, exact: bool = False) -> Spellings:
    """Find what spells each level.

    Parameters
    ----------
    levels : tuple of str
    exact : bool
        Whether training had several spellings of one value as levels.
    """
    decimals = _have_decimals(levels)
    own = {fold(level, decimals=decimals): code for code, level in enumerate(levels)}
    if exact or spelled_twice(levels):
        return Spellings({level: code for code, level in enumerate(levels)}, exact=True)
    more: dict[str, set[int]] = {}
    flags = _are_flags(levels)
    for code, level in enumerate(levels):
        for text in _others(level, flags=flags):
            more.setdefault(fold(text, decimals=decimals), set()).add(code)
    if decimals:
        more |= {word: {GAP} for word in NAN_WORDS}  # a gap among doubles
    added = {text: min(codes) for text, codes in more.items() if len(codes) == 1}
    return Spellings(added | own, decimals=decimals)


def spelled_twice(texts: Sequence[str]) -> bool:
    """Whether several of these texts spell one value, so that they can only be told as written.

    Examples
    --------
    >>> spelled_twice(["1.1", "1.10"]), spelled_twice(["TRUE", "true"]), spelled_twice(["a", "A"])
    (True, True, False)
    """
    decimals = _have_decimals(texts)
    folded = (fold(text, decimals=decimals) for text in texts)
    return len({TRUTH.get(text, text) for text in folded}) < len(texts)


def _have_decimals(levels: Iterable[str]) -> bool:
    levels = tuple(levels)
    return _are_flags(levels) or any(
        NUMBER.fullmatch(text) or DAY.fullmatch(text) for text in map(str.strip, levels)
    )


def _are_flags(levels: Sequence[str]) -> bool:
    """Whether the levels are yes and no, each at most once."""
    words = [level.strip().lower() for level in levels]
    yes, no = (sum(word in side for word in words) for side in (TRUE_WORDS, FALSE_WORDS))
    return 0 < len(words) == yes + no and max(yes, no) == 1


def _others(level: str, *, flags: bool) -> Iterator[str]:
    """Write a level as other tables and databases do."""
    text = level.strip(" ")
    if flags:
        for word in TRUE_WORDS if text.lower() in TRUE_WORDS else FALSE_WORDS:
            yield from (word, word.capitalize(), word.upper())
    elif text in TRUTH:  # what a boolean spells, among other levels
        yield from (word for word, truth in TRUTH.items() if truth == TRUTH[text])
    elif NUMBER.fullmatch(text):
        yield from _numbers(text)
    elif found := DAY.fullmatch(text):
        yield from _moments(*found.groups())


def _numbers(text: str) -> Iterator[str]:
    """Write a number with and without an exponent, if a double holds it exactly as written."""
    number = Decimal(repr(float(text)))
    if number != Decimal(text) or not number.is_finite():
        return
    if number == 0:
        yield from ("0", "-0")
        return
    yield f"{number:f}"
    power = number.adjusted()
    if -4 < power < 7:
        return  # no database writes an exponent there
    digits = f"{number.scaleb(-power).normalize():f}"
    for mantissa in {digits, digits if "." in digits else f"{digits}.0"}:
        for exponent in {f"{power:+03d}", f"{power:+d}", f"{power}"}:
            yield from (f"{mantissa}e{exponent}", f"{mantissa}E{exponent}")


def _moments(day: str, clock: str | None, seconds: str | None) -> Iterator[str]:
    clock, seconds = clock or "00:00", seconds or "00"
    whole = float(seconds) == 0
    if whole and clock == "00:00":
        yield day
    for mark in " T":
        yield f"{day}{mark}{clock}:{seconds}"
        if whole:
            yield f"{day}{mark}{clock}"
