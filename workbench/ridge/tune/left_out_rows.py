"""Choose penalties by leaving out one contact at a time, to one Newton step and no refit.

A row of weight w stands for w contacts, as in a FeatureFrame made with `trials`: one of them is
left out, w times over, so that cells tell what their contacts would row by row. With H = A + Λ
at the fit (sum scale), h_i = x_i'H⁻¹x_i and u = m dμ/dη, the linear predictor of a contact by
the fit without it is nearly

    η_i + m_i (μ_i − y_i) h_i / (1 − u_i h_i) ,  m_i = min(w_i, 1) ,

so that three passes give the loss of n refits and its slope in every penalty. A row of weight
below 1 is less than a contact, and is left out whole. So the scale of weights counts: weights that
only say how much a row matters should have the mean 1. It asks how well another contact of the
same campaigns is foretold, not a campaign not yet seen.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from workbench.errors import DataWarning
from workbench.progress import Progress
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import AnyArray, Block, Kernel
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.tune.marginal import fellner_schall
from workbench.ridge.tune.row_leverage import Whitening
from workbench.ridge.tune.strengths import (
    LIMITS,
    STRONG_START,
    Strengths,
    at_strengths,
    symmetric_differences,
    ties_to_the_stronger,
)

Array = npt.NDArray[np.float64]

HIGH_LEVERAGE = 0.9
"""Above it, one Newton step away from a fit is no longer enough."""

_BINS = 1000  # of leverage, from 0 to 1: what is told of it is exact to a thousandth
_MOST = 1 - 1e-6  # leverage that rounding can still tell from 1
_FLAT = 2e-3  # slope of the summed loss in log λ at which the search ends
_STEP = 0.05  # in log λ, for the curvature of the criterion


class RowsLeftOut(NamedTuple):
    """Mean left-out loss of the contacts, and how far one Newton step can be trusted.

    ``loss`` per contact; ``slope`` (p,) in each column's log λ_j; ``leverage`` (1000,): how
    many contacts have u_i h_i within each thousandth.
    """

    loss: float
    slope: Array
    leverage: Array

    @property
    def high_share(self) -> float:
        """Share of the contacts with a leverage from 0.9."""
        return float(self.leverage[round(HIGH_LEVERAGE * _BINS) :].sum() / self.leverage.sum())

    @property
    def most(self) -> float:
        """Largest leverage, rounded up to a thousandth."""
        return float(np.flatnonzero(self.leverage)[-1] + 1) / _BINS


@one_blas_thread()
def rows_left_out(objective: Objective, stats: DenseStatistics) -> RowsLeftOut:
    """Take the loss of every contact left out, in two passes.

    With η̃_i the left-out predictor, g_i = w_i (σ(η̃_i) − y_i), r_i = m_i (μ_i − y_i),
    v = w dμ/dη, u' = m d²μ/dη², v' = w d²μ/dη²,
    β_i = g_i r_i / (1 − u_i h_i)², C = H⁻¹ X'[β]X H⁻¹ and

        α_i = g_i / (1 − u_i h_i) + β_i h_i² u'_i − v'_i x_i'Cx_i ,

    the total loss has the slope −Λ_jj { C_jj + b_j [H⁻¹X'α]_j } in log λ_j: b, and with it
    the weights V, move with the penalties.

    Parameters
    ----------
    objective : Objective
    stats : DenseStatistics
        Taken at the optimum of `objective`.

    Returns
    -------
    RowsLeftOut

    References
    ----------
    Rad & Maleki (2020), A scalable estimate of the out-of-sample prediction error via
    approximate leave-one-out cross-validation, JRSS B 82.

    Examples
    --------
    >>> from workbench.ridge.rows.arrays import ArrayRows
    >>> from workbench.ridge.statistics.moments import moments
    >>> rows = ArrayRows(np.array([[-1.0], [1.0], [1.0], [-1.0]]), np.array([0.0, 1, 1, 1]))
    >>> scaling = moments(rows, np.zeros(1)).scaling(np.array([True]))
    >>> objective = Objective(rows, scaling, np.array([0.5]), 4.0)
    >>> fit = minimise(objective, start=objective.base_rate_start())
    >>> left = rows_left_out(objective, DenseStatistics.take(rows, scaling, fit.b))
    >>> round(left.loss, 2), round(left.most, 2)
    (0.96, 0.35)
    """
    rows, scaling = objective.rows, objective.scaling
    ridge = objective.total * objective.ridge
    at = _Fit(objective, stats)
    loss, bowl, first, rest, leverage = rows.total(_loss_kernel(at))
    back, back_rest = rows.total(_weights_kernel(at, bowl))
    pull = scaling.score(first - back, rest - back_rest)
    root = at.whitening.root
    C = root.T @ bowl @ root
    slope = -ridge * (np.diag(C) + stats.b * (root.T @ (root @ pull)))
    return RowsLeftOut(float(loss) / objective.total, slope[1:] / objective.total, leverage)


def tune_rows(objective: Objective, plan: PenaltyPlan) -> Strengths:
    """Minimise the loss of single contacts left out over all tuned penalties.

    Every step fits the model exactly, and takes loss and slope at that fit. It begins where
    the marginal likelihood is largest, but no set at the cap.

    Parameters
    ----------
    objective : Objective
        Its penalties are not used, and its folds do not matter.
    plan : PenaltyPlan

    Returns
    -------
    Strengths
        A set without signal is at the cap.

    Warns
    -----
    DataWarning
        At the best penalties, contacts have a leverage from 0.9.
    """
    with Progress(desc="Tuning penalties", unit="fit") as bar, one_blas_thread():
        criterion = _Criterion(objective, plan, bar)
        near = fellner_schall(objective, plan)
        common = _search(criterion.common, np.array([near.uniform]), objective.total)
        best = _search(criterion, np.minimum(near.best, STRONG_START), objective.total)
        best = ties_to_the_stronger(lambda s: criterion(s)[0], best)
        curvature = symmetric_differences(lambda s: criterion(s)[1], best, _STEP)
        value, _ = criterion(best)
    _warn_of_leverage(criterion.last)
    return Strengths(best, float(common[0]), value, curvature, criterion.stats)


class _Criterion:
    """The loss and its slope in the strengths; each fit starts from the one before."""

    last: RowsLeftOut
    stats: DenseStatistics

    def __init__(self, objective: Objective, plan: PenaltyPlan, bar: Progress) -> None:
        self._objective, self._plan, self._bar = objective, plan, bar
        self._start = objective.base_rate_start()
        self._curvature: Array | None = None

    def __call__(self, strength: Array) -> tuple[float, Array]:
        """Fit at these strengths (K,)."""
        at = at_strengths(self._objective, self._plan, strength)
        fit = minimise(at, start=self._start, curvature=self._curvature)
        self.stats = DenseStatistics.take(at.rows, at.scaling, fit.b, at.outcome)
        self.last = rows_left_out(at, self.stats)
        self._start, self._curvature = fit.b, self.stats.total_curvature() / at.total
        self._bar.update()
        return self.last.loss, self._plan.slope(self.last.slope)

    def common(self, strength: Array) -> tuple[float, Array]:
        """Fit at one strength (1,) for all sets."""
        loss, slope = self(np.repeat(strength, len(self._plan.sets)))
        return loss, slope.sum(keepdims=True)


def _search(criterion: Callable[[Array], tuple[float, Array]], start: Array, total: float) -> Array:
    """Minimise on the sum scale, where a difference of 1 counts whatever the number of rows."""

    def summed(strength: Array) -> tuple[float, Array]:
        loss, slope = criterion(strength)
        return total * loss, total * slope

    options = {"maxiter": 100, "ftol": 1e-12, "gtol": _FLAT}
    bounds = [LIMITS] * len(start)
    found = minimize(summed, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
    return np.asarray(found.x)


def _warn_of_leverage(left: RowsLeftOut) -> None:
    if not left.high_share:
        return
    warnings.warn(
        f"A row's leverage should stay below {HIGH_LEVERAGE}; {left.high_share:.1%} of the rows "
        f"are above (the largest {left.most:.3f}), and there the loss of a row left out is read "
        "too roughly. Tune by left-out campaigns, or give more of the columns a penalty.",
        DataWarning,
        stacklevel=3,
    )


class _Fit:
    """What the kernels need to know of a fit, in the floating point of the blocks."""

    def __init__(self, objective: Objective, stats: DenseStatistics) -> None:
        hessian = stats.total_curvature() + objective.total * np.diag(objective.ridge)
        self.dtype, self.outcome = objective.rows.dtype, objective.outcome
        self.whitening = Whitening(hessian, objective.scaling, self.dtype)
        self._first, self._rest = (
            part.astype(self.dtype) for part in objective.scaling.to_raw(stats.b)
        )

    def eta(self, X: AnyArray) -> AnyArray:
        """Return η of a block's rows."""
        eta: AnyArray = X @ self._rest
        eta += self._first
        return eta


def _loss_kernel(at: _Fit) -> Kernel:
    """Sum the loss, E'[β]E, α without its last term over 1 and x, and counts of leverage."""
    outcome = at.outcome

    def kernel(block: Block) -> tuple[object, ...]:
        eta, e = at.eta(block.X), at.whitening(block.X)
        mu = outcome.mean(eta)
        one = np.minimum(block.weight, 1)  # what is left out at a time
        u, residual = outcome.curvature(mu, one), one * (mu - block.y)
        h = np.einsum("ij,ij->i", e, e)
        leverage = np.minimum(u * h, _MOST)
        left = 1 / (1 - leverage)
        moved = eta + residual * h * left
        pull = block.weight * (outcome.mean(moved) - block.y)
        beta = pull * residual * left**2
        alpha = pull * left + beta * h**2 * outcome.bend(mu, one)
        e *= np.sqrt(beta)[:, None]  # pull and residual have the same sign
        counts = np.bincount((leverage * _BINS).astype(int), block.weight, minlength=_BINS)
        loss = outcome.loss(moved, block)
        return loss, e.T @ e, alpha.sum(dtype=float), alpha @ block.X, counts

    return kernel


def _weights_kernel(at: _Fit, bowl: Array) -> Kernel:
    """Sum v' x'Cx over 1 and x, where C = R' bowl R."""
    bowl = bowl.astype(at.dtype)

    def kernel(block: Block) -> tuple[object, ...]:
        mu, e = at.outcome.mean(at.eta(block.X)), at.whitening(block.X)
        kappa = np.einsum("ij,ij->i", e @ bowl, e)
        kappa *= at.outcome.bend(mu, block.weight)
        return kappa.sum(dtype=float), kappa @ block.X

    return kernel
