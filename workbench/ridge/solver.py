"""Minimise the penalised mean logistic loss, with as few passes over the rows as can be.

    F(b) = (1/W) Σ_i w_i [ log(1 + e^{η_i}) − y_i η_i ] + ½ Σ_j λ_j b_j² ,  η = b0 + z'b

Newton's method on a sample lands near the answer for almost nothing. From there only
gradient passes follow: chord steps with the sample's curvature, which limited-memory BFGS
updates (Nocedal 1980) sharpen with every pass, under a line search. The full curvature is
taken only where that contracts too slowly. The gradient that stops it certifies it.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from workbench.errors import ConvergenceWarning, FitError
from workbench.messages import listed
from workbench.ridge.blocks import RowSource
from workbench.ridge.fold_stats import Scaling, score_and_loss, total_curvature
from workbench.ridge.secants import Secants
from workbench.ridge.sparse_rows import is_wide

Array = npt.NDArray[np.float64]

TOLERANCE = {4: 1e-7, 8: 1e-10}
"""Largest entry of ∇F that counts as an optimum, by the bytes of a float in the blocks."""

_SAMPLE_COLUMNS = 100  # rows of the sample, in columns: its curvature is then within a tenth
_SLOW = 0.5  # a pass that leaves more than this share of the gradient asks for curvature
_LOST = 1e-4  # a mean gradient this large is no rounding: steps from the start led away
_SUFFICIENT = 1e-4  # Armijo's constant: the share of the promised decrease that must come
_SAMPLE_STEPS = 8
_SAMPLE_TOLERANCE = 1e-3
STILL_MOVING = 0.05  # a Newton step this long, in standardised units, at a tiny gradient
LARGE = 2.0  # a coefficient per standard deviation that only (near) separation reaches


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
    """

    rows: RowSource
    scaling: Scaling
    penalties: Array
    total: float
    names: tuple[str, ...] = field(default=(), repr=False)

    @property
    def ridge(self) -> Array:
        """Penalties with the intercept's 0 first; shape (1 + p,)."""
        return np.concatenate([[0.0], self.penalties])

    def __call__(self, b: Array) -> tuple[float, Array]:
        """Return F and ∇F at b, in one pass."""
        score, loss = score_and_loss(self.rows, self.scaling, b)
        value = loss / self.total + 0.5 * float(self.ridge @ b**2)
        return value, self.ridge * b - score / self.total

    def base_rate_start(self) -> Array:
        """Return coefficients of zero, and the base rate's log-odds; shape (1 + p,)."""
        (positive,) = self.rows.total(lambda block: (float(block.weight @ block.y),))
        start = np.zeros(1 + len(self.scaling.mean))
        start[0] = np.log(positive / (self.total - positive))
        return start

    def curvature(self, b: Array) -> Array:
        """Return A/W at b, in one heavier pass."""
        return total_curvature(self.rows, self.scaling, b) / self.total


class Solution(NamedTuple):
    """Coefficients ``b`` (1 + p,), standardised, intercept first, and what certifies them.

    ``kkt_residual`` is the largest absolute entry of ∇F; ``passes`` counts gradient
    passes over all rows, ``curvatures`` the heavier ones.
    """

    b: Array
    value: float
    kkt_residual: float
    passes: int
    curvatures: int
    converged: bool


