"""What tuning minimises: the loss on folds left out, as it is or with their own base rate.

Two questions hide in a left-out campaign: does the model rank its customers, and does it
hit its base rate? The loss asks both. "ranking" asks the first alone: each left-out
campaign gets the intercept that suits it. That is sweeping the intercept out of the
statistics by which the fold is judged,

    A⁰ = A − a a'/A_00 ,  s⁰ = s − a s_0/A_00 ,  l⁰ = l − ½ s_0²/A_00  (a the first column of A),

so that the left-out loss stays a quadratic, and "mixture" is the mean of both quadratics.
The ranking cannot see columns that are constant within a campaign, and is no figure to
report: it needs the campaign's outcomes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.source import AnyArray, Block, Kernel, judged_folds
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.at_refits import RefitStats
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.kernels import pearson_of
from workbench.ridge.statistics.protocol import FoldStatistics, LeftOut
from workbench.ridge.tune.strengths import symmetric_differences

Array = npt.NDArray[np.float64]

OWN_RATE_SHARE = {"loss": 0.0, "mixture": 0.5, "ranking": 1.0}
"""How much each criterion asks for the loss under the left-out campaign's own base rate."""

_MOST_SHIFT = 5.0  # in log-odds: a campaign's rate moves by a factor of 150 at most
_NEWTON_STEPS = 8


@dataclass(frozen=True)
class LeftOutLoss:
    """Mean left-out loss as a function of a plan's parameters, about the statistics at hand.

    Parameters
    ----------
    expand : callable
        Takes penalties, (p,) or (G, p), to losses, slopes and coefficients without each fold.
    total_weight : float
        W, or that of the folds that are judged.
    plan : PenaltyPlan
    """

    expand: Callable[[Array], LeftOut]
    total_weight: float
    plan: PenaltyPlan

    @classmethod
    def about(
        cls, objective: Objective, plan: PenaltyPlan, stats: FoldStatistics, criterion: str
    ) -> LeftOutLoss:
        """Expand about one point for all folds, and take what else the criterion needs."""
        share = OWN_RATE_SHARE[criterion]
        judged = with_own_rates(objective, stats, share) if share else stats

        def expand(penalties: Array) -> LeftOut:
            return stats.without_folds(penalties, objective.names, judged=judged)

        return cls(expand, stats.judged_weight, plan)

    @classmethod
    def about_refits(
        cls, objective: Objective, plan: PenaltyPlan, stats: FoldStatistics, b: Array
    ) -> LeftOutLoss:
        """Expand about the fit without each fold, b (G, 1 + p): value and slope are exact there.

        Of `stats`, taken anywhere, only weights are used.
        """
        taken = RefitStats.take(
            objective.rows, objective.scaling, b, objective.outcome, stats.penalty_weight
        )

        def expand(penalties: Array) -> LeftOut:
            return taken.without_folds(penalties, objective.names)

        return cls(expand, stats.judged_weight, plan)

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Return the criterion and its slope, with what holds the parameters back in both."""
        left, pull = self.left_out(parameters), self.plan.prior_slope(parameters)
        total = left.total + self.held(parameters)
        slope = self.plan.slope(left.slope) + pull
        return total / self.total_weight, slope / self.total_weight

    def summed(self, parameters: Array) -> float:
        """Return the criterion on the sum scale, as `ExactLoss` gives it."""
        return self.left_out(parameters).total + self.held(parameters)

    def held(self, parameters: Array) -> float:
        """Return what holding the parameters back adds to the summed loss."""
        return 0.5 * float(self.plan.prior_slope(parameters) @ parameters)

    def by_fold(self, parameters: Array) -> Array:
        """Return each fold's left-out loss, summed over its rows; shape (G,)."""
        return self.left_out(parameters).loss

    def curvature(self, parameters: Array) -> Array:
        """Differentiate the slope of the mean loss once more, by central differences.

        Without what holds the parameters back: it says what the folds tell.
        """

        def slope(at: Array) -> Array:
            return self.plan.slope(self.left_out(at).slope) / self.total_weight

        return symmetric_differences(slope, parameters, 1e-3)

    def left_out(self, parameters: Array) -> LeftOut:
        """Return losses, slopes and coefficients without each fold, to one Newton step."""
        return self.expand(self.plan.penalties_left_out(parameters))


