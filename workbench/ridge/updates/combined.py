"""One round of a fit to several owners' rows, from their sums alone.

At b̃ and the b̃_k without each campaign, where sums were taken, all losses are quadratics. Penalties
are tuned and coefficients solved by them; the next round's sums are taken at the solutions. That is
Newton's method for the fit and for each fit without a campaign: close by, a round squares what is
left. Once penalties hardly move they stay, and coefficients go on to the exact fits under them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy.special import logit

from workbench.ridge.ahead.outlook import Outlook
from workbench.ridge.outcomes.base_rate import LAST, RECENT
from workbench.ridge.penalties.plan import TUNED
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Array
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.drift import SAFETY, Bend, length
from workbench.ridge.tune.strengths import FIRST
from workbench.ridge.tune.tuned import Tuned
from workbench.ridge.updates.outlook import judged_from_sums
from workbench.ridge.updates.rounds import Point, Round
from workbench.ridge.updates.solved import Solved, Summed, described, solution
from workbench.ridge.updates.together import Together
from workbench.ridge.updates.update import in_columns_of

EXACT = 1e-8
"""In log-odds: what is nearer than that to the fit to all rows has converged."""

_SETTLED = 1e-8  # in log λ: tuning gives the same again
_NEARS = 0.5  # of the last round's way: penalties that move by less near a point
_MOST_TUNED = 12  # rounds: penalties that still move are told apart by nothing, and stay
_LONGEST = 1.0  # in log-odds: a quadratic is not believed farther away
_FAR_WORSE = 1.5  # times the loss of one rate for all
_ROUNDING = 100.0  # times a float's: what is left of a gradient of single precision
_MEASURED = 1e-4  # in log-odds: of a shorter move, what quadratics miss is rounding


class Combined(NamedTuple):
    """What a round gives: sums, the solution, how scores follow from it, and the next points."""

    sums: CampaignSums
    found: Solved
    outlook: Outlook
    round: Round


@one_blas_thread()
def combined(model: Any, together: Together, point: Point) -> Combined:
    """Tune penalties, as long as they move, and solve for all that is asked next.

    Parameters
    ----------
    model : RidgePropensity
        Where the sums were taken.
    together : Together
    point : Point
        Of the model.
    """
    sums, settings = together.sums, Settings.of(model)
    summed = Summed(sums, model.design_, model.columns_, settings, together.apart)
    if _worse_than_none(sums):
        return _begun_anew(summed, point, in_time=together.in_time)
    tuned, penalties, path = _penalties(model, summed)
    before, bend = _moved(summed, penalties), sums.bend
    known: Round | None = model.round_
    if known is not None:
        bend = _bend_of(summed, _kept(model, summed), known)
        sums = replace(sums, bend=bend)
        summed = replace(summed, sums=sums)
    b, without = before.b, before.without
    found = described(summed, tuned, penalties, b)
    if tuned is None and summed.plan.sets:
        found = _as_it_was(model, summed, found, penalties)
    if before.main > _LONGEST:
        found = found._replace(drift=np.inf)
    if np.isinf(found.drift):  # nothing bounds what is left of the gradient: it was so much
        found = found._replace(residual=_gradient(summed, penalties))
    found = found._replace(drift=max(found.drift, sums.tiny))  # nothing is known any closer
    number = 1 if known is None else known.number + 1
    moved = max(before.main, before.left)
    near = max(EXACT, _ROUNDING * sums.tiny)  # of errors and edf, too: they are of the last point
    exact = number > 1 and moved <= near and _bound(bend, moved) <= EXACT
    here = Round(
        number,
        moved,
        path is None,
        path is None and exact,
        sums.campaigns if summed.plan.sets else (),
        _points(point, summed, np.vstack([b, without]) if summed.plan.sets else b[None]),
        bend,
        path,
    )
    in_time = together.in_time and len(sums.campaigns) > RECENT
    ahead, outlook = _ahead(summed, found, in_time=in_time)
    return Combined(replace(sums, ahead=ahead), found, outlook, here)


def _worse_than_none(sums: CampaignSums) -> bool:
    """Whether a model foretells some campaign by far worse than one rate for all would.

    Its probabilities are then so near 0 and 1 that curvature is gone, and no step is to be trusted.
    """
    folds = sums.folds
    rate = float(folds.positive.sum() / folds.weight.sum())
    told = -folds.positive * np.log(rate) - (folds.weight - folds.positive) * np.log1p(-rate)
    return bool((folds.loss > _FAR_WORSE * told).any())


def _begun_anew(summed: Summed, point: Point, *, in_time: bool) -> Combined:
    """Go back to the base rate, from where steps arrive; under common penalties in the middle."""
    plan, sums, size = summed.plan, summed.sums, 1 + len(summed.scaling.mean)
    penalties = plan.penalties(np.full(plan.size, FIRST) * (np.arange(plan.size) < len(plan.sets)))
    b = np.zeros(size)
    b[0] = logit(float(sums.folds.positive.sum() / sums.folds.weight.sum()))
    found = described(summed, None, penalties, b)
    found = found._replace(drift=np.inf, residual=_gradient(summed, penalties))
    campaigns = sums.campaigns if plan.sets else ()
    points = _points(point, summed, np.tile(b, (1 + len(campaigns), 1)))
    moved = length(summed.stats.total_curvature(), b - summed.at[0])
    here = Round(
        number=0,
        moved=moved,
        settled=not plan.sets,
        converged=False,
        campaigns=campaigns,
        points=points,
        bend=Bend(np.inf, 0.0),
        tuned=np.zeros((2, 0)) if plan.sets else None,
    )
    return Combined(sums, found, Outlook(None, in_time=in_time), here)


def _penalties(model: Any, summed: Summed) -> tuple[Tuned | None, Array, Array | None]:
    """Return what tuning says, the penalties (p,), and their path: None where they stay."""
    if not summed.plan.sets:
        return None, summed.plan.penalties(np.zeros(0)), None
    known: Round | None = model.round_
    kept = None if known is None else _kept(model, summed)
    stays = known is not None and (known.settled or known.number >= _MOST_TUNED)
    if kept is not None and stays:
        return None, kept, None
    tuned = summed.tuned()
    assert tuned is not None  # noqa: S101 - there are sets
    there = _log(tuned.penalties)
    if kept is None or known is None or known.number == 0:  # nothing was tuned before
        return tuned, tuned.penalties, np.zeros((2, 0))
    path = np.array([there, there - _log(kept)])
    if np.abs(path[1]).max() <= _SETTLED:
        return None, kept, None
    moves = tuned.penalties > 0
    further = np.exp(_extrapolated(path, known.tuned))
    return tuned, np.where(moves, further, 0.0), path


def _extrapolated(path: Array, earlier: Array | None) -> Array:
    """Return where log penalties (p,) lead that near a point by a share of the way each round.

    By Anderson's method, of the last two rounds.
    """
    there: Array = path[0]
    away: Array = path[1]
    if earlier is None or earlier.shape != path.shape:
        return there
    if np.linalg.norm(away) > _NEARS * np.linalg.norm(earlier[1]):
        return there
    change = away - earlier[1]
    share = float(away @ change) / float(change @ change)
    return np.asarray(there - share * (there - earlier[0]))


def _log(penalties: Array) -> Array:
    return np.asarray(np.log(np.where(penalties > 0, penalties, 1.0)))


def _kept(model: Any, summed: Summed) -> Array:
    """Return the penalties of the last round; (p,)."""
    last = model.columns_.loc[summed.used]
    penalties = last["penalty"].to_numpy(dtype="float64")
    return np.asarray(np.where(last["dropped"].to_numpy(dtype=bool), 1.0, penalties))


class _Moves(NamedTuple):
    """The solutions under some penalties, and how far log-odds are from where sums were taken."""

    b: Array
    without: Array
    main: float
    left: float


def _moved(summed: Summed, penalties: Array) -> _Moves:
    """Solve for the fit and those without each campaign; steps that are too long are cut."""
    stats, left, at = summed.stats, summed.left, summed.at[0]
    b, main = _cut(stats.total_curvature(), at, solution(stats, penalties))
    if not summed.plan.sets:
        return _Moves(b, np.zeros((0, len(b))), main, 0.0)
    names = tuple(summed.given.index[summed.used])
    asked = left.without_folds(penalties, names).b
    pairs = [_cut(A, *ends) for A, *ends in zip(left.rest, left.b, asked, strict=True)]
    return _Moves(b, np.array([one for one, _ in pairs]), main, max(far for _, far in pairs))


def _gradient(summed: Summed, penalties: Array) -> float:
    """Return the largest entry of the gradient where sums were taken, relative to W."""
    stats = summed.sums.statistics(summed.scaling, summed.at[0])
    ridge = np.concatenate([[0.0], penalties]) * stats.b
    return float(np.abs(ridge - stats.score.sum(axis=0) / stats.total_weight).max())


def _cut(A: Array, start: Array, end: Array) -> tuple[Array, float]:
    far = length(A, end - start)
    return (end, far) if far <= _LONGEST else (start + (end - start) * (_LONGEST / far), far)


def _bend_of(summed: Summed, kept: Array, known: Round) -> Bend:
    """Measure how wrong the last round's quadratics were, now that sums stand at its solution."""
    if known.number == 0 or known.moved < _MEASURED:
        return known.bend
    wrong = _moved(summed, kept)
    size = max(wrong.main, wrong.left) / known.moved**2
    earlier = known.bend.size if np.isfinite(known.bend.size) else 0.0
    return Bend(max(size, earlier), max(known.moved, known.bend.reach))