def minimise(
    objective: Objective,
    *,
    start: Array,
    curvature: Array | None = None,
    tolerance: float | None = None,
    max_passes: int = 200,
) -> Solution:
    """Minimise F from a start.

    Parameters
    ----------
    objective : Objective
    start : ndarray, shape (1 + p,)
    curvature : ndarray, shape (1 + p, 1 + p), optional
        A/W near the optimum; default: a sample's.
    tolerance : float, optional
        Default: 1e-7 for float32 rows, 1e-10 for float64.
    max_passes : int

    Returns
    -------
    Solution

    Raises
    ------
    FitError
        Unpenalised columns separate the classes, or are collinear.
    """
    if is_wide(objective.rows):
        from workbench.ridge.wide import minimise_wide  # which builds on this module

        return minimise_wide(objective, start=start, tolerance=tolerance, max_passes=max_passes)
    tolerance = tolerance or TOLERANCE[objective.rows.dtype.itemsize]
    b, metric, curvatures = _beginning(objective, start, curvature)
    value, gradient = objective(b)
    passes, exhausted = 1, False
    while (residual := _size(gradient)) > tolerance and passes < max_passes and not exhausted:
        direction = metric.direction(gradient)
        length, after, spent = line_search(objective, b, (value, gradient), direction)
        passes += spent
        gained = value - after[0]
        was_fresh = metric.fresh
        if length > 0.0:
            metric.learn(length * direction, after[1] - gradient)
            b, (value, gradient) = b + length * direction, after
        if length < 1.0 or _size(gradient) > max(_SLOW * residual, tolerance):
            # floating point is exhausted where fresh curvature does not help either
            exhausted = was_fresh and gained <= _noise(objective, value)
            metric, curvatures = _Metric.at(objective, b), curvatures + 1
    _check_not_separated(objective, b, gradient)
    return Solution(b, value, residual, passes, curvatures, residual <= tolerance)


def minimise_near(
    objective: Objective, *, start: Array, curvature: Array | None = None
) -> Solution:
    """Minimise F from a start that is likely to be near, and afresh where that does not arrive.

    Where the outcomes are told apart nearly perfectly, curvature vanishes: a step from there may
    lead so far away that none comes back.

    Parameters
    ----------
    objective, start, curvature
        As in `minimise`.

    Returns
    -------
    Solution

    Raises
    ------
    FitError
        As in `minimise`.

    Warns
    -----
    ConvergenceWarning
        The optimum was not reached afresh, either.
    """
    with suppress(FitError):  # what is true of any start, the second says
        near = minimise(objective, start=start, curvature=curvature)
        if near.kkt_residual <= _LOST:
            return near
    afresh = minimise(objective, start=objective.base_rate_start())
    if afresh.kkt_residual > _LOST:
        warnings.warn(
            "The optimum under these penalties was not reached: the largest gradient entry is "
            f"{afresh.kkt_residual:.1e}, and should be at most {_LOST:.0e}. Use stronger "
            "penalties.",
            ConvergenceWarning,
            stacklevel=4,
        )
    return afresh


class _Metric:
    """H⁻¹ from a Cholesky factor of H = A/W + diag(0, λ), sharpened by what steps show."""

    def __init__(self, factor: tuple[Array, bool], *, fresh: bool) -> None:
        self._secants, self._exact = Secants(factor), fresh

    @classmethod
    def at(cls, objective: Objective, b: Array) -> _Metric:
        """Take the full curvature at b."""
        curvature = objective.curvature(b)
        factor = _factor(objective, curvature)
        if factor is None:
            _check_not_separated(objective, b, objective(b)[1], curvature)
            raise FitError(_open_message(objective, curvature))
        return cls(factor, fresh=True)

    @property
    def fresh(self) -> bool:
        """Whether the curvature was taken at the present point."""
        return self._exact and self._secants.empty

    def direction(self, gradient: Array) -> Array:
        """Return −H⁻¹∇F."""
        return -self._secants.solve(gradient)

    def learn(self, step: Array, change: Array) -> None:
        """Take in that ∇F changed so along the step."""
        self._secants.learn(step, change)


def _beginning(
    objective: Objective, start: Array, curvature: Array | None
) -> tuple[Array, _Metric, int]:
    b = start
    if curvature is None:
        b, curvature = _from_sample(objective, start)
    factor = None if curvature is None else _factor(objective, curvature)
    if factor is None:  # too few rows to sample, or a column that the sample does not show
        return b, _Metric.at(objective, b), 1
    return b, _Metric(factor, fresh=False), 0


