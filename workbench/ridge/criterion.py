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

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from workbench.ridge import left_out
from workbench.ridge.blocks import Block, Kernel
from workbench.ridge.fold_stats import FoldStats, fold_stats
from workbench.ridge.left_out import LeftOut
from workbench.ridge.penalty import PenaltyPlan
from workbench.ridge.solver import Objective
from workbench.ridge.strengths import symmetric_differences

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
    stats : FoldStats
        What the other folds teach.
    judged : FoldStats
        What the fold left out is judged by; `stats` for the loss as it is.
    plan : PenaltyPlan
    """

    stats: FoldStats
    judged: FoldStats
    plan: PenaltyPlan

    @classmethod
    def about(
        cls, objective: Objective, plan: PenaltyPlan, stats: FoldStats, criterion: str
    ) -> LeftOutLoss:
        """Take what else the criterion needs from the rows."""
        share = OWN_RATE_SHARE[criterion]
        judged = with_own_rates(objective, stats, share) if share else stats
        return cls(stats, judged, plan)

    def __call__(self, parameters: Array) -> tuple[float, Array]:
        """Return the criterion and its slope, with what holds the parameters back in both."""
        left, pull = self._left_out(parameters), self.plan.pull(parameters)
        total = left.total + self.held(parameters)
        slope = self.plan.slope(left.slope) + pull
        return total / self.stats.total_weight, slope / self.stats.total_weight

    def held(self, parameters: Array) -> float:
        """Return what holding the parameters back adds to the summed loss."""
        return 0.5 * float(self.plan.pull(parameters) @ parameters)

    def by_fold(self, parameters: Array) -> Array:
        """Return each fold's left-out loss, summed over its rows; shape (G,)."""
        return self._left_out(parameters).loss

    def curvature(self, parameters: Array) -> Array:
        """Differentiate the slope of the mean loss once more, by central differences.

        Without what holds the parameters back: it says what the folds tell.
        """

        def slope(at: Array) -> Array:
            return self.plan.slope(self._left_out(at).slope) / self.stats.total_weight

        return symmetric_differences(slope, parameters, 1e-3)

    def _left_out(self, parameters: Array) -> LeftOut:
        penalties = self.plan.penalties_left_out(parameters)
        return left_out.quadratic(self.stats, penalties, judged=self.judged)


def with_own_rates(objective: Objective, stats: FoldStats, share: float) -> FoldStats:
    """Mix the statistics with those under each fold's own base rate.

    Parameters
    ----------
    objective : Objective
    stats : FoldStats
    share : float
        Weight of the statistics under own base rates, from 0 to 1. A fold of one class
        has no finite base rate of its own: it counts for nothing in that part.

    Returns
    -------
    FoldStats
    """
    rows, scaling = objective.rows, objective.scaling
    shift, two_classes = _own_shifts(objective, stats.b)
    own = fold_stats(rows, scaling, stats.b, shift=shift)
    swept = _without_intercept(own)
    weight = share * two_classes
    return replace(
        stats,
        curvature=(1 - share) * stats.curvature + weight[:, None, None] * swept.curvature,
        score=(1 - share) * stats.score + weight[:, None] * swept.score,
        loss=(1 - share) * stats.loss + weight * swept.loss,
    )


def _without_intercept(stats: FoldStats) -> FoldStats:
    """Profile each fold's intercept out of its quadratic."""
    edge, score = stats.curvature[:, :, 0], stats.score[:, 0]
    share = edge / edge[:, :1]
    return replace(
        stats,
        curvature=stats.curvature - share[:, :, None] * edge[:, None, :],
        score=stats.score - share * score[:, None],
        loss=stats.loss - 0.5 * score**2 / edge[:, 0],
    )


def _own_shifts(objective: Objective, b: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Return how far each fold's intercept is from b's, and which folds have both classes."""
    rows, shift = objective.rows, np.zeros(objective.rows.n_folds)
    for _ in range(_NEWTON_STEPS):
        gap, curvature, positive, weight = rows.by_fold(_rate_kernel(objective, b, shift))
        step = gap / np.maximum(curvature, np.finfo(float).tiny)
        shift = np.clip(shift + np.clip(step, -1.0, 1.0), -_MOST_SHIFT, _MOST_SHIFT)
    return shift, (positive > 0) & (positive < weight)


def _rate_kernel(objective: Objective, b: Array, shift: Array) -> Kernel:
    dtype = objective.rows.dtype
    first, rest = objective.scaling.to_raw(b)
    c, raw = (first + shift).astype(dtype), rest.astype(dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        mu = expit(block.X @ raw + c[block.fold])
        residual, spread = block.y - mu, mu * (1 - mu)
        weight = block.weight.astype(float)
        return weight @ residual, weight @ spread, weight @ block.y, weight.sum()

    return kernel
