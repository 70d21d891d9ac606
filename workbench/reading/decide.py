"""What a column is: decided over all of its values, whatever the order of the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.reading.column import ColumnReading, as_levels
from workbench.reading.dates import MONTHLY, date_spelling_of
from workbench.reading.identifiers import is_counter, kind_of_words
from workbench.reading.numbers import NumberSpelling, all_plain, few_plain, open_to_two, spelling_of
from workbench.reading.words import FLAG_PAIRS, MISSING, MISSING_AMONG_NUMBERS

MOST_LEVELS_KEPT = 1_000
MOST_STRAYS = 3
STRAY_SHARE = 0.1
FEWEST_NUMBERS = 10
"""Other words among numbers are taken for nothing if they are at most three, in at most a tenth
of the rows, beside at least ten different numbers."""
_COMPACT = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_OF_OBJECTS: dict[str, Any] = {
    "boolean": "boolean",
    "decimal": "float64",
    "floating": "float64",
    "integer": "float64",
    "mixed-integer-float": "float64",
}


def given_type(column: pd.Series[Any]) -> pd.Series[Any]:
    """Give objects their own type: databases send flags with gaps, decimals and dates so.

    Examples
    --------
    >>> str(given_type(pd.Series([True, None], dtype=object)).dtype)
    'boolean'
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        return pd.Series(column.dt.to_timestamp())
    if not pd.api.types.is_object_dtype(column):
        return column
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred in ("date", "datetime"):
        return pd.Series(pd.to_datetime(column, utc=True).dt.tz_localize(None))
    spelled = column.astype("str").where(column.notna())
    return column.astype(_OF_OBJECTS[inferred]) if inferred in _OF_OBJECTS else spelled


def is_text(column: pd.Series[Any]) -> bool:
    """Whether a column is of text, so that what it means has to be found out."""
    return isinstance(column.dtype, pd.StringDtype)


@dataclass(frozen=True)
class Words:
    """The different words of a column, each with the number of its rows, in alphabetical order."""

    counts: pd.Series[int]
    typed: bool = False

    @classmethod
    def of(cls, column: pd.Series[Any], *, typed: bool = False) -> Words:
        """Count the words of a column of text, without the blanks around them."""
        counts = column.value_counts()
        stripped = counts.index.str.strip()
        if not stripped.equals(counts.index):
            counts = counts.groupby(stripped).sum()
        return cls(counts.sort_index(), typed)

    @cached_property
    def missing(self) -> list[str]:
        """Return those that stand for nothing in every column; NA of two-letter codes does not."""
        if self.typed:
            return [word for word in self._short if not word]
        found = [word for word in self._short if word in MISSING]
        if "NA" in found and self._two_letters(found):
            found.remove("NA")
        return found

    @cached_property
    def _short(self) -> list[str]:
        return list(self.counts.index[self.counts.index.str.len() <= 24])

    def _two_letters(self, missing: Iterable[str]) -> bool:
        others = self.counts.index.difference(list(missing))
        return len(others) >= 2 and bool(others.str.fullmatch(r"[A-Z]{2}").all())

    @cached_property
    def missing_among_numbers(self) -> list[str]:
        """Return those that stand for nothing where all else is numbers or dates."""
        return [word for word in self._short if word.lower() in MISSING_AMONG_NUMBERS]

    def without(self, words: Iterable[str]) -> pd.Series[int]:
        """Return the counts of the others."""
        return self.counts.drop(list(words))

    def strays(self, rest: pd.Series[int]) -> list[str]:
        """Return few words without a digit among many with one, and no more than a tenth."""
        plain = ~rest.index.str.contains(r"\d|^[+-]?inf$", regex=True)
        strays = rest[plain]
        few = 0 < len(strays) <= MOST_STRAYS and strays.sum() <= STRAY_SHARE * rest.sum()
        return list(strays.index) if few and len(rest) - len(strays) >= FEWEST_NUMBERS else []


