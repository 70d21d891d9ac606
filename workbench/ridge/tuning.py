"""Choose penalties by asking what would have worked on a campaign not yet seen.

The left-out loss of every setting is read from fold statistics (`left_out.quadratic`), so
that a search over many penalties costs p × p algebra and no row. At the optimum the model
is fitted again, the statistics are taken anew, and the search goes on from there, until
the penalties stay.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import t as student
from tqdm.auto import tqdm

from workbench._checks import listed
from workbench.errors import DataWarning
from workbench.ridge import left_out
from workbench.ridge.blocks import one_blas_thread
from workbench.ridge.co_data import Listener
from workbench.ridge.criterion import LeftOutLoss
from workbench.ridge.fold_stats import FoldStats, Moments, fold_stats
from workbench.ridge.penalty import PenaltyPlan
from workbench.ridge.solver import Objective, minimise
from workbench.ridge.strengths import (
    FIRST,
    GRID,
    LIMITS,
    STRONG_START,
    STRONGEST,
    ties_to_the_stronger,
)
from workbench.ridge.wide import WideStats

Array = npt.NDArray[np.float64]

_ROUNDS = 8
_FAR = 1.1  # times the least loss of a grid: very wide fits look no further
_SETTLED = 0.05  # in log λ: a twentieth of a factor e changes no left-out loss that counts
SAFE = "safe"
TOGETHER = 1.0  # precision of log-strengths about their mean: benchmarks/results/defaults.md
FEW_CAMPAIGNS = 3.0
_CAMPAIGN_CONSTANT = 0.9
_STEPS_TO_CAP = 16
_MOST_RISE = 0.002  # of the left-out loss: where one fold is most of it, a paired t allows any
_STEEPEST = 8.0  # of a slope, in log λ per unit of a score
_ONE_CURVATURE = 0.9  # correlation of two sets' curvatures from which they count as one
_FLAT = 1e-7  # curvature of the mean loss below which nothing is told anyway
_CLEARLY_MORE = 1e-3  # share of the loss by which exact fits must refute what tuning found
_NEAR = 1e-6  # gradient of the fits in between: their losses are then exact to 1e-9


class Tuned(NamedTuple):
    """Tuned parameters of a plan, and how they were found.

    ``plan`` holds the K sets and what co-data the penalties listened to; ``parameters``
    (K + M,) are the log-strengths by the rule, and the slopes; ``best`` (K + M,) those of
    least left-out loss; ``uniform`` the best common log-strength; ``curvature`` (K + M,
    K + M) of the criterion at the best; ``moved`` names the sets that the rule
    strengthened; ``stats`` are near, to start the last fit from.
    """

    plan: PenaltyPlan
    parameters: Array
    best: Array
    uniform: float
    curvature: Array
    moved: tuple[str, ...]
    stats: FoldStats

    @property
    def penalties(self) -> Array:
        """Return λ (p,)."""
        return self.plan.penalties(self.parameters)

    @property
    def slopes(self) -> dict[str, float]:
        """Return the slope of log λ on each score of the co-data."""
        if self.plan.co_data is None:
            return {}
        found = self.parameters[len(self.plan.sets) :].tolist()
        return dict(zip(self.plan.co_data.names, found, strict=True))


class How(NamedTuple):
    """How penalties are tuned, in the words of `RidgePropensity`.

    ``listen`` reads co-data from the statistics at the best common strength.
    """

    rule: str = SAFE
    criterion: str = "loss"
    listen: Listener | None = None


@one_blas_thread()
def tune(objective: Objective, plan: PenaltyPlan, campaigns: Array, how: How) -> Tuned:
    """Minimise the left-out loss over all tuned penalties.

    Parameters
    ----------
    objective : Objective
        Its penalties are not used; the folds of its rows are what is left out.
    plan : PenaltyPlan
    campaigns : ndarray, shape (p,)
        In how many campaigns each column effectively lives, 0 if constant within each.
    how : How
        Rule "best": the least left-out loss. "safe": penalties of sets are held together,
        log ρ_k ~ N(mean, 1) a priori, with the left-out loss as log likelihood, as few
        campaigns tell many penalties badly apart; then strengthen, fewest campaigns
        first, every set that lives in fewer than three campaigns or is constant within
        each, as far as the left-out losses cannot tell it from the best (paired over
        folds, one-sided t at 95%, and a rise of 0.2% at most, what holds them together
        counted in): there the data hardly identify a penalty, and a weak one is what
        fails on the next campaign.
        Criterion: see `criterion`.

    Returns
    -------
    Tuned
    """
    if how.rule == SAFE:
        plan = replace(plan, together=TOGETHER)
    stats = _stats(objective, plan, np.full(plan.size, FIRST), objective.base_rate_start())
    # an unpenalised column that only one fold determines is named here, before the search
    left_out.quadratic(stats, plan.penalties(np.full(plan.size, FIRST)), objective.names)
    loss = LeftOutLoss.about(objective, plan, stats, how.criterion)
    uniform = _uniform(loss)
    common = np.full(plan.size, uniform)
    stats = _stats(objective, plan, common, stats.b)
    if how.listen is not None:
        plan = plan.with_co_data(how.listen(stats, plan.penalties(common)))
    parameters = _sets_at(plan, uniform)
    starts = [parameters, _sets_at(plan, STRONG_START)]
    rounds = tqdm(range(_ROUNDS), desc="Tuning penalties", unit="round", delay=1, leave=False)
    for number in rounds:
        if number > 0:
            stats = _stats(objective, plan, parameters, stats.b)
        loss = LeftOutLoss.about(objective, plan, stats, how.criterion)
        before, parameters = plan.penalties(parameters), _search(loss, starts)
        starts = [parameters]
        if _moved(before, plan.penalties(parameters)) < _SETTLED:
            break
    slopes = parameters[len(plan.sets) :]
    strength = ties_to_the_stronger(
        lambda at: loss(np.append(at, slopes))[0], parameters[: len(plan.sets)]
    )
    best = np.append(strength, slopes)
    best = unless_one_strength_does_better(objective, plan, best, uniform, stats)
    curvature = loss.curvature(best)
    safe, moved = _strengthen(loss, best, campaigns) if how.rule == SAFE else (best, ())
    return Tuned(plan, safe, best, uniform, curvature, moved, stats)


def campaigns_of(measured: Moments) -> Array:
    """Return in how many folds each column effectively lives; 0 if constant within each."""
    constant_within = measured.between_share > _CAMPAIGN_CONSTANT
    return np.where(constant_within, 0.0, measured.effective_folds)


def tuning_table(
    plan: PenaltyPlan, tuned: Tuned, measured: Moments, used: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Describe each tuned set: its penalty, and how well the campaigns tell it.

    Returns
    -------
    DataFrame
        Index set; ``columns, penalty, least_loss_penalty`` (before any strengthening; the
        median where co-data make the set's columns differ), ``campaigns`` (in how many they
        effectively live, the median; 0 = constant within each),
        ``curvature`` (of the mean left-out loss in log penalty; near 0 = not told) and
        ``remark``.
    """
    lives = campaigns_of(measured)[used]
    penalties, best = (_of_factor_one(tuned.plan, at) for at in (tuned.parameters, tuned.best))
    rows = {
        name: (
            int((plan.member == k).sum()),
            float(penalties[k]),
            float(best[k]),
            float(np.median(lives[plan.member == k])),
            float(tuned.curvature[k, k]),
            _remark(tuned, k, name),
        )
        for k, name in enumerate(plan.sets)
    }
    columns = ["columns", "penalty", "least_loss_penalty", "campaigns", "curvature", "remark"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("set")


def _of_factor_one(plan: PenaltyPlan, parameters: Array) -> Array:
    """Return the penalty of each set's columns of factor 1, their median; shape (K,)."""
    count = len(plan.sets)
    heard = np.zeros(len(plan.factor))
    if plan.co_data is not None:
        scores = plan.co_data.scores
        heard = (scores[0] if scores.ndim == 3 else scores) @ parameters[count:]
    medians = [np.median(heard[plan.member == k]) for k in range(count)]
    return np.asarray(np.exp(parameters[:count] + medians))


def _remark(tuned: Tuned, k: int, name: str) -> str:
    if np.exp(tuned.best[k]) >= 0.99 * STRONGEST:
        return "shrunk out"
    if name in tuned.moved:
        return "strengthened: hardly told by these campaigns"
    together = _told_together(tuned, k)
    return f"told only together with {listed(together)}" if together else ""


def _told_together(tuned: Tuned, k: int) -> list[str]:
    """Return the sets against which this one can be traded at no loss.

    Their curvatures are one: a stronger penalty here and a weaker one there cancel.
    """
    own = tuned.curvature[: len(tuned.plan.sets), : len(tuned.plan.sets)]
    sizes = np.sqrt(np.maximum(np.diag(own), np.finfo(float).tiny))
    alike = own[k] / (sizes[k] * sizes)
    others = np.flatnonzero((alike > _ONE_CURVATURE) & (np.diag(own) > _FLAT))
    return [tuned.plan.sets[j] for j in others.tolist() if j != k and own[k, k] > _FLAT]


def _stats(objective: Objective, plan: PenaltyPlan, strength: Array, start: Array) -> FoldStats:
    """Fit at these strengths, and take the statistics there."""
    at = replace(objective, penalties=plan.penalties(strength))
    fit = minimise(at, start=start, tolerance=_NEAR)
    return fold_stats(objective.rows, objective.scaling, fit.b)


def _sets_at(plan: PenaltyPlan, strength: float) -> Array:
    """Return one log-strength for all sets, and slopes of zero."""
    return np.where(np.arange(plan.size) < len(plan.sets), strength, 0.0)


def _moved(before: Array, after: Array) -> float:
    """Return the largest change of a penalty, in log."""
    tuned = (before > 0) & (after > 0)
    return float(np.abs(np.log(after[tuned] / before[tuned])).max(initial=0.0))


def _uniform(loss: LeftOutLoss) -> float:
    """Return the best common log-strength of a grid, the strongest on ties."""
    losses: list[float] = []
    for strength in GRID:
        losses.append(loss(_sets_at(loss.plan, strength))[0])
        # conjugate gradients take ever longer where there is ever less penalty
        if isinstance(loss.stats, WideStats) and losses[-1] > _FAR * min(losses):
            break
    return float(GRID[int(np.argmin(losses))])


def _search(loss: LeftOutLoss, starts: list[Array]) -> Array:
    bounds = [LIMITS] * len(loss.plan.sets)
    if loss.plan.co_data is not None:
        bounds += [(max(low, -_STEEPEST), _STEEPEST) for low in loss.plan.co_data.lowest]
    options = {"maxiter": 200, "ftol": 1e-9, "gtol": 1e-7}
    found = [
        minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
        for start in starts
    ]
    return np.asarray(min(found, key=lambda result: float(result.fun)).x)


def unless_one_strength_does_better(
    objective: Objective, plan: PenaltyPlan, best: Array, uniform: float, stats: FoldStats
) -> Array:
    """Keep the best, unless one Newton step could not be trusted and exact fits refute it.

    Where a fold holds nearly all that is known of some direction, one step reads weak
    penalties far too well.
    """
    # very many columns have no curvature to read a leverage from
    known = stats.curvature.size > 0
    if not (known and len(left_out.folds_of_high_leverage(stats, plan.penalties(best)))):
        return best
    common = _sets_at(plan, uniform)
    losses = []
    for parameters in (best, common):
        at = _stats(objective, plan, parameters, stats.b)
        penalties, names = plan.penalties(parameters), objective.names
        loss, _ = left_out.polished(objective.rows, objective.scaling, at, penalties, names=names)
        losses.append(loss.sum())
    if losses[0] <= losses[1] * (1 + _CLEARLY_MORE):
        return best
    warnings.warn(
        "Some columns are known from one campaign nearly alone, and the penalties found for them "
        f"by one Newton step lose more than one strength for all ({losses[0]:.1f} against "
        f"{losses[1]:.1f} in all, fitted exactly): one strength is taken. Give such columns a "
        "penalty, or add campaigns.",
        DataWarning,
        stacklevel=2,
    )
    return common


def _strengthen(loss: LeftOutLoss, best: Array, campaigns: Array) -> tuple[Array, tuple[str, ...]]:
    plan = loss.plan
    lives = np.array([np.median(campaigns[plan.member == k]) for k in range(len(plan.sets))])
    reference, held = loss.by_fold(best), loss.held(best)
    parameters, moved = best.copy(), []
    for k in np.argsort(lives, kind="stable"):
        if lives[k] >= FEW_CAMPAIGNS:
            break
        weakest = parameters[k]
        for stronger in np.linspace(np.log(STRONGEST), weakest, _STEPS_TO_CAP, endpoint=False):
            trial = parameters.copy()
            trial[k] = stronger
            if _not_told_apart(loss.by_fold(trial), reference, loss.held(trial) - held):
                parameters = trial
                moved.append(plan.sets[k])
                break
    return parameters, tuple(moved)


def _not_told_apart(loss: Array, reference: Array, held: float) -> bool:
    """Return whether a paired rise stays within t of its standard error, and is small.

    `held` is how much further from one another the penalties are.
    """
    rise, folds = loss - reference, len(loss)
    margin = student.ppf(0.95, folds - 1) * np.sqrt(folds) * rise.std(ddof=1)
    return bool(rise.sum() + max(held, 0.0) <= min(margin, _MOST_RISE * reference.sum()))
