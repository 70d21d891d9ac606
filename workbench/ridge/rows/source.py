"""What fitting and tuning ask of rows, wherever these are: sums over them, in all and by fold.

Everything that is known of the data is a sum over rows. A *kernel* turns one block of rows
into a tuple of arrays; a source adds these up, in a fixed order, so that the same rows give
the same bits. Arrays in memory are one source; a Parquet stream or a cluster serves the same
methods.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
AnyArray = npt.NDArray[Any]


class Block(NamedTuple):
    """Some rows of one fold: ``X`` (rows, p), ``y`` and ``weight`` (rows,), ``fold``.

    Of X a kernel asks for ``X @ v``, ``v @ X``, ``X.T @ X``, ``X * column``, ``X * X``,
    ``X.sum(axis=0)``, ``X[rows]`` and ``X[:, columns]``, no more: an array answers, and so
    does a `SparseBlock`.
    """

    X: Any
    y: AnyArray
    weight: AnyArray
    fold: int


Kernel = Callable[[Block], tuple[Any, ...]]


class RowSource(Protocol):
    """Rows, as fitting and tuning know them.

    ``n_columns``, ``n_folds`` and ``dtype`` describe the blocks; the first ``n_held`` folds
    can be left out, the others always take part. ``forward_from`` is None where each of the
    former is judged by all others. Where it is a number, folds are in the order of time, and
    those from it on are judged, by the folds before them alone.

    A source that is given to `RidgePropensity.fit` may also carry ``names`` (n_columns,), and
    ``campaigns`` (n_held,): what each fold that can be left out holds.
    """

    n_columns: int
    n_folds: int
    n_held: int
    forward_from: int | None
    dtype: np.dtype[Any]

    def total(self, kernel: Kernel) -> list[Array]:
        """Add up the kernel's arrays over all rows, in float64."""

    def by_fold(self, kernel: Kernel) -> list[Array]:
        """Add them up within each fold; the fold is the first axis."""

    def judged_from(self, fold: int | None) -> Self:
        """Return the same rows under another `forward_from`."""

    def sample(self, rows: int) -> RowSource:
        """Return about so many rows, in stretches taken evenly from all of them."""


def count_rows(rows: RowSource) -> int:
    """Return how many rows there are, whatever they weigh."""
    return int(rows.total(lambda block: (len(block.y),))[0])


def judged_folds(rows: RowSource) -> range:
    """Return the folds that are judged by others: all that can be left out, or the later ones."""
    return range(rows.forward_from or 0, rows.n_held)


def known_to(fold: int, folds: int, forward_from: int | None) -> npt.NDArray[np.bool_]:
    """Return from which folds one may learn that is judged: all others, or those before it.

    Examples
    --------
    >>> known_to(1, 3, None), known_to(1, 3, 1)
    (array([ True, False,  True]), array([ True, False, False]))
    """
    every = np.arange(folds)
    return every != fold if forward_from is None else every < fold


def hidden(rows: RowSource, folds: npt.NDArray[np.int64]) -> list[npt.NDArray[np.intp]]:
    """Return for each fold of the rows which of some judged folds may not learn from it."""
    known = np.array([known_to(int(g), rows.n_folds, rows.forward_from) for g in folds])
    return [np.flatnonzero(~of_fold) for of_fold in known.reshape(len(folds), rows.n_folds).T]
