"""The range of each design column in training, and what stands outside of it at scoring.

A linear model follows its slopes to numbers that it never saw, however far. So a number
outside of the trained range counts as the nearest one inside,

    η = b0 + Σ_j b_j min(max(x_j, low_j), high_j) ,

and no column moves a score further than it did in training. The range is that of rows,
not of the means of campaigns: no row of the fit is outside, and each keeps its fitted score.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, issparse
from scipy.special import gammaln

from workbench.errors import ExtrapolationWarning, FitError
from workbench.ridge.design.design import Design
from workbench.ridge.design.table import SparseTable

Array = npt.NDArray[np.float64]

FEWEST = 0.01
"""Share of rows below which nothing is said: outliers, each held at the edge by itself."""
LEAST_LOG_ODDS = 0.01
"""Mean move of all rows below which nothing is said: 1% of the odds."""
FALSE_ALARMS = 0.05
"""Chance that rows like those of the fit are warned of, over all columns together."""
MOST_NAMED = 3
_BLOCK = 4096  # rows at a time, so that a block is still in the cache at its second pass


class Ranged(Protocol):
    """What is read of a fitted model."""

    columns_: pd.DataFrame
    design_: Design
    extrapolate: bool


class Outside(NamedTuple):
    """What stands outside of the range of each column; shape (p,) each.

    ``below`` and ``above`` are shares of the rows, ``lowest`` (at most 0) and ``highest``
    the largest distances from the range, and ``mean`` is the mean distance over all rows,
    in the units of the column.
    """

    below: Array
    above: Array
    lowest: Array
    highest: Array
    mean: Array

    @property
    def furthest(self) -> Array:
        """The larger of the two largest distances, negative below the range."""
        return np.where(-self.lowest > self.highest, self.lowest, self.highest)

    def with_block(self, other: Outside, *, share: float) -> Outside:
        """Return what is outside among these rows and others, of a share of all weight."""
        below, above, mean = (
            (1 - share) * mine + share * theirs
            for mine, theirs in (
                (self.below, other.below),
                (self.above, other.above),
                (self.mean, other.mean),
            )
        )
        lowest = np.minimum(self.lowest, other.lowest)
        return Outside(below, above, lowest, np.maximum(self.highest, other.highest), mean)


def trained_range(matrix: Any) -> tuple[Array, Array]:
    """Return the least and the greatest number of each column.

    Parameters
    ----------
    matrix : ndarray or csr_array, shape (n, p)
        Rows of positive weight.

    Returns
    -------
    low, high : ndarray, shape (p,)

    Examples
    --------
    >>> trained_range(csr_array(np.array([[0.0, 3.0], [2.0, 4.0]])))
    (array([0., 3.]), array([2., 4.]))
    """
    n, p = matrix.shape
    low, high = np.full(p, np.inf), np.full(p, -np.inf)
    if issparse(matrix):
        np.minimum.at(low, matrix.indices, matrix.data)
        np.maximum.at(high, matrix.indices, matrix.data)
        some = np.bincount(matrix.indices, minlength=p) < n  # the others are zero
        return np.where(some, np.minimum(low, 0), low), np.where(some, np.maximum(high, 0), high)
    for start in range(0, n, _BLOCK):
        block = matrix[start : start + _BLOCK]
        np.minimum(low, block.min(axis=0), out=low)
        np.maximum(high, block.max(axis=0), out=high)
    return low, high


def as_scored(model: Ranged, X: pd.DataFrame | SparseTable, *, weight: Array | None = None) -> Any:
    """Read rows as a fitted model scores them, without a word on what is out of range.

    Returns
    -------
    ndarray or csr_array, shape (n, p)
        Design columns, held at the edges of their ranges unless `extrapolate` is True.
    """
    if model.extrapolate:
        return model.design_.matrix(X, weight=weight)
    return read_scored(model, X, weight=weight)[0]


def read_scored(
    model: Ranged, X: pd.DataFrame | SparseTable, *, weight: Array | None = None
) -> tuple[Any, Outside]:
    """Read rows as a fitted model scores them, and measure what is outside of its ranges.

    Parameters
    ----------
    model : RidgePropensity
    X : DataFrame or SparseTable, shape (n, at least p)
    weight : ndarray, shape (n,), optional
        Of the shares and means that are measured.

    Returns
    -------
    ndarray or csr_array, shape (n, number of design columns)
    Outside

    Raises
    ------
    FitError
        The model's file does not tell its ranges.
    """
    return held(model, model.design_.matrix(X, weight=weight), weight=weight)


def held(model: Ranged, matrix: Any, *, weight: Array | None = None) -> tuple[Any, Outside]:
    """Hold design columns at the edges of their ranges, as `read_scored` does; dense ones in place.

    Parameters
    ----------
    model : RidgePropensity
    matrix : ndarray or csr_array, shape (n, number of design columns)
    weight : ndarray, shape (n,), optional
    """
    low, high = ranges_of(model)
    weight = np.ones(matrix.shape[0]) if weight is None else weight
    hold = _hold_sparse if issparse(matrix) else _hold_dense
    return hold(matrix, low, high, weight / weight.sum(), write=not model.extrapolate)


def knows_ranges(model: Ranged) -> bool:
    """Say whether a model has ranges; one that an earlier version saved has none."""
    return "low" in model.columns_


def ranges_of(model: Ranged) -> tuple[Array, Array]:
    """Return the edges of the trained range of each design column, shape (p,) each.

    Raises
    ------
    FitError
        The model's file does not tell them.
    """
    if not knows_ranges(model):
        raise FitError(
            "The trained ranges of this model are not known: it was fitted to a row source, or an "
            "earlier version saved it. Fit it to a table, or leave `extrapolate=True`."
        )
    low, high = (model.columns_[name].to_numpy(dtype="float64") for name in ("low", "high"))
    return low, high


def warn_outside(
    model: Ranged, outside: Outside, *, rows: int, trained: float, unit: float = 1.0
) -> None:
    """Warn of columns that are out of range in more rows than chance, or a few, explain.

    A column is named where at least 1% of the rows are outside, what is there moves the scores
    of all rows by 0.01 on average (of log-odds, of the logarithm of a count, or of an amount's
    deviation, `unit`), and chance does not explain it: some row is further outside than the
    range is wide, or more are outside than rows like those of the fit would be. Of m = `rows`
    like the n = `trained` of the fit, k or more exceed its maximum with probability

        m! (m + n − k)! / ((m − k)! (m + n)!) ,

    of which each side of each column has an equal part of 5%.
    """
    columns, share = model.columns_, outside.below + outside.above
    slope = (columns["coef_standardised"] / columns["scale"]).abs().to_numpy(dtype="float64")
    far, width = np.abs(outside.furthest), (columns["high"] - columns["low"]).to_numpy()
    count = np.rint(rows * np.maximum(outside.below, outside.above))
    by_chance = np.log(FALSE_ALARMS / (2 * max(1, int(np.count_nonzero(slope)))))
    named = np.flatnonzero(
        (share >= FEWEST)
        & (slope * outside.mean >= LEAST_LOG_ODDS * unit)
        & ((_log_chance(count, rows, trained) < by_chance) | (far > width))
    )
    if not len(named):
        return
    order = named[np.argsort(-(slope * outside.mean)[named], kind="stable")]
    deviations = (outside.furthest / columns["scale"].to_numpy())[order]
    which = described(columns.index[order], share[order], deviations, of="rows")
    done = "are extrapolated" if model.extrapolate else "count as the nearest inside"
    warnings.warn(
        f"Numbers outside of the trained range {done}: {which}. "
        "`evidence.beyond_training` tells how much of the scores that is. Check these columns, or "
        "fit again with later campaigns.",
        ExtrapolationWarning,
        stacklevel=5,
    )


def described(
    names: Iterable[object], shares: Iterable[float], deviations: Iterable[float], *, of: str
) -> str:
    """Name columns with their share of rows outside and the furthest distance.

    Examples
    --------
    >>> described(["cpi"], [1.0], [-7.24], of="rows")
    "'cpi' in 100.0% of rows, up to 7.24 standard deviations below"
    """
    parts = [
        f"{name!r} in {share:.1%} of {of}, up to {abs(far):.3g} standard deviations "
        f"{'below' if far < 0 else 'above'}"
        for name, share, far in zip(names, shares, deviations, strict=True)
    ]
    more = len(parts) - MOST_NAMED
    return "; ".join(parts[:MOST_NAMED]) + (f"; … {more} more" if more > 0 else "")


def _log_chance(k: Array, m: int, n: float) -> Array:
    """Return the log of the chance that k of m rows exceed the greatest of n others."""
    fewer = gammaln(m + 1) - gammaln(m - k + 1)
    return np.asarray(fewer + gammaln(m + n - k + 1) - gammaln(m + n + 1))


def _hold_dense(
    matrix: Array, low: Array, high: Array, weight: Array, *, write: bool
) -> tuple[Array, Outside]:
    """Hold each column in its range, in place; measure what was outside."""
    found = Outside(*np.zeros((5, len(low))))
    for start in range(0, len(matrix), _BLOCK):
        block, w = matrix[start : start + _BLOCK], weight[start : start + _BLOCK]
        out = np.flatnonzero((block.min(axis=0) < low) | (block.max(axis=0) > high))
        if not len(out):
            continue
        taken = block[:, out]
        inside = np.clip(taken, low[out], high[out])
        away = taken - inside
        found.below[out] += w @ (away < 0)
        found.above[out] += w @ (away > 0)
        found.lowest[out] = np.minimum(found.lowest[out], away.min(axis=0))
        found.highest[out] = np.maximum(found.highest[out], away.max(axis=0))
        found.mean[out] += w @ np.abs(away)
        if write:
            block[:, out] = inside
    return matrix, found


def _hold_sparse(
    matrix: csr_array, low: Array, high: Array, weight: Array, *, write: bool
) -> tuple[csr_array, Outside]:
    """Do the same to what is stored, and to zeros where training had none; the rows stay."""
    at = matrix.indices
    inside = np.clip(matrix.data, low[at], high[at])
    moved = np.flatnonzero(inside != matrix.data)
    moved_rows = np.searchsorted(matrix.indptr, moved, side="right") - 1
    empty_rows, empty_at = _empty_cells(matrix, np.flatnonzero((low > 0) | (high < 0)))
    edge = np.clip(0.0, low[empty_at], high[empty_at])
    place = np.concatenate([at[moved], empty_at])
    away = np.concatenate([matrix.data[moved] - inside[moved], -edge])
    w = weight[np.concatenate([moved_rows, empty_rows])]
    found = Outside(*np.zeros((5, len(low))))
    for out, values in (
        (found.below, w * (away < 0)),
        (found.above, w * (away > 0)),
        (found.mean, w * np.abs(away)),
    ):
        np.add.at(out, place, values)
    np.minimum.at(found.lowest, place, away)
    np.maximum.at(found.highest, place, away)
    if not write or not len(place):
        return matrix, found
    held = csr_array((inside, at, matrix.indptr), shape=matrix.shape)
    return held + csr_array((edge, (empty_rows, empty_at)), shape=matrix.shape), found


def _empty_cells(
    matrix: csr_array, places: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return rows and columns of the cells that are not stored, in columns that had none."""
    if not len(places):
        return places, places
    ones = csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
    rows, which = np.nonzero(ones[:, places].toarray() == 0)
    return rows, places[which]
