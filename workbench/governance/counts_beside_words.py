"""Counts of people in sentences that have the reader's own words, whose numbers are no counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbench.frame.wording import Wording
from workbench.governance.counts_in_text import rounded_counts

_COUNTING = re.compile(r"\d.*\s\w|%")  # a number, and what may be counted
_PRIVATE = 0xF0000  # from here on, characters that no text has


@dataclass(frozen=True)
class CountsBesideWords:
    """Round counts in texts, and leave the numbers of labels as they are.

    Parameters
    ----------
    wording : Wording

    Examples
    --------
    >>> counts = CountsBesideWords(Wording({"opened_12": "Opened, last 12 contacts"}))
    >>> counts.rounded("Opened, last 12 contacts is missing for 1,253 contacts")
    'Opened, last 12 contacts is missing for 1,255 contacts'
    """

    wording: Wording

    def rounded(self, text: str, *, people: float = np.inf) -> str:
        """Return a text as `rounded_counts` does, but for labels in it."""
        if self._labels is None:
            return rounded_counts(text, people=people)
        if self.wording.is_said(text):
            return text
        held: list[str] = []

        def hold(found: re.Match[str]) -> str:
            held.append(found[0])
            return chr(_PRIVATE + len(held) - 1)  # no digit, and of no word

        text = rounded_counts(self._labels.sub(hold, text), people=people)
        for k, words in enumerate(held):
            text = text.replace(chr(_PRIVATE + k), words)
        return text

    @cached_property
    def _labels(self) -> re.Pattern[str] | None:
        """Labels that may be read as a count; one that begins with it only where it is quoted."""
        words = [one for one in self.wording.words.values() if _COUNTING.search(one)]
        words = sorted(set(words), key=len, reverse=True)
        inner = [one for one in words if not one[0].isdigit()]
        whole = [one for one in words if one[0].isdigit()]
        parts = [rf"(?<!\w)(?:{_any_of(inner)})(?!\w)"] if inner else []
        parts += [rf"(?<=['\"])(?:{_any_of(whole)})(?=['\"])"] if whole else []
        return re.compile("|".join(parts)) if parts else None


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))
