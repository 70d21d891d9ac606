"""Columns that name a person: by how their values are written, and by what they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from workbench.reading.personal import check_digits, forms, given_names
from workbench.reading.personal.finding import Finding
from workbench.reading.personal.header_words import (
    DIRECT_NAMES,
    FIRST_NAMES,
    HOUSES,
    IDENTIFIERS,
    LAST_NAMES,
    LOGINS,
    MEASURED,
    NAMES_ALONE,
    NO_PERSON_NUMBERED,
    NOT_PEOPLE,
    OF_SOMEBODY,
    WHOLE_NAMES,
)
from workbench.reading.personal.headers import Header
from workbench.reading.personal.values import Values

FEWEST_PEOPLE = 15
"""Different names below which a column may as well be of products, unless it is called "
"otherwise."""

_FEW = 5  # different names: a team, and no yes, no and perhaps
_SOME = 0.1  # of the values: given names that are rare are in no list
_OLDEST, _YOUNGEST = 1900, 2015
_MANY_DAYS = 40  # of the year
_SPAN = 25  # years between early and late birthdays: contracts and orders span fewer


@dataclass(frozen=True)
class Column:
    """A column as it is asked about."""

    name: str
    header: Header
    values: Values

    def found(self, kind: str, by: str, share: float, *, named: bool) -> Finding:
        """Say that it is of a kind."""
        return Finding(self.name, kind, named=named, by=by, share=round(share, 4))


@dataclass(frozen=True)
class Form:
    """How a kind is told by its values: alone, and where the name says it too.

    Parameters
    ----------
    kind : str
    alone : function of a text
        What hardly anything else is written as.
    bar : float
        The share of values for which that must hold.
    helped : function of a text
        What will do where the name says the kind.
    helped_bar : float
    """

    kind: str
    alone: Callable[[str], bool]
    bar: float
    helped: Callable[[str], bool]
    helped_bar: float
    by: str = "form"


def _is_paper(text: str) -> bool:
    """Whether a text is of letters and digits without blanks, as numbers of papers are."""
    code = check_digits.plain(text)
    return 6 <= len(code) <= 18 and code.isalnum() and sum(map(str.isdigit, code)) >= 4


