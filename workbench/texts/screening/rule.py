"""A rule: what a pattern looks for, which law asks for it, and what the reader is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

SEVERITIES = ("serious", "moderate", "minor")
CONFIDENCES = ("high", "medium", "low")
EU = "EU"
_STATES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
MEMBERS = frozenset(_STATES.split(" "))
"""States where law of the European Union holds too."""


@dataclass(frozen=True)
class Wording:
    """A rule in one language: one row of its table.

    Parameters
    ----------
    says, do : str
        What the reader is told, and what to do.
    pattern : str
        Words that are a finding; ``@iban`` and the like are found by their check digits.
    must : str
        Words that have to be there: where they are not, that is the finding.
    when : str
        Words that make `must` wanted; "" where every text of the kind needs it.
    unless : str
        Words of the same sentence by which a match of `pattern` or `when` is none; of `must`, where
        there is no `when`.
    """

    says: str
    do: str = ""
    pattern: str = ""
    must: str = ""
    when: str = ""
    unless: str = ""


@dataclass(frozen=True)
class Rule:
    """What a text is asked.

    Parameters
    ----------
    id : str
    kinds : tuple of str
        Kinds of text that it is asked of; empty: of any.
    jurisdiction : str
        ``EU``, or a country; "" where it is nobody's law.
    law, article, source : str
    applies_from : date or None
        None where it always applied.
    severity, confidence : str
        Of `SEVERITIES`, and of `CONFIDENCES`.
    own : bool
        Whether it is of a table of the user's own.
    wordings : dict of language to Wording
        By ``en``, ``de``, or "" for texts of any language.
    """

    id: str
    kinds: tuple[str, ...]
    jurisdiction: str
    law: str
    article: str
    source: str
    applies_from: date | None
    severity: str
    confidence: str
    own: bool = False
    wordings: dict[str, Wording] = field(default_factory=dict)

    @property
    def of_absence(self) -> bool:
        """Whether the finding is that something is not there."""
        return any(wording.must for wording in self.wordings.values())

    def holds_in(self, jurisdiction: str | None) -> bool:
        """Whether it is law there; None asks for every law.

        Examples
        --------
        >>> rule = Rule("a", (), "EU", "GDPR", "Art. 7", "", None, "minor", "low")
        >>> rule.holds_in("DE"), rule.holds_in("EU"), rule.holds_in("US")
        (True, True, False)
        """
        if jurisdiction is None or self.jurisdiction in ("", jurisdiction):
            return True
        return self.jurisdiction == EU and jurisdiction in MEMBERS

    def applies(self, day: date) -> bool:
        """Whether it applies on a day."""
        return self.applies_from is None or self.applies_from <= day

    def told(self, language: str) -> Wording:
        """Return how it is told to a reader of a language, or in the first one that it has."""
        for one in (language, "en", ""):
            if one in self.wordings:
                return self.wordings[one]
        return next(iter(self.wordings.values()))
