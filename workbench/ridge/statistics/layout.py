"""Rows laid out by fold, and measured: what `folds.in_blocks` does of dense and sparse ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.sparse import SparseRows
from workbench.ridge.statistics.moments import (
    Moments,
    moments,
    sums_kernel,
    too_far_from_zero,
    typical_values,
    zero_shares,
)

Array = npt.NDArray[np.float64]


def measured_rows(blocks: ArrayRows, matrix: Any) -> tuple[ArrayRows, Moments]:
    """Measure the columns of rows in blocks; those that are far from zero are moved.

    Parameters
    ----------
    blocks : ArrayRows
    matrix : array, shape (n, p)
        Of the same rows, in any order.
    """
    measured = moments(blocks, typical_values(matrix))
    zero = zero_shares(blocks, matrix)
    far = too_far_from_zero(measured)
    if not far.any():
        return blocks, measured.about_usual(zero)
    shift = np.where(far, measured.mean, 0.0).astype(blocks.dtype)
    moved = moments(blocks.shifted(shift), measured.pivot - shift)
    return blocks.shifted(shift), replace(moved, origin=shift.astype(float)).about_usual(zero)


def lay_out_sparse(
    X: csr_array,
    y: Array,
    weight: Array,
    fold: npt.NDArray[np.int64],
    *,
    person: npt.NDArray[np.int64] | None = None,
    whole: npt.NDArray[np.int64] | None = None,
) -> tuple[SparseRows, Moments]:
    """Put sparse rows into blocks by fold, and take means and mean squares by fold.

    A column without a single zero is moved near zero first, where floating point loses no
    digits. Every other column is near enough as it is: its mean cannot exceed √n standard
    deviations.

    Parameters
    ----------
    X : csr_array, shape (n, p)
    y, weight, fold : ndarray, shape (n,)
    person, whole : ndarray of int, shape (n,), optional
        As for `ArrayRows`.

    Returns
    -------
    SparseRows
    Moments
        The same, in exact arithmetic, as those of the rows written out.

    Examples
    --------
    >>> import numpy as np
    >>> X = csr_array(np.array([[1.0, 0.0], [3.0, 2.0]]))
    >>> rows, measured = lay_out_sparse(X, np.array([0.0, 1.0]), np.ones(2), np.zeros(2, dtype=int))
    >>> measured.mean, measured.scale
    (array([2., 1.]), array([1., 1.]))
    """
    n, p = X.shape
    pivot = _typical_values(X)
    entries = np.bincount(X.indices, minlength=p)
    origin = np.where(entries == n, pivot, 0.0)
    if origin.any():
        X = csr_array((X.data - origin[X.indices], X.indices, X.indptr), shape=X.shape)
    rows = SparseRows(X, y, weight, fold, person=person, whole=whole)
    of_entry = np.repeat(weight, np.diff(X.indptr)) * (X.data + origin[X.indices] != 0)
    entered = np.bincount(X.indices, weights=of_entry, minlength=p)
    zero = 1.0 - entered / weight.sum()
    return rows, _moments(rows, pivot - origin, origin).about_usual(zero)


def _typical_values(X: csr_array) -> Array:
    """Return the median of eleven rows taken evenly, as for dense rows."""
    chosen = np.linspace(0, X.shape[0] - 1, 11).astype(int)
    some = X[chosen].tocsc()
    # a column with fewer than six entries of eleven has the median zero
    often = np.flatnonzero(np.diff(some.indptr) > 5)
    out = np.zeros(X.shape[1])
    out[often] = np.median(some[:, often].toarray(), axis=0)
    return out


def _moments(rows: SparseRows, pivot: Array, origin: Array) -> Moments:
    weight, positive, sums, squares = rows.by_fold(sums_kernel)
    size = np.maximum(weight, np.finfo(float).tiny)[:, None]
    mean = sums / size
    first, second = mean - pivot, squares / size - 2 * pivot * mean + pivot**2
    tiny = float(np.finfo(float).eps)
    return Moments(weight, positive, pivot, first, np.maximum(second, 0.0), tiny, origin)
