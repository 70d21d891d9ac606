"""A file of text without a header line, whose columns somebody names."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import islice

from workbench.errors import DataError, ParameterError
from workbench.messages import count_of, listed

SEPARATORS = (",", ";", "\t", "|")
BLANKS = " "
_HEAD = 60  # lines that the separator is found by


def check_names(names: Sequence[str]) -> None:
    """Raise ParameterError unless these can name the columns of a file."""
    if isinstance(names, str) or not all(isinstance(name, str) and name.strip() for name in names):
        raise ParameterError(
            "`columns` must be the names of a file's columns, a text each; got "
            f"{names!r}. Write them in the order of the file."
        )
    twice = [name for name in dict.fromkeys(names) if list(names).count(name) > 1]
    if twice:
        raise ParameterError(
            f"`columns` must name each column once; {listed(twice)} stands twice. Rename one."
        )


def with_header(text: str, names: Sequence[str], *, file: str) -> tuple[str, str]:
    r"""Put names above a table that has none, and tell what separates its fields.

    Fields may stand apart by any number of blanks: commas then take their place. A first
    line that holds just these names is a header already, and is taken for one.

    Parameters
    ----------
    text : str
        What the file holds.
    names : sequence of str
        One a column, in the order of the file.
    file : str
        What it is called, for messages.

    Returns
    -------
    text : str
        With a header line.
    separator : str

    Raises
    ------
    DataError
        Lines have another number of fields, or the first is a header of other names.

    Examples
    --------
    >>> with_header(" 0001 20240101  2\n 0002 20240105  1\n", ["id", "day", "units"], file="x.txt")
    ('id,day,units\n0001,20240101,2\n0002,20240105,1\n', ',')
    """
    head = [line for line in islice(io.StringIO(text), _HEAD) if line.strip()]
    if not head:
        raise DataError(f"{file!r} must have rows; it is empty.")
    fitting = [mark for mark in (*SEPARATORS, BLANKS) if _cuts(head, mark, len(names))]
    if not fitting:
        raise DataError(_misfit(head[0], names, file))
    separator = fitting[0]
    if separator == BLANKS:
        separator = ","
        text = _line_up(text)
    first = next(csv.reader(io.StringIO(text), delimiter=separator))
    if [cell.strip() for cell in first] == list(names):
        return text, separator
    known = {name.casefold() for name in names} & {cell.strip().casefold() for cell in first}
    if known:
        raise DataError(
            f"`columns` names the columns of a file without a header line; {file!r} begins with "
            f"one: {listed(first)}. Leave `columns` out."
        )
    return _line(names, separator) + text, separator


def _cuts(head: Sequence[str], separator: str, fields: int) -> bool:
    """Whether every line has that many fields; the last one may be cut off."""
    if separator == BLANKS:
        return all(len(_fields(line)) == fields for line in head)
    try:
        rows = [row for row in csv.reader(head, delimiter=separator) if row]
    except csv.Error:  # a field longer than one may be
        return False
    return all(len(row) == fields for row in rows)


def _line_up(text: str) -> str:
    return "".join(_line(_fields(line), ",") for line in io.StringIO(text) if line.strip())


def _fields(line: str) -> list[str]:
    """Cut at blanks, but for those in quotation marks."""
    return next(csv.reader([" ".join(line.split())], delimiter=" "), [])


def _line(cells: Sequence[str], separator: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _misfit(line: str, names: Sequence[str], file: str) -> str:
    counts = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in SEPARATORS}
    fields = max([*counts.values(), len(_fields(line))])
    return (
        "`columns` must name every column in the order of the file; it has "
        f"{count_of(len(names), 'name')}, and the first line of {file!r} has "
        f"{count_of(fields, 'field')}: {line.strip()[:60]!r}. Every line "
        "must have as many fields, cut by commas, semicolons, tabs, bars or blanks."
    )
