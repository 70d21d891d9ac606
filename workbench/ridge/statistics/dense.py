"""Statistics by fold with matrices of columns by columns: each system is a Cholesky factor.

With A = Σ A_g and c_g = A_g b̃ + s_g at b̃, the coefficients without fold g under a diagonal
Λ (sum scale, Λ_jj = W λ_j, the intercept's 0) are, to one Newton step,

    b_{−g}(Λ) = (A − A_g + Λ)⁻¹ (c − c_g) ,   δ_g = b_{−g} − b̃ ,

and the left-out loss is the quadratic Σ_g [ l_g − s_g'δ_g + ½ δ_g'A_gδ_g ]: one p × p
Cholesky a fold, and no row.

Where folds are judged by those before them alone (`forward_from`), the coefficients of fold t
know A_g and c_g of the folds g < t, of weight W_t:

    b_{<t}(Λ) = (Σ_{g<t} A_g + Λ W_t/W)⁻¹ Σ_{g<t} c_g ;

all else is the same. "Left out" then means "not known yet", and G the folds that are judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from workbench.ridge.algebra.one_step import OneStep, every_step, of_each, one_step
from workbench.ridge.algebra.well_posed import Factor, factor_without
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.source import Array, RowSource
from workbench.ridge.statistics.inference import inverse_curvature
from workbench.ridge.statistics.kernels import curvature_by_fold, curvature_without
from workbench.ridge.statistics.protocol import (
    COLUMNS,
    MATRIX,
    FoldStatistics,
    Inverse,
    LeftOut,
)
from workbench.ridge.statistics.scaling import Scaling


@dataclass(frozen=True)
class DenseStatistics(FoldStatistics):
    """Curvature, score and loss of each fold at coefficients ``b``, on the sum scale.

    Parameters
    ----------
    b : ndarray, shape (1 + p,)
        Where they were taken, intercept first, standardised.
    curvature : ndarray, shape (G, 1 + p, 1 + p)
        A_g = X_g'V_gX_g with v = w dμ/dη.
    score : ndarray, shape (G, 1 + p)
    loss, weight : ndarray, shape (G,)
    held : int
    forward_from : int, optional
    outcome : Outcome
        As in `FoldStatistics`.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench.ridge.rows.arrays import ArrayRows
    >>> from workbench.ridge.statistics.moments import moments
    >>> X, y = np.array([[0.0], [1.0], [0.0], [1.0]]), np.array([0.0, 1.0, 1.0, 1.0])
    >>> rows = ArrayRows(X, y, fold=np.array([0, 0, 1, 1]))
    >>> scaling = moments(rows, np.zeros(1)).scaling(np.array([True]))
    >>> stats = DenseStatistics.take(rows, scaling, np.zeros(2))
    >>> stats.without_folds(np.array([0.1])).loss.round(3)
    array([...])
    """

    abilities: ClassVar[frozenset[str]] = frozenset({MATRIX, COLUMNS})

    b: Array
    curvature: Array
    score: Array
    loss: Array
    weight: Array
    held: int
    forward_from: int | None = field(default=None, kw_only=True)
    outcome: Outcome = field(default=LOGISTIC, kw_only=True)

    @classmethod
    def take(
        cls,
        rows: RowSource,
        scaling: Scaling,
        b: Array,
        outcome: Outcome = LOGISTIC,
        *,
        shift: Array | None = None,
    ) -> Self:
        """Take the statistics of each fold at b, in one pass.

        `shift` (G,) moves each fold's intercept.
        """
        sums = curvature_by_fold(rows, scaling, b, outcome, shift)
        return cls(b, *sums, rows.n_held, forward_from=rows.forward_from, outcome=outcome)

    def leaving_out(self) -> Self:
        """Return the same statistics, every fold judged by all others."""
        return replace(self, forward_from=None)

    def total_curvature(self) -> Array:
        """Return A = Σ A_g; shape (1 + p, 1 + p)."""
        return self._total_curvature

    def mean_curvature(self) -> Array:
        """Return A/W; shape (1 + p, 1 + p)."""
        return self._total_curvature / self.total_weight

    def known_curvature(self, fold: int) -> Array:
        """Return Σ A_h of the folds that a judged one may learn from."""
        if self.forward_from is None:
            return np.asarray(self._total_curvature - self.curvature[fold])
        before: Array = self._curvature_known[fold - self.forward_from]
        return before

    @cached_property
    def target(self) -> Array:
        """c_g = A_g b̃ + s_g: what each fold's expansion asks of the coefficients; (G, 1 + p)."""
        return np.asarray(self.curvature @ self.b + self.score)

    def without_folds(
        self, penalties: Array, names: tuple[str, ...] = (), *, judged: FoldStatistics | None = None
    ) -> LeftOut:
        """Expand the left-out loss about ``b``, by a Cholesky factor a fold; no pass over rows."""
        by = self if judged is None else judged
        ridge, target = self.ridges(penalties), self.known(self.target)
        loss, score = by.loss[self.judged], by.score[self.judged]
        curvature = by.curvature[self.judged]  # type: ignore[attr-defined]  # of this kind, too

        def of(k: int) -> OneStep:
            factor = self.factor(k, ridge[k], names)
            return one_step(factor, ridge[k], target[k], self.b, (curvature[k], score[k]))

        about = np.broadcast_to(self.b, target.shape)
        own = curvature, score
        change, b, slope = every_step(of, lambda: self._curvature_known, own, ridge, target, about)
        return LeftOut(loss + change, slope[:, 1:], b)

    def factor(self, k: int, ridge: Array, names: tuple[str, ...]) -> Factor:
        """Factor what the k-th judged fold may learn from, with Λ (1 + p,)."""
        g, forward = self.judged_folds[k], self.forward_from is not None
        return factor_without(
            self.known_curvature(g), self.curvature[g], ridge, names, forward=forward
        )

    def systems(
        self, rows: RowSource, scaling: Scaling, ridges: Array, names: tuple[str, ...] = ()
    ) -> DenseSystems:
        """Return the systems of the fits without each fold, under Λ (J, 1 + p)."""
        count, columns = len(self.judged_folds), len(self.b)
        factors = of_each(count, lambda k: self.factor(k, ridges[k], names), columns=columns)
        return DenseSystems(rows, scaling, self.outcome, ridges, self.judged_folds, factors)

    def about(self, b: Array) -> tuple[Array, Array, Array]:
        """Return each fold's score at b to first order, and its A_g's first row and diagonal."""
        score = self.score - self.curvature @ (b - self.b)
        return score, self.curvature[:, 0, 1:], np.einsum("gjj->gj", self.curvature)

    def inverse(self, penalties: Array) -> Inverse:
        """Return H⁻¹ on the mean scale under λ (p,), exactly."""
        whole = inverse_curvature(self.mean_curvature(), penalties)
        return Inverse(np.diag(whole), whole=whole)

    @cached_property
    def _total_curvature(self) -> Array:
        return np.asarray(self.curvature.sum(axis=0))

    @cached_property
    def _curvature_known(self) -> Array:
        return self.known(self.curvature)


@dataclass
class DenseSystems:
    """A − A_g + Λ of each judged fold as a Cholesky factor, which rows can renew."""

    rows: RowSource
    scaling: Scaling
    outcome: Outcome
    ridges: Array
    folds: range
    factors: list[Factor]

    def solve(self, targets: Array, places: Sequence[int]) -> Array:
        """Return x (m, 1 + p) of the targets (m, 1 + p) of so many folds."""
        pairs = zip(targets, places, strict=True)
        solved = [cho_solve(self.factors[k], t, check_finite=False) for t, k in pairs]
        return np.array(solved).reshape(targets.shape)

    def renew(self, b: Array, places: Sequence[int]) -> int:
        """Take the curvature of the other folds at b, in one heavier pass for each of them."""
        for k in places:
            others = curvature_without(self.rows, self.scaling, b[k], self.outcome, self.folds[k])
            with suppress(LinAlgError):  # nothing tells a free column: the old factor goes on
                self.factors[k] = cho_factor(others + np.diag(self.ridges[k]))
        return len(places)
