"""A fit of very many columns: what p × p matrices would give, from products with rows.

The curvature A = Z'VZ is never held. Its product with a vector is one pass over the rows,
and with it conjugate gradients, preconditioned by the diagonal of H = A + Λ, solve what a
Cholesky factor would: Newton's steps, the coefficients without each campaign (all of them
in the same passes), and the adjoint systems that give the slope of the left-out loss in
every penalty at once. Columns are standardised in p-space, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.ridge.algebra.conjugate_gradients import Product, conjugate_gradients
from workbench.ridge.algebra.well_posed import lonely_message
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.source import AnyArray, Array, Block, Kernel, RowSource, hidden, known_to
from workbench.ridge.statistics.kernels import score_by_fold
from workbench.ridge.statistics.protocol import COLUMNS, FoldStatistics, Inverse, LeftOut
from workbench.ridge.statistics.scaling import Scaling

_CLOSE = 1e-5  # of a left-out solve, relative: its loss is then exact to the square of that
_STEP_CLOSE = 0.03  # of a step that is followed by a gradient from the rows
_PROBE_CLOSE = 1e-3  # of a probe's solve: far below what sixteen probes can tell
_PROBES = 16
_NOTHING_LEFT = 1e-12  # of a column's curvature: what is left is rounding


@dataclass(frozen=True, eq=False)
class Curvature:
    """A = Σ v (1, z)(1, z)' at b as products, with v = w dμ/dη from the rows each time.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    b : ndarray, shape (1 + p,)
    outcome : Outcome
    diagonal, edge : ndarray, shape (G, 1 + p)
        Of each fold's A_g: its diagonal, and the intercept's row.
    """

    rows: RowSource
    scaling: Scaling
    b: Array
    outcome: Outcome
    diagonal: Array
    edge: Array

    @classmethod
    def at(cls, rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome) -> Curvature:
        """Take it at b."""
        v, vx, vxx = rows.by_fold(_diagonal_kernel(scaling, b, outcome, rows.dtype))
        m, s, j = scaling.mean, scaling.scale, scaling.columns
        rest = (vxx[:, j] - 2 * m * vx[:, j] + m**2 * v[:, None]) / s**2
        diagonal = np.column_stack([v, np.maximum(rest, 0.0)])
        return cls(rows, scaling, b, outcome, diagonal, scaling.score(v, vx))

    def product(self, x: Array) -> Array:
        """Return A x of each x (m, 1 + p)."""
        return self._product(x, [np.arange(0)] * self.rows.n_folds)

    def product_without(self, x: Array, folds: npt.NDArray[np.int64]) -> Array:
        """Return Σ A_h x_g over the folds that g may learn from, of the x_g of some folds g."""
        return self._product(x, hidden(self.rows, folds))

    def product_within(self, x: Array, folds: npt.NDArray[np.int64]) -> Array:
        """Return A_g x_g of the x_g (J, 1 + p) of some folds g."""
        first, rest = self.rows.by_fold(self._own_kernel(x, folds))
        within: Array = self.scaling.score(first, rest)
        return within[folds]

    def solve(self, targets: Array, ridge: Array, *, close: float) -> Array:
        """Return H⁻¹ t of each t (m, 1 + p), H = A + Λ for Λ (1 + p,) on the sum scale."""
        diagonal = np.broadcast_to(self.diagonal.sum(axis=0) + ridge, targets.shape)
        return conjugate_gradients(
            lambda x: self.product(x) + ridge * x, targets, diagonal, close=close
        )

    def _product(self, x: Array, unknown: list[npt.NDArray[np.intp]]) -> Array:
        return self.scaling.score(*self.rows.total(self._product_kernel(x, unknown)))

    def _product_kernel(self, x: Array, unknown: list[npt.NDArray[np.intp]]) -> Kernel:
        shift, raw = self._with_b(x)

        def kernel(block: Block) -> tuple[object, ...]:
            t = block.X @ raw
            t += shift
            t = t[:, :-1] * self._weights(t[:, -1], block)[:, None]
            t[:, unknown[block.fold]] = 0.0  # a fold's own system does not see its rows
            return t.sum(axis=0), t.T @ block.X

        return kernel

    def _own_kernel(self, x: Array, folds: npt.NDArray[np.int64]) -> Kernel:
        shift, raw = self._with_b(x)
        place = {int(g): k for k, g in enumerate(folds)}

        def kernel(block: Block) -> tuple[object, ...]:
            k = place.get(block.fold)
            if k is None:
                return 0.0, np.zeros(len(raw))
            t = block.X @ raw[:, [k, -1]] + shift[[k, -1]]
            own = t[:, 0] * self._weights(t[:, 1], block)
            return own.sum(), own @ block.X

        return kernel

    def _weights(self, eta: AnyArray, block: Block) -> AnyArray:
        return self.outcome.curvature(self.outcome.mean(eta), block.weight)

    def _with_b(self, x: Array) -> tuple[AnyArray, AnyArray]:
        """Return shifts (m + 1,) and raw columns (width, m + 1) of the x, and of b last."""
        shift, raw = self.scaling.to_raw(np.vstack([x, self.b]))
        dtype = self.rows.dtype
        return shift.astype(dtype), np.ascontiguousarray(raw.T.astype(dtype))


@dataclass(frozen=True, eq=False)
class MatrixFreeStatistics(FoldStatistics):
    """What `DenseStatistics` say, with products in place of the curvature.

    Parameters
    ----------
    b, score, loss, weight, held
        As in `FoldStatistics`.
    products : Curvature
        At b.
    """

    abilities: ClassVar[frozenset[str]] = frozenset({COLUMNS})

    b: Array
    score: Array
    loss: Array
    weight: Array
    held: int
    products: Curvature
    forward_from: int | None = field(default=None, kw_only=True)
    outcome: Outcome = field(default=LOGISTIC, kw_only=True)
    _last: dict[str, Array] = field(default_factory=dict, repr=False)

    @classmethod
    def take(cls, rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome = LOGISTIC) -> Self:
        """Take the statistics of each fold at b, in two passes."""
        score, loss, weight = score_by_fold(rows, scaling, b, outcome)
        products = Curvature.at(rows, scaling, b, outcome)
        parts = (b, score, loss, weight, rows.n_held, products)
        return cls(*parts, forward_from=rows.forward_from, outcome=outcome)

    def leaving_out(self) -> Self:
        """Return the same statistics, every fold judged by all others."""
        rows = self.products.rows.judged_from(None)
        products = replace(self.products, rows=rows)
        return replace(self, products=products, forward_from=None, _last={})

    def mean_curvature(self) -> None:
        """Return None: no matrix is held."""

    def without_folds(
        self, penalties: Array, names: tuple[str, ...] = (), *, judged: FoldStatistics | None = None
    ) -> LeftOut:
        """Expand the left-out loss about ``b``, for all folds in the same passes.

        With δ_g = b_{−g} − b̃ and H_g = A − A_g + Λ, the systems are

            H_g δ_g = s − s_g − Λ b̃ ,   H_g π_g = A_g δ_g − s_g ,

        the second of which gives the slope and also takes out of the loss, to first order,
        what the first was left short of.
        """
        by = self if judged is None else judged
        ridge, folds = self.ridges(penalties), np.array(self.judged_folds)
        diagonal = self._diagonal(ridge, names)

        def product(x: Array) -> Array:
            return self.products.product_without(x, folds) + ridge * x

        score = by.score[self.judged]
        target = self.known(self.score) - ridge * self.b
        delta = self._solve("delta", product, target, diagonal)
        bent = self.products.product_within(delta, folds)
        pull = self._solve("pull", product, bent - score, diagonal)
        short = product(delta) - target
        loss = by.loss[self.judged] + np.einsum("gj,gj->g", delta, 0.5 * bent - score)
        loss -= np.einsum("gj,gj->g", pull, short)
        b = self.b + delta
        return LeftOut(loss, -(ridge * b * pull)[:, 1:], b)

    def systems(
        self, rows: RowSource, scaling: Scaling, ridges: Array, names: tuple[str, ...] = ()
    ) -> FreeSystems:
        """Return the systems of the fits without each fold, under Λ (J, 1 + p)."""
        folds = np.array(self.judged_folds)
        return FreeSystems(
            rows, scaling, ridges, folds, self._diagonal(ridges, names), self.products
        )

    def about(self, b: Array) -> tuple[Array, Array, Array]:
        """Return each fold's score at b to first order, and its A_g's first row and diagonal."""
        every = np.arange(len(self.weight))
        moved = np.broadcast_to(b - self.b, (len(every), len(b)))
        score = self.score - self.products.product_within(moved, every)
        return score, self.products.edge[:, 1:], self.products.diagonal

    def inverse(self, penalties: Array) -> Inverse:
        """Estimate the diagonal of H⁻¹ from random signs u, by the mean of u ∘ H⁻¹u.

        Hutchinson (1990); Bekas, Kokiopoulou & Saad (2007). Whatever sixteen of them say, it
        is at least 1/H and at most 1/λ, entry by entry.
        """
        W, ridge = self.total_weight, np.concatenate([[0.0], penalties])
        signs = np.random.default_rng(20240501).choice([-1.0, 1.0], (_PROBES, len(self.b)))
        probes = signs * W * self.products.solve(signs, W * ridge, close=_PROBE_CLOSE)
        least = 1.0 / (self.products.diagonal.sum(axis=0) / W + ridge)
        most = np.where(ridge > 0, 1.0 / np.maximum(ridge, 1e-300), np.inf)
        return Inverse(probes.mean(axis=0), probes=probes, bounds=np.array([least, most]))

    def _solve(self, name: str, product: Product, target: Array, diagonal: Array) -> Array:
        """Solve from where the last setting was solved: searches move in small steps."""
        start = self._last.get(name)
        found = conjugate_gradients(product, target, diagonal, start=start, close=_CLOSE)
        self._last[name] = found
        return found

    def _diagonal(self, ridge: Array, names: tuple[str, ...]) -> Array:
        total = self.products.diagonal.sum(axis=0)
        rest, edge = self.known(self.products.diagonal), self.known(self.products.edge)
        left = rest - edge**2 / rest[:, :1]  # about the mean of the other folds
        lonely = (left <= _NOTHING_LEFT * total).any(axis=0) & (ridge[0] == 0)
        if lonely[1:].any():
            forward = self.forward_from is not None
            raise FitError(lonely_message(1 + np.flatnonzero(lonely[1:]), names, forward=forward))
        return np.maximum(rest, 0.0) + ridge


@dataclass
class FreeSystems:
    """A − A_g + Λ of each judged fold as products, solved for all folds in the same passes."""

    rows: RowSource
    scaling: Scaling
    ridges: Array
    folds: npt.NDArray[np.int64]
    diagonal: Array
    products: Curvature

    def solve(self, targets: Array, places: Sequence[int]) -> Array:
        """Return x (m, 1 + p) of the targets (m, 1 + p) of so many folds."""
        chosen = list(places)
        folds, ridge = self.folds[chosen], self.ridges[chosen]

        def product(x: Array) -> Array:
            return self.products.product_without(x, folds) + ridge * x

        return conjugate_gradients(product, targets, self.diagonal[chosen], close=_STEP_CLOSE)

    def renew(self, b: Array, places: Sequence[int]) -> int:  # noqa: ARG002 - of all folds at once
        """Take curvature anew amid the coefficients of all folds, in one pass."""
        self.products = Curvature.at(self.rows, self.scaling, b.mean(axis=0), self.products.outcome)
        total = self.products.diagonal.sum(axis=0)
        known = np.array([self._known(int(g)) for g in self.folds])
        self.diagonal = np.clip(known, 0.0, total) + self.ridges
        return 1

    def _known(self, fold: int) -> Array:
        known = known_to(fold, self.rows.n_folds, self.rows.forward_from)
        return np.asarray(self.products.diagonal[known].sum(axis=0))


def _diagonal_kernel(
    scaling: Scaling, b: Array, outcome: Outcome, dtype: np.dtype[np.floating]
) -> Kernel:
    shift, raw = scaling.to_raw(b)
    raw = raw.astype(dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        v = outcome.curvature(outcome.mean(block.X @ raw + shift), block.weight)
        return v.sum(dtype=float), v @ block.X, v @ (block.X * block.X)

    return kernel
