"""Rows that come in parts, kept on disk, and given back in an order of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

AT_ONCE = 1 << 26
"""Bytes of all parts that are in memory while rows are put in order."""


class RowSpool:
    """Rows of n places, each of which belongs to one part; a part's rows come in their order.

    Parameters
    ----------
    path : path
        A file for the time being, whose folder is the caller's.
    schema : Schema
    part : ndarray of int, shape (n,)
        The part of each place.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "rows"
    >>> spool = RowSpool(place, pa.schema({"a": pa.int64()}), np.array([0, 1, 0]))
    >>> with spool.written():
    ...     spool.add(1, pa.table({"a": [20]}))
    ...     spool.add(0, pa.table({"a": [10, 30]}))
    >>> [block["a"].to_pylist() for block in spool.blocks(2)]
    [[10, 20], [30]]
    """

    def __init__(self, path: Path, schema: pa.Schema, part: npt.NDArray[np.integer]) -> None:
        self._path, self._schema, self._part = path, schema, part
        self._numbers: dict[int, list[int]] = defaultdict(list)
        self._count, self._writer = 0, None
        width = sum(8 if pa.types.is_primitive(kind) else 64 for kind in schema.types)
        parts = int(part.max(initial=0)) + 1
        self.batch_rows = max(16, min(1 << 16, AT_ONCE // (parts * width)))

    @contextmanager
    def written(self) -> Iterator[None]:
        """Write parts inside the block."""
        packed = pa.ipc.IpcWriteOptions(compression="lz4")
        with (
            pa.OSFile(str(self._path), "wb") as file,
            pa.ipc.new_file(file, self._schema, options=packed) as self._writer,
        ):
            yield

    def add(self, part: int, table: pa.Table) -> None:
        """Write rows of a part, which follow those of it that are there."""
        writer: Any = self._writer
        for batch in table.combine_chunks().to_batches(max_chunksize=self.batch_rows):
            writer.write_batch(batch)
            self._numbers[part].append(self._count)
            self._count += 1

    def blocks(self, rows: int) -> Iterator[pa.Table]:
        """Give all rows in the order of their places, so many at a time."""
        with pa.OSFile(str(self._path), "rb") as file, pa.ipc.open_file(file) as reader:
            waiting = {part: _Waiting(reader, of) for part, of in self._numbers.items()}
            for start in range(0, len(self._part), rows):
                here = self._part[start : start + rows]
                parts, counts = (one.tolist() for one in np.unique(here, return_counts=True))
                some = [waiting[part].take(n) for part, n in zip(parts, counts, strict=True)]
                table = pa.concat_tables(some).combine_chunks()
                yield table if len(parts) == 1 else table.take(_places(here))


class _Waiting:
    """The rows of a part that are still to come."""

    def __init__(self, reader: Any, numbers: Sequence[int]) -> None:
        self._reader, self._numbers = reader, iter(numbers)
        self._rest: pa.Table = reader.schema.empty_table()

    def take(self, rows: int) -> pa.Table:
        """Take the next rows."""
        batches = self._rest.to_batches()
        count = len(self._rest)
        while count < rows:
            batches.append(self._reader.get_batch(next(self._numbers)))
            count += len(batches[-1])
        there = pa.Table.from_batches(batches, self._reader.schema)
        self._rest = there.slice(rows)
        return there.slice(0, rows)


def _places(part: npt.NDArray[np.integer]) -> pa.Array:
    """Return where each row stands among the rows put together by part."""
    order = np.argsort(part, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return pa.array(place)