def _from_sample(objective: Objective, start: Array) -> tuple[Array, Array | None]:
    """Run Newton's method on a sample, until its sampling error is larger than what is left."""
    sample = objective.rows.sample(max(_SAMPLE_COLUMNS * len(objective.penalties), 5_000))
    b, curvature = start, None
    size = float(sample.total(lambda block: (block.weight.sum(dtype=float),))[0])
    if size > 0.5 * objective.total:
        return start, None
    on_sample = replace(objective, rows=sample, total=size)
    for _ in range(_SAMPLE_STEPS):
        value, gradient = on_sample(b)
        if curvature is not None and _size(gradient) < _SAMPLE_TOLERANCE:
            break
        curvature = total_curvature(sample, objective.scaling, b) / size
        factor = _factor(on_sample, curvature)
        if factor is None:
            return start, None
        direction = -np.asarray(cho_solve(factor, gradient))
        b = b + line_search(on_sample, b, (value, gradient), direction)[0] * direction
    return b, curvature


def line_search(
    objective: Objective, b: Array, here: tuple[float, Array], direction: Array
) -> tuple[float, tuple[float, Array], int]:
    """Halve the step until F falls by its share of what the slope promises.

    Returns the length (0 where there is none), F and ∇F there, and the passes spent.
    """
    value, gradient = here
    slope = float(gradient @ direction)
    noise = _noise(objective, value)
    length = 1.0
    for spent in range(1, 31):
        after = objective(b + length * direction)
        enough = after[0] <= value + _SUFFICIENT * length * slope
        # within the noise only the gradient can tell
        close = after[0] <= value + noise and _size(after[1]) <= _size(gradient)
        if enough or close:
            return length, after, spent
        length /= 2.0
    return 0.0, here, spent


def _noise(objective: Objective, value: float) -> float:
    """Return what F cannot be told apart more finely than, in the rows' floating point."""
    return float(10 * np.finfo(objective.rows.dtype).eps * abs(value))


def _factor(objective: Objective, curvature: Array) -> tuple[Array, bool] | None:
    """Factor H, or return None where unpenalised columns leave it without an inverse."""
    hessian = curvature + np.diag(objective.ridge)
    try:
        factor: tuple[Array, bool] = cho_factor(hessian)
    except LinAlgError:
        return None
    # a pivot against its own column: what the columns before it leave, 1 − R²
    left = np.diag(factor[0]) ** 2 / np.diag(hessian)
    free = np.concatenate([[False], objective.penalties == 0])
    lost = left[free].min(initial=1.0) < 100 * np.finfo(objective.rows.dtype).eps
    return None if lost else factor


def _size(gradient: Array) -> float:
    return float(np.abs(gradient).max())


def _check_not_separated(
    objective: Objective, b: Array, gradient: Array, curvature: Array | None = None
) -> None:
    """Raise where Newton's step still carries unpenalised columns towards infinity."""
    free = np.flatnonzero(objective.penalties == 0)
    if not len(free):
        return
    hessian = (objective.curvature(b) if curvature is None else curvature) + np.diag(
        objective.ridge
    )
    left = np.abs(np.linalg.lstsq(hessian, gradient, rcond=None)[0][1:])
    moving = [int(j) for j in free[np.argsort(-left[free])] if left[j] > STILL_MOVING]
    if moving and np.abs(b[1:][moving]).max() > LARGE:
        raise FitError(separated_message(listed([objective.names[j] for j in moving])))


def separated_message(columns: str) -> str:
    """Say that unpenalised columns separate the classes."""
    return (
        f"Unpenalised columns must not separate the classes perfectly; {columns} do, so their "
        "coefficients have no finite optimum. Give them a penalty (a factor above 0)."
    )


def _open_message(objective: Objective, curvature: Array) -> str:
    hessian = curvature + np.diag(objective.ridge)
    direction = np.abs(np.linalg.eigh(hessian)[1][1:, 0])
    involved = (direction > 0.1 * direction.max()) & (objective.penalties == 0)
    return collinear_message(objective, np.flatnonzero(involved))


def collinear_message(objective: Objective, involved: npt.NDArray[np.int64]) -> str:
    """Say that these unpenalised columns determine one another."""
    return (
        f"Unpenalised columns must not determine one another; "
        f"{listed([objective.names[j] for j in involved.tolist()])} do, so their coefficients are "
        "not unique. Give them a penalty (a factor above 0), or drop one."
    )
