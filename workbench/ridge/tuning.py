"""Choose penalties by asking what would have worked on a campaign not yet seen.

The left-out loss of every setting is read from fold statistics (`left_out.quadratic`), so
that a search over many penalties costs p × p algebra and no row. At the optimum the model
is fitted again, the statistics are taken anew, and the search goes on from there, until
the penalties stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import t as student
from tqdm.auto import tqdm

from workbench.ridge import left_out
from workbench.ridge.blocks import one_blas_thread
from workbench.ridge.fold_stats import FoldStats, Moments, fold_stats
from workbench.ridge.penalty import PenaltyPlan
from workbench.ridge.solver import Objective, minimise
from workbench.ridge.wide import WideStats

Array = npt.NDArray[np.float64]

WEAKEST, STRONGEST = 1e-8, 1e3
"""Bounds of a tuned penalty: at 1e3 a standardised coefficient is a thousandth or less."""

_GRID = np.log(np.logspace(2, -6, 25))
_FIRST = float(np.log(1e-2))
_ROUNDS = 8
_FAR = 1.1  # times the least loss of a grid: very wide fits look no further
_SETTLED = 0.05  # in log λ: a twentieth of a factor e changes no left-out loss that counts
_SAME_LOSS = 1e-6  # relative: losses closer than this are ties, and go to the stronger penalty
FEW_CAMPAIGNS = 3.0
_CAMPAIGN_CONSTANT = 0.9
_STEPS_TO_CAP = 16
_STRONG_START = float(np.log(0.3))
_NEAR = 1e-6  # gradient of the fits in between: their losses are then exact to 1e-9


class Tuned(NamedTuple):
    """Tuned log-strengths of the K sets, and how they were found.

    ``strength`` (K,) by the rule, ``best`` (K,) of least left-out loss, ``uniform`` the best
    common one; ``curvature`` (K, K) of the mean left-out loss at the best; ``moved`` names
    the sets that the rule strengthened; ``stats`` are near, to start the last fit from.
    """

    strength: Array
    best: Array
    uniform: float
    curvature: Array
    moved: tuple[str, ...]
    stats: FoldStats


@one_blas_thread()
def tune(objective: Objective, plan: PenaltyPlan, campaigns: Array, *, rule: str) -> Tuned:
    """Minimise the left-out loss over all tuned penalties.

    Parameters
    ----------
    objective : Objective
        Its penalties are not used; the folds of its rows are what is left out.
    plan : PenaltyPlan
    campaigns : ndarray, shape (p,)
        In how many campaigns each column effectively lives, 0 if constant within each.
    rule : {"safe", "best"}
        "best": the least left-out loss. "safe": then strengthen, fewest campaigns first,
        every set that lives in fewer than three campaigns or is constant within each, as
        far as the left-out losses cannot tell it from the best (paired over folds,
        one-sided t at 95%): there the data hardly identify a penalty, and a weak one is
        what fails on the next campaign.

    Returns
    -------
    Tuned
    """
    count = len(plan.sets)
    stats = _stats(objective, plan, np.full(count, _FIRST), objective.base_rate_start())
    # an unpenalised column that only one fold determines is named here, before the search
    left_out.quadratic(stats, plan.penalties(np.full(count, _FIRST)), objective.names)
    uniform = _uniform(stats, plan)
    strength = np.full(count, uniform)
    starts = [strength, np.full(count, _STRONG_START)]
    for _ in tqdm(range(_ROUNDS), desc="Tuning penalties", unit="round", delay=1, leave=False):
        stats = _stats(objective, plan, strength, stats.b)
        before, strength = strength, _search(stats, plan, starts)
        starts = [strength]
        if np.abs(strength - before).max() < _SETTLED:
            break
    best = _ties_to_the_stronger(stats, plan, strength)
    curvature = _curvature(stats, plan, best)
    if rule == "best":
        return Tuned(best, best, uniform, curvature, (), stats)
    safe, moved = _strengthen(stats, plan, best, campaigns)
    return Tuned(safe, best, uniform, curvature, moved, stats)


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
        Index set; ``columns, penalty, least_loss_penalty, campaigns`` (in how many the
        set's columns effectively live, the median; 0 = constant within each),
        ``curvature`` (of the mean left-out loss in log penalty; near 0 = not told) and
        ``remark``.
    """
    lives = campaigns_of(measured)[used]
    rows = {
        name: (
            int((plan.member == k).sum()),
            float(np.exp(tuned.strength[k])),
            float(np.exp(tuned.best[k])),
            float(np.median(lives[plan.member == k])),
            float(tuned.curvature[k, k]),
            _remark(tuned, k, name),
        )
        for k, name in enumerate(plan.sets)
    }
    columns = ["columns", "penalty", "least_loss_penalty", "campaigns", "curvature", "remark"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("set")


def _remark(tuned: Tuned, k: int, name: str) -> str:
    if np.exp(tuned.best[k]) >= 0.99 * STRONGEST:
        return "shrunk out"
    return "strengthened: hardly told by these campaigns" if name in tuned.moved else ""


def _stats(objective: Objective, plan: PenaltyPlan, strength: Array, start: Array) -> FoldStats:
    """Fit at these strengths, and take the statistics there."""
    at = replace(objective, penalties=plan.penalties(strength))
    fit = minimise(at, start=start, tolerance=_NEAR)
    return fold_stats(objective.rows, objective.scaling, fit.b)


def _mean_loss(stats: FoldStats, plan: PenaltyPlan) -> Callable[[Array], tuple[float, Array]]:
    def loss(strength: Array) -> tuple[float, Array]:
        left = left_out.quadratic(stats, plan.penalties(strength))
        return left.total / stats.total_weight, plan.slope(left.slope) / stats.total_weight

    return loss


def _uniform(stats: FoldStats, plan: PenaltyPlan) -> float:
    """Return the best common log-strength of a grid, the strongest on ties."""
    loss = _mean_loss(stats, plan)
    losses: list[float] = []
    for strength in _GRID:
        losses.append(loss(np.full(len(plan.sets), strength))[0])
        # conjugate gradients take ever longer where there is ever less penalty
        if isinstance(stats, WideStats) and losses[-1] > _FAR * min(losses):
            break
    return float(_GRID[int(np.argmin(losses))])


def _search(stats: FoldStats, plan: PenaltyPlan, starts: list[Array]) -> Array:
    loss = _mean_loss(stats, plan)
    bounds = [(np.log(WEAKEST), np.log(STRONGEST))] * len(plan.sets)
    options = {"maxiter": 200, "ftol": 1e-9, "gtol": 1e-7}
    found = [
        minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
        for start in starts
    ]
    return np.asarray(min(found, key=lambda result: float(result.fun)).x)


def _ties_to_the_stronger(stats: FoldStats, plan: PenaltyPlan, strength: Array) -> Array:
    """Send a group whose criterion is flat up to the cap there: it is shrunk out."""
    loss = _mean_loss(stats, plan)
    for k in np.argsort(-strength):
        at_cap = strength.copy()
        at_cap[k] = np.log(STRONGEST)
        if loss(at_cap)[0] <= loss(strength)[0] * (1 + _SAME_LOSS):
            strength = at_cap
    return strength


def _strengthen(
    stats: FoldStats, plan: PenaltyPlan, best: Array, campaigns: Array
) -> tuple[Array, tuple[str, ...]]:
    lives = np.array([np.median(campaigns[plan.member == k]) for k in range(len(plan.sets))])
    reference = left_out.quadratic(stats, plan.penalties(best)).loss
    strength, moved = best.copy(), []
    for k in np.argsort(lives, kind="stable"):
        if lives[k] >= FEW_CAMPAIGNS:
            break
        for stronger in np.linspace(np.log(STRONGEST), strength[k], _STEPS_TO_CAP, endpoint=False):
            trial = strength.copy()
            trial[k] = stronger
            rise = left_out.quadratic(stats, plan.penalties(trial)).loss - reference
            if _not_told_apart(rise):
                strength = trial
                moved.append(plan.sets[k])
                break
    return strength, tuple(moved)


def _not_told_apart(rise: Array) -> bool:
    """Return whether a paired rise stays within t of its standard error."""
    folds = len(rise)
    margin = student.ppf(0.95, folds - 1) * np.sqrt(folds) * rise.std(ddof=1)
    return bool(rise.sum() <= margin)


def _curvature(stats: FoldStats, plan: PenaltyPlan, strength: Array) -> Array:
    """Differentiate the slope once more, by central differences."""
    loss, step = _mean_loss(stats, plan), 1e-3
    moves = step * np.eye(len(strength))
    rows = [(loss(strength + d)[1] - loss(strength - d)[1]) / (2 * step) for d in moves]
    curvature = np.array(rows).reshape(len(strength), len(strength))
    return (curvature + curvature.T) / 2
