"""RidgeAmount: a linear model of an amount, whose every feature has its own L2 penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from workbench.ridge.design.number_rows import standardised
from workbench.ridge.outcomes.gaussian import Gaussian
from workbench.ridge.regression import RidgeRegression


class RidgeAmount(RidgeRegression):
    """Linear regression with a ridge (L2) penalty per feature or group: spend per contact.

    With amounts y of mean ȳ and standard deviation s, it minimises on standardised columns

        (1/W) Σ_i w_i ½ ((y_i − η_i)/s)² + ½ α Σ_j f_j (b_j/s)² ,  η = b0 + z'b ,

    so that a penalty means the same in any currency. The variance about η is estimated:
    Σ w (y − η)² / (W − edf − 1). Penalties are tuned by the squared error on campaigns left
    out, by the rules of `RidgePropensity`.

    An amount per contact is mostly zero where few respond. Foretell the amounts of those who
    responded, and multiply by the propensity: `workbench.metrics.expected_value`.

    Parameters
    ----------
    alpha, penalty_factors, co_data, deviations, folds, rule
        As for `RidgePropensity`.
    max_iterations, tolerance, most_levels, extrapolate
        As for `RidgePropensity`.

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
        Per unit of each design column, in units of the amount; `coef_standardised_` (p,) per
        standard deviation.
    intercept_ : float
    dispersion_ : float
        Estimated variance about the mean, in squared units of the amount.
    training_ : dict
        Facts of the training rows. Losses there, in `tuning_` and in `path` are half the mean
        squared error over s²: ½ for the mean alone, ½ (1 − R²) for a model.
    alpha_, penalties_, penalty_factors_, edf_, kkt_residual_, tuning_, grid_, co_data_
        As for `RidgePropensity`.

    References
    ----------
    Hoerl & Kennard (1970), Ridge Regression, Technometrics 12.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import RidgeAmount
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.normal(size=(400, 2)), columns=["recency_days", "visits"])
    >>> spend = 40 + 12 * X["visits"] + rng.normal(size=400)
    >>> model = RidgeAmount(alpha=0.001).fit(X, spend)
    >>> print(round(model.intercept_), round(model.coef_[1]))
    40 12
    >>> model.predict(X[:1]).round(0)
    array([...])
    """

    _outcome = Gaussian()
    foretells = _outcome.name

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        campaign: Any = None,
        groups: Mapping[str, str] | None = None,
    ) -> Self:
        """Fit to amounts, of a FeatureFrame's rows or of a table's.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
            A FeatureFrame brings campaigns, groups and weights.
        y : array of numbers, shape (n,)
            Amounts. Beside a frame, NaN where an amount is not known, such as that of a
            contact who did not respond: such a row is passed over. Of a frame of cells, the
            rows of those who responded have the cell's mean amount, and the others NaN.
        sample_weight : array, shape (n,), optional
            A row of weight w stands for w contacts.
        campaign : array, shape (n,), optional
            Tuning leaves these out, one at a time.
        groups : mapping of feature to group, optional

        Raises
        ------
        FitError
            All amounts are the same, or unpenalised columns are collinear.
        DataError
            Infinity, negative weights, fewer than two campaigns to tune on.
        ParameterError
            A parameter is not what it must be.

        Warns
        -----
        DataWarning
            Missing values, constant columns.
        """
        given = {"campaign": campaign, "groups": groups, "sample_weight": sample_weight}
        return self._fit_numbers(standardised, X, y, **given)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R², the share of the variance of the amounts that is explained.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        y : array of numbers, shape (n,)
        sample_weight : array, shape (n,), optional
        """
        return float(super().score(X, y, sample_weight))
