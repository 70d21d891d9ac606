"""Scores as a book of Excel: keys as text, numbers as numbers, and nothing that runs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from workbench.errors import DataError, MissingPackageError, ParameterError
from workbench.reports.spreadsheet_text import RUN_BY_SPREADSHEETS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Of a sheet, its header among them."""

MOST_LETTERS = 32_767
"""Of a cell."""

TEXT_KEYS = ("customer", "campaign")
"""Written as text whatever they are: a key is no amount, and may have leading zeros."""

_FIRST_DAY = "1900-03-01"  # before it Excel counts days wrongly, or not at all
_SHARES = ("propensity", "uplift", "propensity_treated", "propensity_untreated")
_WIDTHS = {
    "customer": 16,
    "campaign": 16,
    "rank": 8,
    "rank_overall": 12,
    **{name: max(11, len(name) + 2) for name in _SHARES},
}
_WIDE = 34
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def check_excel() -> None:
    """Raise MissingPackageError unless books of Excel can be written."""
    try:
        import xlsxwriter  # noqa: F401 - whether it is there
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            "Excel files need the extra `excel`, of which xlsxwriter is not installed: "
            "pip install 'marketing-workbench[excel]'. Or write *.csv."
        ) from error


def check_fits(contacts: int) -> None:
    """Raise ParameterError where a sheet of Excel has too few rows.

    Examples
    --------
    >>> check_fits(2_000_000)
    Traceback (most recent call last):
        ...
    workbench.errors.ParameterError: `output` may be *.xlsx for at most 1,048,575 contacts, the ...
    """
    if contacts >= MOST_ROWS:
        raise ParameterError(
            f"`output` may be *.xlsx for at most {MOST_ROWS - 1:,} contacts, the rows of a sheet; "
            f"there are {contacts:,}. Write *.csv or *.parquet, or score fewer at a time."
        )


def write_book(blocks: Iterator[pa.RecordBatch], path: Path) -> None:
    """Write blocks of rows to one sheet under one header.

    Parameters
    ----------
    blocks : iterator of RecordBatch
    path : path
        Its folder holds what is written on the way, and is the caller's to remove.

    Raises
    ------
    DataError
        A text is longer than a cell of Excel.
    """
    from xlsxwriter.workbook import Workbook

    with Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)}) as book:
        sheet = book.add_worksheet("scores")
        writer = _Sheet(book, sheet)
        for block in blocks:
            writer.add(block)
        writer.finish()


class _Sheet:
    """Writes cells by their types, row after row."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self._book, self._sheet = book, sheet
        self._inert = book.add_format({"quote_prefix": True})
        self._names: list[str] = []
        self._row = 0

    def add(self, block: pa.RecordBatch) -> None:
        """Write the rows of a block, below a header if it is the first."""
        if not self._names:
            self._begin(block.schema)
        columns = [
            _as_texts(column) if name in TEXT_KEYS else column.to_pylist()
            for name, column in zip(block.schema.names, block.columns, strict=True)
        ]
        for cells in zip(*columns, strict=True):
            for place, cell in enumerate(cells):
                if cell is not None:
                    self._write(place, cell)
            self._row += 1

    def _begin(self, schema: pa.Schema) -> None:
        self._names = list(schema.names)
        bold = self._book.add_format({"bold": True})
        for place, field in enumerate(schema):
            shown = self._form(field)
            self._sheet.set_column(place, place, _WIDTHS.get(field.name, _WIDE), shown)
            self._sheet.write_string(0, place, field.name, bold)
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def _form(self, field: pa.Field) -> Format | None:
        """Return how a column is shown: as text, as a share, as a day."""
        form = "@" if field.name in TEXT_KEYS else "0.00%" if field.name in _SHARES else ""
        if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
            form = "yyyy-mm-dd hh:mm:ss" if pa.types.is_timestamp(field.type) else "yyyy-mm-dd"
        return self._book.add_format({"num_format": form}) if form else None

    def _write(self, place: int, cell: Any) -> None:
        sheet, row = self._sheet, self._row
        if isinstance(cell, str):
            self._write_text(place, cell)
        elif isinstance(cell, bool):
            sheet.write_boolean(row, place, cell)
        elif isinstance(cell, (int, float)):
            if math.isfinite(cell):
                sheet.write_number(row, place, cell)
        elif isinstance(cell, dt.date) and f"{cell:%Y-%m-%d}" >= _FIRST_DAY:
            sheet.write_datetime(row, place, cell)
        else:
            self._write_text(place, str(cell))

    def _write_text(self, place: int, text: str) -> None:
        if len(text.encode("utf-16-le")) // 2 > MOST_LETTERS:
            raise DataError(
                f"A cell of Excel must have at most {MOST_LETTERS:,} letters; one of "
                f"{self._names[place]!r} has {len(text):,}. Write *.csv or *.parquet."
            )
        # a cell of text is not run; the prefix keeps it text when somebody edits it
        form = self._inert if text.startswith(RUN_BY_SPREADSHEETS) else None
        self._sheet.write_string(self._row, place, text, form)

    def finish(self) -> None:
        """Let the header filter, and let text that looks like a number be no fault."""
        last, columns = max(self._row - 1, 0), len(self._names)
        if columns:
            self._sheet.autofilter(0, 0, last, columns - 1)
            self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})


def _as_texts(column: pa.Array) -> Sequence[str | None]:
    texts: list[str | None] = column.cast(pa.large_string()).to_pylist()
    return texts
