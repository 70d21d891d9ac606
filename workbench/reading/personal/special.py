"""Columns that tell what GDPR Art. 9 and 10 protect: by their levels, and by their names."""

from __future__ import annotations

from workbench.reading.personal.direct import Column
from workbench.reading.personal.finding import Finding
from workbench.reading.personal.header_words import (
    COUNTED,
    DOUBTFUL_NAMES,
    MEASURED,
    NOT_PEOPLE,
    PLAINER,
    SPECIAL_NAMES,
)
from workbench.reading.personal.headers import Header
from workbench.reading.personal.levels import (
    LEVELS,
    is_blood,
    is_disease_code,
    is_old_disease_code,
    is_sure_blood,
    is_sure_disease_code,
)

MOST_CODES = 30
"""Whole numbers that may be codes of a kind: more are a count, or an amount."""

_ALONE, _HELPED = 0.5, 0.3
_DEGREES = ("gdb", "bmi", "grad", "degree", "blood pressure", "glucose", "cholesterol", "pct")
_MOST_ANSWERS = 6  # no, steady, up, down: levels of a column that is called by a disease
_DIAGNOSED = ("diag", "dx", "diagnosis", "diagnose")


def special_finding(column: Column) -> Finding | None:
    """Find out whether a column is of a special category, and which; None where it is of none."""
    if column.values.is_moment or not column.values.counts:
        return None
    asks = (_named, _called_by_a_level, _by_levels, _of_blood_or_disease)
    return next((found for ask in asks if (found := ask(column)) is not None), None)


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
    if header.holds(COUNTED):
        return True
    if MEASURED.calls(header) and not header.has(_DEGREES):
        return False
    if values.numbers is None or values.is_binary or header.has(_DEGREES):
        return True
    return values.is_whole and values.distinct <= MOST_CODES


def _called_by_a_level(column: Column) -> Finding | None:
    """Find a column that is called as a disease, a drug or a faith, and answers yes or no."""
    header, values = column.header, column.values
    few = values.is_binary if values.numbers is not None else values.distinct <= _MOST_ANSWERS
    if not few or MEASURED.calls(header) or NOT_PEOPLE.calls(header):
        return None
    kind = called_by_a_level(header)
    return None if kind is None else column.found(kind, "codes", 1.0, named=True)


def called_by_a_level(header: Header) -> str | None:
    """Return the kind that has a level of this name, such as "asthma"; None of other names."""
    said = " ".join(header.words)
    return next((kind for kind, told in LEVELS.items() if told.names(said)), None)


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
    if column.header.has(_DIAGNOSED) and (share := values.share(is_old_disease_code)) >= 0.6:
        return column.found("health", "form", share, named=True)
    for every, sure, least in (
        (is_blood, is_sure_blood, 0.15),
        (is_disease_code, is_sure_disease_code, 0.5),
    ):
        share = values.share(every)
        if share >= 0.8 and values.share(sure) >= least and len(values.counts) >= 3:
            return column.found("health", "form", share, named=False)
    return None
