"""Rows that are mostly zeros: the same sums over blocks, without writing the zeros out.

A block's X answers to the few products that kernels ask of it, so that one kernel serves
dense and sparse rows. Products with vectors are scipy's; the Gram of a block is added up
pair by pair of a row's entries. At 200,000 rows of twenty ones and 2,000 columns of skewed
levels that takes 1.1 s, scipy's 0.9 s and tabmat's 0.5 s; of even levels, or at 400 columns,
scipy's takes 1.4 and 2.3 times as long as this and tabmat's 0.7 and 1.1 times. tabmat's
products with vectors, of which a fit needs many more, take 1.4 to 1.7 times as long
(`benchmarks/sparse.py`, two contended cores): together not worth a dependency.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import AnyArray, Array, Block, Kernel

_BLOCK_ROWS = 65_536  # sums over a block are as large as without zeros: few, large blocks
_MOST_PAIRS = 2**21  # of entries at a time: they take some 100 MB a core
_PAIR_IN_PRODUCTS = 250  # one pair takes as long as so many products within dense BLAS


class SparseBlock:
    """Some sparse rows, each times a factor: what a kernel may ask of ``block.X``.

    ``X @ v``, ``v @ X``, ``M @ X``, ``X * column``, ``X * X``, ``X.T @ X``, ``X.sum(axis=0)``,
    slices of rows, and ``X[:, columns]``; products are dense arrays.

    Parameters
    ----------
    rows : csr_array, shape (n, p)
    factor : ndarray, shape (n,), optional

    Examples
    --------
    >>> import numpy as np
    >>> X = SparseBlock(csr_array(np.array([[1.0, 0.0], [2.0, 3.0]])))
    >>> weighted = X * np.array([[1.0], [2.0]])
    >>> weighted.T @ X
    array([[ 9., 12.],
           [12., 18.]])
    """

    __array_ufunc__ = None  # an array on the left leaves the product to this class

    def __init__(self, rows: csr_array, factor: AnyArray | None = None) -> None:
        self.rows, self.factor = rows, factor
        self.shape = rows.shape

    def __matmul__(self, other: AnyArray) -> AnyArray:
        """Return X v, or X V."""
        product: AnyArray = self.rows @ other
        return product if self.factor is None else (product.T * self.factor).T

    def __rmatmul__(self, other: AnyArray) -> AnyArray:
        """Return v'X, or V'X."""
        other = other if self.factor is None else other * self.factor
        return np.asarray((self.rows.T @ np.ascontiguousarray(other.T)).T)

    def __mul__(self, other: AnyArray | SparseBlock) -> SparseBlock:
        """Return the rows, each times its number in a column (n, 1); or x² of X * X."""
        if isinstance(other, SparseBlock):
            return self._squared() if other is self else NotImplemented
        factor = other[:, 0]
        return SparseBlock(self.rows, factor if self.factor is None else factor * self.factor)

    def __getitem__(self, chosen: Any) -> Any:
        """Return some of the rows, or ``X[:, columns]`` written out."""
        if isinstance(chosen, tuple):
            every, columns = chosen
            some = self[every] if every != slice(None) else self
            written = some.rows[:, columns].toarray()
            return written if some.factor is None else written * some.factor[:, None]
        factor = None if self.factor is None else self.factor[chosen]
        return SparseBlock(self.rows[chosen], factor)

    @property
    def T(self) -> _Transposed:  # noqa: N802 - numpy's name
        """X', to be multiplied."""
        return _Transposed(self)

    def sum(self, axis: int = 0, dtype: Any = float) -> AnyArray:
        """Add up the rows."""
        if axis != 0:
            raise NotImplementedError
        ones = np.ones(self.shape[0]) if self.factor is None else self.factor
        return np.asarray(self.rows.T @ ones, dtype=dtype)

    def _squared(self) -> SparseBlock:
        data = self.rows.data**2
        rows = csr_array((data, self.rows.indices, self.rows.indptr), shape=self.shape)
        return SparseBlock(rows, None if self.factor is None else self.factor**2)


class _Transposed:
    def __init__(self, block: SparseBlock) -> None:
        self._block = block

    def __matmul__(self, other: SparseBlock | AnyArray) -> AnyArray:
        if not isinstance(other, SparseBlock):
            product: AnyArray = other.T @ self._block
            return product.T
        if other.rows is not self._block.rows:  # the Gram of one block is all that kernels need
            raise NotImplementedError
        factors = [f for f in (self._block.factor, other.factor) if f is not None]
        return _gram(other.rows, np.prod(factors, axis=0) if factors else None)


