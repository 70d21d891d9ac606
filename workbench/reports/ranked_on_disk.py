"""Scores of any number of contacts, best first: sorted on disk, and ranked as they are written.

Blocks of scored contacts go to a Parquet file of this run's own. DuckDB sorts it in little memory,
with parts of it in files beside it where they do not fit. Ranks are counted along the sorted rows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import ParameterError
from workbench.reports.list_keys import ListKeys
from workbench.reports.ranked_file import ROWS_AT_ONCE, no_contacts
from workbench.reports.running_ranks import RunningRanks
from workbench.sql.names import no_pattern

MEGABYTES = 256
"""What DuckDB may hold while it sorts; the rest goes to disk."""
_TRIES = (1, 2, 4)
"""Times that memory: for some long rows it is too little."""
_NUMBER, _BY, _ROW, _PLACE = "_number", "_by", "_row", "_place"


class UnrankedOnDisk:
    """Scored contacts in the order in which they came, of which none stays in memory.

    It gives what `workbench.reports.ranked_file.Unranked` gives, batch for batch.

    Parameters
    ----------
    path : path
        In a folder that only this run knows, and removes.
    scores : sequence of str
        The columns of scores; the first one ranks.
    """

    def __init__(self, path: Path, *, scores: Sequence[str] = ("propensity",)) -> None:
        self.path = path
        self.keys = ListKeys(scores)
        self.rows = 0
        self._writer: Any = None

    @property
    def returns(self) -> bool:
        """Whether a carriage return stands in some text."""
        return self.keys.returns

    def add(self, scores: pd.DataFrame, places: npt.NDArray[np.int64] | None = None) -> None:
        """Keep a block: keys, scores, reasons; a key is text until all of them are known.

        `places` are those of its rows in the table, where some rows are left out.
        """
        table, numbers = self.keys.as_text(scores)
        here = np.arange(self.rows, self.rows + len(scores))
        by = -scores[self.keys.scores[0]].to_numpy(dtype="float64") + 0.0  # one zero, not two
        own = {
            _NUMBER: np.zeros(len(here), dtype="int32") if numbers is None else numbers,
            _BY: by,
            _ROW: here,
            _PLACE: here if places is None else np.asarray(places, dtype="int64"),
        }
        kept = [name for name in table.column_names if name != "campaign"]
        table = table.select(kept)
        for name, values in own.items():
            table = table.append_column(name, pa.array(values))
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.path, table.schema, compression="zstd", compression_level=1
            )
        self._writer.write_table(table)
        self.rows += len(scores)

    def ranked(
        self, campaigns: Sequence[str], *, overall: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """Give them back, campaigns in the order told, best first, each with its rank.

        With `overall`, the best of all campaigns come first, and have a rank among all, too.

        Raises
        ------
        DataError
            There is none.
        ParameterError
            The disk has no room for sorting them.
        MemoryError
            There is less memory than sorting takes.
        """
        if self._writer is None:
            raise no_contacts()
        self._writer.close()
        within = RunningRanks(max(1, len(self.keys.numbers)))
        among_all = RunningRanks(1) if overall else None
        labels = pa.array(list(self.keys.numbers), type=pa.large_string())
        for table in self._sorted(campaigns, overall=overall):
            columns = {name: table[name].combine_chunks() for name in table.column_names}
            number, by, _, place = (columns.pop(name) for name in (_NUMBER, _BY, _ROW, _PLACE))
            value = by.to_numpy()
            ranks = {"rank": pa.array(within.add(number.to_numpy(), value))}
            if among_all is not None:
                nothing = np.zeros(len(value), dtype="int64")
                ranks["rank_overall"] = pa.array(among_all.add(nothing, value))
            if len(labels):
                columns["campaign"] = labels.take(number)
            columns = {name: columns[name].cast(self.keys.type_of(name)) for name in columns}
            yield self.keys.finished(columns, ranks, place)

    def _sorted(self, campaigns: Sequence[str], *, overall: bool) -> Iterator[pa.Table]:
        """Read the rows in their final order, some at a time."""
        spill = self.path.with_name("sorting")
        numbers = self.keys.numbers
        order = {numbers[label]: at for at, label in enumerate(campaigns)} or {0: 0}
        told = pa.table(
            {"n": pa.array(list(order), pa.int32()), "turn": pa.array(order.values(), pa.int32())}
        )
        first = f"{_BY}, turn" if overall else f"turn, {_BY}"
        # a folder named `customer=gold` would be everybody's customer
        sql = f"""
            SELECT k.* FROM read_parquet(?, hive_partitioning = false) k
            JOIN told ON k.{_NUMBER} = told.n ORDER BY {first}, {_ROW}"""
        given = 0
        for times in _TRIES:
            try:
                with closing(_sorter(spill, times * MEGABYTES)) as sorter:
                    sorter.register("told", told)
                    # a relation's reader streams; that of `execute` holds all rows
                    found = sorter.sql(sql, params=[no_pattern(self.path)])
                    for table in _even(found.to_arrow_reader(ROWS_AT_ONCE), given):
                        yield table
                        given += len(table)
            except duckdb.Error as error:
                fault = _fault_of(error)
                if not isinstance(fault, MemoryError) or times == _TRIES[-1]:
                    raise fault from None
            else:
                return
            finally:
                shutil.rmtree(spill, ignore_errors=True)


def _sorter(spill: Path, megabytes: int) -> duckdb.DuckDBPyConnection:
    settings = {
        "memory_limit": f"{megabytes}MB",
        "threads": 1,  # each holds blocks of its own, and two are not faster
        "temp_directory": spill,
        "preserve_insertion_order": False,
    }
    return duckdb.connect(config={name: str(value) for name, value in settings.items()})


def _fault_of(error: duckdb.Error) -> Exception:
    """Tell a full disk from too little memory; what is neither stays what it is."""
    if not isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        return error
    reason = str(error).splitlines()[0]
    if isinstance(error, duckdb.OutOfMemoryException) and "temp_directory" not in str(error):
        return MemoryError(reason)
    return ParameterError(
        f"There must be room to sort the list in the folder of `output`; {reason} Free some space "
        "there, or choose another place."
    )


def _even(batches: Iterable[pa.RecordBatch], passed: int) -> Iterator[pa.Table]:
    """Give rows in tables of `ROWS_AT_ONCE` rows, the last one aside, but for the first ones."""
    kept: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        start = min(passed, len(batch))
        passed -= start
        while start < len(batch):
            taken = batch.slice(start, ROWS_AT_ONCE - rows)
            kept.append(taken)
            start, rows = start + len(taken), rows + len(taken)
            if rows == ROWS_AT_ONCE:
                yield pa.Table.from_batches(kept)
                kept, rows = [], 0
    if kept:
        yield pa.Table.from_batches(kept)
