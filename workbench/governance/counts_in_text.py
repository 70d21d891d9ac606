"""Counts of people in sentences: rounded to five, "under 10" for less than that.

Also where a share tells a count: 0.3% of 1,000 contacts are three. Sentences are English, or in the
reader's language: each has its own words, and its own marks in numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbench.governance.disclosure import FEWEST_PEOPLE, few, rounded
from workbench.language import language, later, number_text, retold

FEW = f"under {FEWEST_PEOPLE}"
later("under 10")


def told_count(count: float) -> str:
    """Write a count, rounded to five; fewer than ten as such.

    Examples
    --------
    >>> told_count(3), told_count(1234)
    ('under 10', '1,235')
    """
    return retold(FEW) if few(count) else number_text(rounded(count), ",.0f")


@dataclass(frozen=True)
class _Words:
    """What counts of people are told by in a language: parts of regular expressions.

    Parameters
    ----------
    people : str
        What is counted.
    no_people : str
        What may not stand between a count and what is counted.
    letters : str
        Of the words that may.
    of_all, are : str
        What follows a count that is part of another, and the other.
    of_rows : str
        What a share of everybody is followed by.
    group, decimal, percent : str
        The marks within numbers, and after a share.
    few, over, limits : str
        How fewer than ten are written, what is before all but ten, and what before a limit.
    singular, plural : str and callable
        One of what is counted, and what takes its place where there are few.
    written : callable
        Writes a number, by its format.
    """

    people: str
    no_people: str
    letters: str
    of_all: str
    are: str
    of_rows: str
    group: str
    decimal: str
    percent: str
    few: str
    over: str
    limits: str
    singular: str
    plural: Callable[[str], str]
    written: Callable[[float, str], str]

    @cached_property
    def count(self) -> str:
        return rf"(?<![\w.,/-])(\d{{1,3}}(?:{self.group}\d{{3}})+|\d+)(?![\d,.]*\d)"

    @cached_property
    def kind_of(self) -> str:
        """Words between a count and what is counted: 7 new contacts, 7 later ones."""
        one = rf"[{self.letters}][{self.letters}-]*[{self.letters}]"
        return rf"(?:(?!(?:{self.no_people})\b){one} ){{0,2}}"

    @cached_property
    def some(self) -> str:
        return rf"(?:{self.kind_of}(?:{self.people})|{self.are})\b"

    @cached_property
    def counted(self) -> re.Pattern[str]:
        return re.compile(rf"{self.count}(?= {self.kind_of}(?:{self.people})\b)")

    @cached_property
    def part(self) -> re.Pattern[str]:
        return re.compile(rf"{self.count}({self.of_all}){self.count}(?= {self.some})")

    @cached_property
    def share(self) -> re.Pattern[str]:
        number = rf"(?<![\w.,/-])(\d+(?:{self.decimal}(\d+))?){self.percent}"
        return re.compile(rf"{number}({self.of_all}){self.count}(?= {self.some})")

    @cached_property
    def share_of_rows(self) -> re.Pattern[str]:
        number = rf"(?<![\w.,/-])(\d+(?:{self.decimal}\d+)?){self.percent}"
        return re.compile(rf"{number}(?={self.of_rows})")

    @cached_property
    def below(self) -> re.Pattern[str]:
        return re.compile(rf"\b({self.limits}) {self.few}")

    @cached_property
    def one(self) -> re.Pattern[str]:
        return re.compile(rf"{self.few} ({self.singular})\b")


def _english_number(value: float, spec: str) -> str:
    return format(value, spec)


_ENGLISH = _Words(
    people="contacts?|customers?|positives|responses?(?! for every)|known outcomes"
    "|missing values?|rows?|events?|people|persons?|whose outcome|repeated|in the future"
    "|arrived before|with an end|are of customers",
    no_people="of|and|or|in|to|per|for|with|by|the|campaigns?|columns?|features?|groups?|levels?"
    "|offers?|checks?|values?|bins?|folds?|draws?|days?|weeks?|months?|years?|times?",
    letters="a-z",
    of_all=r" (?:out )?of (?:the |all |its |their |these )?",
    are="is|are|was|were|has|have|responded|lack|miss",
    of_rows=r" (?:out )?of (?:the |all |its |their |these )?(?:rows|contacts|customers)\b",
    group=r"[,\u202f\u00a0\u2009']",
    decimal=r"\.",
    percent=" ?%",
    few=FEW,
    over="over",
    limits="fewer than|less than|up to|at most",
    singular="contact|customer|response|row|event|person",
    plural=lambda one: f"{one}s",
    written=_english_number,
)
_PLURAL_OF = {
    "Kontakt": "Kontakte",
    "Kunde": "Kunden",
    "Zeile": "Zeilen",
    "Ereignis": "Ereignisse",
    "Person": "Personen",
    "Response": "Responses",
}
_GERMAN = _Words(
    people="Kontakte?n?|Kund(?:e|en|in|innen)|Responses?(?! auf je)|Positiven?"
    "|Ausgängen?|Ergebniss?e?n?|fehlende[nr]? Werte?n?|Zeilen?|Ereignis(?:se|sen)?"
    "|Personen?|Menschen|deren Ausgang|wiederholte?|in der Zukunft|mit einem Ende|gehören Kunden",
    no_people="von|und|oder|in|im|an|am|zu|zur|zum|pro|je|für|mit|bei|der|die|das|den|dem|des"
    "|aus|auf|nach|als|bis|mal",
    letters="a-zäöüß",
    of_all=r" von (?:den |allen |ihren |seinen |diesen |insgesamt )?",
    are="ist|sind|war|waren|hat|haben|fehlt|fehlen",
    of_rows=r" (?:der|aller|dieser|ihrer|von) (?:Zeilen|Kontakte|Kontakten|Kunden)\b",
    group=r"[.\u202f\u00a0\u2009'’]",
    decimal="[.,]",
    percent="[ \u00a0]?%",
    few=f"unter {FEWEST_PEOPLE}",
    over="über",
    limits="weniger als|höchstens|bis zu|unter",
    singular="|".join(_PLURAL_OF),
    plural=_PLURAL_OF.__getitem__,
    written=number_text,
)
_OF_LANGUAGE = {"de": _GERMAN, "de-AT": _GERMAN, "de-CH": _GERMAN}


def rounded_counts(text: str, *, people: float = np.inf) -> str:
    """Round the counts of people in a text, and the shares that tell a count.

    Parameters
    ----------
    text : str
        In English, or in the language of now.
    people : float
        How many there are in all; a share of all rows is held against it.

    Examples
    --------
    >>> rounded_counts("7 of 1,253 contacts, 0.3% of 1,000 customers")
    'under 10 of 1,255 contacts, under 10 of 1,000 customers'
    >>> rounded_counts("missing in 0.5% of rows", people=1000)
    'missing in under 1% of rows'
    >>> from workbench.language import speaking
    >>> with speaking("de"):
    ...     print(rounded_counts("7 von 1.253 Kontakten"))
    unter 10 von 1.255 Kontakten
    """
    text = _rounded(text, _ENGLISH, people)
    own = _OF_LANGUAGE.get(language())
    return text if own is None else _rounded(text, own, people)


def _rounded(text: str, words: _Words, people: float) -> str:
    def of_number(found: re.Match[str]) -> str:
        return _share_of(found, words)

    def of_all(found: re.Match[str]) -> str:
        return _share_of_all(found, words, people)

    def of_parts(found: re.Match[str]) -> str:
        """Round a count and what it is of: 7 of 1,253 contacts."""
        part, total = _whole(found[1]), _whole(found[3])
        return f"{_told(part, words)}{found[2]}{_told(total, words)}"

    text = words.part.sub(of_parts, words.share.sub(of_number, text))
    text = words.share_of_rows.sub(of_all, text)
    text = words.counted.sub(lambda found: _told(_whole(found[1]), words), text)
    text = words.below.sub(rf"\1 {FEWEST_PEOPLE}", text)  # what is true of five is true of ten
    return words.one.sub(lambda found: f"{words.few} {words.plural(found[1])}", text)


def _share_of_all(found: re.Match[str], words: _Words, people: float) -> str:
    """Tell a share of all rows as that of ten people where it, or the rest, is of fewer."""
    least, share = 100 * FEWEST_PEOPLE / people, _number(found[1])
    if 0 < share < least:
        return f"{words.few.partition(' ')[0]} {_percent(least, '.2g', words)}"
    if not 100 - least < share < 100:
        return found[0]
    return f"{words.over} {_percent(100 - least, '.3g', words)}"


def _percent(value: float, spec: str, words: _Words) -> str:
    mark = words.written(0.0, ".0%")[1:]  # with the space before it that the language has
    return words.written(value, spec) + mark


def _number(written: str) -> float:
    return float(written.replace(",", "."))


def _whole(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def _share_of(found: re.Match[str], words: _Words) -> str:
    """Write a share of a number that is told as that of rounded counts."""
    total = _whole(found[4])
    part, places = _number(found[1]) / 100 * total, len(found[2] or "")
    if part > 0 and round(part) < FEWEST_PEOPLE:
        return f"{words.few}{found[3]}{_told(total, words)}"
    share = rounded(part) / max(rounded(total), 1)
    return f"{words.written(share, f'.{places}%')}{found[3]}{_told(total, words)}"


def _told(count: int, words: _Words) -> str:
    return words.few if few(count) else words.written(float(rounded(count)), ",.0f")
