"""Scores of many contacts to one file, best first, in memory that does not grow with them.

Blocks of scored contacts go to a file of their own in the order in which they come. Their
scores and campaigns alone stay in memory, which gives the ranks; then the contacts are
gathered from that file in their final order, some at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import DataError
from workbench.reports.excel_book import TEXT_KEYS, check_fits, write_book
from workbench.reports.list_keys import ListKeys
from workbench.reports.spreadsheet_text import EXCEL_TEXT, as_excel_keeps_it, as_text_only

ROWS_AT_ONCE = 50_000


class Unranked:
    """Scored contacts in the order in which they came, in a file of this run's own.

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
        self._ranked_by: list[npt.NDArray[np.float64]] = []
        self._campaign: list[npt.NDArray[np.int32]] = []
        self._places: list[npt.NDArray[np.int64]] = []

    @property
    def returns(self) -> bool:
        """Whether a carriage return stands in some text."""
        return self.keys.returns

    def add(self, scores: pd.DataFrame, places: npt.NDArray[np.int64] | None = None) -> None:
        """Keep a block: keys, scores, reasons; a key is text until all of them are known.

        `places` are those of its rows in the table, where some rows are left out.
        """
        here = np.arange(self.rows, self.rows + len(scores)) if places is None else places
        self._places.append(np.asarray(here, dtype="int64"))
        self._ranked_by.append(scores[self.keys.scores[0]].to_numpy(dtype="float64"))
        table, numbers = self.keys.as_text(scores)
        if numbers is not None:
            self._campaign.append(numbers)
        if self._writer is None:
            self._writer = pa.ipc.new_file(self.path, table.schema)
        for batch in table.combine_chunks().to_batches():
            self._writer.write_batch(batch)
        self.rows += len(scores)

    def ranked(
        self, campaigns: Sequence[str], *, overall: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """Give them back, campaigns in the order told, best first, each with its rank.

        With `overall`, the best of all campaigns come first, and have a rank among all, too.
        """
        if self._writer is None:
            raise no_contacts()
        self._writer.close()
        order, rank = self._order(campaigns)
        among_all = self._among_all() if overall else None
        if among_all is not None:
            order = np.lexsort((order_places(order), among_all))
        with pa.memory_map(str(self.path)) as held, pa.ipc.open_file(held) as file:
            batches = [file.get_batch(k) for k in range(file.num_record_batches)]
            for start in range(0, self.rows, ROWS_AT_ONCE):
                chosen = order[start : start + ROWS_AT_ONCE]
                ranks = {"rank": pa.array(rank[chosen])}
                if among_all is not None:
                    ranks["rank_overall"] = pa.array(among_all[chosen])
                yield self._finished(_gathered(batches, chosen), chosen, ranks)
            del batches

    def _order(
        self, campaigns: Sequence[str]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return rows in their final order, and the rank of each row."""
        score = pd.Series(np.concatenate(self._ranked_by))
        if not self._campaign:
            rank = score.rank(method="min", ascending=False)
            place = np.zeros(self.rows)
        else:
            number = np.concatenate(self._campaign)
            rank = score.groupby(number).rank(method="min", ascending=False)
            places = np.empty(len(self.keys.numbers))
            for at, label in enumerate(campaigns):
                places[self.keys.numbers[label]] = at
            place = places[number]
        ranks = rank.to_numpy().astype("int64")
        return np.lexsort((ranks, place)), ranks  # stable: ties stand as they came

    def _among_all(self) -> npt.NDArray[np.int64]:
        """Return the rank of each row among all; equal scores share the better one."""
        score = pd.Series(np.concatenate(self._ranked_by))
        return score.rank(method="min", ascending=False).to_numpy().astype("int64")

    def _finished(
        self, batch: pa.RecordBatch, rows: npt.NDArray[np.int64], ranks: dict[str, pa.Array]
    ) -> pa.RecordBatch:
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        place = pa.array(np.concatenate(self._places)[rows])
        return self.keys.finished(columns, ranks, place)


def no_contacts() -> DataError:
    """Return the error of a list without anybody."""
    return DataError("There must be contacts to score; the table has no row. Check it.")


def _gathered(batches: Sequence[pa.RecordBatch], rows: npt.NDArray[np.int64]) -> pa.RecordBatch:
    """Take rows by their numbers over all batches, in the order given."""
    starts = np.cumsum([0, *(batch.num_rows for batch in batches)])
    by = np.argsort(rows)
    cuts = np.searchsorted(rows[by], starts)
    pieces = [
        batch.take(pa.array(rows[by][cuts[k] : cuts[k + 1]] - starts[k]))
        for k, batch in enumerate(batches)
        if cuts[k] < cuts[k + 1]
    ]
    back = np.empty(len(rows), dtype="int64")
    back[by] = np.arange(len(rows))
    (together,) = pa.Table.from_batches(pieces).combine_chunks().to_batches()
    return together.take(pa.array(back))


def order_places(order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the place of each row in an order.

    Examples
    --------
    >>> order_places(np.array([2, 0, 1])).tolist()
    [1, 2, 0]
    """
    places = np.empty(len(order), dtype="int64")
    places[order] = np.arange(len(order))
    return places


def write_blocks(
    blocks: Iterator[pa.RecordBatch], path: Path, *, quoted: bool, rows: int = 0, excel: str = ""
) -> None:
    """Write blocks of scores under one header, to CSV, Excel or Parquet as the suffix says.

    Parameters
    ----------
    blocks : iterator of RecordBatch
    path : path
    quoted : bool
        Whether a CSV has quotes around all text: a carriage return stands in some of it.
    rows : int
        Of all blocks: a book of Excel is refused before it is begun.
    excel : {"", "de", "en"}
        The language of the Excel that a CSV is for.

    Raises
    ------
    ParameterError
        A sheet of Excel has too few rows.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        _write_csv(blocks, path, quoted=quoted, excel=excel)
    elif suffix == ".xlsx":
        check_fits(rows)
        write_book(blocks, path)
    else:
        _write_parquet(blocks, path)


def _write_parquet(blocks: Iterator[pa.RecordBatch], path: Path) -> None:
    first = next(blocks)
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_batch(first)
        for block in blocks:
            writer.write_batch(block)


def _write_csv(
    blocks: Iterator[pa.RecordBatch], path: Path, *, quoted: bool, excel: str = ""
) -> None:
    for place, batch in enumerate(blocks):
        # whole numbers stay whole beside gaps
        block = batch.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        if excel:
            write_excel_text(block, path, language=excel, first=place == 0, quoted=quoted)
            continue
        block.apply(as_text_only).to_csv(
            path, mode="a", header=place == 0, index=False, quoting=2 if quoted else 0
        )


def write_excel_text(
    block: pd.DataFrame, path: Path, *, language: str, first: bool, quoted: bool = False
) -> None:
    """Add rows to a CSV that Excel of one language opens by a double click; keys stay text.

    Parameters
    ----------
    block : DataFrame
    path : path
    language : {"de", "en"}
    first : bool
        Whether the file begins here: a byte order mark says UTF-8, and a header follows.
    quoted : bool
        Whether all text has quotes around it.
    """
    form = EXCEL_TEXT[language]
    keys = {name: block[name].astype("str") for name in TEXT_KEYS if name in block}
    text = {name: key.where(block[name].notna()) for name, key in keys.items()}
    block.assign(**text).apply(as_excel_keeps_it).to_csv(
        path,
        mode="a",
        header=first,
        index=False,
        quoting=2 if quoted else 0,
        sep=form.separator,
        decimal=form.decimal,
        lineterminator="\r\n",
        encoding="utf-8-sig" if first else "utf-8",
    )
