"""CSV as it comes out of real systems: what it is written in is found out from the file."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import DataError

SEPARATORS = (",", ";", "\t", "|")
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NaT", "null", "NULL", "None")

_PLAIN_NUMBER = r"[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|inf)"  # infinity is for the checks
_GROUPED = {
    ",": r"[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d+)?",
    ".": r"[+-]?([1-9]\d{0,2}(,\d{3})+|\d+)(\.\d+)?",
}
"""Numbers that may have thousands set apart, by their decimal mark."""
_SURE = {
    ",": r".*\..*,.*|.*,(\d{1,2}|\d{4,})|[+-]?0,\d+",
    ".": r".*,.*\..*|.*\.(\d{1,2}|\d{4,})|[+-]?0\.\d+",
}
"""Those that cannot be read the other way: 1,5 and 1.234,50, but not 1,234."""
_LONG_NUMBER = r"[+-]?\d{16,}"
_ISO_DATE = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_DOTTED_DATE = r"\d{1,2}\.\d{1,2}\.\d{4}( \d{2}:\d{2}(:\d{2})?)?"
_LEADING_ZERO = r"0\d.*"
_DECLARED = re.compile(r"\"?sep=(.)\"?\r?\n", re.IGNORECASE)
"""The line by which Excel tells itself the separator."""


def read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV file, finding out its encoding, separator, decimal mark and dates."""
    text = _decode(path.read_bytes(), path.name)
    if "\n" not in text:
        text = text.replace("\r", "\n")  # lines as old Macs ended them
    declared = _DECLARED.match(text)
    text = text[declared.end() :] if declared else text
    try:
        separator = declared[1] if declared else _separator(text)
        header = _header(text, separator, path.name)
        table = pd.read_csv(
            io.StringIO(text), sep=separator, dtype="str", keep_default_na=False, na_values=MISSING
        )
    except pd.errors.EmptyDataError:
        raise _empty(path.name) from None
    except (pd.errors.ParserError, csv.Error) as error:
        reason = str(error).strip().rsplit(": ", maxsplit=1)[-1]
        raise DataError(
            f"{path.name!r} must be a CSV; {reason}. Close every quotation mark."
        ) from None
    # as the file has them: a name that stands twice is a fault, not "name.1"
    names = zip(header, table.columns, strict=True)
    table.columns = [given.strip() or str(made) for given, made in names]
    # a separator at the end of every line makes a column of nothing
    filled = table.notna().any().to_numpy()
    table = table.loc[:, [bool(given.strip()) for given in header] | filled]
    decimal = _decimal_mark(table, separator)
    return table.apply(_typed, decimal=decimal)


def _header(text: str, separator: str, name: str) -> list[str]:
    """Return the names in the first row; all rows must have as many fields."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    header = next((row for row in rows if row), None)
    if header is None:
        raise _empty(name)
    ragged = [(rows.line_num, len(row)) for row in rows if row and len(row) != len(header)]
    if ragged:
        line, fields = ragged[0]
        more = f" (and {len(ragged) - 1:,} more)" if len(ragged) > 1 else ""
        raise DataError(
            f"{name!r} must have as many fields in every row as in the header; the header has "
            f"{len(header)}, line {line} has {fields}{more}. Quote fields that hold {separator!r}."
        )
    return header


def _empty(name: str) -> DataError:
    return DataError(f"{name!r} must have a header and rows; it is empty.")


def _decode(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_utf16(raw, name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _decode_utf16(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError:
        raise DataError(
            f"{name!r} must be a CSV; it begins as UTF-16 and is cut off, or damaged. Copy it anew."
        ) from None


def _separator(text: str) -> str:
    """Return what cuts the first lines into the most fields, as many in each line."""
    head = list(islice(io.StringIO(text), 50))
    fields = {
        separator: [len(row) for row in csv.reader(head, delimiter=separator) if row]
        for separator in SEPARATORS
    }
    agreeing = {s: c[0] for s, c in fields.items() if len(set(c)) == 1 and c[0] > 1}
    widest = agreeing or {s: counts[0] for s, counts in fields.items() if counts}
    return max(widest, key=lambda separator: widest[separator], default=",")


def _decimal_mark(table: pd.DataFrame, separator: str) -> str:
    """Return the mark that some column shows beyond doubt, or else the separator's usual one."""
    for mark in (",", "."):
        for position in range(table.shape[1]):
            present = table.iloc[:, position].dropna().str.strip()
            sure = present.str.fullmatch(_SURE[mark]).any()
            if sure and present.str.fullmatch(_GROUPED[mark]).all():
                return mark
    return "," if separator == ";" else "."


def _typed(column: pd.Series[str], *, decimal: str) -> pd.Series[Any]:
    """Give a column of text the type that all of its values have."""
    present = column.dropna().str.strip()
    if present.empty or present.str.fullmatch(f"{_LEADING_ZERO}|{_LONG_NUMBER}").any():
        return _dates(column, present)
    if present.str.fullmatch(_GROUPED[decimal]).all():
        thousands = "." if decimal == "," else ","
        plain = column.str.strip().str.replace(thousands, "").str.replace(decimal, ".")
        return pd.to_numeric(plain)
    if present.str.fullmatch(_PLAIN_NUMBER).all():
        return pd.to_numeric(column.str.strip())
    return _dates(column, present)


def _dates(column: pd.Series[str], present: pd.Series[str]) -> pd.Series[Any]:
    for pattern, day_first in ((_ISO_DATE, False), (_DOTTED_DATE, True)):
        if not present.empty and present.str.fullmatch(pattern).all():
            try:
                return pd.to_datetime(column.str.strip(), dayfirst=day_first, format="mixed")
            except ValueError:  # such as the 30th of February: left as text, for the checks to name
                return column
    return column
