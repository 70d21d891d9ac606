"""A flat table to be scored, some rows at a time, so that memory does not grow with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import DataError, DataWarning
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.flat_reading import columns_again, known_outcomes
from workbench.messages import count_of
from workbench.reading import Saying, Told
from workbench.reading.text_blocks import PlainText
from workbench.tables.read import raw_table

ROWS_AT_ONCE = 50_000
LARGE = 1 << 25
"""Bytes of a file of text from which it is read in blocks."""


def frames_to_score(
    table: str | Path,
    recipe: Mapping[str, Any],
    *,
    rows: int = ROWS_AT_ONCE,
    large: int = LARGE,
    **said: Unpack[Saying],
) -> Iterator[FeatureFrame]:
    """Read a file of contacts in blocks, each as `FeatureFrame.to_score` reads all of them.

    Parquet is read in blocks, and so are plain files of text of `large` bytes and more where
    the recipe tells how each column was read in training: what a value is may then not depend
    on the others. Other files are read at once, and scored in blocks.

    Parameters
    ----------
    table : path
    recipe : mapping
        Of the model's own frame.
    rows : int
        Of a block, at most.
    large : int
        Bytes.
    **said
        What `FeatureFrame.to_score` takes; a file whose encoding is said, or whose columns are
        named as it has no header line, is read whole.
    """
    in_parts = bool(recipe.get("reading")) and not said.get("encoding") and not _names(recipe, said)
    for block in _blocks(Path(table), rows=rows, large=large if in_parts else None):
        frame = FeatureFrame.to_score(block, recipe, **said)
        for start in range(0, len(frame), rows):
            yield frame.rows(np.arange(start, min(start + rows, len(frame))))


def open_frames_to_score(
    table: str | Path,
    recipe: Mapping[str, Any],
    *,
    rows: int = ROWS_AT_ONCE,
    large: int = LARGE,
    **said: Unpack[Saying],
) -> Iterator[tuple[FeatureFrame, npt.NDArray[np.int64]]]:
    """Read the contacts whose outcome is not known, in blocks, as `frames_to_score` reads all.

    A row is open where the target is missing, by the words for nothing that training knew. All
    are where the table has no column of that name: a warning says so.

    Yields
    ------
    frame : FeatureFrame
    places : ndarray of int
        Of its rows in the table, from 0.

    Raises
    ------
    DataError
        No row is open.

    Warns
    -----
    DataWarning
        Rows are left out, or the table does not have the target.
    """
    told = Told.of(**said)
    in_parts = bool(recipe.get("reading")) and not told.encoding and not _names(recipe, said)
    before = taken = 0
    for block in _blocks(Path(table), rows=rows, large=large if in_parts else None):
        columns = columns_again(block, recipe, told)
        raw = raw_table(block, encoding=told.encoding, columns=columns)
        frame = FeatureFrame.to_score(raw, recipe, **said)
        places = np.flatnonzero(~known_outcomes(raw, recipe))
        for start in range(0, len(places), rows):
            chosen = places[start : start + rows]
            yield frame.rows(chosen), before + chosen
        before, taken = before + len(frame), taken + len(places)
    if not taken:
        raise DataError(
            f"There must be contacts whose outcome is open; {recipe.get('target')!r} has a value "
            f"in {count_of(before, 'row')}, which is all. Leave `only_open` out to score them."
        )
    if taken < before:
        left = count_of(before - taken, "row has", "rows have")
        warnings.warn(
            f"{left} an outcome already, and {'is' if before - taken == 1 else 'are'} left out.",
            DataWarning,
            stacklevel=2,
        )


def _names(recipe: Mapping[str, Any], said: Saying) -> bool:
    return bool(recipe.get("columns") or said.get("columns"))


def _blocks(path: Path, *, rows: int, large: int | None) -> Iterator[pd.DataFrame | Path]:
    """Give what can be read by itself: parts of a table, or the whole file."""
    if path.suffix.lower() == ".parquet" and _has_rows(path):
        yield from _parquet_blocks(path, rows)
        return
    plain = None
    if large is not None and path.is_file() and path.stat().st_size >= large:
        plain = PlainText.of(path)
    if plain is None:
        yield path
    else:
        yield from plain.blocks()


def _has_rows(path: Path) -> bool:
    """Whether a file is Parquet and holds rows; what is wrong with others is said elsewhere."""
    try:
        with pq.ParquetFile(path) as file:
            return bool(file.metadata.num_rows)
    except (pa.ArrowException, OSError):
        return False


def _parquet_blocks(path: Path, rows: int) -> Iterator[pd.DataFrame]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=rows):
            yield batch.to_pandas()
