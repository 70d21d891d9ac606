"""What curvature says of a fit: degrees of freedom, errors, and reliance on each column."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from workbench.ridge.rows.source import RowSource
from workbench.ridge.statistics.kernels import score_covariance
from workbench.ridge.statistics.scaling import Scaling

Array = npt.NDArray[np.float64]


class Spread(NamedTuple):
    """``edf`` and ``std_error`` of each column, shape (p,), on the standardised scale."""

    edf: Array
    std_error: Array


class Described(NamedTuple):
    """What a fit knows of its columns: ``b`` (1 + p,), and of each (p,) the rest."""

    b: Array
    edf: Array
    std_error: Array
    score_share: Array


def spread(curvature: Array, penalties: Array, total: float) -> Spread:
    """Effective degrees of freedom and the Bayesian covariance.

    With A = X'VX at the optimum, Λ = W diag(0, λ) and H = A + Λ,

        edf_j = [H⁻¹A]_jj ,   Cov(b0, b) = H⁻¹ .

    edf_j is 1 for an unpenalised column and falls to 0 as its penalty grows: the column
    is shrunk, never dropped. H⁻¹ is the posterior covariance under b_j ~ N(0, 1/(W λ_j)),
    whose intervals have close to their nominal coverage averaged over the columns
    (Wahba 1983; Wood 2017, *Generalized Additive Models*, section 6.10).

    Parameters
    ----------
    curvature : ndarray, shape (1 + p, 1 + p)
        A/W with the intercept first.
    penalties : ndarray, shape (p,)
        λ_j on the mean-loss scale.
    total : float
        W.

    Returns
    -------
    Spread

    Examples
    --------
    >>> import numpy as np
    >>> spread(np.diag([0.25, 0.25]), np.array([0.25]), 100.0).edf
    array([0.5])
    """
    variance = np.diag(inverse_curvature(curvature, penalties))[1:]
    return Spread(1.0 - variance * penalties, np.sqrt(variance / total))


def inverse_curvature(curvature: Array, penalties: Array) -> Array:
    """Return (A/W + diag(0, λ))⁻¹, shape (1 + p, 1 + p)."""
    penalty = np.concatenate([[0.0], penalties])
    factor = cho_factor(curvature + np.diag(penalty))
    return np.asarray(cho_solve(factor, np.eye(len(penalty))))


def score_variance_shares(rows: RowSource, scaling: Scaling, b: Array) -> Array:
    """Share of the score's variance that each column carries, correlations included.

        s_j = Cov(z_j b_j, η) / Var(η) ,  Σ_j s_j = 1

    A share can be negative where a column works against the others. All zero where the
    score does not vary.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    b : ndarray, shape (1 + p,)
        Standardised, the intercept first.

    Returns
    -------
    ndarray, shape (p,)

    Examples
    --------
    >>> import numpy as np
    >>> from workbench.ridge.rows.arrays import ArrayRows
    >>> from workbench.ridge.statistics.moments import moments
    >>> X = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    >>> rows = ArrayRows(X, np.array([0.0, 1.0, 0.0, 1.0]))
    >>> scaling = moments(rows, np.zeros(2)).scaling(np.array([True, True]))
    >>> score_variance_shares(rows, scaling, np.array([0.0, 3.0, 1.0]))
    array([0.9, 0.1])
    """
    covariance, variance = score_covariance(rows, scaling, b)
    return b[1:] * covariance / variance if variance > 0 else np.zeros(len(b) - 1)
