"""Forward folds: coefficients from the campaigns up to one, judged on the next.

For each of the last campaigns but the first three, the fit's objective is minimised anew over
the campaigns before it, under the fit's penalties (on the mean-loss scale) and scaling. The
score of a row is then, for slopes s between 0 and 1,

    η_s = c_s + s (η − η̄) + δ ,

with η̄ the weighted mean of η over those campaigns, c_s the intercept that fits them, and δ
the shift of the last three of them (`base_rate`) or none. At s = 1 this is the model, at 0
the forecast base rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workbench.ridge.ahead.recency import decay
from workbench.ridge.outcomes.base_rate import RECENT, Scored, recent_shift, shift_of
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import AnyArray
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.choose import in_memory
from workbench.ridge.statistics.dense import DenseStatistics

Array = npt.NDArray[np.float64]

FIRST = RECENT
"""Campaigns that the first fit is from."""
MOST = 8
"""Campaigns that are judged, at most: the last ones."""
SLOPES = np.arange(11) / 10

_CLOSE = 1e-5  # largest gradient entry: a loss is then off by far less than chance
_EXACT = 50_000  # rows; of more, a step with the folds' sums and a few passes are as good
_FEW_PASSES = 4
_ROWS_TO_CENTRE = 10_000
_ROWS_OF_A_FOLD = 4_000


@dataclass(frozen=True)
class ForwardLosses:
    """Losses on campaigns by what was learned from those before them.

    Parameters
    ----------
    fold : ndarray of int, shape (T,)
        Which were judged.
    contacts, positives : ndarray, shape (T,)
    loss : ndarray, shape (T, slopes, 2)
        Summed over a campaign's contacts; with the training's base rate, and the recent one.
    """

    fold: npt.NDArray[np.int64]
    contacts: Array
    positives: Array
    loss: Array


@one_blas_thread()
def forward_losses(
    objective: Objective, stats: DenseStatistics, b: Array, *, half_life: float | None = None
) -> ForwardLosses:
    """Fit to the campaigns before each, and judge.

    Parameters
    ----------
    objective : Objective
        Of rows in memory, whose folds are campaigns in time order.
    stats : DenseStatistics
        Of the same rows.
    b : ndarray, shape (1 + p,)
        The fit to all of them, to start from.
    half_life : float, optional
        Of the weight of earlier campaigns.

    Raises
    ------
    FitError
        Columns without a penalty separate the classes of the earlier campaigns, or are
        collinear there.
    """
    rows = in_memory(objective.rows)
    assert rows is not None  # noqa: S101 - the caller has looked
    judged = range(FIRST, rows.n_folds)[-MOST:]
    found = []
    for t in judged:
        earlier = rows.first(t, decay(t, half_life))
        if np.ptp(earlier.y) == 0:
            continue
        b = _fitted(replace(objective, rows=earlier), stats, b, decay(t, half_life))
        scored = _scored(rows, objective.scaling.to_raw(b), t)
        found.append((t, *_judged(scored, t, half_life)))
    fold, contacts, positives, loss = zip(*found, strict=True) if found else ((), (), (), ())
    shape = (len(fold), len(SLOPES), 2)
    return ForwardLosses(
        np.array(fold, dtype=np.int64),
        np.array(contacts, dtype=float),
        np.array(positives, dtype=float),
        np.array(loss, dtype=float).reshape(shape),
    )


def _fitted(objective: Objective, stats: DenseStatistics, b: Array, share: Array) -> Array:
    """Fit to the first folds: exactly, or nearly, from where the statistics were taken."""
    rows = objective.rows
    total = float(rows.weight.sum(dtype=float))  # type: ignore[attr-defined]  # rows in memory
    at = replace(objective, total=total)
    curvature = np.tensordot(share, stats.curvature[: len(share)], 1) / total
    if len(rows) <= _EXACT:  # type: ignore[arg-type]
        return minimise(at, start=b, curvature=curvature, tolerance=_CLOSE).b
    target = curvature @ stats.b + share @ stats.score[: len(share)] / total
    step = np.asarray(np.linalg.solve(curvature + np.diag(at.ridge), target), dtype=float)
    return minimise(at, start=step, curvature=curvature, max_passes=_FEW_PASSES).b


def _scored(rows: ArrayRows, parts: tuple[Array, Array], t: int) -> Scored:
    """Score the campaigns up to t: of large ones, some rows taken evenly."""
    kept, factor = [], []
    for g in range(t + 1):
        start, stop = int(rows._bounds[g]), int(rows._bounds[g + 1])  # noqa: SLF001 - of this package
        most = _ROWS_OF_A_FOLD if g > t - 1 - RECENT else max(1, _ROWS_TO_CENTRE // t)
        some = _evenly(start, stop, most, aggregated=bool(np.ptp(rows.weight[start:stop])))
        kept.append(some)
        factor.append(np.full(len(some), (stop - start) / max(1, len(some))))
    index, shift = np.concatenate(kept), parts[0]
    log_odds = np.asarray(rows.X[index] @ parts[1].astype(rows.dtype) + shift, dtype=float)
    weight = rows.weight[index].astype(float) * np.concatenate(factor)
    fold = np.repeat(np.arange(t + 1), [len(some) for some in kept])
    return Scored(log_odds, rows.y[index].astype(float), weight, fold)


def _evenly(start: int, stop: int, most: int, *, aggregated: bool) -> npt.NDArray[np.int64]:
    """Take at most so many rows; of weighted ones two at a time, as those of a cell stand.

    Every second row would be of one class alone.

    Examples
    --------
    >>> _evenly(0, 9, 4, aggregated=False), _evenly(0, 9, 4, aggregated=True)
    (array([0, 3, 6]), array([0, 1, 6, 7]))
    """
    step, run = max(1, -(-(stop - start) // most)), 1 + aggregated
    first = np.arange(start, stop, step * run)
    some = (first[:, None] + np.arange(run)).ravel()
    return some if step == 1 and run == 1 else some[some < stop]


def _judged(scored: Scored, t: int, half_life: float | None) -> tuple[float, float, Array]:
    """Return contacts, positives and losses (slopes, 2) of campaign t."""
    before, here = scored.only(scored.fold < t), scored.only(scored.fold == t)
    loss = judged_by(before, before.weight * decay(t, half_life)[before.fold], here)
    return float(here.weight.sum()), float(here.weight @ here.y), loss


def judged_by(before: Scored, weight: Array, here: Scored) -> Array:
    """Return losses (slopes, 2) of a campaign by what those before it tell.

    Parameters
    ----------
    before, here : Scored
        By one fit, to those before.
    weight : ndarray, shape (n,)
        Of that fit.
    """
    loss = np.empty((len(SLOPES), 2))
    for k, s in enumerate(SLOPES):
        factor, plus = centred(before._replace(weight=weight), float(s))
        moved = before._replace(log_odds=factor * before.log_odds + plus)
        eta = factor * here.log_odds + plus
        for j, by in enumerate((0.0, recent_shift(moved).by)):
            loss[k, j] = loss_at(eta + by, here)
    return loss


def centred(rows: Scored, slope: float) -> tuple[float, float]:
    """Return s and a such that s η + a is the score about its mean, its intercept fitted.

    Examples
    --------
    >>> rows = Scored(np.array([-1.0, 1.0]), np.array([0.0, 1.0]), np.ones(2), np.zeros(2, int))
    >>> centred(rows, 1.0), centred(rows, 0.5)
    ((1.0, 0.0), (0.5, 0.0))
    """
    if slope == 1.0:
        return 1.0, 0.0
    mean = float(np.average(rows.log_odds, weights=rows.weight))
    rate = float(np.average(rows.y, weights=rows.weight))
    start = float(np.log(rate) - np.log1p(-rate))
    away = slope * (rows.log_odds - mean) + start
    return slope, start - slope * mean + shift_of(rows._replace(log_odds=away)).by


def loss_at(log_odds: AnyArray, rows: Scored) -> float:
    """Return Σ w [ log(1 + e^η) − y η ]."""
    return float(rows.weight @ (np.logaddexp(0.0, log_odds) - rows.y * log_odds))
