"""A column's name cut into words, whatever the style: customerEmail, KD_E-MAIL, Straße/Hausnr."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "o"}
)
_SEAMS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_OF_SYSTEMS = frozenset(
    (
        *("tbl", "crm", "dim", "fact", "fld", "col", "kd", "cust", "raw", "src", "stg", "dwh"),
        *("neu", "alt", "old", "new", "txt", "text", "desc", "str", "val", "value", "feld"),
        *("c", "s", "x", "k", "d", "n", "f", "the", "der", "des", "of", "von", "main", "primary"),
    )
)
"""Words that programs put before and after a name, and that say nothing of people."""


_SIDE_BY_SIDE = 4
"""Words of the longest name that lists have: nom de famille, vor und nachname."""


@dataclass(frozen=True)
class Header:
    """The words of a column's name, in small letters, umlauts written out.

    Examples
    --------
    >>> header_of("KD_E-Mail-Adresse_neu").words
    ('kd', 'e', 'mail', 'adresse', 'neu')
    >>> header_of("customerEmail2").words, header_of("Straße").glued
    (('customer', 'email', '2'), 'strasse')
    """

    words: tuple[str, ...]

    @cached_property
    def glued(self) -> str:
        """All words without what stood between them."""
        return "".join(self.words)

    @cached_property
    def bare(self) -> tuple[str, ...]:
        """The words without numbers, and without what programs put around a name."""
        kept = tuple(w for w in self.words if w not in _OF_SYSTEMS and not w.isdigit())
        return kept or tuple(w for w in self.words if not w.isdigit())

    @cached_property
    def _runs(self) -> frozenset[str]:
        """Words alone and up to four side by side, and the whole name: GdB is cut into two."""
        places = range(len(self.words))
        runs = (
            " ".join(self.words[k : k + n]) for k in places for n in range(1, _SIDE_BY_SIDE + 1)
        )
        return frozenset((*runs, "".join(self.bare)))

    def has(self, words: Iterable[str]) -> bool:
        """Whether one of these is among the words, or all of them; blanks stand between words."""
        return not self._runs.isdisjoint(words)

    def holds(self, stems: Iterable[str]) -> bool:
        """Whether one of these is a part of the name, inside of a word or across two."""
        return any(stem in self.glued for stem in stems)

    def edged(self, stems: Iterable[str]) -> bool:
        """Whether a word begins or ends with one of these."""
        ends = tuple(stems)
        return any(word.startswith(ends) or word.endswith(ends) for word in self.words)

    def is_bare(self, words: Iterable[str]) -> bool:
        """Whether the name is one of these, but for what programs put around it."""
        return " ".join(self.bare) in words


@lru_cache(maxsize=20_000)
def header_of(name: str) -> Header:
    """Cut a column's name into words.

    Examples
    --------
    >>> header_of("ICD10_CODE").words, header_of("IPAddress").words
    (('icd', '10', 'code'), ('ip', 'address'))
    """
    plain = unicodedata.normalize("NFC", name).translate(_LETTERS)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    apart = _SEAMS.sub(" ", ascii_only)
    return Header(tuple(word.lower() for word in re.findall(r"[A-Za-z]+|\d+", apart)))
