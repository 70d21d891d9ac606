"""Minimise the penalised mean logistic loss: Newton steps under a line search.

    F(b0, b) = (1/W) Σ_i w_i [ log(1 + e^{η_i}) − y_i η_i ] + ½ Σ_j λ_j b_j² ,  η = b0 + Z b

Z is standardised, the intercept b0 is free, W = Σ w_i of the whole problem. Newton
without a line search diverges on campaign data whose columns nearly separate the
classes (engine.md), so every step must lower F.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit

from workbench._checks import listed
from workbench.errors import FitError

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-10
_SUFFICIENT = 1e-4  # Armijo's constant: the share of the promised decrease that must come
_STILL_MOVING = 0.1  # a last Newton step this large in η: the optimum is at infinity
_CERTAIN = 10.0  # log-odds at which a fitted probability is as good as 0 or 1


@dataclass(frozen=True)
class Problem:
    """One penalised logistic regression on standardised columns.

    Parameters
    ----------
    Z : ndarray, shape (n, p)
    y : ndarray of 0 and 1, shape (n,)
    weight : ndarray, shape (n,)
    penalties : ndarray, shape (p,)
        λ_j = α f_j, finite.
    total : float
        W. A fit that leaves rows out keeps the W of all rows, so that the penalties
        weigh the same against each remaining row's loss.
    names : tuple of str
        Column names, for messages.
    """

    Z: Array
    y: Array
    weight: Array
    penalties: Array
    total: float
    names: tuple[str, ...] = field(default=(), repr=False)

    def with_penalties(self, penalties: Array) -> Problem:
        """Return the same rows under other penalties."""
        return replace(self, penalties=penalties)

    def without_rows(self, out: npt.NDArray[np.bool_]) -> Problem:
        """Return the other rows; W, and so the weight of the penalties, stays."""
        return replace(self, Z=self.Z[~out], y=self.y[~out], weight=self.weight[~out])

    def loss(self, eta: Array, b: Array) -> float:
        """Return F, given η = b0 + Z b."""
        rows = self.weight @ (np.logaddexp(0.0, eta) - self.y * eta)
        return float(rows / self.total + 0.5 * self.penalties @ b**2)

    def gradient(self, eta: Array, b: Array) -> Array:
        """Return ∇F with the intercept's entry first; shape (1 + p,)."""
        residual = self.weight * (expit(eta) - self.y) / self.total
        return np.concatenate([[residual.sum()], self.Z.T @ residual + self.penalties * b])

    def curvature(self, eta: Array) -> Array:
        """Return A/W = (1/W) X'VX, v = w μ(1−μ), intercept first; shape (1 + p, 1 + p)."""
        mu = expit(eta)
        v = self.weight * mu * (1.0 - mu) / self.total
        weighted = self.Z * v[:, None]
        first = weighted.sum(axis=0)
        return np.block([[v.sum(), first], [first[:, None], self.Z.T @ weighted]])


class Solution(NamedTuple):
    """An optimum, with the number that certifies it.

    ``intercept`` and ``coef`` (shape (p,)) are on the standardised scale;
    ``kkt_residual`` is the largest absolute entry of ∇F; ``curvature`` is A/W there.
    """

    intercept: float
    coef: Array
    kkt_residual: float
    iterations: int
    converged: bool
    curvature: Array


