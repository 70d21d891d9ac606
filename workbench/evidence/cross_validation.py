"""One ridge penalty for all columns, chosen by an exact cross-validation over a grid.

The baselines must not stand or fall with how the workbench tunes: here every fold is fitted
to its optimum under every penalty, by a short piece of code of its own, which gives the
losses of scikit-learn's `LogisticRegressionCV`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from workbench.numbers import Array
from workbench.ridge.rows.blas import one_blas_thread

GRID = np.logspace(1, -4, 11)
"""Penalties on the mean-loss scale, half a decade apart, the strongest first."""

_MOST_STEPS, _MOST_PASSES = 50, 40
_TOLERANCE = 1e-7  # of the largest entry of the gradient of the mean loss
_RISEN = 1.02  # a left-out loss so far above the best: weaker penalties will not come back
_SLOW = 0.5  # a step that leaves more than this share of the gradient asks for curvature


class Chosen(NamedTuple):
    """``alpha`` of least left-out loss, and the loss (A,) per contact of each of the ``grid``.

    NaN of penalties weaker than one whose loss had risen by 2% above the best.
    """

    alpha: float
    grid: Array
    loss: Array


class _Rows(NamedTuple):
    """Standardised columns beside one of ones, in order of folds; ``parts`` are the folds'."""

    X: Array
    y: Array
    weight: Array
    parts: list[slice]


def cross_validated(
    Z: Array, y: Array, weight: Array, fold: npt.NDArray[np.int64], grid: Array = GRID
) -> Chosen:
    """Choose a ridge penalty by what is lost on folds left out, each fitted exactly.

    Minimises, without each fold,

        Σ_i w_i [ log(1 + e^{η_i}) − y_i η_i ] + ½ α W Σ_j b_j² ,  η = b0 + z'b ,

    scikit-learn's C = 1/(α W) with W = Σ w over *all* rows, as there: the same C serves
    every fold. Columns are standardised once, by all rows, and the losses of folds are
    added up by contact. From the strongest penalty on, until the loss has risen by 2%.

    Parameters
    ----------
    Z : ndarray, shape (n, p)
        Standardised.
    y, weight : ndarray, shape (n,)
    fold : ndarray of int, shape (n,)
        From 0; rows of −1 are never left out.
    grid : ndarray, shape (A,)

    Returns
    -------
    Chosen
        Of equal losses, the stronger penalty.

    References
    ----------
    Stone (1974), Cross-validatory choice and assessment of statistical predictions, JRSS
    B 36.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> Z = rng.normal(size=(300, 4))
    >>> y = (rng.random(300) < 1 / (1 + np.exp(-Z[:, 0]))).astype(float)
    >>> round(cross_validated(Z, y, np.ones(300), np.arange(300) % 5).alpha, 4)
    0.01
    """
    with one_blas_thread(Z.shape[0] * Z.shape[1] * min(Z.shape)):
        return _chosen(_in_folds(Z, y, weight, fold), np.sort(grid)[::-1])


def _chosen(rows: _Rows, grid: Array) -> Chosen:
    count = sum(rows.weight[part].sum() for part in rows.parts)
    middle = np.zeros(rows.X.shape[1])
    without = np.zeros((len(rows.parts), len(middle)))
    losses = np.full(len(grid), np.nan)
    for k, alpha in enumerate(grid):
        ridge = np.append(0.0, np.full(len(middle) - 1, alpha * rows.weight.sum()))
        moved = _fit(rows, ridge, middle)
        without, lost = _fit_without(rows, ridge, moved, without + moved - middle)
        middle, losses[k] = moved, lost / count
        if losses[k] > _RISEN * np.nanmin(losses):
            break
    return Chosen(float(grid[np.nanargmin(losses)]), grid, losses)


def _in_folds(Z: Array, y: Array, weight: Array, fold: npt.NDArray[np.int64]) -> _Rows:
    if Z.shape[1] > Z.shape[0]:
        # one penalty for all does not see a rotation: as many columns as rows say the same
        left, size, _ = np.linalg.svd(Z, full_matrices=False)
        Z = left * size
    order = np.argsort(fold, kind="stable")
    X = np.column_stack([np.ones(len(y)), Z])[order]
    bounds = np.searchsorted(fold[order], np.arange(fold.max() + 2))
    parts = [slice(*pair) for pair in pairwise(bounds)]
    return _Rows(X, y[order], weight[order], parts)


