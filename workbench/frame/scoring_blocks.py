"""A flat table to be scored, some rows at a time, so that memory does not grow with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from workbench.errors import DataError, DataWarning
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.flat_reading import columns_again, known_outcomes
from workbench.frame.to_score import LARGE, ToScore
from workbench.messages import count_of
from workbench.reading import Saying, Told
from workbench.tables.read import raw_table

ROWS_AT_ONCE = 50_000


def frames_to_score(
    table: str | Path | ToScore,
    recipe: Mapping[str, Any],
    *,
    rows: int = ROWS_AT_ONCE,
    large: int = LARGE,
    **said: Unpack[Saying],
) -> Iterator[FeatureFrame]:
    """Read a file of contacts in blocks, each as `FeatureFrame.to_score` reads all of them.

    What is not read in blocks, as `ToScore` says, is read at once, and scored in blocks.

    Parameters
    ----------
    table : path or ToScore
    recipe : mapping
        Of the model's own frame.
    rows : int
        Of a block, at most.
    large : int
        Bytes of a file of text from which it is read in blocks.
    **said
        What `FeatureFrame.to_score` takes; a file whose encoding is said, or whose columns are
        named as it has no header line, is read whole.
    """
    source = table if isinstance(table, ToScore) else ToScore.of(table, recipe, large=large, **said)
    for block in source.blocks(rows):
        frame = source.typed(FeatureFrame.to_score(block, recipe, **said))
        for start in range(0, len(frame), rows):
            yield frame.rows(np.arange(start, min(start + rows, len(frame))))


def open_frames_to_score(
    table: str | Path | ToScore,
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
    source = table
    if not isinstance(source, ToScore):
        source = ToScore.of(source, recipe, only_open=True, large=large, **said)
    before = taken = 0
    for block in source.blocks(rows):
        columns = columns_again(block, recipe, told)
        raw = raw_table(block, encoding=told.encoding, columns=columns)
        frame = source.typed(FeatureFrame.to_score(raw, recipe, **said))
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
