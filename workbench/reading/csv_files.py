"""CSV as it comes out of real systems: what it is written in is found out from the file."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

import pandas as pd

from workbench.errors import DataError
from workbench.reading.encodings import decoded
from workbench.reading.headerless import SEPARATORS, with_header
from workbench.reading.raw_table import RawTable, without_accidents

_HEAD = 60  # lines that the separator is found by
_DECLARED = re.compile(r"\"?sep=(.)\"?\r?\n", re.IGNORECASE)
"""The line by which Excel tells itself the separator."""
_BLANKS = "\u00a0\ufeff \t"
_MANY = 1_000  # columns
_MOST_AROUND = 20  # lines of a title, or of remarks


@dataclass(frozen=True)
class _Extent:
    """Where the table begins and ends, in lines, and what stands around it."""

    header: list[str]
    first: int
    last: int
    above: list[str]
    below: list[str]


def read_csv(raw: bytes, name: str, *, encoding: str = "", columns: Sequence[str] = ()) -> RawTable:
    """Read the bytes of a CSV: encoding, separator, header, and what is no data.

    `columns` are the names of a table without a header line.

    Raises
    ------
    DataError
        It is empty, rows have different lengths, a quotation mark is never closed, or the
        encoding cannot be told.
    """
    text, note = decoded(raw, name, encoding=encoding)
    text = text.replace("\ufeff", "")  # of files that were put one behind the other
    if "\r\n" not in text and text.count("\r") > text.count("\n"):
        text = text.replace("\r", "\n")  # lines as old Macs ended them
    declared = _DECLARED.match(text)
    text = text[declared.end() :] if declared else text
    text, unwrapped = _without_outer_quotes(text)
    named = ""
    if columns:
        text, named = with_header(text, columns, file=name)
    try:
        separator = named or (declared[1] if declared else _separator(text))
        extent = _extent(text, separator, name)
        data = _parsed(_lines_between(text, extent), separator, extent.header)
    except pd.errors.EmptyDataError:
        raise _empty(name) from None
    except (pd.errors.ParserError, csv.Error) as error:
        reason = str(error).strip().rsplit(": ", maxsplit=1)[-1]
        raise DataError(f"{name!r} must be a CSV; {reason}. Close every quotation mark.") from None
    table = RawTable(data, separator=separator)
    around = [line for line in (*extent.above, *extent.below) if line.strip()]
    return without_accidents(table.noting(note, unwrapped, _around(around)))


def _around(lines: list[str]) -> str:
    if not lines:
        return ""
    shown = ", ".join(repr(line.strip()[:60]) for line in lines[:3])
    return f"Lines around the table are left out: {shown}."


def _without_outer_quotes(text: str) -> tuple[str, str]:
    """Take off quotation marks around whole lines: each was saved as if it were one field."""
    if not text.startswith('"'):
        return text, ""
    try:
        head = list(
            islice((row for row in csv.reader(io.StringIO(text), delimiter="\x1f") if row), _HEAD)
        )
        cut = [s for s in SEPARATORS if s in head[0][0] and _is_one_field(text, s)] if head else []
        if not cut or not all(len(row) == 1 and cut[0] in row[0] for row in head[:-1] or head):
            return text, ""
        inner = [row[0] for row in csv.reader(io.StringIO(text), delimiter="\x1f") if row]
    except csv.Error:
        return text, ""
    return "\n".join(
        inner
    ) + "\n", "Every line stood in quotation marks as a whole: they are taken off."


def _is_one_field(text: str, separator: str) -> bool:
    return len(next(csv.reader(io.StringIO(text), delimiter=separator), [])) == 1


def _separator(text: str) -> str:
    """Return what cuts the most lines into equally many fields, and into the most of them."""
    head = list(islice(io.StringIO(text), _HEAD))
    ranked = {}
    for separator in SEPARATORS:
        try:
            fields = [len(row) for row in csv.reader(head, delimiter=separator) if row]
        except csv.Error:  # longer than a field may be: it does not cut these lines
            continue
        counts = Counter(count for count in fields if count > 1)
        if counts:
            most, times = max(counts.items(), key=lambda item: (item[1], item[0]))
            ranked[separator] = (times / len(fields), most)
    return max(ranked, key=lambda separator: ranked[separator], default=",")


def _extent(text: str, separator: str, name: str) -> _Extent:
    """Find the header, and the last row; all rows between must have as many fields."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    records = ((rows.line_num, row) for row in rows if row)
    head = list(islice(records, _MOST_AROUND))
    titles = _titles([row for _, row in head])
    above = [separator.join(row) for _, row in head[:titles]]
    begin = head[titles - 1][0] if titles else 0
    header = head[titles][1] if len(head) > titles else None
    if header is None:
        raise _empty(name)
    last, waiting = head[titles][0], []
    for line, row in chain(head[titles + 1 :], records):
        if len(row) == len(header):
            last = line
        else:
            waiting.append((line, row))
    below = [separator.join(row) for line, row in waiting if line > last]
    ragged = [(line, len(row)) for line, row in waiting if line < last or not _is_remark(row)]
    if ragged or len(below) > _MOST_AROUND:
        _refuse_ragged(ragged, header, separator, name)
    return _Extent(header, begin, last, above, below)


