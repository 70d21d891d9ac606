"""How a table is read that is to be scored: in blocks of rows where that changes nothing, or whole.

Parquet is read in blocks, and so are large plain files of text, where the model's recipe tells how
each column was read in training: what a value is may then not depend on the others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, Unpack

import pandas as pd

from workbench.errors import ParameterError
from workbench.frame.contact_files import ContactFiles, is_parquet
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.flat_reading import reading_again
from workbench.frame.row_by_row import floating, hindrance, numbers_as_text
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
    plain : PlainText or None
        Where it is text that is read in blocks.
    at_once : bool
        Whether it is read whole.
    on_disk : bool
        Whether the scores are sorted on disk.
    floating : sequence of str
        Features that must be floating numbers, as in the whole table, whatever a block holds.
    note : str
        Why a large table is read whole.
    """

    path: Path
    files: ContactFiles | None = None
    plain: PlainText | None = None
    at_once: bool = False
    on_disk: bool = False
    floating: Sequence[str] = ()
    note: str = ""

    @classmethod
    def of(
        cls,
        table: str | os.PathLike[str],
        recipe: Mapping[str, Any],
        *,
        stream: bool | None = None,
        only_open: bool = False,
        large: int = LARGE,
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
        large : int
            Bytes of a file of text from which it is read in blocks.
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
        files = None
        if is_parquet(path):
            files = ContactFiles.of(path, customer=recipe.get("customer"))
        if stream is False:
            return cls(path, files, at_once=True)
        if files is None:
            return cls._of_text(path, recipe, told, large, stream=bool(stream))
        return cls._of_parquet(path, files, recipe, told, stream=stream, only_open=only_open)

    @classmethod
    def _of_parquet(
        cls,
        path: Path,
        files: ContactFiles,
        recipe: Mapping[str, Any],
        told: Told,
        *,
        stream: bool | None,
        only_open: bool,
    ) -> Self:
        why = hindrance(files, recipe, told, only_open=only_open)
        many = files.rows >= STREAM_FROM
        if why and stream:
            raise _no_stream(why)
        if why:
            note = f"The table is read at once, which takes memory: {why}" if many else ""
            return cls(path, files, at_once=True, note=note)
        readings = reading_again(recipe, told)
        texts = numbers_as_text(files, readings)
        found = floating(files.blocks(columns=texts), readings) if texts else ()
        return cls(path, files, on_disk=many if stream is None else stream, floating=found)

    @classmethod
    def _of_text(
        cls, path: Path, recipe: Mapping[str, Any], told: Told, large: int, *, stream: bool
    ) -> Self:
        if stream and path.suffix.lower() not in SUFFIXES:
            raise _no_stream(f"{path.name!r} is neither Parquet nor plain text such as CSV.")
        readings = reading_again(recipe, told)
        open_still = told.encoding or told.columns or recipe.get("columns") or not readings
        if not path.is_file() or path.stat().st_size < large:  # what is wrong is said on reading
            return cls(path, on_disk=stream)
        if stream and open_still:
            raise _no_stream(f"how {path.name!r} is read is not left to the model alone.")
        plain = None if open_still else PlainText.of(path)
        if plain is None and stream:
            raise _no_stream(f"{path.name!r} is not UTF-8 with a line of names and a row a line.")
        found = () if plain is None else floating(plain.blocks(), readings)
        return cls(path, plain=plain, on_disk=stream, floating=found)

    @property
    def rows(self) -> int | None:
        """How many there are, where the files tell."""
        return None if self.files is None else self.files.rows

    def blocks(self, rows: int) -> Iterator[pd.DataFrame | Path]:
        """Give what can be read by itself: parts of the table of so many rows, or all of it."""
        if self.plain is not None:
            yield from self.plain.blocks()
        elif self.files is None or (self.at_once and not self.path.is_dir()):
            yield self.path
        elif self.at_once:
            yield self.files.whole()
        else:
            yield from self.files.blocks(rows)

    def typed(self, frame: FeatureFrame) -> FeatureFrame:
        """Give the features of a block the types that they have in the whole table."""
        kinds = {name: "float64" for name in self.floating if name in frame.X}
        return replace(frame, X=frame.X.astype(kinds)) if kinds else frame


def _no_stream(why: str) -> ParameterError:
    return ParameterError(
        f"`stream` must read each row by itself, and cannot: {why} Leave `stream` out: the table "
        "is then read at once."
    )
