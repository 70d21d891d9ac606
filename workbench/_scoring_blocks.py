"""A flat table to be scored, some rows at a time, so that memory does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.feature_frame import FeatureFrame
from workbench.flat_table import frame_to_score

ROWS_AT_ONCE = 50_000


def frames_to_score(
    table: str | Path, recipe: Mapping[str, Any], *, rows: int = ROWS_AT_ONCE
) -> Iterator[FeatureFrame]:
    """Read a file of contacts in blocks, each as `frame_to_score` reads all of them.

    Parquet is read in blocks; other files are read at once, and scored in blocks.

    Parameters
    ----------
    table : path
    recipe : mapping
        Of the model's own frame.
    rows : int
        Of a block, at most.
    """
    if Path(table).suffix.lower() == ".parquet" and _has_rows(Path(table)):
        for block in _parquet_blocks(Path(table), rows):
            yield frame_to_score(block, recipe)
        return
    frame = frame_to_score(table, recipe)
    for start in range(0, len(frame), rows):
        yield frame.rows(np.arange(start, min(start + rows, len(frame))))


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
