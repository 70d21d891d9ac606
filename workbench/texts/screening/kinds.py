"""What a text is: its language, and whether it is a mailing, a notice, a script, a briefing."""

from __future__ import annotations

import re
from collections.abc import Mapping

KINDS = ("mailing", "chatbot", "privacy-notice", "briefing", "clauses")
LANGUAGES = ("de", "en")
_ENOUGH = ((3, 0.04), (2, 0.12))
"""Small words of a language, and their share of all words: of a short text two will do."""
_AHEAD = 2
_HEAD = r"\A.{0,400}"  # letters in which a title stands

_WORDS = re.compile(r"[^\W\d_]+")
_SMALL: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:the|and|you|your|our|with|for|are|this|that|from|have|will|please|not|it|to|is|"
        r"all|get|now|here|off|can|by|at|has|if|how|dear|today|new|only|more)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(?:und|das|nicht|mit|für|sie|ihre?[mnrs]?|ist|wir|von|zu[mr]?|eine?[mnrs]?|auf|"
        r"oder|uns|ich|unsere?[mnrs]?|werden|die|im|auch|noch|nur|jetzt|sich|heute|"
        r"liebe[rs]?|keine?[mnrs]?|nach|zwei|drei)\b",
        re.IGNORECASE,
    ),
}
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "mailing": (
        r"\A.{0,200}\b(?:subject|betreff)\s?:",
        r"\A.{0,600}\b(?:dear|hi|hello|hey|liebe[rs]?|hallo|servus|guten tag|sehr geehrte)\b",
        r"newsletter|mailing",
        r"unsubscribe|abmelde|abbestell|opt[ -]out",
        r"view (?:this|it)? ?(?:e-?mail )?(?:online|in your browser)|im browser (?:an|öffnen)",
        r"(?:shop|order|buy|save) now|jetzt (?:\w+ )?(?:bestellen|kaufen|sichern|sparen|shoppen)",
    ),
    "chatbot": (
        r"\n(?:user|customer|visitor|kund(?:e|in)|nutzer(?:in)?)\s*:",
        r"(?:\A|\n)(?:bot|chat ?bot|assistant|assistent(?:in)?|agent)\s*:",
        r"(?:\A|\n)[^\n:]{1,24}:[^\n]*\n(?:[^\n:]{1,24}:[^\n]*\n){3}",
        r"\bchat ?bot|dialogue? script|\bintents?\b|dialog-?skript|fallback",
    ),
    "privacy-notice": (
        _HEAD + r"(?:privacy (?:policy|notice|statement)|datenschutz(?:erkl|hinweis|info))",
        r"\bcontroller\b|verantwortliche[rn]?\b",
        r"legal bas[ie]s|rechtsgrundlage|art(?:icle|ikel|\.) ?6\b",
        r"supervisory authority|aufsichtsbehörde",
        r"retention|retain|speicherdauer|aufbewahr|gelöscht",
        r"right (?:to|of) (?:access|erasure)|recht auf (?:auskunft|löschung)",
    ),
    "briefing": (
        _HEAD + r"\bbrief(?:ing)?\b",
        r"target (?:group|audience)|zielgruppe",
        r"\bobjectives?\b|\bkpis?\b|kampagnenziel|\bziele?\b",
        r"\bbudget\b",
        r"deliverables|key message|kernbotschaft|tonalit|tone of voice|timing|deadline",
    ),
    "clauses": (
        _HEAD + r"(?:terms (?:and|&|of)|conditions of|\bagb\b|\w{0,20}bedingungen\b)",
        r"(?:\A|\n)\W{0,8}§ ?\d+",
        r"(?:\A|\n)\W{0,8}\d{1,2}\.\d{1,2}\.? ?\w[^\n]*\n\W{0,8}\d{1,2}\.\d{1,2}\.? ?\w",
        r"\bliab(?:le|ility)\b|haftung",
        r"governing law|applicable law|gerichtsstand|anwendbares recht",
    ),
}
_COMPILED = {
    kind: tuple(re.compile(sign, re.IGNORECASE | re.DOTALL) for sign in signs)
    for kind, signs in _SIGNS.items()
}


def languages_of(text: str) -> tuple[str, ...]:
    """Return which of German and English a text has, by their small words; it may be none.

    Examples
    --------
    >>> languages_of("Please call the shop and tell them that you are here.")
    ('en',)
    >>> languages_of("Bonjour tout le monde")
    ()
    """
    words = sum(1 for _ in _WORDS.finditer(text))
    counts = {one: sum(1 for _ in _SMALL[one].finditer(text)) for one in LANGUAGES}
    return tuple(
        one
        for one in LANGUAGES
        if any(counts[one] >= max(few, share * words) for few, share in _ENOUGH)
    )


def kind_of(text: str) -> str:
    r"""Return what a text is by its signs, "" where they do not tell.

    Two signs of a kind are needed, and two more than of any other one.

    Examples
    --------
    >>> kind_of("Briefing: spring\n\nTarget group: gardeners. Budget: 2,000 euros.")
    'briefing'
    >>> kind_of("A line of words.")
    ''
    """
    head = text[:200_000]
    counts = {kind: sum(bool(s.search(head)) for s in signs) for kind, signs in _COMPILED.items()}
    ranked = sorted(counts, key=lambda kind: -counts[kind])
    most, following = counts[ranked[0]], counts[ranked[1]]
    return ranked[0] if most >= _AHEAD and most - following >= _AHEAD else ""