def with_own_rates(objective: Objective, stats: FoldStatistics, share: float) -> DenseStatistics:
    """Mix the statistics with those under each fold's own base rate.

    Parameters
    ----------
    objective : Objective
    stats : FoldStatistics
        Of a kind that holds matrices.
    share : float
        Weight of the statistics under own base rates, from 0 to 1. A fold of one class
        has no finite base rate of its own: it counts for nothing in that part.

    Returns
    -------
    DenseStatistics
    """
    rows, scaling, plain = objective.rows, objective.scaling, cast("DenseStatistics", stats)
    shift, two_classes = _own_shifts(objective, stats.b)
    own = DenseStatistics.take(rows, scaling, stats.b, objective.outcome, shift=shift)
    swept = _without_intercept(own)
    weight = share * two_classes
    return replace(
        own,
        curvature=(1 - share) * plain.curvature + weight[:, None, None] * swept.curvature,
        score=(1 - share) * plain.score + weight[:, None] * swept.score,
        loss=(1 - share) * plain.loss + weight * swept.loss,
    )


def _without_intercept(stats: DenseStatistics) -> DenseStatistics:
    """Profile each fold's intercept out of its quadratic."""
    edge, score = stats.curvature[:, :, 0], stats.score[:, 0]
    share = edge / edge[:, :1]
    return replace(
        stats,
        curvature=stats.curvature - share[:, :, None] * edge[:, None, :],
        score=stats.score - share * score[:, None],
        loss=stats.loss - 0.5 * score**2 / edge[:, 0],
    )


def own_rate_loss(objective: Objective, b: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Return each fold's loss under its own base rate, and which folds have one.

    Parameters
    ----------
    objective : Objective
    b : ndarray, shape (1 + p,) or (G, 1 + p)
        Coefficients; a row a fold that is judged, where they differ.

    Returns
    -------
    loss : ndarray, shape (G,)
        Summed over the fold's rows.
    two_classes : ndarray of bool, shape (G,)
    """
    judged = judged_folds(objective.rows)
    shift, two_classes = _own_shifts(objective, b)
    (loss,) = objective.rows.by_fold(_loss_kernel(objective, b, shift))
    return loss[judged], two_classes[judged]


def left_out_dispersion(objective: Objective, b: Array) -> float:
    """Return the dispersion that left-out folds show, of coefficients b (J, 1 + p) without each.

    1 where the outcome's mean tells its variance. What a fit has not seen needs no degrees
    of freedom taken off.
    """
    if not objective.outcome.varies:
        return 1.0
    rows, outcome = objective.rows, objective.outcome
    eta, judged = _predictor(objective, b, np.zeros(rows.n_folds)), judged_folds(rows)

    def kernel(block: Block) -> tuple[object, ...]:
        return pearson_of(eta(block), block, outcome), block.weight.sum(dtype=float)

    chi2, weight = (of_fold[judged].sum() for of_fold in rows.by_fold(kernel))
    return outcome.dispersion(float(chi2 / weight))


def _own_shifts(objective: Objective, b: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Return how far each fold's intercept is from b's, and which folds have both classes."""
    rows, shift = objective.rows, np.zeros(objective.rows.n_folds)
    for _ in range(_NEWTON_STEPS):
        gap, curvature, positive, weight = rows.by_fold(_rate_kernel(objective, b, shift))
        step = gap / np.maximum(curvature, np.finfo(float).tiny)
        shift = np.clip(shift + np.clip(step, -1.0, 1.0), -_MOST_SHIFT, _MOST_SHIFT)
    return shift, (positive > 0) & (positive < weight)


def _rate_kernel(objective: Objective, b: Array, shift: Array) -> Kernel:
    log_odds, outcome = _predictor(objective, b, shift), objective.outcome

    def kernel(block: Block) -> tuple[object, ...]:
        mu = outcome.mean(log_odds(block))
        weight = block.weight.astype(float)
        return (
            weight @ (block.y - mu),
            outcome.curvature(mu, weight).sum(),
            weight @ block.y,
            weight.sum(),
        )

    return kernel


def _loss_kernel(objective: Objective, b: Array, shift: Array) -> Kernel:
    log_odds = _predictor(objective, b, shift)

    def kernel(block: Block) -> tuple[object, ...]:
        return (objective.outcome.loss(log_odds(block), block),)

    return kernel


def _predictor(objective: Objective, b: Array, shift: Array) -> Callable[[Block], AnyArray]:
    """Return what gives η of a block: by its fold's coefficients, its intercept shifted."""
    rows, dtype = objective.rows, objective.rows.dtype
    of_fold = np.empty((rows.n_folds, b.shape[-1]))
    of_fold[:] = np.mean(np.atleast_2d(b), axis=0)  # of those that are not judged
    of_fold[judged_folds(rows)] = b
    first, rest = objective.scaling.to_raw(of_fold)
    c, raw = (first + shift).astype(dtype), rest.astype(dtype)

    def eta(block: Block) -> AnyArray:
        return np.asarray(block.X @ raw[block.fold] + c[block.fold])

    return eta
