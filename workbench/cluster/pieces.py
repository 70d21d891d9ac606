"""Pieces that partitions of a Spark DataFrame give, merged in the order of the partitions.

A partition that fails and is tried again, or is computed on another machine, gives the same
pieces, and these are always merged in the same order: sums have the same bits, whatever the
scheduler does. Few pieces are merged by the driver; of many, the executors merge neighbours first.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from workbench.cluster.executors import asked, check_like_here, here
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

MOST_COLLECTED = 64
"""Partitions whose pieces the driver merges by itself."""
MERGED_AT_ONCE = 16

_FAULT, _PYTHON = "fault", "python"
_PART, _KIND, _DATA = "part", "kind", "data"


class Piece(NamedTuple):
    """What a partition gives: of a kind, so that it can be asked for alone."""

    kind: str
    data: Any


Task = Callable[[int, Iterator[pa.RecordBatch]], Iterator[Piece]]
"""What is done with a partition, of its number and its rows; it is sent to an executor."""


def over_partitions(dataframe: DataFrame, task: Task) -> DataFrame:
    """Return the pieces of all partitions, which are not computed before they are asked for.

    Parameters
    ----------
    dataframe : pyspark.sql.DataFrame
    task : callable
        Picklable. What it raises of the workbench's own errors reaches the driver as it is.
    """

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from pyspark import TaskContext

        part = TaskContext.get().partitionId()
        yield _batch(part, Piece(_PYTHON, here()))
        try:
            for piece in task(part, batches):
                yield _batch(part, piece)
        except WorkbenchError as error:
            yield _batch(part, Piece(_FAULT, error))

    with _of_arrow_alone():
        return dataframe.mapInArrow(run, _schema())


def of_kind(pieces: DataFrame, kind: str) -> DataFrame:
    """Return the pieces of one kind, where partitions gave several."""
    return pieces.where(pieces[_KIND].isin([kind, _FAULT, _PYTHON]))


def rows_of(batches: Iterator[Any], kind: str) -> Iterator[Any]:
    """Read the pieces of a kind, within a task on the pieces of another.

    Parameters
    ----------
    batches : iterator of RecordBatch, or of single rows
    kind : str
    """
    for batch in batches:
        if not isinstance(batch, pa.RecordBatch):
            if batch[_KIND] == kind:
                yield _read(batch[_DATA])
            continue
        for of, data in zip(batch.column(_KIND), batch.column(_DATA), strict=True):
            if of.as_py() == kind:
                yield _read(data.as_buffer())


def collected(pieces: DataFrame, kind: str) -> dict[int, list[Any]]:
    """Compute pieces, and return those of a kind by partition, in order.

    Each partition has an entry.

    Raises
    ------
    WorkbenchError
        What a task raised: of several, that of the first partition.
    """
    with asked():
        found = pieces.collect()
    return _by_partition(found, kind)


def _by_partition(found: Iterable[Any], kind: str) -> dict[int, list[Any]]:
    out: dict[int, list[Any]] = {}
    faults: dict[int, WorkbenchError] = {}
    for part, of, data in found:
        of_part, value = out.setdefault(part, []), _read(data)
        if of == kind:
            of_part.append(value)
        elif of == _PYTHON:
            check_like_here(value)
        elif of == _FAULT:
            faults.setdefault(part, value)
    if faults:
        raise faults[min(faults)]
    return dict(sorted(out.items()))


def merged(
    pieces: DataFrame, kind: str, merge: Callable[[Any, Any], Any], *, partitions: int
) -> Any:
    """Merge one piece a partition, in the order of partitions.

    Parameters
    ----------
    pieces : pyspark.sql.DataFrame
    kind : str
    merge : callable
        Of the merged piece so far and the next one; picklable.
    partitions : int
        How many there are.

    Raises
    ------
    WorkbenchError
        What a task raised.
    """
    while partitions > MOST_COLLECTED:
        pieces = _neighbours_merged(pieces, kind, merge)
        partitions = -(-partitions // MERGED_AT_ONCE)
    return _merged_in_order(collected(pieces, kind), merge)


def answered(
    pieces: DataFrame,
    task: Task,
    kind: str,
    merge: Callable[[Any, Any], Any],
    *,
    partitions: int,
) -> Any:
    """Run a task on kept pieces, and merge what it gives, one piece a partition.

    Of few partitions it is a job on the RDD beneath, which wants no plan: of few rows it takes a
    fifth of the time. Spark Connect has none, and gets a plan.
    """
    if partitions > MOST_COLLECTED or not hasattr(pieces, "rdd"):
        return merged(over_partitions(pieces, task), kind, merge, partitions=partitions)

    def run(part: int, rows: Iterator[Any]) -> Iterator[tuple[int, str, bytes]]:
        try:
            for piece in task(part, rows):
                yield part, piece.kind, pickle.dumps(piece.data, protocol=5)
        except WorkbenchError as error:
            yield part, _FAULT, pickle.dumps(error)

    with asked():
        found = pieces.rdd.mapPartitionsWithIndex(run).collect()
    return _merged_in_order(_by_partition(found, kind), merge)


def _merged_in_order(found: dict[int, list[Any]], merge: Callable[[Any, Any], Any]) -> Any:
    total, *later = [one for of_part in found.values() for one in of_part]
    for one in later:
        total = merge(total, one)
    return total


def _neighbours_merged(pieces: DataFrame, kind: str, merge: Callable[[Any, Any], Any]) -> DataFrame:
    """Merge the pieces of some neighbours each, on the executors."""
    from pyspark.sql.functions import floor

    def together(table: pa.Table) -> pa.Table:
        rows = table.sort_by(_PART).to_pylist()
        part = rows[0][_PART] // MERGED_AT_ONCE
        own = [_read(row[_DATA]) for row in rows if row[_KIND] == kind]
        total = own[0] if own else None
        for one in own[1:]:
            total = merge(total, one)
        faults = [Piece(_FAULT, _read(row[_DATA])) for row in rows if row[_KIND] == _FAULT]
        kept = [*faults[:1], *([Piece(kind, total)] if own else [])]
        return pa.Table.from_batches([_batch(part, one) for one in kept])

    group = floor(pieces[_PART] / MERGED_AT_ONCE)
    with _of_arrow_alone():
        return pieces.groupBy(group).applyInArrow(together, _schema())


@contextmanager
def _of_arrow_alone() -> Iterator[None]:
    """Let PySpark not warn of pandas 3, which it says of Arrow as well: no frame passes here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)
        yield


@cache
def _schema() -> StructType:
    from pyspark.sql.types import BinaryType, IntegerType, StringType, StructType

    return StructType().add(_PART, IntegerType()).add(_KIND, StringType()).add(_DATA, BinaryType())


def _read(data: Any) -> Any:
    return pickle.loads(data)  # noqa: S301 - of this session's own executors


def _batch(part: int, piece: Piece) -> pa.RecordBatch:
    data = pickle.dumps(piece.data, protocol=5)
    columns = [pa.array([part], pa.int32()), pa.array([piece.kind]), pa.array([data], pa.binary())]
    return pa.record_batch(columns, names=[_PART, _KIND, _DATA])
