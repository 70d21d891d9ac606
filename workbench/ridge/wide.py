"""A fit of very many sparse columns: what p × p matrices would give, from products with rows.

The curvature A = Z'VZ is never held. Its product with a vector is one pass over the rows,
and with it conjugate gradients, preconditioned by the diagonal of H = A + Λ, solve what a
Cholesky factor would: Newton's steps, the coefficients without each campaign (all of them
in the same passes), and the adjoint systems that give the slope of the left-out loss in
every penalty at once. Columns are standardised in p-space, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from workbench.errors import FitError
from workbench.messages import listed
from workbench.ridge.blocks import Block, Kernel, hidden, judged_folds
from workbench.ridge.fold_stats import FoldStats, Scaling, loss_of
from workbench.ridge.left_out import LeftOut, lonely_message
from workbench.ridge.solver import (
    LARGE,
    STILL_MOVING,
    TOLERANCE,
    Objective,
    Solution,
    line_search,
    separated_message,
)
from workbench.ridge.sparse_rows import SparseRows

Array = npt.NDArray[np.float64]
Product = Callable[[Array], Array]

_CLOSE = 1e-5  # of a left-out solve, relative: its loss is then exact to the square of that
_STEP_CLOSE = 0.03  # of a step that is followed by a gradient from the rows
_MOST_STEPS = 2_000
_NOTHING_LEFT = 1e-12  # of a column's curvature: what is left is rounding


def conjugate_gradients(
    product: Product, target: Array, diagonal: Array, *, start: Array | None = None, close: float
) -> Array:
    """Solve H x = t for several H and t at once, by preconditioned conjugate gradients.

    Parameters
    ----------
    product : callable
        Takes x (m, k) to H_i x_i, one matrix a row.
    target : ndarray, shape (m, k)
    diagonal : ndarray, shape (m, k)
        Of each H_i.
    start : ndarray, shape (m, k), optional
    close : float
        Stop where the residual, in the norm of the inverse diagonal, has fallen to this
        share of the target's.

    Returns
    -------
    ndarray, shape (m, k)

    References
    ----------
    Hestenes & Stiefel (1952), Methods of Conjugate Gradients for Solving Linear Systems.

    Examples
    --------
    >>> import numpy as np
    >>> H = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> conjugate_gradients(lambda x: x @ H, np.array([[3.0, 4.0]]), np.diag(H)[None], close=1e-9)
    array([[1., 1.]])
    """
    x = np.zeros_like(target) if start is None else start.copy()
    residual = target.copy() if start is None else target - product(x)
    size = np.einsum("ij,ij->i", target, target / diagonal)
    ready = residual / diagonal
    direction = ready.copy()
    now = np.einsum("ij,ij->i", residual, ready)
    for _ in range(_MOST_STEPS):
        open_ = now > close**2 * size
        if not open_.any():
            break
        bent = product(direction)
        curved = np.einsum("ij,ij->i", direction, bent)
        length = np.where(open_, now / np.where(curved > 0, curved, 1.0), 0.0)[:, None]
        x += length * direction
        residual -= length * bent
        ready = residual / diagonal
        before, now = now, np.einsum("ij,ij->i", residual, ready)
        direction *= (now / np.where(before > 0, before, 1.0))[:, None]
        direction += ready
    return x


@dataclass(frozen=True, eq=False)
class Curvature:
    """A = Σ v (1, z)(1, z)' as products.

    Parameters
    ----------
    rows : SparseRows
        Weighted by v = w μ(1 − μ).
    scaling : Scaling
    diagonal, edge : ndarray, shape (G, 1 + p)
        Of each fold's A_g: its diagonal, and the intercept's row.
    """

    rows: SparseRows
    scaling: Scaling
    diagonal: Array
    edge: Array

    @classmethod
    def at(cls, rows: SparseRows, scaling: Scaling, b: Array) -> Curvature:
        """Take it at b."""
        mu = expit(rows.scores(*_shift_and_raw(scaling, b)))
        weighted = rows.weighted(rows.weight * mu * (1 - mu))
        v, vx, vxx = weighted.by_fold(_diagonal_kernel)
        m, s, j = scaling.mean, scaling.scale, scaling.columns
        rest = (vxx[:, j] - 2 * m * vx[:, j] + m**2 * v[:, None]) / s**2
        diagonal = np.column_stack([v, np.maximum(rest, 0.0)])
        return cls(weighted, scaling, diagonal, scaling.score(v, vx))

    def product(self, x: Array) -> Array:
        """Return A x of each x (m, 1 + p)."""
        unknown = [np.arange(0)] * self.rows.n_folds
        return self.scaling.score(*self.rows.total(_product_kernel(self.scaling, x, unknown)))

    def product_without(self, x: Array) -> Array:
        """Return (A − A_g) x_g of the x_g (G, 1 + p) of each fold that is judged."""
        unknown = hidden(self.rows, np.array(judged_folds(self.rows)))
        return self.scaling.score(*self.rows.total(_product_kernel(self.scaling, x, unknown)))

    def product_within(self, x: Array) -> Array:
        """Return A_g x_g of the x_g (G, 1 + p) of each fold that is judged."""
        judged = judged_folds(self.rows)
        first, rest = self.rows.by_fold(_own_kernel(self.scaling, x, judged))
        within: Array = self.scaling.score(first, rest)
        return within[judged]


@dataclass(frozen=True, eq=False)
class WideStats(FoldStats):
    """What `FoldStats` says, with products in place of the curvature.

    Parameters
    ----------
    b, score, loss, weight, held
        As in `FoldStats`; ``curvature`` there is empty.
    products : Curvature
    """

    products: Curvature
    _last: dict[str, Array] = field(default_factory=dict, repr=False)

    @classmethod
    def take(cls, rows: SparseRows, scaling: Scaling, b: Array) -> WideStats:
        """Take the statistics of each fold at b, in three passes."""
        r0, rx, loss, weight = rows.by_fold(_score_kernel(scaling, b))
        products = Curvature.at(rows, scaling, b)
        empty = np.empty((len(loss), 0, 0))
        sums = (scaling.score(r0, rx), loss, weight)
        return cls(b, empty, *sums, rows.n_held, products, forward_from=rows.forward_from)

    def leaving_out(self) -> WideStats:
        """Return the same statistics, every fold judged by all others."""
        rows = self.products.rows.judged_from(None)
        return replace(
            self, products=replace(self.products, rows=rows), forward_from=None, _last={}
        )

    def quadratic(self, penalties: Array, names: tuple[str, ...] = ()) -> LeftOut:
        """Return what `left_out.quadratic` does, for all folds in the same passes.

        With δ_g = b_{−g} − b̃ and H_g = A − A_g + Λ, the systems are

            H_g δ_g = s − s_g − Λ b̃ ,   H_g π_g = A_g δ_g − s_g ,

        the second of which gives the slope and also takes out of the loss, to first order,
        what the first was left short of.
        """
        ridge = self.ridges(penalties)
        diagonal = self._diagonal(ridge, names)

        def product(x: Array) -> Array:
            return self.products.product_without(x) + ridge * x

        score = self.score[self.judged]
        target = self.known(self.score) - ridge * self.b
        delta = self._solve("delta", product, target, diagonal)
        bent = self.products.product_within(delta)
        pull = self._solve("pull", product, bent - score, diagonal)
        short = product(delta) - target
        loss = self.loss[self.judged] + np.einsum("gj,gj->g", delta, 0.5 * bent - score)
        loss -= np.einsum("gj,gj->g", pull, short)
        b = self.b + delta
        return LeftOut(loss, -(ridge * b * pull)[:, 1:], b)

    def step_without(self, gradient: Array, ridge: Array, names: tuple[str, ...] = ()) -> Array:
        """Return (A − A_g + Λ)⁻¹ of a gradient of each fold's fit without it; all (G, 1 + p)."""
        diagonal = self._diagonal(ridge, names)

        def product(x: Array) -> Array:
            return self.products.product_without(x) + ridge * x

        return conjugate_gradients(product, gradient, diagonal, close=_STEP_CLOSE)

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


