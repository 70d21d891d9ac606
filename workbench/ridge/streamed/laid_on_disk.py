"""Rows that come in blocks, written by fold to a scratch file."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.frame.dealing import numbered
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.rows.on_disk import DiskMatrix, DiskRows
from workbench.ridge.rows.source import AnyArray, Array
from workbench.ridge.streamed.parts import Part, PartReader
from workbench.ridge.streamed.streamed_rows import Numbers, StreamedRows
from workbench.ridge.tune.folds import NEVER_OUT, RANDOM, Folds, folds_of


@dataclass
class LaidOnDisk:
    """Rows in a scratch file, being written.

    ``at`` is the place of the next row of each fold, ``end`` that behind its last one.
    """

    reader: PartReader
    classes: np.ndarray
    scratch: Path | None
    X: DiskMatrix
    y: Array
    weight: AnyArray
    counts: Numbers
    at: Numbers
    end: Numbers
    low: Array
    high: Array
    customers: list[pd.Series[Any]] = field(default_factory=list)

    @classmethod
    def lay(
        cls, reader: PartReader, rows: StreamedRows, files: ParquetFiles, *, with_customers: bool
    ) -> LaidOnDisk:
        """Read all rows of the files, and write each where its fold is."""
        scratch, p, dtype = rows.source.scratch, len(reader.design.names), reader.dtype
        counts = np.bincount(reader.fold, weights=rows.number).astype(np.int64)
        n, end = int(counts.sum()), np.cumsum(counts)
        _check_space(n * p * dtype.itemsize, scratch)
        weight = np.broadcast_to(np.ones(1, dtype), n) if reader.plain else np.empty(n, dtype)
        X = DiskMatrix.empty(n, p, dtype, scratch)
        edges = np.full(p, np.inf), np.full(p, -np.inf)
        places = (counts, end - counts, end)
        made = cls(reader, rows.classes, scratch, X, np.empty(n, dtype), weight, *places, *edges)
        for block in files.blocks(reader.reader.columns):
            part = reader.read(block)
            if part is not None:
                made._add(part, keep=with_customers)
        if (made.at != end).any():
            raise files.changed()
        return made

    @property
    def rows(self) -> DiskRows:
        """What was written."""
        return DiskRows(self.X, self.y, self.weight, self.counts.tolist(), n_held=len(self.counts))

    @property
    def ranges(self) -> tuple[Array, Array]:
        """Least and greatest number of each column."""
        return self.low, self.high

    def dealt(self) -> tuple[DiskRows, Folds]:
        """Deal rows to random folds by what they hold, and write them anew in that order."""
        known = pd.concat(self.customers, ignore_index=True) if self.customers else None
        person = None if known is None else numbered(known)
        y, weight = self.y.astype(float), self.weight
        each = TrainingRows(pd.DataFrame(), y, weight, self.classes, {}, person=person)
        folds = folds_of(each, self.X, kind=RANDOM, needed=True)
        of_row = np.where(folds.of_row == NEVER_OUT, folds.of_row.max() + 1, folds.of_row)
        order, held = np.argsort(of_row, kind="stable"), int(folds.of_row.max()) + 1
        weight = weight[order] if weight.flags.writeable else weight
        X = self.X.in_order(order, self.scratch)
        counts = np.bincount(of_row, minlength=held).tolist()
        return DiskRows(X, self.y[order], weight, counts, n_held=held), folds

    def _add(self, part: Part, *, keep: bool) -> None:
        np.minimum(self.low, part.X.min(axis=0), out=self.low)
        np.maximum(self.high, part.X.max(axis=0), out=self.high)
        for g, some in part.by_fold(len(self.counts)):
            start = int(self.at[g])
            self.at[g] += len(some)
            if self.at[g] > self.end[g]:
                raise self.reader.changed
            self.X.write(start, part.X[some])
            self.y[start : self.at[g]] = part.y[some]
            if self.weight.flags.writeable:
                self.weight[start : self.at[g]] = part.weight[some]
        if keep and part.customer is not None:
            self.customers.append(part.customer)


def _check_space(needed: int, folder: Any) -> None:
    """Raise where the disk has no room for the rows."""
    place = tempfile.gettempdir() if folder is None else folder
    free = shutil.disk_usage(place).free
    if needed > free:
        raise DataError(
            f"The rows must be kept on disk while they are fitted, which takes {needed / 1e9:,.1f} "
            f"GB; {str(place)!r} has {free / 1e9:,.1f} GB left. Name a folder with more space: "
            "`scratch`."
        )
