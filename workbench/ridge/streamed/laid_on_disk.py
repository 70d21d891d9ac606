"""Rows that come in blocks, laid out by fold in a scratch file: as `lay_out` does in memory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.errors import DataError, ParameterError
from workbench.frame.dealing import numbered
from workbench.frame.streamed.parquet_files import changed
from workbench.ridge.design.design import Design
from workbench.ridge.design.remarks import Remarks, gathered
from workbench.ridge.design.training_rows import UNGROUPED, TrainingRows
from workbench.ridge.laid_rows import LaidRows, planned
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.on_disk import DiskMatrix, DiskRows
from workbench.ridge.rows.source import AnyArray, Array
from workbench.ridge.settings import BY_ROWS, Settings
from workbench.ridge.statistics.layout import measured_rows
from workbench.ridge.streamed.learned import learn
from workbench.ridge.streamed.streamed_rows import Numbers, StreamedRows
from workbench.ridge.tune.folds import (
    AUTO,
    NEVER_OUT,
    RANDOM,
    TIME,
    Folds,
    folds_of,
)


def lay_out_on_disk(rows: StreamedRows, settings: Settings) -> LaidRows:
    """Lay out checked rows, reading them once.

    Parameters
    ----------
    rows : StreamedRows
    settings : Settings

    Raises
    ------
    DataError
        The files have changed since the first pass, or there is no space for the rows.
    ParameterError
        `folds='time'`, for which the moment of each row would have to be known.
    """
    if settings.folds == TIME:
        raise ParameterError(
            "`folds='time'` cuts rows by their moments, and a stream keeps none of single rows. "
            "Give `ParquetRows` their `time`: its months, or other `periods`, are then campaigns."
        )
    design, dtype = learn(rows, most_levels=settings.most_levels)
    groups = {name: rows.groups.get(name, UNGROUPED) for name in design.features}
    plan = planned(settings, design, groups, len(rows.order))
    needed = bool(plan.sets) and settings.criterion not in BY_ROWS
    at_random = _at_random(rows, settings, needed=needed)
    # which part is random follows from what rows hold: they are dealt when they are written
    kind = AUTO if at_random else settings.folds
    folds = folds_of(rows, np.zeros(0), kind=kind, needed=needed and not at_random)
    if at_random:
        folds = folds._replace(of_row=np.zeros_like(folds.of_row))
    laid = _Laid.of(rows, design, dtype, folds.of_row, with_customers=at_random)
    ranges = laid.ranges
    blocks: ArrayRows = laid.rows
    if at_random:
        blocks, folds = _dealt(laid, rows)
    if len(blocks) <= blocks.n_columns:  # the lesser part is then the rows: see `statistics.choose`
        blocks = ArrayRows(blocks.X[:], blocks.y, np.array(blocks.weight), blocks.fold_of_row)
    blocks, measured = measured_rows(blocks.judged_from(folds.forward_from), blocks.X)
    parts = (design, groups, plan, blocks, measured, folds, ranges)
    return LaidRows(*parts, rows=rows.wholes, campaigns=len(rows.order), outcome=rows.outcome)


def _at_random(rows: StreamedRows, settings: Settings, *, needed: bool) -> bool:
    if settings.folds == RANDOM:
        return True
    return settings.folds == AUTO and len(rows.order) < 2 and needed


@dataclass
class _Laid:
    """Rows in a scratch file, being written.

    ``at`` is the place of the next row of each fold, ``end`` that behind its last one.
    """

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
    def of(
        cls,
        rows: StreamedRows,
        design: Design,
        dtype: np.dtype[Any],
        fold: Numbers,
        *,
        with_customers: bool,
    ) -> _Laid:
        """Read all rows, and write each where its fold is."""
        source, p = rows.source, len(design.names)
        counts = np.bincount(fold, weights=rows.number).astype(np.int64)
        n, end = int(counts.sum()), np.cumsum(counts)
        _check_space(n * p * dtype.itemsize, source.scratch)
        plain = bool((rows.contacts == rows.number).all()) and rows.undecayed is None
        weight = np.broadcast_to(np.ones(1, dtype), n) if plain else np.empty(n, dtype)
        X = DiskMatrix.empty(n, p, dtype, source.scratch)
        edges = np.full(p, np.inf), np.full(p, -np.inf)
        made = cls(X, np.empty(n, dtype), weight, counts, end - counts, end, *edges)
        for part in _parts(rows, design, fold):
            made._add(part, keep=with_customers)
        if (made.at != end).any():
            raise changed(source.files.paths[0].name)
        return made

    @property
    def rows(self) -> DiskRows:
        """What was written."""
        return DiskRows(self.X, self.y, self.weight, self.counts.tolist(), n_held=len(self.counts))

    @property
    def ranges(self) -> tuple[Array, Array]:
        """Least and greatest number of each column."""
        return self.low, self.high

    def _add(self, part: _Part, *, keep: bool) -> None:
        np.minimum(self.low, part.X.min(axis=0), out=self.low)
        np.maximum(self.high, part.X.max(axis=0), out=self.high)
        order = np.argsort(part.fold, kind="stable")
        edges = np.searchsorted(part.fold[order], np.arange(len(self.counts) + 1))
        for g in np.flatnonzero(np.diff(edges)):
            some = order[edges[g] : edges[g + 1]]
            start = int(self.at[g])
            self.at[g] += len(some)
            if self.at[g] > self.end[g]:
                raise changed(part.file)
            self.X.write(start, part.X[some])
            self.y[start : self.at[g]] = part.y[some]
            if self.weight.flags.writeable:
                self.weight[start : self.at[g]] = part.weight[some]
        if keep and part.customer is not None:
            self.customers.append(part.customer)


class _Part(NamedTuple):
    X: Array
    y: Array
    weight: Array
    fold: Numbers
    customer: pd.Series[Any] | None
    file: str


def _parts(rows: StreamedRows, design: Design, fold: Numbers) -> Iterator[_Part]:
    """Read the rows whose outcome is known, and that weigh something, into the design."""
    source, share = rows.source, rows.share_of_key()
    place = np.full(len(source.rows_of_key), -1)
    place[rows.key] = np.arange(len(rows.key))
    name = source.files.paths[0].name
    for block in source.blocks():
        kept = np.flatnonzero((place[block.key] >= 0) & (block.weight > 0))
        if not len(kept):
            continue
        remarks, at = Remarks(), place[block.key[kept]]
        with gathered(remarks):
            X = design.matrix(block.X if len(kept) == len(block.X) else block.X.iloc[kept])
        if remarks.gaps or any(one.levels for one in remarks.unseen.values()):
            raise changed(name)  # the first pass saw no gap there, and all levels
        who = None if block.customer is None else _marks(block.customer.iloc[kept])
        weight = block.weight[kept] * share[block.key[kept]]
        X = X.toarray() if design.sparse else X
        yield _Part(X, rows.y[at], weight, fold[at], who, name)


def _marks(customer: pd.Series[Any]) -> pd.Series[Any]:
    """Return a number of 64 bits for each customer; NaN where none is known."""
    marks = pd.Series(pd.util.hash_array(customer.to_numpy(dtype=object)), dtype="UInt64")
    return marks.mask(customer.isna().to_numpy())


def _dealt(laid: _Laid, rows: StreamedRows) -> tuple[DiskRows, Folds]:
    """Deal rows to random folds by what they hold, and write them anew in that order."""
    known = pd.concat(laid.customers, ignore_index=True) if laid.customers else None
    person = None if known is None else numbered(known)
    y, weight = laid.y.astype(float), laid.weight
    each = TrainingRows(pd.DataFrame(), y, weight, rows.classes, {}, person=person)
    folds = folds_of(each, laid.X, kind=RANDOM, needed=True)
    of_row = np.where(folds.of_row == NEVER_OUT, folds.of_row.max() + 1, folds.of_row)
    order, held = np.argsort(of_row, kind="stable"), int(folds.of_row.max()) + 1
    weight = weight[order] if weight.flags.writeable else weight
    X = laid.X.in_order(order, rows.source.scratch)
    counts = np.bincount(of_row, minlength=held).tolist()
    made = DiskRows(X, laid.y[order], weight, counts, n_held=held)
    return made, folds


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
