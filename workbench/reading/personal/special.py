"""Columns that tell what GDPR Art. 9 and 10 protect: by their levels, and by what they are called."""

from __future__ import annotations

from workbench.reading.personal.direct import Column
from workbench.reading.personal.finding import Finding
from workbench.reading.personal.header_words import DOUBTFUL_NAMES, MEASURED, PLAINER, SPECIAL_NAMES
from workbench.reading.personal.levels import (
    LEVELS,
    is_blood,
    is_disease_code,
    is_sure_blood,
    is_sure_disease_code,
)

MOST_CODES = 30
"""Whole numbers that may be codes of a kind: more are a count, or an amount."""

_ALONE, _HELPED = 0.5, 0.3
_DEGREES = ("gdb", "bmi", "grad", "degree", "blood pressure", "glucose", "cholesterol", "pct")
_OF_SICKNESS = (
    "krankheitstage",
    "krankentage",
    "krankenstand",
    "sickdays",
    "sickleave",
    "fehltage",
)


def special_finding(column: Column) -> Finding | None:
    """Find out whether a column is of a special category, and which; None where it is of none."""
    if column.values.is_moment or not column.values.counts:
        return None
    return _named(column) or _by_levels(column) or _of_blood_or_disease(column)


def _named(column: Column) -> Finding | None:
    """Find a kind by a name that says it: the values must only not be counts or money."""
    header, values = column.header, column.values
    for kind, names in SPECIAL_NAMES.items():
        if names.calls(header) and _may_be(column):
            share = values.share_of_rows(LEVELS[kind].may_say) if kind in LEVELS else 0.0
            by = "words" if share >= _HELPED and values.numbers is None else "codes"
            return column.found(kind, by, share if by == "words" else 1.0, named=True)
    return _doubtfully_named(column)


def _doubtfully_named(column: Column) -> Finding | None:
    """Find a kind by a name that means other things too, where most rows have words of it."""
    header, values = column.header, column.values
    if values.numbers is not None or MEASURED.calls(header):
        return None
    for kind, names in DOUBTFUL_NAMES.items():
        says = LEVELS[kind].may_say if PLAINER.calls(header) else LEVELS[kind].says
        share = values.share_of_rows(says)
        if names.calls(header) and share >= _ALONE and sum(map(says, values.counts)) >= 2:
            return column.found(kind, "words", share, named=True)
    return None


def _may_be(column: Column) -> bool:
    """Whether values are levels, codes, yes and no, or a degree; and neither counts nor money."""
    header, values = column.header, column.values
    if header.holds(_OF_SICKNESS):
        return True
    if MEASURED.calls(header) and not header.has(_DEGREES):
        return False
    if values.numbers is None or values.is_binary or header.has(_DEGREES):
        return True
    return values.is_whole and values.distinct <= MOST_CODES


def _by_levels(column: Column) -> Finding | None:
    """Find a kind whatever the name: most rows have a word that tells it by itself."""
    values = column.values
    if values.numbers is not None:
        return None
    best, found = 0.0, ""
    for kind, told in LEVELS.items():
        share = values.share_of_rows(told.says)
        if share > best and sum(map(told.says, values.counts)) >= 2:
            best, found = share, kind
    if best < _ALONE or MEASURED.calls(column.header):
        return None
    return column.found(found, "words", best, named=False)


def _of_blood_or_disease(column: Column) -> Finding | None:
    """Find blood groups and codes of diseases by their form, whatever the name."""
    values = column.values
    for every, sure, least in (
        (is_blood, is_sure_blood, 0.15),
        (is_disease_code, is_sure_disease_code, 0.5),
    ):
        share = values.share(every)
        if share >= 0.8 and values.share(sure) >= least and len(values.counts) >= 3:
            return column.found("health", "form", share, named=False)
    return None
