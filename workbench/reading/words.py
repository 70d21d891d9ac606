"""Words that stand in tables for something else: for nothing known, for true, for false."""

from __future__ import annotations

from workbench.reading.flag_words import NEGATIVE_WORDS, POSITIVE_WORDS

MISSING = frozenset(
    {
        *("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NaT", "null", "NULL", "None"),
        *("(null)", "(NULL)", "\\N", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"),
    }
)
"""What programs write where nothing is known: missing in every column of a file of text."""

MISSING_AMONG_NUMBERS = frozenset(word.lower() for word in MISSING) | frozenset(
    {
        *("na", "#na", "#n/a n/a"),
        *("?", "-", "--", "---", ".", "..", "–", "—", "*", "x", "n.a.", "n.a", "n. a.", "na."),
        *("unknown", "missing", "not available", "not applicable", "undefined", "empty", "blank"),
        *("(blank)", "(leer)", "leer", "k.a.", "k. a.", "keine angabe", "unbekannt", "s.o."),
        *("inconnu", "s/d", "sin dato", "desconocido", "n.d.", "nd", "tbd", "tba", "nil", "void"),
        *("0000-00-00", "00.00.0000", "00/00/0000", "0000-00-00 00:00:00", "-/-", "- -", "error"),
    }
)
"""In small letters, what people write there too: missing where all else is numbers or dates."""


def flag_of(word: str) -> float | None:
    """Return 1.0, 0.0, or None for a word that is neither true nor false.

    Examples
    --------
    >>> flag_of(" YES "), flag_of("0.0"), flag_of("maybe")
    (1.0, 0.0, None)
    """
    plain = word.strip().lower()
    plain = plain.removesuffix(".0")  # as a column of 1 and 0 with gaps is written
    return 1.0 if plain in POSITIVE_WORDS else 0.0 if plain in NEGATIVE_WORDS else None
