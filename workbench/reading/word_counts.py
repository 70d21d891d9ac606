"""The different words of a column: what is decided of a column is decided of these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.reading.words import MISSING, MISSING_AMONG_NUMBERS

MOST_STRAYS = 3
STRAY_SHARE = 0.1
FEWEST_NUMBERS = 10
"""Other words among numbers are taken for nothing if they are at most three, in at most a tenth
of the rows, beside at least ten different numbers."""
_LONGEST_MISSING = 24  # letters
_TWO_LETTERS = re.compile(r"[A-Z]{2}")
_LIKE_A_NUMBER = re.compile(r"\d|^[+-]?inf$")


def counted(column: pd.Series[Any]) -> dict[str, int]:
    """Count the words of a column of text, as they stand there; gaps are no words.

    Examples
    --------
    >>> counted(pd.Series(["b", None, "a ", "b"], dtype="str"))
    {'b': 2, 'a ': 1}
    """
    # many columns are short: a dictionary of Python's own is quicker than what pandas offers
    counts = Counter(column.tolist())
    return {word: count for word, count in counts.items() if isinstance(word, str)}


@dataclass(frozen=True)
class Words:
    """The different words of a column, each with the number of its rows, in alphabetical order."""

    counts: dict[str, int]
    typed: bool = False

    @classmethod
    def of(cls, column: pd.Series[Any], *, typed: bool = False) -> Words:
        """Count the words of a column of text, without the blanks around them."""
        return cls.of_counts(counted(column), typed=typed)

    @classmethod
    def of_counts(cls, counts: Mapping[str, int], *, typed: bool = False) -> Words:
        """Take words that are counted already."""
        stripped: dict[str, int] = {}
        for word, count in counts.items():
            stripped[word.strip()] = stripped.get(word.strip(), 0) + count
        return cls(dict(sorted(stripped.items())), typed)

    @cached_property
    def missing(self) -> list[str]:
        """Return those that stand for nothing in every column; NA of two-letter codes does not."""
        if self.typed:
            return [word for word in self.counts if not word]
        found = [word for word in self.counts if word in MISSING]
        if "NA" in found and self._two_letters(found):
            found.remove("NA")
        return found

    def _two_letters(self, missing: Iterable[str]) -> bool:
        others = self.without(missing)
        return len(others) >= 2 and all(map(_TWO_LETTERS.fullmatch, others))

    @cached_property
    def missing_among_numbers(self) -> list[str]:
        """Return those that stand for nothing where all else is numbers or dates."""
        short = (word for word in self.counts if len(word) <= _LONGEST_MISSING)
        return [word for word in short if word.lower() in MISSING_AMONG_NUMBERS]

    def without(self, words: Iterable[str]) -> dict[str, int]:
        """Return the counts of the others."""
        gone = set(words)
        return {word: count for word, count in self.counts.items() if word not in gone}


def strays_of(rest: Mapping[str, int]) -> list[str] | None:
    """Return few words without a digit among many with one; None: most have no digit.

    Examples
    --------
    >>> strays_of({"tba": 1} | {str(k): 5 for k in range(20)})
    ['tba']
    >>> strays_of({"north": 3, "south 2": 4}) is None
    True
    """
    plain = [word for word in rest if not _LIKE_A_NUMBER.search(word)]
    if 2 * len(plain) >= len(rest):
        return None
    rows = sum(rest[word] for word in plain)
    few = 0 < len(plain) <= MOST_STRAYS and rows <= STRAY_SHARE * sum(rest.values())
    return plain if few and len(rest) - len(plain) >= FEWEST_NUMBERS else []