def minimise_wide(
    objective: Objective, *, start: Array, tolerance: float | None = None, max_passes: int = 200
) -> Solution:
    """Minimise F by Newton's method, its steps from conjugate gradients.

    Parameters
    ----------
    objective : Objective
        Of `SparseRows`.
    start : ndarray, shape (1 + p,)
    tolerance : float, optional
        Largest entry of ∇F that counts as an optimum; default 1e-10.
    max_passes : int
        Of gradients.

    Returns
    -------
    Solution
        ``curvatures`` counts the points where curvature was taken.

    Raises
    ------
    FitError
        Unpenalised columns separate the classes.

    References
    ----------
    Dembo, Eisenstat & Steihaug (1982), Inexact Newton Methods, SIAM Journal on Numerical
    Analysis 19: how exactly a step must be solved.
    """
    tolerance = tolerance or TOLERANCE[objective.rows.dtype.itemsize]
    b, (value, gradient) = start, objective(start)
    first, passes, curvatures = float(np.abs(gradient).max()), 1, 0
    while (residual := float(np.abs(gradient).max())) > tolerance and passes < max_passes:
        share = min(0.1, float(np.sqrt(residual / first)))
        direction = -newton_direction(objective, b, gradient, close=share)
        length, after, spent = line_search(objective, b, (value, gradient), direction)
        passes, curvatures = passes + spent, curvatures + 1
        if length == 0.0:
            break
        b, (value, gradient) = b + length * direction, after
    _check_not_separated(objective, b, gradient)
    return Solution(b, value, residual, passes, curvatures, residual <= tolerance)


