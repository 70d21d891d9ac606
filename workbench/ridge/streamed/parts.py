"""How a block of rows becomes a part of the design: the same on a disk and on a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import DataError
from workbench.frame.streamed.contents import BlockReader
from workbench.ridge.design.design import Design
from workbench.ridge.design.remarks import Remarks, gathered
from workbench.ridge.rows.source import AnyArray, Array
from workbench.ridge.streamed.learned import Learned
from workbench.ridge.streamed.streamed_rows import Numbers, StreamedRows


class Part(NamedTuple):
    """Rows of a block whose outcome is known, and that weigh something.

    ``contacts`` is what each counts for, ``weight`` that with what recent ones weigh more.
    """

    X: Array
    y: Array
    weight: Array
    fold: Numbers
    key: Numbers
    contacts: Array
    customer: pd.Series[Any] | None

    def by_fold(self, folds: int) -> list[tuple[int, Numbers]]:
        """Return the rows of each fold that has some, in their order."""
        order = np.argsort(self.fold, kind="stable")
        edges = np.searchsorted(self.fold[order], np.arange(folds + 1))
        there = np.flatnonzero(np.diff(edges)).tolist()
        return [(g, order[edges[g] : edges[g + 1]]) for g in there]


@dataclass(frozen=True)
class PartReader:
    """How blocks are read into the design; it can be sent to another process.

    Parameters
    ----------
    reader : BlockReader
    design : Design
    dtype : dtype
    sums : ndarray, shape (p,)
        Of each design column over all contacts, as the first pass has it.
    place : ndarray of int
        By the number of a key: its place in what follows, -1 where its rows are passed over.
    y, fold : ndarray
        By place.
    share : ndarray
        What weights are multiplied by, by the number of the key.
    changed : DataError
        What is said where rows are not those of the first pass.
    plain : bool
        Whether every row is one contact.
    """

    reader: BlockReader
    design: Design
    dtype: np.dtype[Any]
    sums: Array
    place: Numbers
    y: AnyArray
    fold: Numbers
    share: Array
    changed: DataError
    plain: bool

    @classmethod
    def of(cls, rows: StreamedRows, learned: Learned, fold: Numbers) -> PartReader:
        """Gather what is known of the keys."""
        source = rows.source
        place = np.full(len(source.rows_of_key), -1)
        place[rows.key] = np.arange(len(rows.key))
        # weights of a key may add up to its rows, and differ all the same
        plain = source.roles["weight"] is None and rows.undecayed is None
        return cls(
            source.reader,
            *learned,
            place=place,
            y=rows.y,
            fold=fold,
            share=rows.share_of_key(),
            changed=source.table.changed(),
            plain=plain,
        )

    def read(self, block: pa.Table) -> Part | None:
        """Read a block; None where none of its rows counts.

        Raises
        ------
        DataError
            A row has a key, a level or a gap that the first pass did not see.
        """
        found = self.reader.read(block)
        if found is None:
            raise self.changed
        kept = np.flatnonzero((self.place[found.key] >= 0) & (found.weight > 0))
        if not len(kept):
            return None
        remarks, key = Remarks(), found.key[kept]
        with gathered(remarks):
            X = self.design.matrix(found.X if len(kept) == len(found.X) else found.X.iloc[kept])
        if remarks.gaps or any(one.levels for one in remarks.unseen.values()):
            raise self.changed  # the first pass saw no gap there, and all levels
        who = None if found.customer is None else _marks(found.customer.iloc[kept])
        contacts = found.weight[kept]
        X = X.toarray() if self.design.sparse else X
        at = self.place[key]
        weight = contacts * self.share[key]
        return Part(X, self.y[at], weight, self.fold[at], key, contacts, who)


def _marks(customer: pd.Series[Any]) -> pd.Series[Any]:
    """Return a number of 64 bits for each customer; NaN where none is known."""
    marks = pd.Series(pd.util.hash_array(customer.to_numpy(dtype=object)), dtype="UInt64")
    return marks.mask(customer.isna().to_numpy())