def find_reading(
    column: pd.Series[Any],
    *,
    kind: str = "",
    order: str = "",
    decimal: str = "",
    typed: bool = False,
) -> ColumnReading:
    """Find out what a column is, and how its values are written.

    Parameters
    ----------
    column : Series
    kind : str, optional
        What it is said to be; else it is found out.
    order : {"", "day-first", "month-first"}
        How to read a day where the column leaves it open.
    decimal : {"", ".", ","}
        The same of a decimal mark.
    typed : bool
        Whether the table had types, so that text was meant as text.

    Examples
    --------
    >>> find_reading(pd.Series(["1,5", "?", "2,25"], name="x")).to_dict()
    {'kind': 'number', 'decimal': ',', 'missing': ['?']}
    """
    column = given_type(column)
    if not is_text(column):
        return _of_typed(column, kind)
    if not (kind or typed) and (mark := _quickly(column)) is not None:
        return ColumnReading("number", mark)
    words = Words.of(column, typed=typed)
    name = str(column.name)
    if kind:
        return replace(_as_said(words, kind, order, decimal), typed=typed, told=True)
    rest = words.without(words.missing)
    if rest.empty:
        return ColumnReading("empty", missing=tuple(w for w in words.missing if w))
    found = (
        _flag(words, rest) or _number_or_date(words, name, order, decimal) or _words(words, rest)
    )
    return replace(found, typed=typed)


def _quickly(column: pd.Series[Any]) -> str | None:
    """Return the decimal mark of a column of few plain numbers that stand there repeatedly."""
    distinct = list(column.dropna().unique())
    repeated = len(distinct) < column.count()
    if not repeated or not few_plain(distinct) or any(len(word) == 8 for word in distinct):
        return None
    return "." if any("." in word for word in distinct) else ""


def _of_typed(column: pd.Series[Any], kind: str) -> ColumnReading:
    """Take a column by its type; whole numbers that name rows are seen through."""
    told = bool(kind)
    if kind in ("category", "text") or isinstance(column.dtype, pd.CategoricalDtype):
        return _levels(column, told=told)
    if column.isna().all():
        return ColumnReading("empty", typed=True)
    if pd.api.types.is_bool_dtype(column):
        return ColumnReading("flag", typed=True, told=told)
    if pd.api.types.is_datetime64_any_dtype(column):
        return ColumnReading("date", zone=str(column.dt.tz or ""), order="year-first", typed=True)
    return _of_numbers(column, kind)


def _of_numbers(column: pd.Series[Any], kind: str) -> ColumnReading:
    if not pd.api.types.is_numeric_dtype(column):
        return _levels(column)
    told = bool(kind)
    counter = kind == "identifier" or (not told and is_counter(column, str(column.name)))
    return ColumnReading("identifier" if counter else "number", ".", typed=True, told=told)


def _levels(column: pd.Series[Any], *, told: bool = False) -> ColumnReading:
    spelled, level_type = as_levels(column)
    words = Words.of(spelled, typed=True)
    found = "category" if told else kind_of_words(words.counts.index, int(words.counts.sum()))
    levels = _few(words.counts) if found == "category" else ()
    return ColumnReading(found, levels=levels, level_type=level_type, typed=True, told=told)


def _flag(words: Words, rest: pd.Series[int]) -> ColumnReading | None:
    if len(rest) > 2 * 8:  # two words in a handful of spellings
        return None
    lower = set(rest.index.str.lower())
    if lower in [set(pair) for pair in FLAG_PAIRS]:
        return ColumnReading("flag", missing=_said(words.missing), levels=tuple(rest.index))
    return None


def _number_or_date(words: Words, name: str, order: str, decimal: str) -> ColumnReading | None:
    missing = words.missing_among_numbers
    rest = words.without(missing)
    if rest.empty:
        return None
    if rest.index.str.contains(r"\d|^[+-]?inf$", regex=True).mean() <= 0.5:
        return None
    strays = words.strays(rest)
    rest = rest.drop(strays)
    said = _said([*missing, *strays])
    found = None if strays else _date(rest, said, order)
    codes = words.typed and not said and rest.index.str.fullmatch(r"[+-]?\d+").all()
    if found is not None or codes:
        return found  # whole numbers that came as text, where numbers could have come: codes
    return _number(rest, said, name, decimal)


