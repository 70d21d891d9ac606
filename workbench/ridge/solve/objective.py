"""The penalised mean loss of rows, as a function of coefficients."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.source import Array, RowSource
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.kernels import score_and_loss, total_curvature
from workbench.ridge.statistics.protocol import FoldStatistics
from workbench.ridge.statistics.scaling import Scaling


@dataclass(frozen=True)
class Objective:
    """F on rows under penalties.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    penalties : ndarray, shape (p,)
        λ_j on the mean-loss scale; 0 allowed, inf not.
    total : float
        W.
    names : tuple of str
        Column names, for messages.
    kind : subclass of FoldStatistics
        The algebra that its columns allow.
    outcome : Outcome
        What a row costs.
    """

    rows: RowSource
    scaling: Scaling
    penalties: Array
    total: float
    names: tuple[str, ...] = field(default=(), repr=False)
    kind: type[FoldStatistics] = DenseStatistics
    outcome: Outcome = LOGISTIC

    @property
    def ridge(self) -> Array:
        """Penalties with the intercept's 0 first; shape (1 + p,)."""
        return np.concatenate([[0.0], self.penalties])

    def __call__(self, b: Array) -> tuple[float, Array]:
        """Return F and ∇F at b, in one pass."""
        score, loss = score_and_loss(self.rows, self.scaling, b, self.outcome)
        value = loss / self.total + 0.5 * float(self.ridge @ b**2)
        return value, self.ridge * b - score / self.total

    def base_rate_start(self) -> Array:
        """Return coefficients of zero, and the intercept of the mean; shape (1 + p,)."""
        (summed,) = self.rows.total(lambda block: (float(block.weight @ block.y),))
        start = np.zeros(1 + len(self.scaling.mean))
        start[0] = self.outcome.link(float(summed) / self.total)
        return start

    def curvature(self, b: Array) -> Array:
        """Return A/W (1 + p, 1 + p) at b, in one heavier pass."""
        return total_curvature(self.rows, self.scaling, b, self.outcome) / self.total

    def statistics(self, b: Array) -> FoldStatistics:
        """Take the statistics of each fold at b."""
        return self.kind.take(self.rows, self.scaling, b, self.outcome)

    def named(self, columns: npt.NDArray[np.intp] | list[int]) -> list[str]:
        """Return the names of some columns."""
        return [self.names[j] for j in np.asarray(columns).tolist()]
