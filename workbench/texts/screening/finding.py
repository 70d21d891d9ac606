"""A finding: where a text has a sign, of which rule, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.texts.screening.rule import Rule, Wording

COLUMNS = (
    *("file", "line", "start", "end", "words", "rule", "severity", "confidence", "applies"),
    *("applies_from", "jurisdiction", "law", "article", "says", "do", "source"),
    *("label", "probability", "because"),
)


@dataclass(frozen=True)
class Clause:
    """What a router said of a clause.

    Parameters
    ----------
    label : label or None
        None where a person should look.
    probability : float
        Of the likeliest label.
    because : str
        The words that speak for it.
    """

    label: Any
    probability: float
    because: str


@dataclass(frozen=True)
class Finding:
    """A sign that a person should look at.

    Parameters
    ----------
    file : str
    start, end, line : int or None
        Letters of the text as given, half-open from 0, and the line from 1. None where the
        finding is that something is not there.
    words : str
        The letters from `start` to `end`.
    rule : Rule
    wording : Wording
        In the reader's language.
    applies : bool
        Whether the rule applies on the day asked for.
    clause : Clause or None
        What a router said; None where a rule was asked.
    """

    file: str
    start: int | None
    end: int | None
    line: int | None
    words: str
    rule: Rule
    wording: Wording
    applies: bool
    clause: Clause | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return its cells, by `COLUMNS`."""
        rule = self.rule
        day = rule.applies_from
        return {
            "file": self.file,
            "line": self.line,
            "start": self.start,
            "end": self.end,
            "words": self.words,
            "rule": rule.id,
            "severity": rule.severity,
            "confidence": rule.confidence,
            "applies": self.applies,
            "applies_from": None if day is None else day.isoformat(),
            "jurisdiction": rule.jurisdiction,
            "law": rule.law,
            "article": rule.article,
            "says": self.wording.says,
            "do": self.wording.do,
            "source": rule.source,
            "label": None if self.clause is None else self.clause.label,
            "probability": None if self.clause is None else self.clause.probability,
            "because": None if self.clause is None else self.clause.because,
        }


def printable(text: str) -> str:
    r"""Leave out what would steer a terminal, or turn the direction of writing.

    Examples
    --------
    >>> printable("free\x1b[31m")
    'free [31m'
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)
