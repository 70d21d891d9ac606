"""Statistics taken at the fit without each fold: there one Newton step is right to first order.

`DenseStatistics` are taken of all folds at one point, from which each fold's fit is a step
away; where a fold holds much of what is known, that step is rough, and so is the slope of its
loss. Here each fold stands at its own fit: the left-out loss under the same penalties is exact,
and so is its slope, at the price of one Gram matrix a fold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from workbench.ridge.algebra.one_step import OneStep, every_step, one_step
from workbench.ridge.algebra.well_posed import factor_without
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.rows.source import RowSource, judged_folds
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.kernels import stats_apart
from workbench.ridge.statistics.protocol import LeftOut
from workbench.ridge.statistics.scaling import Scaling

Array = npt.NDArray[np.float64]

_MOST_WORK = 2e9  # multiplications of all Grams: a tenth of a second or two
_MOST_ENTRIES = 2e7


@dataclass(frozen=True, eq=False)
class RefitStats:
    """Curvature and score of the folds that one learns from and of the fold itself, at its fit.

    Parameters
    ----------
    b : ndarray, shape (G, 1 + p)
        The fits without each fold that is judged.
    rest, own : ndarray, shape (G, 1 + p, 1 + p)
        Curvature of the folds that it may learn from, and of the fold.
    rest_score, own_score : ndarray, shape (G, 1 + p)
    loss : ndarray, shape (G,)
        Of the fold left out.
    penalty_weight : float, or ndarray, shape (G, 1)
        W that penalties are multiplied by.
    forward : bool
        Whether folds learn from those before them alone.
    """

    b: Array
    rest: Array
    own: Array
    rest_score: Array
    own_score: Array
    loss: Array
    penalty_weight: float | Array
    forward: bool = False

    @classmethod
    def take(
        cls,
        rows: RowSource,
        scaling: Scaling,
        b: Array,
        outcome: Outcome,
        penalty_weight: float | Array,
    ) -> RefitStats:
        """Take them, in one heavier pass a fold."""
        folds = zip(judged_folds(rows), b, strict=True)
        parts = [stats_apart(rows, scaling, at, outcome, g) for g, at in folds]
        curvature, score, loss = (np.array(same) for same in zip(*parts, strict=True))
        return cls(
            b,
            curvature[:, 0],
            curvature[:, 1],
            score[:, 0],
            score[:, 1],
            loss[:, 1],
            penalty_weight,
            rows.forward_from is not None,
        )

    @classmethod
    def about_one_point(cls, stats: DenseStatistics) -> RefitStats:
        """Return statistics of one point in this form: each fold's fit is a step away."""
        return cls(
            np.tile(stats.b, (len(stats.judged_folds), 1)),
            stats.known(stats.curvature),
            stats.curvature[stats.judged],
            stats.known(stats.score),
            stats.score[stats.judged],
            stats.loss[stats.judged],
            stats.penalty_weight,
            stats.forward_from is not None,
        )

    @cached_property
    def target(self) -> Array:
        """What the others ask of the coefficients without each fold; (G, 1 + p)."""
        return np.asarray(np.einsum("gij,gj->gi", self.rest, self.b) + self.rest_score)

    def without_folds(self, penalties: Array, names: tuple[str, ...] = ()) -> LeftOut:
        """Expand the left-out loss about these fits, as `DenseStatistics` do about one.

        Parameters
        ----------
        penalties : ndarray, shape (p,) or (G, p)
        names : tuple of str

        Returns
        -------
        LeftOut

        Raises
        ------
        FitError
            A column with penalty zero lives in one fold only.
        """
        ridge, target = self.ridges(penalties), self.target

        def of(g: int) -> OneStep:
            rest, own = self.rest[g], self.own[g]
            factor = factor_without(rest, own, ridge[g], names, forward=self.forward)
            return one_step(factor, ridge[g], target[g], self.b[g], (own, self.own_score[g]))

        own = self.own, self.own_score
        change, b, slope = every_step(of, lambda: self.rest, own, ridge, target, self.b)
        return LeftOut(self.loss + change, slope[:, 1:], b)

    def ridges(self, penalties: Array) -> Array:
        """Return Λ of each fold, the intercept's 0 first; (G, 1 + p)."""
        ridge = np.zeros_like(self.b)
        ridge[:, 1:] = penalties * self.penalty_weight
        return ridge


def affordable(rows: int, b: Array) -> bool:
    """Return whether a Gram a fold is quickly taken, of so many rows at coefficients (G, 1 + p)."""
    folds, size = b.shape
    entries = folds * size**2
    return bool(rows * entries <= _MOST_WORK and entries <= _MOST_ENTRIES)
