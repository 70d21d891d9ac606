"""Where to go next in a minimisation: by a matrix of curvature, or by products with the rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from workbench.ridge.algebra.secants import Secants
from workbench.ridge.algebra.well_posed import Factor
from workbench.ridge.rows.source import Array
from workbench.ridge.solve.line_search import largest, line_search
from workbench.ridge.solve.objective import Objective
from workbench.ridge.solve.unbounded import raise_why_open, shortest_step
from workbench.ridge.statistics.matrix_free import Curvature
from workbench.ridge.statistics.protocol import MATRIX

_SAMPLE_COLUMNS = 100  # rows of the sample, in columns: its curvature is then within a tenth
_SAMPLE_STEPS = 8
_SAMPLE_TOLERANCE = 1e-3
_LOOSEST = 0.1  # share of a gradient that a step by products may leave
_CERTAIN = 1e-3  # the same, where the step is the answer


class Directions(Protocol):
    """−H⁻¹∇F, from curvature at hand, and what steps show of the rest.

    ``taken`` counts how often curvature was taken from all rows.
    """

    taken: int

    @property
    def fresh(self) -> bool:
        """Whether the curvature is that of the present point."""

    def to(self, b: Array, gradient: Array) -> Array:
        """Return the direction at b."""

    def learn(self, step: Array, change: Array) -> None:
        """Take in that ∇F changed so along the step."""

    def renew(self, b: Array) -> None:
        """Take the curvature at b."""

    def exactly(self, b: Array, gradient: Array) -> Array:
        """Return H⁻¹∇F with the curvature at b, the shortest where H has no inverse."""


def directions(
    objective: Objective, start: Array, curvature: Array | None
) -> tuple[Array, Directions]:
    """Return where to set out from, and what leads on from there.

    Parameters
    ----------
    objective : Objective
    start : ndarray, shape (1 + p,)
    curvature : ndarray, shape (1 + p, 1 + p), optional
        A/W near the optimum; default: a sample's, where a matrix can be held.
    """
    if MATRIX not in objective.kind.abilities:
        return start, ByProducts(objective)
    b = start
    if curvature is None:
        b, curvature = _from_sample(objective, start)
    factor = None if curvature is None else _factor(objective, curvature)
    by = ByMatrix(objective, factor)
    if factor is None:  # too few rows to sample, or a column that the sample does not show
        by.renew(b)
    return b, by


@dataclass
class ByMatrix:
    """Directions from a Cholesky factor, which limited-memory BFGS updates sharpen."""

    objective: Objective
    factor: Factor | None
    taken: int = 0
    _secants: Secants = field(default_factory=Secants)
    _exact: bool = False

    @property
    def fresh(self) -> bool:
        """Whether the curvature was taken at the present point."""
        return self._exact and self._secants.empty

    def to(self, b: Array, gradient: Array) -> Array:  # noqa: ARG002 - of any point nearby
        """Return −H⁻¹∇F."""
        return -self._secants.solve(gradient, self._solve)

    def learn(self, step: Array, change: Array) -> None:
        """Take in that ∇F changed so along the step."""
        self._secants.learn(step, change)

    def renew(self, b: Array) -> None:
        """Take the full curvature at b."""
        curvature = self.objective.curvature(b)
        self.factor = _factor(self.objective, curvature)
        if self.factor is None:
            raise_why_open(self.objective, b, curvature)
        self.taken, self._secants, self._exact = self.taken + 1, Secants(), True

    def exactly(self, b: Array, gradient: Array) -> Array:
        """Return H⁻¹∇F by least squares."""
        return shortest_step(self.objective, self.objective.curvature(b), gradient)

    def _solve(self, target: Array) -> Array:
        return np.asarray(cho_solve(self.factor, target, check_finite=False))


@dataclass
class ByProducts:
    """Directions from conjugate gradients, the curvature taken at every point.

    References
    ----------
    Dembo, Eisenstat & Steihaug (1982), Inexact Newton Methods, SIAM Journal on Numerical
    Analysis 19: how exactly a step must be solved.
    """

    objective: Objective
    taken: int = 0
    _first: float | None = None
    fresh: bool = True

    def to(self, b: Array, gradient: Array) -> Array:
        """Return −H⁻¹∇F, the more exactly the smaller ∇F is."""
        size = largest(gradient)
        self._first = self._first or size
        close = min(_LOOSEST, float(np.sqrt(size / self._first)))
        return -self._solve(b, gradient, close)

    def learn(self, step: Array, change: Array) -> None:
        """Learn nothing: the curvature will be taken anew."""

    def renew(self, b: Array) -> None:
        """Do nothing: the curvature will be taken anew."""

    def exactly(self, b: Array, gradient: Array) -> Array:
        """Return H⁻¹∇F to a thousandth."""
        return self._solve(b, gradient, _CERTAIN)

    def _solve(self, b: Array, gradient: Array, close: float) -> Array:
        of, W = self.objective, self.objective.total
        self.taken += 1
        products = Curvature.at(of.rows, of.scaling, b, of.outcome)
        return np.asarray(W * products.solve(gradient[None], W * of.ridge, close=close)[0])


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
        if curvature is not None and largest(gradient) < _SAMPLE_TOLERANCE:
            break
        curvature = on_sample.curvature(b)
        factor = _factor(on_sample, curvature)
        if factor is None:
            return start, None
        direction = -np.asarray(cho_solve(factor, gradient))
        b = b + line_search(on_sample, b, (value, gradient), direction)[0] * direction
    return b, curvature


def _factor(objective: Objective, curvature: Array) -> Factor | None:
    """Factor H, or return None where unpenalised columns leave it without an inverse."""
    hessian = curvature + np.diag(objective.ridge)
    try:
        factor: Factor = cho_factor(hessian)
    except LinAlgError:
        return None
    # a pivot against its own column: what the columns before it leave, 1 − R²
    left = np.diag(factor[0]) ** 2 / np.diag(hessian)
    free = np.concatenate([[False], objective.penalties == 0])
    lost = left[free].min(initial=1.0) < 100 * np.finfo(objective.rows.dtype).eps
    return None if lost else factor