def solve(
    problem: Problem,
    *,
    start: tuple[float, Array] | None = None,
    tolerance: float = TOLERANCE,
    max_iterations: int = 100,
) -> Solution:
    """Minimise F from a start.

    Parameters
    ----------
    problem : Problem
    start : (float, ndarray), optional
        Intercept and coefficients; default: the base rate and zeros.
    tolerance : float
        Stop when no entry of ∇F is larger.
    max_iterations : int

    Returns
    -------
    Solution

    Raises
    ------
    FitError
        The unpenalised columns separate the classes, or are collinear.

    Examples
    --------
    >>> import numpy as np
    >>> Z, y = np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.array([0.0, 1.0, 1.0, 1.0])
    >>> solve(Problem(Z, y, np.ones(4), np.array([0.1]), 4.0)).coef.round(4)
    array([0.9415])
    """
    b0, b = (
        start
        if start is not None
        else (_base_rate_logit(problem), np.zeros(len(problem.penalties)))
    )
    eta = b0 + problem.Z @ b
    step = np.zeros(1 + len(b))
    for iteration in range(max_iterations + 1):
        gradient = problem.gradient(eta, b)
        curvature = problem.curvature(eta)
        residual = float(np.abs(gradient).max())
        if residual <= tolerance or iteration == max_iterations:
            break
        newton = _newton_direction(problem, curvature, gradient)
        if newton is None:
            _check_not_separated(problem, step, eta)
            raise FitError(_collinear_message(problem, curvature))
        step = newton
        along = step[0] + problem.Z @ step[1:]
        length = _line_search(problem, (eta, b), (along, step[1:]), slope=float(gradient @ step))
        if length == 0.0:  # no lower value can be told apart in floating point
            break
        b0, b, eta = b0 + length * step[0], b + length * step[1:], eta + length * along
    _check_not_separated(problem, step, eta)
    return Solution(float(b0), b, residual, iteration, residual <= tolerance, curvature)


def _base_rate_logit(problem: Problem) -> float:
    positive = float(problem.weight @ problem.y)
    return float(np.log(positive / (float(problem.weight.sum()) - positive)))


def _newton_direction(problem: Problem, curvature: Array, gradient: Array) -> Array | None:
    """Return −H⁻¹∇F, or None where unpenalised columns leave H without an inverse."""
    hessian = curvature + np.diag(np.concatenate([[0.0], problem.penalties]))
    try:
        factor = cho_factor(hessian)
    except LinAlgError:
        return None
    # a pivot against its own column: what the columns before it leave, 1 − R², as a root
    left = np.diag(factor[0]) / np.sqrt(np.diag(hessian))
    if (left[1:][problem.penalties == 0] < 1e-7).any():
        return None
    return -np.asarray(cho_solve(factor, gradient))


def _line_search(
    problem: Problem, at: tuple[Array, Array], move: tuple[Array, Array], *, slope: float
) -> float:
    """Halve the step until F falls by its share of what the slope promises."""
    (eta, b), (along, step) = at, move
    before = problem.loss(eta, b)
    noise = 1e-15 * abs(before)  # F cannot be told apart more finely than this
    length = 1.0
    while length > 1e-10:
        after = problem.loss(eta + length * along, b + length * step)
        if after <= before + _SUFFICIENT * length * slope + noise:
            return length
        length /= 2.0
    return 0.0


def _check_not_separated(problem: Problem, step: Array, eta: Array) -> None:
    """Raise where the last step still carried unpenalised columns towards infinity."""
    free = np.flatnonzero(problem.penalties == 0)
    moved = np.abs(problem.Z[:, free] * step[1:][free]).max(axis=0, initial=0.0)
    if moved.max(initial=0.0) < _STILL_MOVING or np.abs(eta).max() < _CERTAIN:
        return
    ranked = [k for k in np.argsort(-moved).tolist() if moved[k] >= _STILL_MOVING]
    names = [problem.names[int(free[k])] for k in ranked]
    raise FitError(
        f"Unpenalised columns must not separate the classes perfectly; {listed(names)} do, so "
        "their coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )


def _collinear_message(problem: Problem, curvature: Array) -> str:
    free = problem.penalties == 0
    flat = free & (np.ptp(problem.Z, axis=0) == 0)
    if flat.any():
        return (
            f"Unpenalised columns must vary wherever they are fitted; {_named(problem, flat)} are "
            "constant once a fold is left out. Give them a penalty (a factor above 0)."
        )
    penalised = curvature + np.diag(np.concatenate([[0.0], problem.penalties]))
    direction = np.abs(np.linalg.eigh(penalised)[1][1:, 0])
    involved = free & (direction > 0.1 * direction.max())
    return (
        f"Unpenalised columns must not determine one another; {_named(problem, involved)} do, so "
        "their coefficients are not unique. Give them a penalty (a factor above 0), or drop one."
    )


def _named(problem: Problem, chosen: npt.NDArray[np.bool_]) -> str:
    return listed([problem.names[k] for k in np.flatnonzero(chosen).tolist()])
