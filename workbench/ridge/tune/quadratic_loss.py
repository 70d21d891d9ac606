"""The left-out loss where rows are gone: each fold's quadratic, by the others' quadratics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench.errors import FitError
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.source import Array
from workbench.ridge.statistics.at_refits import RefitStats, affordable
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.protocol import LeftOut
from workbench.ridge.tune.criterion import LeftOutLoss
from workbench.ridge.tune.exact_loss import CLOSE, ExactLoss, Judged


class QuadraticLoss(ExactLoss):
    """What `ExactLoss` is of rows, of statistics alone: no evaluation asks for a row.

    Parameters
    ----------
    stats : DenseStatistics
    plan : PenaltyPlan
    names : tuple of str
    rows : int
        How many there were: of few, a search looks into more valleys, as it would have then.
    left : RefitStats, optional
        What each fold is judged from, at points of its own; default: the statistics, at theirs.
    """

    stats: DenseStatistics

    def __init__(
        self,
        stats: DenseStatistics,
        plan: PenaltyPlan,
        names: tuple[str, ...],
        rows: int,
        left: RefitStats | None = None,
    ) -> None:
        self.stats, self.plan = stats, plan
        self.left = RefitStats.about_one_point(stats) if left is None else left
        self._names, self._rows = names, rows
        self._known: dict[bytes, LeftOut] = {}

    def under(self, plan: PenaltyPlan) -> QuadraticLoss:
        """Return the same for another plan."""
        return QuadraticLoss(self.stats, plan, self._names, self._rows, self.left)

    def at(
        self,
        parameters: Array,
        *,
        close: float = CLOSE,  # noqa: ARG002 - a quadratic is solved at once
        near: Array | None = None,  # noqa: ARG002
        worth: float = np.inf,  # noqa: ARG002
    ) -> Judged:
        """Solve without each fold; of infinite loss where penalties are too weak for that."""
        penalties = self.plan.penalties_left_out(parameters)
        try:
            left = self.expand(penalties)
        except FitError:
            if (penalties == 0).any():
                raise
            folds = len(self.stats.judged_folds)
            nowhere = np.tile(self.stats.b, (folds, 1))
            return self._judged(parameters, np.full(folds, np.inf), nowhere)
        return self._judged(parameters, left.loss, left.b)

    def expand(self, penalties: Array) -> LeftOut:
        """Return losses, slopes and coefficients without each fold."""
        asked = penalties.tobytes()
        if asked not in self._known:  # what proposes and what decides ask the same here
            self._known[asked] = self.left.without_folds(penalties, self._names)
        return self._known[asked]

    def bookmark(self) -> Callable[[], None]:
        """Return what does nothing: statistics stay where they are."""
        return lambda: None

    def model(self, here: Judged) -> LeftOutLoss:  # noqa: ARG002 - it is the same everywhere
        """Return the criterion."""
        return LeftOutLoss(self.expand, self.stats.judged_weight, self.plan)

    def is_cheap(self, here: Judged) -> bool:
        """Whether a Gram matrix a fold was quickly taken of the rows."""
        return affordable(self._rows, here.b)

    def go_to(self, b: Array) -> None:
        """Stay: there are no rows to take statistics of."""
