"""Left-out fits where columns outnumber rows: systems of as many unknowns as rows.

With K = Z Λ⁻¹ Z' (n × n) of the penalised columns, and the others, the intercept among
them, in F, the system (A − A_g + Λ) x = Z'q, where r are the rows that fold g may learn from, is

    (K_rr + V_r⁻¹) a − F_r x_F = (K q)_r ,   F_r'a = F'q ,   Λ x = Z'q − Z_r'a ,

whatever the number of columns, and of penalties that differ: the small form of Woodbury's
identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from workbench.errors import FitError
from workbench.ridge.algebra.well_posed import lonely_message
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Array
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.kernels import curvature_by_fold
from workbench.ridge.statistics.protocol import MATRIX, FoldStatistics, LeftOut
from workbench.ridge.statistics.scaling import Scaling

_LEAST = 1e-12  # of a row's curvature: one that is settled so firmly moves nothing
_NOTHING_LEFT = 1e-12  # of an unpenalised column's curvature


@dataclass(frozen=True, eq=False)
class RowSpaceStatistics(DenseStatistics):
    """`DenseStatistics` of few rows in memory, and the rows.

    Parameters
    ----------
    b, curvature, score, loss, weight, held
        As in `DenseStatistics`.
    Z : ndarray, shape (n, 1 + p)
        Rows, standardised, the intercept's ones first.
    v, residual : ndarray, shape (n,)
        w dμ/dη and w (y − μ).
    fold : ndarray of int, shape (n,)
    """

    abilities: ClassVar[frozenset[str]] = frozenset({MATRIX})

    Z: Array
    v: Array
    residual: Array
    fold: npt.NDArray[np.int64]

    @classmethod
    def take(  # type: ignore[override]  # it is chosen for rows in memory alone
        cls, rows: ArrayRows, scaling: Scaling, b: Array, outcome: Outcome = LOGISTIC
    ) -> Self:
        """Take the statistics of each fold at b, and keep the rows beside them."""
        sums = curvature_by_fold(rows, scaling, b, outcome)
        standardised = (rows.X[:, scaling.columns] - scaling.mean) / scaling.scale
        Z = np.column_stack([np.ones(len(rows)), standardised])
        mu = outcome.mean(Z @ b)
        v = np.maximum(outcome.curvature(mu, rows.weight), _LEAST * rows.weight)
        beside = (Z, v, rows.weight * (rows.y - mu), rows.fold_of_row)
        parts = (b, *sums, rows.n_held, *beside)
        return cls(*parts, forward_from=rows.forward_from, outcome=outcome)

    @one_blas_thread()
    def without_folds(
        self, penalties: Array, names: tuple[str, ...] = (), *, judged: FoldStatistics | None = None
    ) -> LeftOut:
        """Expand the left-out loss about ``b``, by n × n systems, under penalties of all folds."""
        if judged is not None and judged is not self:
            return super().without_folds(penalties, names, judged=judged)
        ridges, loss = self.ridges(penalties), self.loss[self.judged].copy()
        b, slope = np.empty((2, *ridges.shape))
        held = ridges[0] > 0
        scaled = self.Z[:, held] / np.sqrt(ridges[0, held])
        K, weight = scaled @ scaled.T, np.broadcast_to(self.penalty_weight, (len(loss), 1))
        target = self.v * (self.Z @ self.b) + self.residual  # V t, whose t is the working response
        for k, (g, ridge) in enumerate(zip(self.judged_folds, ridges, strict=True)):
            # where fewer folds are known, all penalties are less, in proportion
            system = _System.of(self, g, K * (weight[0] / weight[k]), ridge, names)
            b[k] = system.solve(np.where(system.rest, target, 0.0))
            moved = np.where(self.fold == g, self.Z @ (b[k] - self.b), 0.0)
            loss[k] += moved @ (0.5 * self.v * moved - self.residual)
            within = np.where(self.fold == g, self.v * moved - self.residual, 0.0)
            slope[k] = -ridge * b[k] * system.solve(within)
        return LeftOut(loss, slope[:, 1:], b)


class _System(NamedTuple):
    """(A − A_g + Λ) x = Z'q, factored for any q (n,)."""

    stats: RowSpaceStatistics
    rest: npt.NDArray[np.bool_]
    K: Array
    ridge: Array
    factor: tuple[Array, bool]
    free: tuple[Array, bool]

    @classmethod
    def of(
        cls, stats: RowSpaceStatistics, g: int, K: Array, ridge: Array, names: tuple[str, ...]
    ) -> _System:
        rest = stats.known_to(g)[stats.fold]  # -1, never left out, is the last fold
        root = np.sqrt(stats.v[rest])
        M = root[:, None] * K[np.ix_(rest, rest)] * root
        factor = cho_factor(M + np.eye(len(M)))
        F = root[:, None] * stats.Z[rest][:, ridge == 0]
        S = F.T @ cho_solve(factor, F)
        whole = (stats.v[:, None] * stats.Z[:, ridge == 0] ** 2).sum(axis=0)
        try:
            free = cho_factor(S)
        except LinAlgError:
            free = None
        if free is None or (np.diag(free[0]) ** 2 <= _NOTHING_LEFT * whole).any():
            involved = np.abs(np.linalg.eigh(S)[1][:, 0])
            lonely = np.flatnonzero(ridge == 0)[involved > 0.1 * involved.max()]
            forward = stats.forward_from is not None
            raise FitError(lonely_message(lonely, names, forward=forward))
        return cls(stats, rest, K, ridge, factor, free)

    def solve(self, q: Array) -> Array:
        """Return x."""
        Z, held = self.stats.Z, self.ridge > 0
        root = np.sqrt(self.stats.v[self.rest])
        F = Z[:, ~held]
        small = root[:, None] * F[self.rest]
        seen = root * (self.K @ q)[self.rest]
        base = cho_solve(self.factor, seen)
        free = cho_solve(self.free, F.T @ q - small.T @ base)
        a = root * (base + cho_solve(self.factor, small @ free))
        left = q.copy()
        left[self.rest] -= a
        x = np.empty(len(self.ridge))
        x[held] = Z[:, held].T @ left / self.ridge[held]
        x[~held] = free
        return x
