"""Words for the group of a test that was not contacted, and for the column that tells it."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.reading.identifiers import words_of
from workbench.reading.words import flag_of

CONTROL_WORDS = (
    *("control", "controls", "control group", "ctrl", "kontrolle", "kontrollgruppe"),
    *("holdout", "hold-out", "holdout group", "hold out", "untreated", "unbehandelt", "nothing"),
)
"""What a control group is called, whatever the other arms are called."""

WITHOUT = ("no ", "not ", "without ", "kein ", "keine ", "ohne ", "nicht ")
"""How the name of an arm begins that was spared something: No E-Mail, not contacted."""

COLUMNS = frozenset(
    {
        *("treatment", "treated", "treat", "arm", "arms", "group", "segment", "variant", "cell"),
        *("test", "control", "experiment", "gruppe", "testgruppe", "kontrollgruppe", "holdout"),
        *("behandlung", "behandelt"),
    }
)
"""What a column of arms is called."""

TREATED = frozenset({"treatment", "treated", "treat", "behandlung", "behandelt"})
"""Of these, those of a column whose no, or 0, is the control group."""

MOST_ARMS = 5
"""A column of more values is taken for no column of arms unless somebody says so."""


def names_control(arm: str) -> bool:
    """Whether an arm is called as a control group is, whatever the others are called.

    Examples
    --------
    >>> [names_control(arm) for arm in ("Control", "No E-Mail", "mail", "0")]
    [True, True, False, False]
    """
    plain = arm.casefold().replace("_", " ").strip()
    return plain in CONTROL_WORDS or plain.startswith(WITHOUT)


def is_of_control(column: str) -> bool:
    """Whether a column is called after the control group: its yes, or 1, may be who is in it.

    Examples
    --------
    >>> is_of_control("is_holdout"), is_of_control("treated")
    (True, False)
    """
    return any(names_control(word) for word in words_of(column))


def control_among(name: str, levels: Iterable[str]) -> str | None:
    """Return the control group of a column that looks like one of arms, else None.

    It is called like one, and has two to five values of which one alone is called like a control
    group; or is called treated or the like, and has yes and no, or 1 and 0.

    Examples
    --------
    >>> control_among("segment", ["Mens E-Mail", "No E-Mail"])
    'No E-Mail'
    >>> control_among("segment", ["gold", "silver"]) is None
    True
    >>> control_among("treated", ["0", "1"])
    '0'
    """
    levels = list(levels)
    called = [level for level in levels if names_control(level)]
    if not called and len(levels) == 2 and {*words_of(name)} & TREATED:
        both = sorted(levels, key=lambda level: flag_of(level) or 0.0)
        called = both[:1] if [flag_of(level) for level in both] == [0.0, 1.0] else []
    likely = 2 <= len(levels) <= MOST_ARMS and {*words_of(name)} & COLUMNS
    return called[0] if likely and len(called) == 1 else None
