"""What a column is: decided over all of its values, whatever the order of the rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa

from workbench.checks import TYPE_OF_OBJECTS
from workbench.reading.column import OPEN, ColumnReading, as_levels
from workbench.reading.dates import MONTHLY, date_spelling_of
from workbench.reading.flag_words import FLAG_PAIRS
from workbench.reading.identifiers import is_counter, kind_of_words, names_rows
from workbench.reading.numbers import (
    NumberSpelling,
    all_plain,
    has_point,
    open_to_two,
    plain_mark,
    spelling_of,
)
from workbench.reading.word_counts import Words, counted, strays_of

MOST_LEVELS_KEPT = 1_000
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})|\d{4}\.\d{1,2}\.\d{1,2}")
_DIGITS_AND_MARKS = re.compile(r"[+-]?[\d.,]+")
_WHOLE = re.compile(r"[+-]?\d+")
_OF_ANOTHER_CALENDAR = re.compile(r"(?<!\d)(?:1[34]\d\d|2[4-6]\d\d)(?!\d)")
"""Years of Iran and of Islam, of Thailand: all days of a column are of one calendar."""
_LIKE_A_DATE = re.compile(r"\d[-/. ']|[-/. ']\d|\d{4}|Q\d")


def given_type(column: pd.Series[Any]) -> pd.Series[Any]:
    """Give objects their own type: databases send flags with gaps, decimals and dates so.

    Examples
    --------
    >>> str(given_type(pd.Series([True, None], dtype=object)).dtype)
    'boolean'
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        return pd.Series(column.dt.to_timestamp())
    if isinstance(column.dtype, pd.ArrowDtype):
        return _of_arrow(column, column.dtype.pyarrow_dtype)
    if not pd.api.types.is_object_dtype(column):
        return column
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred in ("date", "datetime"):
        return pd.Series(pd.to_datetime(column, utc=True).dt.tz_localize(None))
    spelled = column.astype("str").where(column.notna())
    return column.astype(TYPE_OF_OBJECTS[inferred]) if inferred in TYPE_OF_OBJECTS else spelled


def _of_arrow(column: pd.Series[Any], kind: pa.DataType) -> pd.Series[Any]:
    """Give Arrow's text, days and decimals the types that pandas has for them."""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.astype("str")
    if pa.types.is_date(kind):
        return column.astype("datetime64[s]")
    return column.astype("float64") if pa.types.is_decimal(kind) else column


def is_text(column: pd.Series[Any]) -> bool:
    """Whether a column is of text, so that what it means has to be found out."""
    return isinstance(column.dtype, pd.StringDtype)


