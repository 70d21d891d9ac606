"""The lasso beside the ridge, for contrast: it drops columns, where the ridge shrinks them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from workbench.numbers import Array
from workbench.progress import Progress

_STEPS = np.logspace(0, -3, 16)  # of a penalty that drops every column
_ABOVE = 1.001  # at the very least such penalty, rounding would leave a column in
_RISEN = 1.02  # a left-out loss so far above the best: weaker penalties will not come back
_INTERCEPT = 100.0  # liblinear penalises the intercept: a column of 100s costs a hundredth


class Lasso(NamedTuple):
    """``alpha`` on the mean-loss scale, and the fit to standardised columns under it."""

    alpha: float
    fit: LogisticRegression


def tuned_lasso(Z: Array, y: Array, weight: Array, fold: npt.NDArray[np.int64]) -> Lasso:
    """Fit a lasso whose penalty had the least loss on folds left out.

    Minimises (1/W) Σ w_i [ log(1 + e^{η_i}) − y_i η_i ] + α Σ_j |b_j| , scikit-learn's
    C = 1/(α W) with the liblinear solver. α runs from the least that drops every column,
    max_j |Σ w z_j (y − ȳ)| / W, to a thousandth of it, until the left-out loss rises.

    Parameters
    ----------
    Z : ndarray, shape (n, p)
        Standardised.
    y, weight : ndarray, shape (n,)
    fold : ndarray of int, shape (n,)

    Returns
    -------
    Lasso

    References
    ----------
    Tibshirani (1996), Regression shrinkage and selection via the lasso, JRSS B 58.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> Z = rng.normal(size=(400, 5))
    >>> y = (rng.random(400) < 1 / (1 + np.exp(-2 * Z[:, 0]))).astype(float)
    >>> lasso = tuned_lasso(Z, y, np.ones(400), np.arange(400) % 4)
    >>> bool(lasso.fit.coef_[0, 0] > 1)
    True
    """
    residual = weight * (y - weight @ y / weight.sum())
    strongest = _ABOVE * float(np.abs(residual @ Z).max() / weight.sum())
    best, least = strongest, np.inf
    for alpha in Progress(strongest * _STEPS, desc="Tuning the lasso"):
        loss = sum(_left_out_loss(Z, y, weight, fold == g, alpha) for g in np.unique(fold))
        if loss < least:
            best, least = float(alpha), loss
        elif loss > _RISEN * least:
            break
    return Lasso(best, _fit(Z, y, weight, best))


def _left_out_loss(
    Z: Array, y: Array, weight: Array, out: npt.NDArray[np.bool_], alpha: float
) -> float:
    fit = _fit(Z[~out], y[~out], weight[~out], alpha)
    eta = fit.decision_function(Z[out])
    return float(weight[out] @ (np.logaddexp(0, eta) - y[out] * eta))


def _fit(Z: Array, y: Array, weight: Array, alpha: float) -> Any:
    lasso = LogisticRegression(
        l1_ratio=1.0,
        C=1 / (alpha * weight.sum()),
        solver="liblinear",
        intercept_scaling=_INTERCEPT,
        tol=1e-4,
        random_state=0,
    )
    return lasso.fit(Z, y, sample_weight=weight)