def _gram(X: csr_array, weight: AnyArray | None) -> Array:
    """Return Σ w x x', by pairs of a row's entries, or densely where most are not zero."""
    p = X.shape[1]
    counts = np.diff(X.indptr).astype(np.int64)
    pairs = counts * (counts + 1) // 2
    w = np.ones(X.shape[0]) if weight is None else weight
    out = np.zeros(p * p)
    dense = _PAIR_IN_PRODUCTS * int(pairs.sum()) > X.shape[0] * p * p
    size = np.full(len(counts), 2 * p) if dense else pairs
    for low, high in _stretches(size):
        if dense:
            some = X[low:high].toarray()
            out += (some.T @ (some * w[low:high, None])).ravel()
        else:
            _add_pairs(out, X, (low, high), w)
    gram = out.reshape(p, p)
    return gram if dense else gram + np.triu(gram, 1).T


def _stretches(size: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Cut rows so that the sizes of each stretch add up to about _MOST_PAIRS."""
    part = np.cumsum(size) // _MOST_PAIRS
    edges = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(size)]
    return [(low, high) for low, high in pairwise(edges) if high > low]


def _add_pairs(out: Array, X: csr_array, rows: tuple[int, int], weight: AnyArray) -> None:
    """Add w x_i x_j of each pair i ≤ j of entries in a row to ``out`` (p²,)."""
    bounds = X.indptr[rows[0] : rows[1] + 1].astype(np.int64)
    counts = np.diff(bounds)
    entry = np.arange(bounds[0], bounds[-1])
    left = np.repeat(bounds[1:], counts) - entry  # partners of an entry: itself and those after
    first = np.repeat(entry, left)
    second = np.arange(len(first)) + np.repeat(entry - np.cumsum(left) + left, left)
    place = X.indices[first].astype(np.int64) * X.shape[1] + X.indices[second]
    scaled = X.data[entry] * np.repeat(weight[rows[0] : rows[1]], counts)
    product = np.repeat(scaled, left) * X.data[second]
    out += np.bincount(place, product, minlength=len(out))


class SparseRows(ArrayRows):
    """Sparse rows in memory, in float64; sums are those of `ArrayRows` on the same rows.

    Parameters
    ----------
    X : csr_array of float64, shape (n, p)
        Column numbers in order within each row.
    y, weight, fold, person, whole
        As for `ArrayRows`.

    Examples
    --------
    >>> import numpy as np
    >>> X = csr_array(np.eye(3))
    >>> rows = SparseRows(X, np.array([0.0, 1.0, 1.0]), fold=np.array([0, 1, 1]))
    >>> rows.by_fold(lambda block: (block.weight @ block.X,))
    [array([[1., 0., 0.],
           [0., 1., 1.]])]
    """

    def __init__(
        self,
        X: csr_array,
        y: AnyArray,
        weight: AnyArray | None = None,
        fold: npt.NDArray[np.int64] | None = None,
        *,
        person: npt.NDArray[np.int64] | None = None,
        whole: npt.NDArray[np.int64] | None = None,
    ) -> None:
        n, p = X.shape
        weight = np.ones(n) if weight is None else weight
        fold = np.zeros(n, dtype=np.int64) if fold is None else fold
        # what `ArrayRows` does with rows and folds is done with their numbers
        order = np.arange(n)
        who = {"person": person, "whole": whole}
        super().__init__(order[:, None].astype(float), y, weight, fold, **who)
        moved = self.X[:, 0].astype(np.int64)
        self.X = X if np.array_equal(moved, order) else X[moved]
        self.n_columns = p

    def __len__(self) -> int:
        return int(self.X.shape[0])

    def sample(self, rows: int) -> SparseRows:
        """Return stretches of 1,024 rows taken evenly, about `rows` in all, as one fold."""
        chosen = self._sampled(rows)
        return SparseRows(self.X[chosen], self.y[chosen], self.weight[chosen])

    def total(self, kernel: Kernel) -> list[Array]:
        """Add up the kernel's arrays over all rows; only the sum is held."""
        sums: list[Array] = []
        for _, parts in self._pass(kernel):
            sums = sums or [np.zeros(np.shape(one)) for one in parts]
            for total, one in zip(sums, parts, strict=True):
                np.add(total, one, out=total)
        return sums

    def _sum_blocks(self, kernel: Kernel, fold: int, start: int, stop: int) -> list[Array]:
        sums: list[Array] = []
        for low in range(start, stop, _BLOCK_ROWS):
            high = min(low + _BLOCK_ROWS, stop)
            X = SparseBlock(self._rows(low, high))
            block = kernel(Block(X, self.y[low:high], self.weight[low:high], fold))
            sums = sums or [np.zeros(np.shape(one)) for one in block]
            for total, one in zip(sums, block, strict=True):
                np.add(total, one, out=total)
        return sums

    def _rows(self, low: int, high: int) -> csr_array:
        """Return some rows: much faster than indexing them."""
        first, last = self.X.indptr[low], self.X.indptr[high]
        parts = (self.X.data[first:last], self.X.indices[first:last])
        bounds = self.X.indptr[low : high + 1] - first
        return csr_array((*parts, bounds), shape=(high - low, self.n_columns))
