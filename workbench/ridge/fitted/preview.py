"""Coefficients under other penalties without a pass over the rows, and how far they are off.

The statistics of a fit at b̃ give the loss to second order. What that leaves out of its
gradient at b̃ + Δ is the mean of a smooth function of each row,

    R(Δ) = (1/W) Σ_i w_i x_i [ μ(η_i + x_i'Δ) − μ(η_i) − v_i x_i'Δ ] ,  v = dμ/dη ,

and a few thousand rows tell it well, because it is small wherever Δ is: the statistics
are a control variate of a sampled gradient. With it the quadratic step is corrected,

    b ← b − H⁻¹ [ λ∘b + A(b − b̃) − s + R̂(b − b̃) ] ,  H = A + diag(0, λ) ,

and two things are left to be wrong: steps not yet taken, measured by the last one, and
the sampling error of R̂, measured by how far parts of the sample disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from workbench.errors import FitError
from workbench.ridge.algebra.well_posed import DISTINCT, NOT_UNIQUE
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Block, Kernel, RowSource
from workbench.ridge.solve.minimise import TOLERANCE
from workbench.ridge.statistics.protocol import FoldStatistics
from workbench.ridge.statistics.scaling import Scaling

Array = npt.NDArray[np.float64]

SAMPLE_ROWS = 8192
_PARTS = 8  # of the sample: its stretches of rows, so that campaigns count as clusters
_SAFETY = 5.0  # Student's t of eight parts at 99.8%: a scale told by so few is uncertain itself
_MOST_STEPS = 4
_SETTLED = 0.3  # a step this much smaller than the sampling error: more would sharpen nothing


class Preview(NamedTuple):
    """Coefficients under other penalties, without a pass over the rows.

    ``b`` (1 + p,) is standardised, the intercept first; ``error_bound`` bounds the root mean
    square, over the rows, of η's difference from the exact refit, as estimated
    from a sample of rows; ``edf`` are the effective degrees of freedom.
    """

    b: Array
    error_bound: float
    edf: float


@dataclass(frozen=True)
class Remainder:
    """R̂ of a sample of rows, in parts.

    Parameters
    ----------
    rows : RowSource
        The sample.
    scaling : Scaling
    b : ndarray, shape (1 + p,)
        b̃, where the statistics were taken.
    outcome : Outcome
    moment : ndarray, shape (1 + p, 1 + p)
        Mean of (1, z)(1, z)' over the sample: e'Me is the mean square of an error's log-odds.
    weight : float
        Of the sample.
    unseen : float
        Share of all rows' weight that is not in the sample.
    """

    rows: RowSource
    scaling: Scaling
    b: Array
    outcome: Outcome
    moment: Array
    weight: float
    unseen: float

    @classmethod
    def of(cls, rows: RowSource, scaling: Scaling, stats: FoldStatistics) -> Remainder:
        """Take a sample of rows."""
        sample = rows.sample(SAMPLE_ROWS)
        first, cross, gram = sample.total(_moment_kernel)
        weight = float(first)
        moment = scaling.gram(first, cross, gram) / weight
        unseen = max(0.0, 1.0 - weight / stats.total_weight)
        return cls(sample, scaling, stats.b, stats.outcome, moment, weight, unseen)

    def at(self, stats: FoldStatistics) -> Remainder:
        """Return that of the same rows where other statistics were taken."""
        return replace(self, b=stats.b)

    def __call__(self, move: Array) -> Array:
        """Return R̂(Δ) of each part, shape (parts, 1 + p); their sum is that of the sample."""
        both = np.stack([self.b, move])
        kernel = _remainder_kernel(self.scaling, both, self.outcome, self.rows.dtype)
        return self.scaling.score(*self.rows.total(kernel)) / self.weight

    def size(self, errors: Array) -> Array:
        """Return the root mean square over rows of errors (1 + p, …) in coefficients."""
        return np.asarray(np.sqrt((errors * (self.moment @ errors)).sum(axis=0)))


def preview(stats: FoldStatistics, penalties: Array, remainder: Remainder) -> Preview:
    """Step to other penalties with the curvature at hand, corrected on the sample.

    Parameters
    ----------
    stats : FoldStatistics
        Of a kind that holds matrices.
    penalties : ndarray, shape (p,)
        λ_j on the mean-loss scale.
    remainder : Remainder
        Of the same rows, at ``stats.b``.

    Returns
    -------
    Preview
        The bound is 5 (last step² + sampling error²)^½, plus what stopping a fit at its
        tolerance can make. Its coverage is tested; it is an estimate, and no theorem.

    Raises
    ------
    FitError
        Columns whose penalty would be zero determine one another.

    References
    ----------
    Shamir, Srebro & Zhang (2014), Communication-Efficient Distributed Optimization using an
    Approximate Newton-type Method, ICML: full gradients with a sample's higher orders.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench.ridge.rows.arrays import ArrayRows
    >>> from workbench.ridge.statistics.dense import DenseStatistics
    >>> from workbench.ridge.statistics.moments import moments
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 0.0, 1.0])
    >>> rows = ArrayRows(X, y)
    >>> scaling = moments(rows, np.zeros(1)).scaling(np.array([True]))
    >>> stats = DenseStatistics.take(rows, scaling, np.zeros(2))
    >>> found = preview(stats, np.array([0.5]), Remainder.of(rows, scaling, stats))
    >>> found.b.round(3), round(found.edf, 3)
    (array([0.   , 0.299]), 0.333)
    """
    W, ridge = stats.total_weight, np.concatenate([[0.0], penalties])
    curvature, score = cast("Array", stats.mean_curvature()), stats.score.sum(axis=0) / W
    with one_blas_thread():
        inverse = _inverse(curvature, ridge, DISTINCT[remainder.rows.dtype.itemsize])
        move = inverse @ (score - ridge * stats.b)
        length = np.inf
        for _ in range(_MOST_STEPS):
            parts = remainder(move)
            gradient = ridge * (stats.b + move) + curvature @ move - score + parts.sum(axis=0)
            step = inverse @ gradient
            before, length = length, float(remainder.size(step))
            noise = _sampling_error(remainder, inverse, parts)
            if length > before:  # too far for this curvature: the point before was nearer
                break
            move = move - step
            if length <= _SETTLED * noise:
                break
    precision = TOLERANCE[remainder.rows.dtype.itemsize] * float(np.diag(inverse).max())
    bound = _SAFETY * float(np.hypot(length, noise)) + precision
    edf = len(penalties) - float(np.diag(inverse)[1:] @ penalties)
    return Preview(stats.b + move, bound, edf)


def _inverse(curvature: Array, ridge: Array, distinct: float) -> Array:
    hessian = curvature + np.diag(ridge)
    try:
        factor = cho_factor(hessian)
    except LinAlgError:
        raise FitError(NOT_UNIQUE) from None
    # what the columns before it leave of a column without a penalty: nothing, or rounding
    left = np.diag(factor[0])[1:] ** 2 / np.diag(hessian)[1:]
    if left[ridge[1:] == 0].min(initial=1.0) < distinct:
        raise FitError(NOT_UNIQUE)
    return np.asarray(cho_solve(factor, np.eye(len(hessian))))


def _sampling_error(remainder: Remainder, inverse: Array, parts: Array) -> float:
    """Return the root mean square log-odds error that R̂'s sampling error makes."""
    apart = (parts - parts.mean(axis=0)) @ inverse
    variance = _PARTS / (_PARTS - 1) * float((remainder.size(apart.T) ** 2).sum())
    return float(np.sqrt(remainder.unseen * variance))


def _moment_kernel(block: Block) -> tuple[object, ...]:
    weighted = block.X * block.weight[:, None]
    return block.weight.sum(dtype=float), weighted.sum(axis=0, dtype=float), weighted.T @ block.X


def _remainder_kernel(
    scaling: Scaling, both: Array, outcome: Outcome, dtype: np.dtype[np.floating]
) -> Kernel:
    c, raw = (part.astype(dtype) for part in scaling.to_raw(both))

    def kernel(block: Block) -> tuple[object, ...]:
        # two products of a matrix and a vector: BLAS takes twice as long for one of two columns
        eta, change = (block.X @ raw[k] + c[k] for k in (0, 1))
        mu, w = outcome.mean(eta), block.weight
        left = w * (outcome.mean(eta + change) - mu) - outcome.curvature(mu, w) * change
        edges = np.linspace(0, len(left), _PARTS + 1).astype(int)
        rows = [slice(a, b) for a, b in pairwise(edges)]
        return (
            np.array([left[part].sum(dtype=float) for part in rows]),
            np.stack([left[part] @ block.X[part] for part in rows]),
        )

    return kernel
