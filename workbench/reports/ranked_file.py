"""Scores of many contacts to one file, best first, in memory that does not grow with them.

Blocks of scored contacts go to a file of their own in the order in which they come; DuckDB
then ranks and sorts them, on disk where memory is short, and they leave in blocks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import DataError
from workbench.reports.spreadsheet_text import as_text_only
from workbench.ridge.levels import spelled

ROWS_AT_ONCE = 50_000
MEMORY = "256MB"
_KEYS = ("customer", "campaign")


class Unranked:
    """Scored contacts in the order in which they came, in a file of this run's own.

    Parameters
    ----------
    path : path
        In a folder that only this run knows, and removes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.returns = False
        self._whole = dict.fromkeys(_KEYS, True)
        self._writer: pq.ParquetWriter | None = None

    def add(self, scores: pd.DataFrame) -> None:
        """Keep a block: keys, propensity, reasons; a key is text until all of them are known."""
        block = scores.assign(row=range(self.rows, self.rows + len(scores)))
        for name in [name for name in _KEYS if name in block]:
            self._whole[name] &= _are_whole(block[name])
            block[name] = spelled(block[name])
        self.returns |= any(
            block[name].str.contains("\r", regex=False).any()
            for name in block
            if pd.api.types.is_string_dtype(block[name])
        )
        table = pa.Table.from_pandas(block, preserve_index=False)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema)
        self._writer.write_table(table.cast(self._writer.schema))
        self.rows += len(block)

    def ranked(self, campaigns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Give them back, campaigns in the order told, best first, each with its rank."""
        if self._writer is None:
            raise DataError("There must be contacts to score; the table has no row. Check it.")
        self._writer.close()
        names = [name for name in self._writer.schema.names if name != "row"]
        with duckdb.connect() as connection, _memory_short():
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute("SET threads = 1")
            connection.execute("SET temp_directory = ?", [str(self.path.parent / "sorting")])
            places = pd.DataFrame({"label": list(campaigns), "place": range(len(campaigns))})
            connection.register("places", pa.Table.from_pandas(places.astype({"label": "str"})))
            # DuckDB would read the signs of a pattern in the name of the file
            with pq.ParquetFile(self.path) as file:
                batches = file.iter_batches(batch_size=ROWS_AT_ONCE)
                connection.register(
                    "scored", pa.RecordBatchReader.from_batches(file.schema_arrow, batches)
                )
                yield from connection.sql(self._query(names)).to_arrow_reader(ROWS_AT_ONCE)

    def _query(self, names: Sequence[str]) -> str:
        columns = [
            f"CAST({name} AS BIGINT) AS {name}" if self._whole.get(name, False) else name
            for name in names
        ]
        if "customer" not in names:
            columns.insert(0, "row")
        within, order, source = "", "propensity DESC, row", "scored"
        if "campaign" in names:
            within, order = "PARTITION BY place ", f"place, {order}"
            source = "scored JOIN places ON campaign = label"
        rank = f"rank() OVER ({within}ORDER BY propensity DESC) AS rank"
        columns.insert(columns.index("propensity") + 1, rank)
        return f"SELECT {', '.join(columns)} FROM {source} ORDER BY {order}"


@contextmanager
def _memory_short() -> Iterator[None]:
    """Say in Python's terms what DuckDB lacks."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise MemoryError from error
    except duckdb.IOException as error:
        raise OSError(str(error).splitlines()[0]) from error


def _are_whole(keys: pd.Series[Any]) -> bool:
    """Whether keys are whole numbers, gaps aside, however a block of them is typed."""
    if pd.api.types.is_integer_dtype(keys):
        return True
    if not pd.api.types.is_float_dtype(keys):
        return bool(keys.isna().all())
    present = keys.dropna()
    return bool((present % 1 == 0).all() and (present.abs() < 2**53).all())


def write_blocks(blocks: Iterator[pa.RecordBatch], path: Path, *, quoted: bool) -> None:
    """Write blocks of scores under one header, to CSV or Parquet as the file's suffix says.

    Parameters
    ----------
    blocks : iterator of RecordBatch
    path : path
    quoted : bool
        Whether a CSV has quotes around all text: a carriage return stands in some of it.
    """
    if path.suffix.lower() == ".csv":
        _write_csv(blocks, path, quoted=quoted)
        return
    first = next(blocks)
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_batch(first)
        for block in blocks:
            writer.write_batch(block)


def _write_csv(blocks: Iterator[pa.RecordBatch], path: Path, *, quoted: bool) -> None:
    for place, batch in enumerate(blocks):
        # whole numbers stay whole beside gaps
        block = batch.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        block.apply(as_text_only).to_csv(
            path, mode="a", header=place == 0, index=False, quoting=2 if quoted else 0
        )
