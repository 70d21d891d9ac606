"""A finding: where a text has a sign, of which rule, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.texts.screening.rule import Rule, Wording

COLUMNS = (
    *("file", "line", "start", "end", "words", "rule", "severity", "confidence", "applies"),
    *("applies_from", "jurisdiction", "law", "article", "says", "do", "source"),
)


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
    """

    file: str
    start: int | None
    end: int | None
    line: int | None
    words: str
    rule: Rule
    wording: Wording
    applies: bool

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
        }
