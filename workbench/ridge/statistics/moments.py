"""Means and deviations of columns, in all and by fold, and what they say of each column."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workbench.ridge.rows.source import AnyArray, Block, Kernel, RowSource
from workbench.ridge.statistics.scaling import Scaling

Array = npt.NDArray[np.float64]

_WRITTEN = 64
_CENTRE_ABOVE = {4: 10.0, 8: 1e4}  # |mean| in deviations at which a float of so many bytes cancels


@dataclass(frozen=True)
class Moments:
    """Means and deviations of all columns of the blocks, in all and by fold.

    Parameters
    ----------
    weight, positive : ndarray, shape (G,)
        Weighted rows, and positive rows, of each fold.
    pivot : ndarray, shape (width,)
        The usual value of each column, as `about_usual` has it.
    first, second : ndarray, shape (G, width)
        Mean of x − pivot, and of its square.
    tiny : float
        Relative rounding error of the blocks.
    origin : ndarray, shape (width,), or 0
        What was subtracted from the columns beforehand.
    """

    weight: Array
    positive: Array
    pivot: Array
    first: Array
    second: Array
    tiny: float
    origin: Array | float = 0.0

    @property
    def total(self) -> float:
        """W."""
        return float(self.weight.sum())

    @property
    def mean(self) -> Array:
        """Weighted mean of each column, as it was given."""
        return np.asarray(self.origin + self.pivot + self.weight @ self.first / self.total)

    @property
    def scale(self) -> Array:
        """Weighted standard deviation (divisor W) of each column."""
        shift = self.weight @ self.first / self.total
        return np.sqrt(np.maximum(self.weight @ self.second / self.total - shift**2, 0.0))

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Which columns do not vary beyond rounding."""
        return np.asarray(self.scale <= 8 * self.tiny * np.abs(self.mean))

    @property
    def between_share(self) -> Array:
        """η² = Var(E[x|fold]) / Var(x): 1 for a column constant within each fold."""
        shift = self.weight @ self.first / self.total
        between = self.weight @ (self.first - shift) ** 2 / self.total
        return np.asarray(between / np.maximum(self.scale**2, np.finfo(float).tiny))

    @property
    def effective_folds(self) -> Array:
        """In how many folds each column lives: 1/Σ S_g².

        S_g is the fold's share of the mean square about the pivot: a column that exists
        in two folds of twelve gives 2, one that is alike everywhere gives 12.
        """
        share = self.second / np.maximum(self.second.sum(axis=0), np.finfo(float).tiny)
        return np.asarray(1.0 / np.maximum((share**2).sum(axis=0), np.finfo(float).tiny))

    def about_usual(self, zero_share: Array) -> Moments:
        """Measure from the usual values: zero where a column is mostly zero, else the mean.

        Unlike the values of some rows, from which squares are taken first so that digits
        are not lost, these do not depend on the order of rows.

        Parameters
        ----------
        zero_share : ndarray, shape (width,)
            Share of the weight whose value is zero, as the column was given.
        """
        usual = np.where(zero_share > 0.5, 0.0, self.mean) - self.origin
        away = usual - self.pivot
        second = self.second - 2 * away * self.first + away**2
        return replace(self, pivot=usual, first=self.first - away, second=np.maximum(second, 0.0))

    def scaling(self, used: npt.NDArray[np.bool_]) -> Scaling:
        """Return how the columns in use are standardised."""
        columns = np.flatnonzero(used)
        in_blocks = self.mean - self.origin
        return Scaling(in_blocks[columns], self.scale[columns], columns, len(used))


def moments(rows: RowSource, pivot: Array) -> Moments:
    """Take means and mean squares of each column, by fold, in one pass.

    Parameters
    ----------
    rows : RowSource
    pivot : ndarray, shape (width,)
        Squares are taken about it, so that a column far from zero loses no digits.

    Returns
    -------
    Moments
        Not finite for a column that holds NaN or infinity.
    """
    pivot = pivot.astype(rows.dtype)
    weight, positive, first, second = rows.by_fold(_moments_kernel(pivot))
    size = np.maximum(weight, np.finfo(float).tiny)[:, None]
    tiny = float(np.finfo(rows.dtype).eps)
    return Moments(weight, positive, pivot.astype(float), first / size, second / size, tiny)


def typical_values(X: AnyArray) -> Array:
    """Return the median of eleven rows taken evenly: exact for a constant column."""
    chosen = np.linspace(0, len(X) - 1, 11).astype(int)
    return np.asarray(np.median(X[chosen], axis=0), dtype="float64")


def zero_shares(rows: RowSource, X: AnyArray) -> Array:
    """Return the share of the weight at which each column is zero; 0 where hardly a row is.

    Only columns that are zero in one of 64 rows, taken evenly, are counted: one that is
    mostly zero is missed once in 2⁶⁴.
    """
    chosen = np.linspace(0, len(X) - 1, 64).astype(int)
    columns = np.flatnonzero((X[chosen] == 0).any(axis=0))
    shares = np.zeros(X.shape[1])
    if len(columns):
        dtype = rows.dtype  # the kernel may be sent elsewhere, and takes no rows with it

        def kernel(block: Block) -> tuple[object, ...]:
            zero = np.equal(block.X[:, columns], 0).astype(dtype)
            return block.weight @ zero, block.weight.sum(dtype=float)

        zero, total = rows.total(kernel)
        shares[columns] = zero / total
    return shares


def too_far_from_zero(moments: Moments) -> npt.NDArray[np.bool_]:
    """Say which columns lie so far from zero that floating point cancels their digits."""
    limit = _CENTRE_ABOVE[4 if moments.tiny > 1e-10 else 8]
    return np.asarray(np.abs(moments.mean) > limit * moments.scale) & ~moments.constant


def _moments_kernel(pivot: AnyArray) -> Kernel:
    def kernel(block: Block) -> tuple[object, ...]:
        away = block.X - pivot
        weighted = block.weight @ away
        np.square(away, out=away)
        w = block.weight
        return w.sum(dtype=float), float(w @ block.y), weighted, w @ away

    return kernel


def of_source(rows: RowSource) -> Moments:
    """Measure the columns of any source in two passes, from what every block can be asked."""
    weight, positive, sums, _ = rows.by_fold(sums_kernel)
    pivot = (sums.sum(axis=0) / weight.sum()).astype(rows.dtype)
    zero, first, second = rows.by_fold(_about_kernel(pivot))
    size = np.maximum(weight, np.finfo(float).tiny)[:, None]
    tiny = float(np.finfo(rows.dtype).eps)
    measured = Moments(weight, positive, pivot.astype(float), first / size, second / size, tiny)
    return measured.about_usual(zero.sum(axis=0) / measured.total)


def sums_kernel(block: Block) -> tuple[object, ...]:
    """Return Σ w, Σ w y, Σ w x and Σ w x²."""
    w = block.weight
    return w.sum(dtype=float), float(w @ block.y), w @ block.X, w @ (block.X * block.X)


def _about_kernel(pivot: AnyArray) -> Kernel:
    """Sum the weight where x is zero, x − pivot and its square; some columns written at a time."""

    def kernel(block: Block) -> tuple[object, ...]:
        zero, first, second = np.empty((3, len(pivot)))
        for low in range(0, len(pivot), _WRITTEN):
            some = np.arange(low, min(low + _WRITTEN, len(pivot)))
            x, w = block.X[:, some], block.weight
            zero[some] = w @ np.equal(x, 0).astype(w.dtype)
            away = x - pivot[some]
            first[some], second[some] = w @ away, w @ np.square(away)
        return zero, first, second

    return kernel