def newton_direction(objective: Objective, b: Array, target: Array, *, close: float) -> Array:
    """Return H⁻¹ t for t (1 + p,) or several (m, 1 + p), at b, on the mean scale."""
    products = Curvature.at(_sparse(objective), objective.scaling, b)
    ridge, W = objective.ridge, objective.total

    def product(x: Array) -> Array:
        return products.product(x) / W + ridge * x

    several = np.atleast_2d(target)
    diagonal = np.broadcast_to(products.diagonal.sum(axis=0) / W + ridge, several.shape)
    solved = conjugate_gradients(product, several, diagonal, close=close)
    return np.reshape(solved, target.shape)


def _check_not_separated(objective: Objective, b: Array, gradient: Array) -> None:
    free = np.flatnonzero(objective.penalties == 0)
    if not len(free) or np.abs(b[1:][free]).max() <= LARGE:
        return
    left = np.abs(newton_direction(objective, b, gradient, close=1e-3)[1:])
    moving = [int(j) for j in free[np.argsort(-left[free])] if left[j] > STILL_MOVING]
    if moving:
        raise FitError(separated_message(listed([objective.names[j] for j in moving])))


def _sparse(objective: Objective) -> SparseRows:
    rows = objective.rows
    if not isinstance(rows, SparseRows):
        raise TypeError(rows)
    return rows


def _shift_and_raw(scaling: Scaling, b: Array) -> tuple[float, Array]:
    shift, raw = scaling.to_raw(b)
    return float(shift), raw


def _diagonal_kernel(block: Block) -> tuple[object, ...]:
    v = block.weight
    return v.sum(), v @ block.X, v @ block.X.squared()


def _product_kernel(scaling: Scaling, x: Array, unknown: list[npt.NDArray[np.intp]]) -> Kernel:
    shift, raw = scaling.to_raw(x)
    raw = np.ascontiguousarray(raw.T)

    def kernel(block: Block) -> tuple[object, ...]:
        t = block.X @ raw
        t += shift
        t *= block.weight[:, None]
        t[:, unknown[block.fold]] = 0.0  # a fold's own system does not see its rows
        return t.sum(axis=0), t.T @ block.X

    return kernel


def _own_kernel(scaling: Scaling, x: Array, judged: range) -> Kernel:
    shift, raw = scaling.to_raw(x)

    def kernel(block: Block) -> tuple[object, ...]:
        if block.fold not in judged:
            return 0.0, np.zeros(raw.shape[1])
        k = judged.index(block.fold)
        t = block.X @ raw[k]
        t += shift[k]
        t *= block.weight
        return t.sum(), t @ block.X

    return kernel


def _score_kernel(scaling: Scaling, b: Array) -> Kernel:
    shift, raw = scaling.to_raw(b)

    def kernel(block: Block) -> tuple[object, ...]:
        eta = block.X @ raw
        eta += shift
        residual = block.weight * (block.y - expit(eta))
        return residual.sum(), residual @ block.X, loss_of(eta, block), block.weight.sum()

    return kernel