def _bound(bend: Bend, moved: float) -> float:
    """Bound how far solutions of quadratics are off; see `drift`."""
    if moved == 0:
        return 0.0
    return SAFETY * bend.size * moved**2 * max(1.0, moved / max(bend.reach, np.finfo(float).tiny))


def _as_it_was(model: Any, summed: Summed, found: Solved, penalties: Array) -> Solved:
    """Say of penalties that stay what the last round said, but for their left-out loss."""
    names = tuple(summed.given.index[summed.used])
    left = summed.left.without_folds(penalties, names)
    tuning = model.tuning_.assign(left_out_loss=left.total / summed.stats.total_weight)
    parts = {"grid": model.grid_, "alpha": model.alpha_, "co_data": model.co_data_}
    return found._replace(tuning=tuning, **parts)


def _points(point: Point, summed: Summed, b: Array) -> Array:
    """Return coefficients (K, 1 + p) in the columns that may have one; 0 where one value is all."""
    out = np.zeros((len(b), 1 + len(point.columns)))
    out[:, 0] = b[:, 0]
    out[:, 1 + np.searchsorted(point.columns, summed.scaling.columns)] = b[:, 1:]
    return out


def _ahead(summed: Summed, found: Solved, *, in_time: bool) -> tuple[Any, Outlook]:
    """Return what slope and base rate are chosen by, as a fit would choose them."""
    settings, sums = summed.settings, summed.sums
    slope = 1.0 if settings.slope == TUNED else float(settings.slope)
    plain = Outlook(None, slope, settings.base_rate == LAST and in_time, in_time=in_time)
    if not (summed.plan.sets and in_time):
        return None, plain
    return judged_from_sums(sums, in_columns_of(sums, found.columns)), plain
