"""What a fitted ridge model can say of itself: degrees of freedom, errors, reliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cho_factor, cho_solve

from workbench.errors import FitError
from workbench.ridge.blocks import RowSource
from workbench.ridge.fold_stats import Scaling, score_covariance

if TYPE_CHECKING:
    from workbench.ridge.propensity import RidgePropensity

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


def jackknife_errors(model: RidgePropensity) -> pd.Series[float]:
    """Return standard errors from leaving each campaign out, under the same penalties.

        se_j² = (G − 1)/G · Σ_g (b_{−g,j} − b_j)²

    with b_{−g} fitted again without campaign g (`left_out.exact`). Contacts of one
    campaign share its offer, season and luck; the errors of `coefficients()` take them as
    independent, these do not. Campaigns of unequal size need no weights: each counts by
    what leaving it out does, which grows with its size. The estimate errs towards too
    large (CV3 of MacKinnon, Nielsen & Webb). It says how far other campaigns would have
    moved the coefficients, not how far shrinking has pulled them; few campaigns tell it
    poorly.

    Parameters
    ----------
    model : RidgePropensity
        Fitted here, to rows with campaigns.

    Returns
    -------
    Series, shape (p,)
        Of `coef_standardised_`; 0 for a dropped column.

    Raises
    ------
    FitError
        The model has no rows at hand, or its folds are no campaigns; or an unpenalised column
        lives in one campaign alone.

    References
    ----------
    MacKinnon, Nielsen & Webb (2023), Fast and reliable jackknife and bootstrap methods for
    cluster-robust inference, Journal of Applied Econometrics 38.

    Examples
    --------
    >>> import numpy as np
    >>> from workbench import RidgePropensity
    >>> X, y = np.array([[-1.0], [1.0], [-1.0], [1.0]]), np.array([0, 1, 0, 1])
    >>> model = RidgePropensity(alpha=1.0).fit(X, y, campaign=["May", "May", "June", "June"])
    >>> jackknife_errors(model).round(2).to_dict()
    {'x0': 0.18}
    """
    if not (hasattr(model, "workspace_") and model.campaigns_out_):
        raise FitError(
            "Errors by leaving campaigns out need the rows and at least two campaigns of the fit, "
            "as its folds; this model was loaded, or fitted without them. Fit it here with "
            "`campaign`, or use the Bayesian errors of `coefficients()`."
        )
    workspace = model.workspace_.leaving_out()  # though penalties may have been tuned forward
    stats, left = workspace.stats, workspace.left_out_coefficients()
    b = model.columns_.loc[~model.columns_["dropped"], "coef_standardised"].to_numpy()
    squares = ((left[:, 1:] - b) ** 2).sum(axis=0)
    errors = pd.Series(0.0, model.columns_.index, name="jackknife_error")
    errors[~model.columns_["dropped"]] = np.sqrt((stats.held - 1) / stats.held * squares)
    return errors


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
    >>> from workbench.ridge.blocks import ArrayRows
    >>> from workbench.ridge.moments import moments
    >>> X = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    >>> rows = ArrayRows(X, np.array([0.0, 1.0, 0.0, 1.0]))
    >>> scaling = moments(rows, np.zeros(2)).scaling(np.array([True, True]))
    >>> score_variance_shares(rows, scaling, np.array([0.0, 3.0, 1.0]))
    array([0.9, 0.1])
    """
    covariance, variance = score_covariance(rows, scaling, b)
    return b[1:] * covariance / variance if variance > 0 else np.zeros(len(b) - 1)