def _number(
    rest: pd.Series[int], missing: tuple[str, ...], name: str, decimal: str
) -> ColumnReading | None:
    index = rest.index.to_series()
    if all_plain(index) and not open_to_two(index):
        mark = "." if index.str.contains(".", regex=False).any() else ""
        reading = ColumnReading("number", mark, missing=missing)
    else:
        spelling, doubt = spelling_of(list(index), decimal=decimal)
        if spelling is None:
            return _mixed(rest, missing, doubt) if doubt else None
        found = (spelling.decimal, spelling.thousands, spelling.unit)
        reading = ColumnReading(
            "number", *found, missing=missing, note=doubt and OPEN.format(doubt)
        )
    each_its_own = bool((rest == 1).all()) and not reading.note
    if each_its_own and not reading.unit and is_counter(reading.apply(index.astype("str")), name):
        return replace(reading, kind="identifier", level_type="whole")
    return reading


OPEN = "{} is open to two readings"


def _mixed(rest: pd.Series[int], missing: tuple[str, ...], doubt: str) -> ColumnReading:
    levels = _few(rest)
    return ColumnReading(
        "category", missing=missing, levels=levels, level_type="text", note=f"Numbers with {doubt}."
    )


def _date(rest: pd.Series[int], missing: tuple[str, ...], order: str) -> ColumnReading | None:
    index = rest.index
    if not index.str.contains(r"\d[-/. ']|[-/. ']\d|\d{4}|Q\d", regex=True).all():
        return None
    if index.str.fullmatch(r"[+-]?[\d.,]+").all():
        compact = len(rest) >= 3 and index.str.fullmatch(_COMPACT).all()
        dotted = index.str.fullmatch(
            r"\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})|\d{4}\.\d{1,2}\.\d{1,2}"
        ).all()
        if not compact and not dotted:
            return None
    spelling = date_spelling_of(list(index), order=order)
    if spelling is None:
        return None
    note = ""
    if not spelling.order:
        note = f"{index[0]} may begin with the day or with the month"
    elif spelling.impossible:
        note = f"{spelling.impossible} is no day of the calendar"
    elif spelling.shape == "several":
        note = "days are written in several ways"
    if spelling.impossible:
        spelling = replace(spelling, order="")
    return ColumnReading(
        "date",
        order=spelling.order,
        zone=spelling.zone,
        shape=spelling.shape,
        missing=missing,
        note=note,
    )


def _words(words: Words, rest: pd.Series[int]) -> ColumnReading:
    kind = kind_of_words(rest.index, int(rest.sum()))
    # who or what each row is, is nobody's business but the file's
    levels = _few(rest) if kind == "category" else ()
    return ColumnReading(kind, missing=_said(words.missing), levels=levels, level_type="text")


def _as_said(words: Words, kind: str, order: str, decimal: str) -> ColumnReading:
    """Read a column as somebody says; what is not of that kind is missing, and said."""
    if kind in ("category", "text", "identifier"):
        rest = words.without([word for word in words.counts.index if not word])
        return ColumnReading(
            kind, levels=_few(rest) if kind == "category" else (), level_type="text"
        )
    missing = words.missing_among_numbers
    rest = words.without(missing)
    if kind == "flag":
        return ColumnReading("flag", missing=_said(words.missing), levels=tuple(rest.index))
    if kind == "date":
        strange = [w for w in rest.index if date_spelling_of([w], order=order) is None]
        spelling = date_spelling_of(list(rest.index.difference(strange)), order=order)
        shape, settled, zone = (
            (spelling.shape, spelling.order, spelling.zone) if spelling else ("", "", "")
        )
        return ColumnReading(
            "date", order=settled, zone=zone, shape=shape, missing=_said([*missing, *strange])
        )
    strange = [w for w in rest.index if spelling_of([w])[0] is None]
    numbers, _ = spelling_of(list(rest.index.difference(strange)), decimal=decimal)
    numbers = numbers or NumberSpelling()
    return ColumnReading(
        "number",
        numbers.decimal,
        numbers.thousands,
        numbers.unit,
        missing=_said([*missing, *strange]),
    )


def _said(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if word))


def monthly(reading: ColumnReading) -> bool:
    """Whether a date names a month or a quarter, and no day."""
    return reading.kind == "date" and reading.shape in MONTHLY


def _few(counts: pd.Series[int]) -> tuple[str, ...]:
    return tuple(counts.index) if len(counts) <= MOST_LEVELS_KEPT else ()
