"""What a reader sees of a text, and where each letter of it stands in the text as given.

Rules are asked of what is seen: blanks and line ends are one blank, soft hyphens are gone, and
ü is one letter however it is encoded. Findings are told by letters of the text as given.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\s{2,}|[^\S ]|[!-~]?[^\x00-\x7f\s]+")
"""What is not shown as it is: but a blank between words, which most texts have most."""
_EMPHASIS = re.compile(r"[*`]+|~~|__")
_NEW_LINE = re.compile(r"\r\n|\r|\n|\u2028|\u2029")
_OWN_LINE = re.compile(r"[ \t]*(?:[-*+•–>#|]|\d{1,3}[.)]|\[[ xX]?\]|[^\s:][^:\r\n]{0,24}:)\s")
"""What begins a line that does not go on with the sentence before: a point, a speaker's name."""
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u200e\u200f")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'"})
BLANK, BREAK = " ", "\n"


@dataclass(frozen=True)
class Visible:
    """A text as it is seen, with the way back to the text as given.

    Parameters
    ----------
    given : str
    text : str
        As it is seen; a new line is the end of a paragraph, or of a point of a list.
    begins : list of int
        Where each piece begins in `text`.
    pieces : list of (start, end, letter by letter)
        Where the piece stands in `given`, and whether each letter is one of `given`.
    """

    given: str
    text: str
    begins: list[int] = field(repr=False)
    pieces: list[tuple[int, int, bool]] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where letters that are seen stand in the text as given."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, letter: int) -> tuple[int, int]:
        number = bisect_right(self.begins, letter) - 1
        start, end, plain = self.pieces[number]
        if not plain:
            return start, end
        place = start + letter - self.begins[number]
        return place, place + 1


class Builder:
    """Puts together what is seen, piece by piece, with one blank at most between words."""

    def __init__(self, given: str) -> None:
        self.given = given
        self._parts: list[str] = []
        self._length = 0
        self._begins: list[int] = []
        self._pieces: list[tuple[int, int, bool]] = []
        self._waiting: tuple[str, int, int] | None = None

    def blank(self, kind: str, start: int, end: int) -> None:
        """Leave a blank, or end a paragraph, before what comes next."""
        if self._waiting is not None:
            before, start, _ = self._waiting
            kind = BREAK if BREAK in (before, kind) else BLANK
        self._waiting = (kind, start, end)

    def put(self, text: str, start: int, end: int) -> None:
        """Add what is seen, which stands there in the text as given."""
        if not text:
            return
        if self._waiting is not None:
            kind, *place = self._waiting
            self._waiting = None
            if self._length:
                self._append(kind, place[0], place[1])
        self._append(text, start, end)

    def _append(self, text: str, start: int, end: int) -> None:
        plain = end - start == len(text)
        last = self._pieces[-1] if self._pieces else None
        if plain and last is not None and last[2] and last[1] == start:
            self._pieces[-1] = (last[0], end, True)
        else:
            self._begins.append(self._length)
            self._pieces.append((start, end, plain))
        self._parts.append(text)
        self._length += len(text)

    def words(self, start: int, end: int, *, emphasis: bool = False) -> None:
        """Add a part of the text as given; marks of emphasis are left out where asked."""
        place = start
        for found in _TOKEN.finditer(self.given, start, end):
            self._plain(place, found.start(), emphasis)
            if found[0].isspace():
                self.blank(self._kind_of(found), found.start(), found.end())
            else:
                self._odd(found[0], found.start())
            place = found.end()
        self._plain(place, end, emphasis)

    def _plain(self, start: int, end: int, emphasis: bool) -> None:  # noqa: FBT001 - of `words`
        """Add letters as they are, with one blank between words, and perhaps at the ends."""
        if start < end and self.given[start] == BLANK:
            self.blank(BLANK, start, start + 1)
            start += 1
        last = end - 1 if start < end and self.given[end - 1] == BLANK else end
        place = start
        for mark in _EMPHASIS.finditer(self.given, start, last) if emphasis else ():
            self._letters(place, mark.start())
            place = mark.end()
        self._letters(place, last)
        if last < end:
            self.blank(BLANK, last, end)

    def _letters(self, start: int, end: int) -> None:
        self.put(self.given[start:end], start, end)

    def _kind_of(self, blank: re.Match[str]) -> str:
        lines = len(_NEW_LINE.findall(blank[0]))
        own = lines == 1 and _OWN_LINE.match(self.given, blank.end())
        return BREAK if lines > 1 or own else BLANK

    def _odd(self, token: str, start: int) -> None:
        """Add letters beyond ASCII: as they are, or cluster by cluster in their usual form."""
        seen = token.translate(_DASHES).translate(_QUOTES)
        if unicodedata.is_normalized("NFKC", seen) and not _INVISIBLE & set(seen):
            self.put(seen, start, start + len(seen))
            return
        for low, high in _clusters(seen):
            usual = unicodedata.normalize("NFKC", seen[low:high])
            shown = "".join(letter for letter in usual if letter not in _INVISIBLE)
            self.put(shown, start + low, start + high)

    def done(self) -> Visible:
        """Return what was put together."""
        return Visible(self.given, "".join(self._parts), self._begins, self._pieces)


def _clusters(token: str) -> list[tuple[int, int]]:
    """Return where each letter with its accents begins and ends."""
    starts = [k for k, letter in enumerate(token) if k == 0 or not unicodedata.combining(letter)]
    return list(zip(starts, [*starts[1:], len(token)], strict=True))


def visible(given: str, *, markdown: bool = False) -> Visible:
    r"""Return what is seen of a plain text, or of Markdown, whose marks of emphasis are not.

    Examples
    --------
    >>> seen = visible("Only\u00a0to\u00adday,\r\n3 left")
    >>> seen.text, seen.span(5, 10)
    ('Only today, 3 left', (5, 11))
    """
    builder = Builder(given)
    builder.words(0, len(given), emphasis=markdown)
    return builder.done()