def _fit(rows: _Rows, ridge: Array, start: Array) -> Array:
    """Fit to all rows: Newton's method, whose curvature stays as long as that contracts."""

    def objective(b: Array) -> float:
        eta = rows.X @ b
        return float(rows.weight @ (np.logaddexp(0, eta) - rows.y * eta) + 0.5 * ridge @ b**2)

    b, value, before = start, objective(start), np.inf
    factor = cho_factor(_curvature(rows, b) + np.diag(ridge))
    for _ in range(_MOST_STEPS):
        gradient = rows.X.T @ (rows.weight * (expit(rows.X @ b) - rows.y)) + ridge * b
        left = np.abs(gradient).max()
        if left <= _TOLERANCE * rows.weight.sum():
            break
        if left > _SLOW * before:
            factor = cho_factor(_curvature(rows, b) + np.diag(ridge))
        step, before = cho_solve(factor, gradient), left
        while (there := objective(b - step)) > value + 1e-12 * abs(value):
            step /= 2
        b, value = b - step, there
    return b


def _curvature(rows: _Rows, b: Array, part: slice = slice(None)) -> Array:
    """Return the curvature of these rows' loss, without the penalty's."""
    X, weight = rows.X[part], rows.weight[part]
    p = expit(X @ b)
    curved: Array = (X.T * (weight * p * (1 - p))) @ X
    return curved


def _fit_without(rows: _Rows, ridge: Array, middle: Array, start: Array) -> tuple[Array, float]:
    """Fit without each fold, in passes that serve all; return coefficients and left-out loss."""
    b, factors = start.copy(), _curvatures(rows, ridge, middle)
    floor, before = _TOLERANCE * rows.weight.sum(), np.full(len(b), np.inf)
    going = np.ones(len(b), dtype=bool)
    for _ in range(_MOST_PASSES):
        residual = expit(rows.X @ b.T) - rows.y[:, None]
        residual *= rows.weight[:, None]
        for own, part in enumerate(rows.parts):
            residual[part, own] = 0.0  # a fold's coefficients do not learn from its rows
        gradient = residual.T @ rows.X + ridge * b
        left = np.abs(gradient).max(axis=1)
        arrived, astray = left <= floor, left > 2 * before
        going, before = going & ~arrived & ~astray, left
        for g in np.flatnonzero(going).tolist():
            b[g] -= cho_solve(factors[g], gradient[g])
        if not going.any():
            break
    for g in np.flatnonzero(~arrived).tolist():
        # the curvature at the fit to all rows does not serve this fold
        b[g] = _fit_alone(rows, ridge, rows.parts[g])
    return b, sum(_loss(rows, part, b[g]) for g, part in enumerate(rows.parts))


def _curvatures(rows: _Rows, ridge: Array, b: Array) -> list[tuple[Array, bool]]:
    """Factor the curvature without each fold, at the fit to all rows."""
    own = [_curvature(rows, b, part) for part in rows.parts]
    never = slice(0, rows.parts[0].start)  # rows that always take part come first
    everything = sum(own) + _curvature(rows, b, never) + np.diag(ridge)
    # a fold that holds nearly all curvature leaves too little of it to be told from rounding
    floor = 1e-9 * np.trace(everything) / len(ridge) * np.eye(len(ridge))
    return [cho_factor(everything - one + floor) for one in own]


def _fit_alone(rows: _Rows, ridge: Array, part: slice) -> Array:
    there = np.ones(len(rows.y), dtype=bool)
    there[part] = False
    peer = LogisticRegression(C=1 / ridge[-1], solver="lbfgs", tol=1e-8, max_iter=10_000)
    peer.fit(rows.X[there, 1:], rows.y[there], sample_weight=rows.weight[there])
    return np.append(peer.intercept_, peer.coef_)


def _loss(rows: _Rows, part: slice, b: Array) -> float:
    eta = rows.X[part] @ b
    return float(rows.weight[part] @ (np.logaddexp(0, eta) - rows.y[part] * eta))