def _titles(head: list[list[str]]) -> int:
    """Count the lines above the header: of one field, where what follows has more."""
    most = max((len(row) for row in head), default=0)
    named = [sum(bool(cell.strip(_BLANKS)) for cell in row) for row in head]
    for place, row in enumerate(head):
        follows = max(named[place + 1 : place + 3], default=0)
        alone = len(row) == 1 or (bool(row[0].strip(_BLANKS)) and named[place] == 1)
        if most == 1 or named[place] > 1 or not (alone or not named[place]) or follows == 0:
            return place
        if len(row) > 1 and named[place + 1] <= 1 and follows <= 1:
            return place
    return 0


def _is_remark(row: list[str]) -> bool:
    """Whether a line below the table is a remark: a sentence, or words and a colon."""
    said = [cell for cell in row if cell.strip()]
    return len(said) <= 1 and all(re.search(r"[^\W\d_]{2,}.*[\s:]", cell) for cell in said)


def _refuse_ragged(
    ragged: list[tuple[int, int]], header: list[str], separator: str, name: str
) -> None:
    line, fields = ragged[0]
    more = f" (and {len(ragged) - 1:,} more)" if len(ragged) > 1 else ""
    raise DataError(
        f"{name!r} must have as many fields in every row as in the header; the header has "
        f"{len(header)}, line {line} has {fields}{more}. Quote fields that hold {separator!r}."
    )


def _lines_between(text: str, extent: _Extent) -> str:
    if not extent.above and not extent.below:
        return text
    return "".join(islice(io.StringIO(text), extent.first, extent.last))


def _parsed(text: str, separator: str, header: list[str]) -> pd.DataFrame:
    data = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        dtype="str",
        keep_default_na=False,
        na_values=[""],
        skip_blank_lines=True,
        index_col=False,
        low_memory=len(header) <= _MANY,  # blocks of rows, each with an array a column
    )
    # as the file has them: a name that stands twice is a fault, not "name.1"
    names = zip(header, data.columns, strict=True)
    data.columns = [given.strip(_BLANKS) or str(made) for given, made in names]
    # a separator at the end of every line makes a column of nothing
    nameless = [place for place, given in enumerate(header) if not given.strip(_BLANKS)]
    empty = [place for place in nameless if data.iloc[:, place].isna().all()]
    return data.iloc[:, [k for k in range(len(header)) if k not in empty]] if empty else data


def _empty(name: str) -> DataError:
    return DataError(f"{name!r} must have a header and rows; it is empty.")
