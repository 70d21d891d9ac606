"""How one column was read, kept with the model: the next file is read the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import DataError
from workbench.messages import listed
from workbench.reading.dates import DateSpelling, moments_of
from workbench.reading.new_words import warn_of_new_words
from workbench.reading.numbers import PARTS, NumberSpelling, values_of
from workbench.reading.word_counts import counted
from workbench.reading.words import MISSING, MISSING_AMONG_NUMBERS, flag_of

OPEN = "is open to two readings"
KINDS = ("number", "flag", "date", "category", "text", "identifier", "empty")


@dataclass(frozen=True)
class ColumnReading:
    """What a column is, and how its values are written; `apply` reads any column so.

    The value of a row depends on this record and on nothing else of the file.

    Parameters
    ----------
    kind : {"number", "flag", "date", "category", "text", "identifier", "empty"}
    decimal : {".", ",", ""}
        The decimal mark of numbers; empty where no value showed one.
    thousands : str
        Marks that set thousands apart.
    unit : str
        A sign of money, or "%": per cent are parts of one (12% is 0.12).
    order : {"", "day-first", "month-first", "year-first"}
        Of a date; empty: it cannot be told, and the text stays.
    zone : str
        Of moments: "" none, an offset such as "+01:00", a name, or "UTC".
    shape : str
        The form of a date, such as "iso", "numeric" or "name year"; "" if it came typed.
    missing : tuple of str
        Words that were taken for nothing, as the file has them.
    levels : tuple of str
        Of a category, spelled as they are compared, if there are at most 1,000.
    level_type : {"", "text", "whole", "number", "flag", "date"}
        What the levels were before they were spelled as text.
    typed : bool
        Whether the values came with a type (Parquet, Excel, a DataFrame), and not as text.
    told : bool
        Whether somebody said what the column is.
    note : str
        What a reader should know of it.

    Examples
    --------
    >>> reading = ColumnReading("number", decimal=",", thousands=".", missing=("k.A.",))
    >>> reading.apply(pd.Series(["1.234,50", "k.A.", "7"], name="spend")).tolist()
    [1234.5, nan, 7.0]
    >>> ColumnReading.from_dict(reading.to_dict()) == reading
    True
    """

    kind: str
    decimal: str = ""
    thousands: str = ""
    unit: str = ""
    order: str = ""
    zone: str = ""
    shape: str = ""
    missing: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    level_type: str = ""
    typed: bool = False
    told: bool = False
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values; what is as usual is left out."""
        plain = ColumnReading(self.kind)
        given = {k: v for k, v in asdict(self).items() if v != getattr(plain, k)}
        return {
            "kind": self.kind,
            **{k: list(v) if isinstance(v, tuple) else v for k, v in given.items()},
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Make it of what `to_dict` gave."""
        given: dict[str, Any] = dict(content)
        lists = {k: tuple(v) for k, v in given.items() if isinstance(v, (list, tuple))}
        return cls(**{**given, **lists})

    @property
    def numbers(self) -> NumberSpelling:
        """How its numbers are written."""
        return NumberSpelling(self.decimal, self.thousands, self.unit)

    @property
    def dates(self) -> DateSpelling:
        """How its moments are written."""
        return DateSpelling(self.shape or "iso", self.order, self.zone)

    @property
    def is_open(self) -> bool:
        """Whether its numbers can be read in two ways, so that they stay text."""
        return self.kind == "number" and not self.decimal and OPEN in self.note

    def apply(self, column: pd.Series[Any]) -> pd.Series[Any]:
        """Read a column, of text or of another type, as this record says.

        Returns
        -------
        Series
            float64 or int64 of a number, bool (boolean with gaps) of a flag, datetime64 of a
            date, text of the rest. Unchanged where a date, or the decimal mark, cannot be told.

        Raises
        ------
        DataError
            A value is written in another way, so that it could be read wrongly.

        Warns
        -----
        DataWarning
            Words stand among numbers, flags or dates that training did not have: they are
            read as missing.
        """
        if self.kind == "empty":
            return column
        if self.is_open:
            return self._level(column)
        if self.kind == "number" or (self.kind == "identifier" and self.level_type == "whole"):
            return self._number(column)
        if self.kind == "flag":
            return self._flag(column)
        if self.kind == "date":
            return self._date(column)
        return self._level(column)

    def _present(self, column: pd.Series[Any]) -> pd.Series[Any]:
        """Return stripped text, with nothing where a word stands for it."""
        text = _as_text(column)
        words = {word: word.strip() for word in counted(text)}
        kept = {word: None if self._is_missing(bare) else bare for word, bare in words.items()}
        if all(word == bare for word, bare in kept.items()):
            return text
        return pd.Series(text.map(kept), dtype="str")

    def _is_missing(self, word: str) -> bool:
        if word in self.missing or not word:
            return True
        if self.told and self.kind in ("category", "text", "identifier"):
            return False
        if word in self.levels:
            return False  # NA is a country where training knew it as one
        if self.kind in ("number", "date") or self.level_type == "whole":
            return word.lower() in MISSING_AMONG_NUMBERS
        return word in MISSING and not self.typed

    def _number(self, column: pd.Series[Any]) -> pd.Series[Any]:
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_object_dtype(column):
            return column
        if (plain := self._at_once(column)) is not None:
            return plain
        text = self._present(column)
        distinct = text.dropna().unique()
        read = pd.Series(values_of(list(distinct), self.numbers), index=pd.Index(distinct))
        unread = [str(word) for word in read.index[read.isna()]]
        spelled = [word for word in unread if any(letter.isdigit() for letter in word)]
        if spelled:
            raise DataError(
                f"{_name(column)} must be numbers written as {self._written()}; got "
                f"{listed(sorted(spelled), 3)}, which may mean something else here. Write them "
                "alike, or say how this file has them: `decimal`."
            )
        self._warn_of_words(column, unread)
        return _whole(pd.Series(text.map(read), index=column.index, name=column.name))

    def _at_once(self, column: pd.Series[Any]) -> pd.Series[Any] | None:
        """Turn text into numbers as programs write them; None: there is more than these."""
        if self.unit in PARTS or self.decimal == "," or not is_string(column):
            return None
        texts = pa.array(column, from_pandas=True)
        marked = pc.any(pc.match_substring(texts, ".")).as_py()
        if marked and self.decimal != ".":
            return None
        try:
            numbers = texts.cast(pa.float64())
        except pa.ArrowInvalid:
            return None
        read = numbers.to_numpy(zero_copy_only=False)
        made = pd.Series(read, index=column.index, name=column.name)
        return made if marked or numbers.null_count else _whole(made)

    def _written(self) -> str:
        mark = {"": "whole numbers", ".": "1234.5", ",": "1234,5"}[self.decimal]
        if self.decimal and self.thousands:
            mark = f"1{self.thousands[0]}234{self.decimal}5"
        return f"{mark} {self.unit}".strip()

    def _flag(self, column: pd.Series[Any]) -> pd.Series[Any]:
        if pd.api.types.is_bool_dtype(column):
            return column
        text = self._present(column)
        read = {word: flag_of(word) for word in text.dropna().unique()}
        self._warn_of_words(column, [word for word, value in read.items() if value is None])
        flags = text.map(read).astype("float64")
        named = pd.Series(flags, index=column.index, name=column.name)
        return named.astype("boolean") if named.isna().any() else named.astype("bool")

    def _date(self, column: pd.Series[Any]) -> pd.Series[Any]:
        if pd.api.types.is_datetime64_any_dtype(column):
            return column
        text = self._present(as_levels(column)[0])
        if not self.dates.settled:
            return text
        read = pd.Series(moments_of(text, self.dates), name=column.name)
        unread = sorted(text[read.isna() & text.notna()].unique())
        if any(any(letter.isdigit() for letter in word) for word in unread):
            raise DataError(
                f"{_name(column)} must be dates, {self.order}; got {listed(unread, 3)}. Write "
                "them alike, as YYYY-MM-DD at best."
            )
        self._warn_of_words(column, unread)
        return read

    def _level(self, column: pd.Series[Any]) -> pd.Series[Any]:
        spelled, came_as = as_levels(column)
        if self.level_type == "whole" and came_as == "text":
            spelled = spelled.str.strip().str.replace(r"^([+-]?\d+)\.0+$", r"\1", regex=True)
        return pd.Series(self._present(spelled), name=column.name)

    def _warn_of_words(self, column: pd.Series[Any], words: Sequence[str]) -> None:
        warn_of_new_words(_name(column), self.kind, set(words) - set(self.missing))

    def noting(self, note: str) -> ColumnReading:
        """Return the same with one sentence more."""
        return replace(self, note=f"{self.note} {note}".strip())


def as_levels(column: pd.Series[Any]) -> tuple[pd.Series[Any], str]:
    """Spell levels in one way whatever their type: 1 for 1.0, True for true, a day as its date.

    Returns
    -------
    levels : Series of str
    level_type : str

    Examples
    --------
    >>> as_levels(pd.Series([1.0, None, 10.0]))[0].tolist()
    ['1', nan, '10']
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        values, level_type = as_levels(pd.Series(column.cat.categories))
        spelled = dict(zip(column.cat.categories, values, strict=True))
        return column.astype("object").map(spelled).astype("str").where(column.notna()), level_type
    if pd.api.types.is_bool_dtype(column):
        return column.astype("str").where(column.notna()), "flag"
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.astype("str").where(column.notna()), "date"
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_object_dtype(column):
        numbers = column.to_numpy(dtype="float64", na_value=np.nan)
        present = numbers[~np.isnan(numbers)]
        if (present == np.round(present)).all() and (np.abs(present) < 2**53).all():
            whole = column.astype("Int64").astype("str")
            return whole.where(column.notna()), "whole"
        return column.astype("str").where(column.notna()), "number"
    return _as_text(column), "text"


def _as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    return column if is_string(column) else column.astype("str").where(column.notna())


def is_string(column: pd.Series[Any]) -> bool:
    """Whether a column is of text alone."""
    return isinstance(column.dtype, pd.StringDtype)


def _whole(numbers: pd.Series[Any]) -> pd.Series[Any]:
    """Return numbers as they are counted: whole ones without gaps as int64."""
    values = numbers.to_numpy(dtype="float64")
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(values).all() and (values == np.round(values)).all()
    safe = bool(whole) and bool((np.abs(values) < 2**53).all())
    return numbers.astype("int64") if safe else numbers.astype("float64")


def _name(column: pd.Series[Any]) -> str:
    return repr(str(column.name))
