"""A large file of plain text, in blocks of rows: no more of it is in memory at a time.

Only a file without accidents is read so: UTF-8, a header in its first line, as many fields in
every row, no second header and no total below. All of that is seen to beforehand, in one pass;
any other file is for the readers that look at the whole.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
from pyarrow import compute

from workbench.errors import WorkbenchError
from workbench.reading.csv_files import read_csv
from workbench.reading.raw_table import TOTAL_WORDS

EMPTY = re.compile(r"[\d,]+ empty rows? (is|are) left out\.")
SUFFIXES = (".csv", ".tsv", ".txt")
HEAD = 1 << 18
BLOCK = 1 << 22
"""Bytes that are looked at for the layout, and that are read at a time."""


@dataclass(frozen=True)
class PlainText:
    """A file that can be read in blocks.

    Parameters
    ----------
    path : path
    names : tuple of str
    separator : str
    """

    path: Path
    names: tuple[str, ...]
    separator: str

    @classmethod
    def of(cls, path: Path) -> PlainText | None:
        """Look at a file; None where it must be read whole.

        Raises
        ------
        OSError
            It cannot be read.
        """
        if path.suffix.lower() not in SUFFIXES or not _is_utf8(path):
            return None
        with path.open("rb") as file:
            head = file.read(HEAD)
        lines = head[: head.rfind(b"\n") + 1]
        try:
            found = read_csv(lines, path.name)
        except WorkbenchError:
            return None
        first = lines.partition(b"\n")[0].decode("utf-8-sig").strip("\r")
        names = tuple(str(name) for name in found.data.columns)
        accidents = [note for note in found.notes if not EMPTY.fullmatch(note)]
        if accidents or len(set(names)) < len(names) or not found.separator:
            return None
        made = cls(path, names, found.separator)
        as_they_stand = [cell.strip().strip('"') for cell in first.split(found.separator)]
        return made if as_they_stand == list(names) and made._has_no_accidents() else None

    def blocks(self) -> Iterator[pd.DataFrame]:
        """Read the rows as text, what is empty as missing; rows of nothing are left out."""
        for batch in self._batches():
            block = batch.to_pandas()
            empty = block.apply(lambda column: column.isna() | column.str.strip().eq(""))
            filled = block[~empty.all(axis=1)]
            if len(filled):
                yield filled.reset_index(drop=True)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        reader = pc.open_csv(
            self.path,
            read_options=pc.ReadOptions(
                column_names=list(self.names), skip_rows=1, block_size=BLOCK, use_threads=False
            ),
            parse_options=pc.ParseOptions(delimiter=self.separator, newlines_in_values=True),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        with reader:
            yield from reader

    def _has_no_accidents(self) -> bool:
        """Whether there are rows, all as long, no second header among them and no total."""
        last, rows = "", 0
        try:
            for batch in self._batches():
                rows += len(batch)
                first = batch.column(0).to_pandas().dropna().str.strip()
                if first.eq(self.names[0]).any() or _has_returns(batch):
                    return False
                last = "" if first.empty else str(first.iloc[-1])
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return False
        return rows > 0 and last.lower().rstrip(":") not in TOTAL_WORDS


def _has_returns(batch: pa.RecordBatch) -> bool:
    """Whether a line of old ends stands inside a cell: between two blocks Arrow would cut it."""
    found = (compute.any(compute.match_substring(column, "\r")).as_py() for column in batch)
    return any(found)


def _is_utf8(path: Path) -> bool:
    """Whether a file is UTF-8 throughout, with line ends of today."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = False
    with path.open("rb") as file:
        while part := file.read(BLOCK):
            lines |= b"\n" in part
            try:
                if "\0" in decoder.decode(part):
                    return False
            except UnicodeDecodeError:
                return False
    return lines
