"""Choose penalties as variances: by the marginal likelihood of the rows.

A penalty is the prior b_j ~ N(0, 1/Λ_j), Λ_j = W λ_j, flat where λ_j = 0. With b at the
optimum, A = X'VX there, H = A + Λ and m free coefficients (the intercept among them),
Laplace's approximation of the likelihood with the coefficients integrated out is

    −log L(Λ) = Σ w [ log(1+e^η) − yη ] + ½ b'Λb − ½ Σ_{λ_j>0} log Λ_j + ½ log|H| − ½ m log 2π .

It asks how well rows like these are foretold, not campaigns not yet seen: rows of one
campaign count as independent, so that it trusts what one campaign alone shows. It needs no
campaigns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from workbench.progress import Progress
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Block, Kernel
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.row_leverage import Whitening
from workbench.ridge.tune.strengths import (
    FIRST,
    GRID,
    LIMITS,
    STRONG_START,
    Strengths,
    at_strengths,
    symmetric_differences,
    ties_to_the_stronger,
)

Array = npt.NDArray[np.float64]

_ROUNDS = 20
_SETTLED = 0.01  # in log λ, between fits
_UPDATES = 1000
_ARRIVED = 1e-9  # slope per row at which updates about one fit end
_LONGEST = 4.0  # step in log λ of one update
_TINY = float(np.finfo(float).tiny)


class Laplace(NamedTuple):
    """``value``: −log L/W; ``slope`` (K,): its derivative in each log-strength.

    ``stats`` were taken at the fit.
    """

    value: float
    slope: Array
    stats: DenseStatistics


@one_blas_thread()
def laplace(
    objective: Objective, plan: PenaltyPlan, strength: Array, *, start: Array | None = None
) -> Laplace:
    """Fit at these strengths, and return the negative log marginal likelihood per row.

    Parameters
    ----------
    objective : Objective
        Its penalties are not used.
    plan : PenaltyPlan
    strength : ndarray, shape (K,)
        Log-strengths of the tuned sets.
    start : ndarray, shape (1 + p,), optional

    Returns
    -------
    Laplace
        The slope is exact: the weights V move with the fit.

    Examples
    --------
    >>> from workbench.ridge.rows.arrays import ArrayRows
    >>> from workbench.ridge.statistics.moments import moments
    >>> rows = ArrayRows(np.array([[-1.0], [1.0], [1.0], [-1.0]]), np.array([0.0, 1, 1, 1]))
    >>> scaling = moments(rows, np.zeros(1)).scaling(np.array([True]))
    >>> objective = Objective(rows, scaling, np.zeros(1), 4.0)
    >>> plan = PenaltyPlan(np.ones(1), np.zeros(1, dtype=int), ("all",))
    >>> round(laplace(objective, plan, np.log([0.25])).value, 3)
    0.279
    """
    at = at_strengths(objective, plan, strength)
    fit = minimise(at, start=objective.base_rate_start() if start is None else start)
    model = LaplaceModel.at(at, fit.b)
    value, slope = model.criterion(plan)(strength)
    return Laplace(value, slope, model.stats)


@one_blas_thread()
def fellner_schall(objective: Objective, plan: PenaltyPlan) -> Strengths:
    """Maximise the Laplace marginal likelihood over all tuned penalties.

    The generalised Fellner–Schall update of a set k, λ_k on the sum scale,

        λ_k ← λ_k [ r_k − λ_k Σ_{j∈k} f_j (H⁻¹)_jj + t_k ] / ( λ_k Σ_{j∈k} f_j b_j² ) ,

    is iterated to convergence about one fit, with b(λ) and H⁻¹ in p-space; then the model is
    fitted again, until the strengths stay. Wood & Fasiolo have t_k = 0: they neglect that
    the weights V move with the fit, and so end next to the maximum (0.1 in log λ at 300
    rows). Here

        t_k = Σ_{j∈k} λ_k f_j b_j [H⁻¹u]_j ,  u = X'[v' ∘ h] ,  v' = w d²μ/dη² ,

    h_i = x_i'H⁻¹x_i, which one more pass gives, so that it ends at the maximum. A negative
    t_k joins the denominator instead, so that λ_k stays positive.

    Parameters
    ----------
    objective : Objective
        Its penalties are not used, and its folds do not matter.
    plan : PenaltyPlan

    Returns
    -------
    Strengths
        A set without signal is at the cap.

    References
    ----------
    Wood & Fasiolo (2017), A generalized Fellner-Schall method for smoothing parameter
    optimization with application to Tweedie location, scale and shape models, Biometrics 73.
    """
    count = len(plan.sets)
    model = refitted(objective, plan, np.full(count, FIRST), objective.base_rate_start())
    value = model.value(plan)
    uniform = float(min(GRID, key=lambda strength: value(np.full(count, strength))))
    strength = np.full(count, uniform)
    starts = [strength, np.full(count, STRONG_START)]
    for _ in Progress(range(_ROUNDS), desc="Tuning penalties", unit="round"):
        model = refitted(objective, plan, strength, model.stats.b)
        before = strength
        strength = min((updated(model, plan, at) for at in starts), key=model.value(plan))
        starts = [strength]
        if np.abs(strength - before).max() < _SETTLED:
            break
    strength = ties_to_the_stronger(model.value(plan), strength)
    criterion = model.criterion(plan)
    curvature = symmetric_differences(lambda at: criterion(at)[1], strength, 1e-3)
    return Strengths(strength, uniform, criterion(strength)[0], curvature, model.stats)


class _Parts(NamedTuple):
    """Of each column (1 + p,), the intercept first, on the sum scale.

    ``spent`` Λ_j b_j²; ``identified`` 1 − Λ_j (H⁻¹)_jj, 0 where Λ_j = 0; ``curved``
    Λ_j b_j [H⁻¹u]_j.
    """

    value: float
    spent: Array
    identified: Array
    curved: Array


@dataclass(frozen=True)
class LaplaceModel:
    """The criterion about a fit: b and H follow the penalties, V moves as `u` says."""

    stats: DenseStatistics
    u: Array

    @classmethod
    def at(cls, objective: Objective, b: Array) -> LaplaceModel:
        """Take A and u at b, in two passes."""
        stats = DenseStatistics.take(objective.rows, objective.scaling, b, objective.outcome)
        hessian = stats.total_curvature() + objective.total * np.diag(objective.ridge)
        first, rest = objective.rows.total(_bend_kernel(objective, b, hessian))
        return cls(stats, objective.scaling.score(first, rest))

    def parts(self, penalties: Array) -> _Parts:
        """Expand at these penalties (p,)."""
        stats, A = self.stats, self.stats.total_curvature()
        ridge = stats.total_weight * np.concatenate([[0.0], penalties])
        factor = cho_factor(A + np.diag(ridge))
        score = stats.score.sum(axis=0)
        b = cho_solve(factor, A @ stats.b + score)
        inverse = cho_solve(factor, np.eye(len(b)))
        delta, held = b - stats.b, ridge > 0
        value = stats.loss.sum() + delta @ (0.5 * A @ delta - score + 0.5 * self.u)
        value += 0.5 * ridge @ b**2 - 0.5 * np.log(ridge[held]).sum()
        value += np.log(np.diag(factor[0])).sum() - 0.5 * (~held).sum() * np.log(2 * np.pi)
        return _Parts(
            float(value),
            ridge * b**2,
            np.where(held, 1.0 - ridge * np.diag(inverse), 0.0),
            ridge * b * (inverse @ self.u),
        )

    def criterion(self, plan: PenaltyPlan) -> Callable[[Array], tuple[float, Array]]:
        """Return a function of the strengths (K,) that gives the value per row, and its slope."""
        total = self.stats.total_weight

        def criterion(strength: Array) -> tuple[float, Array]:
            at = self.parts(plan.penalties(strength))
            slope = plan.slope((at.spent - at.identified - at.curved)[1:])
            return at.value / total, 0.5 * slope / total

        return criterion

    def value(self, plan: PenaltyPlan) -> Callable[[Array], float]:
        """Return a function of the strengths (K,) that gives the value per row."""
        criterion = self.criterion(plan)
        return lambda strength: criterion(strength)[0]


def refitted(
    objective: Objective, plan: PenaltyPlan, strength: Array, start: Array
) -> LaplaceModel:
    """Fit at these strengths, and expand there."""
    at = at_strengths(objective, plan, strength)
    return LaplaceModel.at(at, minimise(at, start=start).b)


def updated(model: LaplaceModel, plan: PenaltyPlan, strength: Array) -> Array:
    """Update the strengths until the slope vanishes, or they are at their bounds."""
    for _ in range(_UPDATES):
        at = model.parts(plan.penalties(strength))
        spent, identified, curved = (
            plan.slope(part[1:]) for part in (at.spent, at.identified, at.curved)
        )
        gain, cost = identified + np.maximum(curved, 0.0), spent + np.maximum(-curved, 0.0)
        ratio = np.maximum(gain, _TINY) / np.maximum(cost, _TINY)
        move = np.clip(np.log(ratio), -_LONGEST, _LONGEST)
        before, strength = strength, np.clip(strength + move, *LIMITS)
        free = strength != before
        if not free.any() or np.abs(gain - cost)[free].max() < _ARRIVED * model.stats.total_weight:
            break
    return strength


def _bend_kernel(objective: Objective, b: Array, hessian: Array) -> Kernel:
    dtype, outcome = objective.rows.dtype, objective.outcome
    c, raw = (part.astype(dtype) for part in objective.scaling.to_raw(b))
    whitening = Whitening(hessian, objective.scaling, dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        mu, e = outcome.mean(block.X @ raw + c), whitening(block.X)
        bend = outcome.bend(mu, block.weight) * np.einsum("ij,ij->i", e, e)
        return bend.sum(dtype=float), bend @ block.X

    return kernel
