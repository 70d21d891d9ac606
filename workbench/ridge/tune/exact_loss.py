"""The criterion by which penalties are compared: every fold fitted again without its rows.

One Newton step (`criterion.LeftOutLoss`) says what the left-out loss would be under other
penalties, and costs no row. It proposes; what is here decides. Each evaluation starts from
statistics that were taken near, so that it costs a pass or two over the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.source import count_rows
from workbench.ridge.solve import leave_out
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.at_refits import affordable
from workbench.ridge.statistics.protocol import FoldStatistics
from workbench.ridge.tune.criterion import OWN_RATE_SHARE, LeftOutLoss, own_rate_loss

Array = npt.NDArray[np.float64]

CLOSE = 1e-6
"""Share of its value to which a left-out loss is known where losses decide."""

_FAR = 3  # passes: more than so many, and fresh statistics are cheaper than further ones


class Judged(NamedTuple):
    """Parameters of a plan (K + M,), and their exact left-out losses.

    ``loss`` (G,) is the criterion of each fold, summed over its rows; ``held`` what holds
    the parameters back, on the same scale; ``b`` (G, 1 + p) the coefficients without each
    fold.
    """

    parameters: Array
    loss: Array
    held: float
    b: Array

    @property
    def value(self) -> float:
        """What tuning minimises: the sum over folds, and what holds the parameters back."""
        return float(self.loss.sum()) + self.held


class ExactLoss:
    """The left-out loss under any parameters of a plan, every fold fitted again.

    Parameters
    ----------
    objective : Objective
        Its penalties are not used.
    plan : PenaltyPlan
    criterion : {"loss", "mixture", "ranking"}
    stats : FoldStatistics
        Taken anywhere; the evaluation that follows starts there.
    """

    def __init__(
        self, objective: Objective, plan: PenaltyPlan, criterion: str, stats: FoldStatistics
    ) -> None:
        self.objective, self.plan, self.stats = objective, plan, stats
        self._criterion, self._share = criterion, OWN_RATE_SHARE[criterion]
        self._correction: Array | None = None
        self._rows = count_rows(objective.rows)

    def under(self, plan: PenaltyPlan) -> ExactLoss:
        """Return the same, from here, for a plan with more parameters."""
        return ExactLoss(self.objective, plan, self._criterion, self.stats)

    def at(
        self,
        parameters: Array,
        *,
        close: float = CLOSE,
        near: Array | None = None,
        worth: float = np.inf,
    ) -> Judged:
        """Fit without each fold.

        Parameters
        ----------
        parameters : ndarray, shape (K + M,)
        close : float
            Share of a fold's loss to which it need be known.
        near : ndarray, shape (G, 1 + p), optional
            Coefficients without each fold to set out from.
        worth : float
            A value that is certain to be above it need not be known any better.

        Returns
        -------
        Judged
            Of infinite loss where a fold's fit does not arrive.
        """
        problem, penalties = self.objective, self.plan.penalties_left_out(parameters)
        count = len(self.stats.judged_folds)
        try:
            refits = leave_out.refitted(
                problem.rows,
                problem.scaling,
                self.stats,
                penalties,
                names=problem.names,
                close=close,
                correction=self._correction,
                near=near,
                worth=np.inf if self._share else worth - self.held(parameters),
            )
        except FitError:
            if (penalties == 0).any():
                raise  # a column without a penalty that only one fold determines
            nowhere = np.tile(self.stats.b, (count, 1))  # too weak for its rounding
            return self._judged(parameters, np.full(count, np.inf), nowhere)
        if refits.passes > _FAR:
            self.go_to(refits.b)
        elif refits.one_step is not None:
            self._correction = refits.b - refits.one_step
        if refits.open:
            return self._judged(parameters, np.full(count, np.inf), refits.b)
        return self._judged(parameters, self._losses(refits.loss, refits.b), refits.b)

    def bookmark(self) -> Callable[[], None]:
        """Return what brings the statistics back that are at hand now."""
        stats, correction = self.stats, self._correction

        def back() -> None:
            self.stats, self._correction = stats, correction

        return back

    def model(self, here: Judged) -> LeftOutLoss:
        """Return the criterion to one Newton step about a point, which costs no row to ask."""
        self.go_to(here.b)
        model = LeftOutLoss.about(self.objective, self.plan, self.stats, self._criterion)
        self._correction = here.b - model.left_out(here.parameters).b
        if not self._share and self.is_cheap(here):
            return LeftOutLoss.about_refits(self.objective, self.plan, self.stats, here.b)
        return model

    def is_cheap(self, here: Judged) -> bool:
        """Whether a Gram matrix a fold is quickly taken."""
        return affordable(self._rows, here.b)

    def go_to(self, b: Array) -> None:
        """Take the statistics amid the coefficients without each fold."""
        middle = b.mean(axis=0)
        if not np.array_equal(middle, self.stats.b):
            self.stats = self.objective.statistics(middle)
        self._correction = None

    def _losses(self, loss: Array, b: Array) -> Array:
        if not self._share:
            return loss
        own, two_classes = own_rate_loss(self.objective, b)
        return (1 - self._share) * loss + self._share * two_classes * own

    def _judged(self, parameters: Array, loss: Array, b: Array) -> Judged:
        return Judged(parameters, loss, self.held(parameters), b)

    def held(self, parameters: Array, plan: PenaltyPlan | None = None) -> float:
        """Return what holds the parameters back, by this plan or by another."""
        plan = self.plan if plan is None else plan
        return 0.5 * float(plan.prior_slope(parameters) @ parameters)
