"""Taking a campaign's sums from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array, issparse
from scipy.special import expit

from workbench.ridge.ahead.recency import decay
from workbench.ridge.design.trained_range import trained_range
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.source import Array, Block, Kernel, RowSource
from workbench.ridge.statistics.choose import in_memory
from workbench.ridge.statistics.kernels import curvature_by_fold
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.statistics.sums_parts import Bins, Numbers, PerFold


class Centre(NamedTuple):
    """From where columns of blocks are measured: ``pivot, origin`` (width,), as in `Moments`."""

    pivot: Array
    origin: Array


LEAST_IN_BIN = 50
MOST_BINS = 40


def fold_sums(
    rows: RowSource, scaling: Scaling, b: Array, centre: Centre, outcome: Outcome
) -> PerFold:
    """Take the sums of each fold at b, in two passes; as rows weigh, each fold its own place.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    b : ndarray, shape (1 + p,)
    centre : Centre
    outcome : Outcome
    """
    curvature, score, loss, weight = curvature_by_fold(rows, scaling, b, outcome)
    count, positive, zero, first, second, product = rows.by_fold(_kernel(scaling, centre))
    low, high = _ranges(rows, scaling.width)
    size = np.maximum(weight, np.finfo(float).tiny)[:, None]
    return PerFold(
        newest=np.arange(rows.n_folds),
        contacts=weight,
        responses=positive,
        rows=_wholes(rows, count),
        weight=weight,
        positive=positive,
        first=first / size,
        second=second / size,
        zero=zero / size,
        low=low,
        high=high,
        at=np.tile(b, (rows.n_folds, 1)),
        curvature=curvature,
        score=score,
        loss=loss,
        product=product,
    )


def _wholes(rows: RowSource, count: Array) -> Array:
    """Return how many rows each fold had before trials were told apart; (G,)."""
    held = in_memory(rows)
    if held is None or held.whole is None:
        return count
    of_row = _fold_of(held)
    return np.array([len(np.unique(held.whole[of_row == g])) for g in range(len(count))], float)


def _kernel(scaling: Scaling, centre: Centre) -> Kernel:
    def kernel(block: Block) -> tuple[object, ...]:
        w = block.weight.astype(float)
        given = np.asarray(block.X[:, np.arange(scaling.width)], dtype=float)
        z = np.ones((len(w), 1 + len(scaling.mean)))
        z[:, 1:] = (given[:, scaling.columns] - scaling.mean) / scaling.scale
        zero = w @ (given == -centre.origin)
        given -= centre.pivot
        product = (z * w[:, None]).T @ z
        count = float(len(w)), float(w @ block.y)
        return *count, zero, w @ given, w @ np.square(given), product

    return kernel


def _ranges(rows: RowSource, width: int) -> tuple[Array, Array]:
    """Return the range of each column in each fold; NaN where rows cannot be looked at."""
    held, shape = in_memory(rows), (rows.n_folds, width)
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    if held is not None:
        of_row = _fold_of(held)
        for g in range(held.n_folds):
            low[g], high[g] = trained_range(held.X[of_row == g])
    return low, high


def pooled(sums: PerFold, merged: Numbers) -> PerFold:
    """Add up folds that share a number (G,), which are neighbours."""
    count = int(merged.max()) + 1
    newest = np.array([int(sums.newest[merged == k].max()) for k in range(count)])

    def added(values: Array) -> Array:
        out = np.zeros((count, *values.shape[1:]))
        np.add.at(out, merged, values)
        return out

    def of(function: np.ufunc, values: Array) -> Array:
        return np.array([function.reduce(values[merged == k]) for k in range(count)])

    def mean(values: Array) -> Array:
        weight = np.maximum(sums.weight, np.finfo(float).tiny)
        return added(weight[:, None] * values) / added(weight)[:, None]

    return PerFold(
        newest=newest,
        **{name: added(getattr(sums, name)) for name in _ADDED},
        first=mean(sums.first),
        second=mean(sums.second),
        zero=mean(sums.zero),
        low=of(np.fmin, sums.low),
        high=of(np.fmax, sums.high),
        at=np.array([sums.at[merged == k][0] for k in range(count)]),
    )


def pool_by_age(sums: PerFold, merged: Numbers, half_life: float | None) -> PerFold:
    """Add up folds that share a number, each as it weighs beside the newest of them."""
    share = decay(len(merged), half_life)
    found = pooled(sums.weighing(share), merged)
    return found.weighing(1.0 / share[found.newest])


_ADDED = ["contacts", "responses", "rows", "weight", "positive"]
_ADDED += ["curvature", "score", "loss", "product"]


def score_bins(
    rows: RowSource, scaling: Scaling, b: Array, fold: Numbers, share: Sequence[float]
) -> Bins:
    """Put contacts of like score together: up to 40 bins a fold, each of 50 contacts at least.

    Parameters
    ----------
    rows : RowSource
        In memory; of others there are no bins.
    scaling : Scaling
    b : ndarray, shape (1 + p,)
    fold : ndarray of int, shape (G,)
        The number of each of its folds.
    share : sequence of float, shape (G,)
        What weights of each fold were multiplied by; bins hold contacts as they came.
    """
    held, p = in_memory(rows), len(scaling.mean)
    if held is None:
        nothing = np.zeros(0)
        number = np.zeros(0, dtype=np.int64)
        return Bins(number, nothing, nothing, nothing, nothing, np.zeros((0, 1 + p)))
    of_row = _fold_of(held)
    c, raw = scaling.to_raw(b)
    eta = np.asarray(held.X @ raw.astype(held.dtype) + c, dtype=float)
    weight = held.weight.astype(float) / np.asarray(share)[of_row]
    parts = []
    for g in range(int(fold.max()) + 1):
        some = np.flatnonzero(fold[of_row] == g)
        some = some[np.argsort(eta[some], kind="stable")]
        count = int(np.clip(weight[some].sum() / (2 * LEAST_IN_BIN), 1, MOST_BINS))
        reached = np.cumsum(weight[some]) - 0.5 * weight[some]
        number = np.minimum((reached / weight[some].sum() * count).astype(np.int64), count - 1)
        parts.append((g, some, np.unique(number, return_inverse=True)[1]))
    return _bins(held, scaling, (weight, expit(eta)), parts)


def _bins(
    rows: ArrayRows,
    scaling: Scaling,
    of_row: tuple[Array, Array],
    parts: list[tuple[int, Numbers, Numbers]],
) -> Bins:
    weight, mu = of_row
    found: list[tuple[Any, ...]] = []
    for g, some, number in parts:  # in the order of score, so that bins follow one another
        count, w = int(number.max()) + 1, weight[some]
        total = np.bincount(number, w, minlength=count)
        starts = np.searchsorted(number, np.arange(count + 1))
        into = csr_array((w / total[number], np.arange(len(some)), starts))
        mean = np.asarray(_written(into @ rows.X[some]), dtype=float)[:, scaling.columns]
        z = np.column_stack([np.ones(count), (mean - scaling.mean) / scaling.scale])
        rate = into @ mu[some]
        spread = np.sqrt(into @ np.square(mu[some] - rate[number]))
        y = into @ rows.y[some].astype(float)
        found.append((np.full(count, g), total, y, rate, spread, z))
    together = [np.concatenate(same) for same in zip(*found, strict=True)]
    return Bins(together[0].astype(np.int64), *together[1:])


def _written(values: Any) -> Any:
    return values.toarray() if issparse(values) else values


def _fold_of(rows: ArrayRows) -> Numbers:
    of_row = rows.fold_of_row
    return np.where(of_row < 0, rows.n_held, of_row)