def find_reading(
    column: pd.Series[Any],
    *,
    kind: str = "",
    order: str = "",
    decimal: str = "",
    typed: bool = False,
    words: Mapping[str, int] | None = None,
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
    words : mapping of str to int, optional
        Each word of the whole column with its rows, where `column` is some of it.

    Returns
    -------
    ColumnReading

    Examples
    --------
    >>> find_reading(pd.Series(["1,5", "?", "2,25"], name="x")).to_dict()
    {'kind': 'number', 'decimal': ',', 'missing': ['?']}
    """
    column = given_type(column)
    if not is_text(column):
        return _of_typed(column, kind, words)
    name, counts = str(column.name), counted(column) if words is None else words
    if not (kind or typed) and (mark := _quickly(counts, name)) is not None:
        return ColumnReading("number", mark)
    different = Words.of_counts(counts, typed=typed)
    if kind:
        return replace(_as_said(different, kind, order, decimal), typed=typed, told=True)
    rest = different.without(different.missing)
    if not rest:
        return ColumnReading("empty", missing=tuple(w for w in different.missing if w))
    found = (
        _flag(different, rest)
        or _number_or_date(different, name, order, decimal)
        or _words(different, rest)
    )
    return replace(found, typed=typed)


def _quickly(counts: Mapping[str, int], name: str) -> str | None:
    """Return the decimal mark of a column of plain numbers that name no rows."""
    mark = plain_mark(counts)
    each_its_own = mark is not None and all(count == 1 for count in counts.values())
    return None if each_its_own and names_rows(name) else mark


def _of_typed(
    column: pd.Series[Any], kind: str, words: Mapping[str, int] | None = None
) -> ColumnReading:
    """Take a column by its type; whole numbers that name rows are seen through."""
    told = bool(kind)
    if kind in ("category", "text") or isinstance(column.dtype, pd.CategoricalDtype):
        return _levels(column, told=told, counts=words)
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


def _levels(
    column: pd.Series[Any], *, told: bool = False, counts: Mapping[str, int] | None = None
) -> ColumnReading:
    spelled, level_type = as_levels(column)
    words = Words.of_counts(counted(spelled) if counts is None else counts, typed=True)
    found = "category" if told else kind_of_words(words.counts, sum(words.counts.values()))
    levels = _few(words.counts) if found == "category" else ()
    return ColumnReading(found, levels=levels, level_type=level_type, typed=True, told=told)


def _flag(words: Words, rest: Collection[str]) -> ColumnReading | None:
    if len(rest) > 2 * 8:  # two words in a handful of spellings
        return None
    lower = {word.lower() for word in rest}
    if lower in [set(pair) for pair in FLAG_PAIRS]:
        return ColumnReading("flag", missing=_said(words.missing), levels=tuple(rest))
    return None


def _number_or_date(words: Words, name: str, order: str, decimal: str) -> ColumnReading | None:
    missing = words.missing_among_numbers
    strays = strays_of(words.without(missing))
    if strays is None:
        return None
    rest = words.without([*missing, *strays])
    said = _said([*missing, *strays])
    found = None if strays else _date(rest, said, order)
    codes = words.typed and not said and all(map(_WHOLE.fullmatch, rest))
    if found is not None or codes:
        return found  # whole numbers that came as text, where numbers could have come: codes
    return _number(rest, said, name, decimal)


def _number(
    rest: Mapping[str, int], missing: tuple[str, ...], name: str, decimal: str
) -> ColumnReading | None:
    if all_plain(rest) and not open_to_two(rest):
        reading = ColumnReading("number", "." if has_point(rest) else "", missing=missing)
    else:
        spelling, doubt = spelling_of(rest, decimal=decimal)
        if spelling is None:
            return _mixed(rest, missing, doubt) if doubt else None
        found = (spelling.decimal, spelling.thousands, spelling.unit)
        reading = ColumnReading("number", *found, missing=missing, note=doubt and f"{doubt} {OPEN}")
    each_its_own = all(count == 1 for count in rest.values()) and not reading.note
    if not each_its_own or reading.unit or not names_rows(name):
        return reading
    if is_counter(reading.apply(pd.Series(list(rest), dtype="str")), name):
        return replace(reading, kind="identifier", level_type="whole")
    return reading


def _mixed(rest: Collection[str], missing: tuple[str, ...], doubt: str) -> ColumnReading:
    levels = _few(rest)
    return ColumnReading(
        "category", missing=missing, levels=levels, level_type="text", note=f"Numbers with {doubt}."
    )


def _date(rest: Collection[str], missing: tuple[str, ...], order: str) -> ColumnReading | None:
    if not all(map(_LIKE_A_DATE.search, rest)):
        return None
    if all(map(_DIGITS_AND_MARKS.fullmatch, rest)):
        compact = len(rest) >= 3 and all(map(_COMPACT.fullmatch, rest))
        if not compact and not all(map(_DOTTED.fullmatch, rest)):
            return None
    spelling = date_spelling_of(list(rest), order=order)
    if spelling is None:
        return None
    note, strange = "", False
    if not spelling.order:
        note = f"{min(rest)} may begin with the day or with the month"
    elif spelling.impossible:
        note = f"{spelling.impossible} is no day of the calendar"
    elif spelling.shape == "several":
        note = "days are written in several ways"
    elif strange := all(map(_OF_ANOTHER_CALENDAR.search, rest)):
        note = f"the year of {min(rest)} is of another calendar"
    if spelling.impossible or strange:
        spelling = replace(spelling, order="")
    return ColumnReading(
        "date",
        order=spelling.order,
        zone=spelling.zone,
        shape=spelling.shape,
        missing=missing,
        note=note,
    )


def _words(words: Words, rest: Mapping[str, int]) -> ColumnReading:
    kind = kind_of_words(rest, sum(rest.values()))
    # who or what each row is, is nobody's business but the file's
    levels = _few(rest) if kind == "category" else ()
    return ColumnReading(kind, missing=_said(words.missing), levels=levels, level_type="text")


def _as_said(words: Words, kind: str, order: str, decimal: str) -> ColumnReading:
    """Read a column as somebody says; what is not of that kind is missing, and said."""
    if kind in ("category", "text", "identifier"):
        rest = words.without([""])
        return ColumnReading(
            kind, levels=_few(rest) if kind == "category" else (), level_type="text"
        )
    missing = words.missing_among_numbers
    rest = words.without(missing)
    if kind == "flag":
        return ColumnReading("flag", missing=_said(words.missing), levels=tuple(rest))
    if kind == "date":
        strange = {w for w in rest if date_spelling_of([w], order=order) is None}
        spelling = date_spelling_of([w for w in rest if w not in strange], order=order)
        shape, settled, zone = (
            (spelling.shape, spelling.order, spelling.zone) if spelling else ("", "", "")
        )
        return ColumnReading(
            "date", order=settled, zone=zone, shape=shape, missing=_said([*missing, *strange])
        )
    strange = {w for w in rest if spelling_of([w])[0] is None}
    numbers, _ = spelling_of([w for w in rest if w not in strange], decimal=decimal)
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


def _few(counts: Collection[str]) -> tuple[str, ...]:
    return tuple(counts) if len(counts) <= MOST_LEVELS_KEPT else ()
