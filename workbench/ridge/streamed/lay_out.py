"""Rows that come in blocks, laid out by fold where there is room: as `lay_out` does in memory."""

from __future__ import annotations

from typing import cast

import numpy as np

from workbench.errors import ParameterError
from workbench.frame.streamed.parquet_files import ParquetFiles
from workbench.frame.streamed.spark_table import SparkTable
from workbench.ridge.design.training_rows import UNGROUPED
from workbench.ridge.laid_rows import LaidRows, planned
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.settings import BY_ROWS, Settings
from workbench.ridge.statistics.layout import measured_rows
from workbench.ridge.streamed.laid_on_cluster import LaidOnCluster
from workbench.ridge.streamed.laid_on_disk import LaidOnDisk
from workbench.ridge.streamed.learned import learn
from workbench.ridge.streamed.parts import PartReader
from workbench.ridge.streamed.streamed_rows import StreamedRows
from workbench.ridge.tune.folds import AUTO, RANDOM, TIME, folds_of


def lay_out_streamed(rows: StreamedRows, settings: Settings) -> LaidRows:
    """Lay out checked rows, reading them once.

    Parameters
    ----------
    rows : StreamedRows
    settings : Settings

    Raises
    ------
    DataError
        The rows have changed since the first pass, or there is no space for them.
    ParameterError
        `folds='time'`, for which the moment of each row would have to be known.
    """
    if settings.folds == TIME:
        raise ParameterError(
            "`folds='time'` cuts rows by their moments, and a stream keeps none of single rows. "
            "Give `ParquetRows` or `SparkRows` their `time`: its months, or other `periods`, are "
            "then campaigns."
        )
    learned = learn(rows, most_levels=settings.most_levels)
    design = learned.design
    groups = {name: rows.groups.get(name, UNGROUPED) for name in design.features}
    plan = planned(settings, design, groups, len(rows.order))
    needed = bool(plan.sets) and settings.criterion not in BY_ROWS
    at_random = _at_random(rows, settings, needed=needed)
    # which part is random follows from what rows hold: they are dealt when they are written
    kind = AUTO if at_random else settings.folds
    folds = folds_of(rows, np.zeros(0), kind=kind, needed=needed and not at_random)
    if at_random:
        folds = folds._replace(of_row=np.zeros_like(folds.of_row))
    reader = PartReader.of(rows, learned, folds.of_row)
    laid = _laid(reader, rows, with_customers=at_random)
    ranges = laid.ranges
    blocks: ArrayRows = laid.rows
    if at_random and isinstance(laid, LaidOnDisk):  # a cluster has said that it cannot
        blocks, folds = laid.dealt()
    if len(blocks) <= blocks.n_columns:  # the lesser part is then the rows: see `statistics.choose`
        blocks = ArrayRows(blocks.X[:], blocks.y, np.array(blocks.weight), blocks.fold_of_row)
    blocks, measured = measured_rows(blocks.judged_from(folds.forward_from), blocks.X)
    parts = (design, groups, plan, blocks, measured, folds, ranges)
    return LaidRows(*parts, rows=rows.wholes, campaigns=len(rows.order), outcome=rows.outcome)


def _laid(
    reader: PartReader, rows: StreamedRows, *, with_customers: bool
) -> LaidOnDisk | LaidOnCluster:
    """Lay rows out where there is room for them, which where they come from says."""
    table = rows.source.table
    if isinstance(table, ParquetFiles):
        return LaidOnDisk.lay(reader, rows, table, with_customers=with_customers)
    on_cluster = cast("SparkTable", table)
    return LaidOnCluster.lay(reader, rows, on_cluster, with_customers=with_customers)


def _at_random(rows: StreamedRows, settings: Settings, *, needed: bool) -> bool:
    if settings.folds == RANDOM:
        return True
    return settings.folds == AUTO and len(rows.order) < 2 and needed
