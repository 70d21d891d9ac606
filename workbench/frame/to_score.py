"""How a table is read that is to be scored: in blocks of rows where that changes nothing, or whole.

Parquet is read in blocks, and so are large plain files of text, where the model's recipe tells how
each column was read in training: what a value is may then not depend on the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, Unpack

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.contact_files import ContactFiles, is_parquet
from workbench.frame.row_by_row import hindrance
from workbench.reading import Saying, Told
from workbench.reading.text_blocks import SUFFIXES, PlainText

LARGE = 1 << 25
"""Bytes of a file of text from which it is read in blocks."""
STREAM_FROM = 1_000_000
"""Rows of Parquet from which a list is sorted on disk, unless somebody says otherwise."""


@dataclass(frozen=True)
class ToScore:
    """A table of contacts to score, and how its rows are read.

    Parameters
    ----------
    path : path
    files : ContactFiles or None
        Where it is Parquet.
    at_once : bool
        Whether it is read whole.
    on_disk : bool
        Whether the scores are sorted on disk.
    as_trained : bool
        Whether the recipe tells all that a file of text leaves open.
    note : str
        Why a large table is read whole.
    """

    path: Path
    files: ContactFiles | None
    at_once: bool = False
    on_disk: bool = False
    as_trained: bool = False
    note: str = ""

    @classmethod
    def of(
        cls,
        table: str | os.PathLike[str],
        recipe: Mapping[str, Any],
        *,
        stream: bool | None = None,
        only_open: bool = False,
        **said: Unpack[Saying],
    ) -> Self:
        """Look at a table, and choose.

        Parameters
        ----------
        table : path
            A file, or a folder of Parquet files.
        recipe : mapping
            Of the model's own frame.
        stream : bool, optional
            Whether memory must not grow with the table; None: of Parquet from a million rows on.
        only_open : bool
            Whether rows whose outcome is known are left out.
        **said
            As for `FeatureFrame.to_score`.

        Raises
        ------
        ParameterError
            `stream` is asked for, and the rows cannot be read by themselves.
        MissingDataError, DataError, SchemaError
            There is no Parquet file in a folder, a file is damaged, or they differ.
        """
        path, told = Path(table), Told.of(**said)
        named = recipe.get("columns") or told.columns
        as_trained = bool(recipe.get("reading")) and not told.encoding and not named
        files, why = None, ""
        if is_parquet(path):
            files = ContactFiles.of(path, customer=recipe.get("customer"))
            if stream is not False:
                why = hindrance(files, recipe, told, only_open=only_open)
        elif stream:
            why = _hindrance_of_text(path, as_trained=as_trained)
        if stream and why:
            raise ParameterError(
                f"`stream` must read each row by itself, and cannot: {why} Leave `stream` out: the "
                "table is then read at once."
            )
        many = files is not None and files.rows >= STREAM_FROM
        note = f"The table is read at once, which takes memory: {why}" if why and many else ""
        on_disk = bool(stream) or (stream is None and many and not why)
        at_once = stream is False or bool(why)
        return cls(path, files, at_once, on_disk, as_trained, note)

    @property
    def rows(self) -> int | None:
        """How many there are, where the files tell."""
        return None if self.files is None else self.files.rows

    def blocks(self, *, rows: int, large: int = LARGE) -> Iterator[pd.DataFrame | Path]:
        """Give what can be read by itself: parts of the table, or all of it.

        Parameters
        ----------
        rows : int
            Of a block, at most.
        large : int
            Bytes of text that are read at once.
        """
        if self.files is not None and not self.at_once:
            yield from self.files.blocks(rows)
        elif self.files is not None and self.path.is_dir():
            yield self.files.whole()
        elif self.files is None and not self.at_once and self.as_trained:
            yield from _text_blocks(self.path, large)
        else:
            yield self.path


def _text_blocks(path: Path, large: int) -> Iterator[pd.DataFrame | Path]:
    plain = None
    if path.is_file() and path.stat().st_size >= large:
        plain = PlainText.of(path)
    if plain is None:
        yield path
    else:
        yield from plain.blocks()


def _hindrance_of_text(path: Path, *, as_trained: bool) -> str:
    """Say why a file that is no Parquet cannot be read in blocks; "" where it can, or is small."""
    if path.suffix.lower() not in SUFFIXES:
        return f"{path.name!r} is neither Parquet nor plain text such as CSV."
    if not path.is_file() or path.stat().st_size < LARGE:
        return ""  # what is wrong with it is said where it is read
    if not as_trained:
        return f"how columns of {path.name!r} are read is not left to the model alone."
    if PlainText.of(path) is None:
        return f"{path.name!r} is not UTF-8 with one line of names and a row a line throughout."
    return ""