def _is_tax(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return 7 <= digits <= 15 and len(text) <= 20


def _is_telling(text: str) -> bool:
    return any(rule(text) for rule in check_digits.TELLING)


def _is_numbered_card(text: str) -> bool:
    digits = text.replace(" ", "").replace("-", "")
    return (digits.isdigit() and 12 <= len(digits) <= 19) or forms.is_masked_card(text)


def _never(text: str) -> bool:
    del text
    return False


FORMS = (
    Form("e-mail", forms.is_email, 0.3, forms.is_email, 0.05),
    Form("iban", check_digits.is_iban, 0.5, check_digits.looks_like_iban, 0.3, "check digits"),
    Form("ip address", forms.is_wide_ip, 0.7, forms.is_ip, 0.5),
    Form("tax or social security number", _is_telling, 0.8, _is_tax, 0.6, "check digits"),
    Form("card number", check_digits.is_card, 0.8, _is_numbered_card, 0.5, "check digits"),
    Form("phone", forms.is_phone, 0.7, forms.is_dialled, 0.5),
    Form(
        "licence plate", _never, 1.0, lambda t: forms.is_plate(t) or forms.is_frame_number(t), 0.5
    ),
    Form("passport", _never, 1.0, _is_paper, 0.6),
    Form("street", forms.is_house, 0.5, forms.is_street, 0.25),
)
"""In the order in which they are asked: what tells most comes first."""


def direct_finding(column: Column) -> Finding | None:
    """Find out whether a column names people, and how; None where it does not."""
    for ask in (_by_form, _of_birth, _of_names, _of_keys, _of_houses):
        found = ask(column)
        if found is not None:
            return found
    return None


def _by_form(column: Column) -> Finding | None:
    return next(_forms_of(column), None)


def _forms_of(column: Column) -> Iterator[Finding]:
    header, values = column.header, column.values
    if values.is_moment or not values.counts:
        return
    for form in FORMS:
        named = DIRECT_NAMES[form.kind].calls(header)
        if (share := values.share(form.alone)) >= form.bar:
            yield column.found(form.kind, form.by, share, named=named)
        elif named and _may_be(form.kind, column):
            share = values.share(form.helped)
            if share >= form.helped_bar:
                yield column.found(form.kind, "form", share, named=True)
    if DIRECT_NAMES["e-mail"].calls(header) and (share := values.share(forms.is_hash)) >= 0.8:
        yield column.found("identifier", "form", share, named=True)


def _may_be(kind: str, column: Column) -> bool:
    """Whether values are such as a name would need: many, and of no count or amount."""
    values = column.values
    if kind == "street":
        return values.numbers is None and values.distinct >= 4
    if MEASURED.calls(column.header) and kind != "card number":
        return False
    if values.numbers is not None and not _are_codes(values):
        return False
    return values.are_many


def _are_codes(values: Values) -> bool:
    """Whether numbers are whole, and as long as phones and numbers of people are."""
    numbers = values.numbers
    return numbers is not None and values.is_whole and float(np.median(np.abs(numbers))) >= 10**5


def _of_birth(column: Column) -> Finding | None:
    """Find days of birth: called so, or over so many years as only lives are."""
    values = column.values
    years = [year for word in values.counts if (year := forms.year_of(word)) is not None]
    share = len(years) / max(len(values.counts), 1)
    if share < 0.6:
        return None
    named = DIRECT_NAMES["birth date"].calls(column.header)
    if named and not MEASURED.calls(column.header):
        return column.found("birth date", "form", share, named=True)
    early, middle, late = np.quantile(years, [0.05, 0.5, 0.95])
    lives = late - early >= _SPAN and _OLDEST <= early <= 1975 and middle <= 2000
    if lives and late <= _YOUNGEST and values.are_many and _on_many_days(values):
        return column.found("birth date", "years", share, named=named)
    return None


def _on_many_days(values: Values) -> bool:
    """Whether moments lie on many days of the month: those of a series lie on its first."""
    days = {
        tuple(part for part in re.findall(r"\d+", word) if len(part) < 3) for word in values.counts
    }
    return len(days) >= _MANY_DAYS


_KNOWN: tuple[tuple[Callable[[str], bool], float], ...] = (
    (given_names.is_whole_name, 0.35),
    (given_names.is_given, 0.55),
    (given_names.is_family, 0.25),
)
"""What says that values are names, and for which share of them."""


def _of_names(column: Column) -> Finding | None:
    """Find names of people: called so, or many words of which the first are given names."""
    header, values = column.header, column.values
    if values.numbers is not None or values.is_moment or values.is_binary:
        return None
    if _called_a_name(column):
        fits = values.distinct >= _FEW and not MEASURED.calls(header)
        return _named(column) if fits else None
    if NOT_PEOPLE.calls(header) or values.distinct < FEWEST_PEOPLE:
        return None
    if header.is_bare(NAMES_ALONE) and values.are_many:
        return _named(column)
    return _by_their_names(column)


def _named(column: Column) -> Finding | None:
    """Take a column that is called a name for one if most of it is written so."""
    if column.values.share(given_names.is_written_as_person) < 0.6:
        return None
    given = column.values.share(given_names.is_given)
    return column.found("name", "names" if given >= _SOME else "", given, named=True)


def _by_their_names(column: Column) -> Finding | None:
    """Find names by given and family names that many people have; few will do for "… name"."""
    values = column.values
    if values.share(given_names.is_written_as_person) < 0.8:
        return None
    of_some_name = column.header.words[-1:] and column.header.words[-1] in OF_SOMEBODY
    shares = [values.share(holds) for holds, _ in _KNOWN]
    bars = [_SOME / 2 if of_some_name else bar for _, bar in _KNOWN]
    if all(share < bar for share, bar in zip(shares, bars, strict=True)):
        return None
    return column.found("name", "names", max(shares), named=bool(of_some_name))


def _called_a_name(column: Column) -> bool:
    """Whether a column is called a name; of "kunde" or "patient" the values decide."""
    header, values = column.header, column.values
    if FIRST_NAMES.calls(header) or LAST_NAMES.calls(header):
        return True
    several = values.share(lambda word: len(given_names.parts_of(word)) > 1)
    like_people = several >= 0.5 or values.share(given_names.is_given) >= _SOME
    return WHOLE_NAMES.calls(header) and values.distinct >= FEWEST_PEOPLE and like_people


def _of_keys(column: Column) -> Finding | None:
    """Find numbers of people: called so, and nearly each customer's own."""
    header, values = column.header, column.values
    login = LOGINS.calls(header) and values.numbers is None
    if not (IDENTIFIERS.calls(header) or login) or header.has(NO_PERSON_NUMBERED):
        return None
    if values.is_moment:
        return None
    if values.numbers is not None and not _are_keys(values):
        return None
    if any(" " in word for word in values.counts) or not values.are_many:
        return None
    return column.found("identifier", "many", 1.0, named=True)


def _of_houses(column: Column) -> Finding | None:
    """Find numbers of houses, where they stand apart from the street."""
    values = column.values
    if not HOUSES.calls(column.header) or values.distinct < 4:
        return None
    share = values.share(lambda word: word[:1].isdigit() and len(word) <= 8)
    return column.found("street", "form", share, named=True) if share >= 0.6 else None


def _are_keys(values: Values) -> bool:
    """Whether whole numbers name people: counts of contacts are small, and stand more than once."""
    numbers = values.numbers
    if numbers is None or not values.is_whole:
        return False
    return float(np.median(numbers)) >= 100 or values.distinct >= 0.5 * values.rows
