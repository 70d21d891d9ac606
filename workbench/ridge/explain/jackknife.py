"""Errors of coefficients from leaving each campaign out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import FitError
from workbench.ridge.explain.fitted_model import Refittable


def jackknife_errors(model: Refittable) -> pd.Series[float]:
    """Return standard errors from leaving each campaign out, under the same penalties.

        se_j² = (G − 1)/G · Σ_g (b_{−g,j} − b_j)²

    with b_{−g} fitted again without campaign g exactly. Contacts of one campaign share its
    offer, season and luck; the errors of `coefficients()` take them as independent, these
    do not. Campaigns of unequal size need no weights: each counts by what leaving it out
    does, which grows with its size. The estimate errs towards too large (CV3 of MacKinnon,
    Nielsen & Webb). It says how far other campaigns would have moved the coefficients, not
    how far shrinking has pulled them; few campaigns tell it poorly.

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
    stats, outcome = workspace.stats, workspace.given.outcome
    left = outcome.in_units(workspace.left_out_coefficients())
    b = model.columns_.loc[~model.columns_["dropped"], "coef_standardised"].to_numpy()
    squares = ((left[:, 1:] - b) ** 2).sum(axis=0)
    errors = pd.Series(0.0, model.columns_.index, name="jackknife_error")
    errors[~model.columns_["dropped"]] = np.sqrt((stats.held - 1) / stats.held * squares)
    return errors
