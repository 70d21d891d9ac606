"""RidgeCount: a Poisson model of a count, whose every feature has its own L2 penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.metrics import d2_tweedie_score
from sklearn.utils.validation import check_is_fitted

from workbench.errors import DataError
from workbench.frame.feature_frame import FeatureFrame
from workbench.numbers import Array
from workbench.ridge.design.number_rows import as_rates, check_index, exposures
from workbench.ridge.outcomes.poisson import POISSON
from workbench.ridge.regression import RidgeRegression


class RidgeCount(RidgeRegression):
    """Poisson regression with a ridge (L2) penalty per feature or group: number of orders.

    Minimises, on standardised columns,

        (1/W) Σ_i w_i [ μ_i − y_i − y_i log(μ_i / y_i) ] / ȳ + ½ α Σ_j f_j b_j² ,  μ = e e^η ,

    with η = b0 + z'b and the exposure e, 1 where none is given: half the deviance over the mean
    count ȳ. So a penalty λ means the same of few counts and of many; λ ȳ is scikit-learn's alpha.
    Counts mostly vary more than Poisson's, so errors are widened by the root of
    `dispersion_`, where it is above 1. Penalties are tuned by the same loss on campaigns left
    out, by the rules of `RidgePropensity`.

    Parameters
    ----------
    alpha, penalty_factors, co_data, deviations, folds, rule
        As for `RidgePropensity`.
    max_iterations, tolerance, most_levels, extrapolate
        As for `RidgePropensity`.

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
        Per unit of each design column, on the logarithm of the count; `coef_standardised_`
        (p,) per standard deviation.
    intercept_ : float
        Of one unit of exposure.
    dispersion_ : float
        Pearson's χ² over its degrees of freedom W − edf − 1, at least 1.
    training_ : dict
        Facts of the training rows. Losses there, in `tuning_` and in `path` are half the mean
        deviance, over the mean count.
    alpha_, penalties_, penalty_factors_, edf_, kkt_residual_, tuning_, grid_, co_data_
        As for `RidgePropensity`.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, chapter 6.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from workbench import RidgeCount
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.normal(size=(400, 2)), columns=["recency_days", "visits"])
    >>> days = rng.uniform(10, 90, 400)
    >>> orders = rng.poisson(days * 0.02 * np.exp(0.5 * X["visits"]))
    >>> model = RidgeCount(alpha=0.001).fit(X, orders, exposure=days)
    >>> model.predict(X[:1], exposure=[30.0]).round(1)  # expected in the next thirty days
    array([...])
    """

    _outcome = POISSON
    foretells = _outcome.name

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        exposure: Any = None,
        campaign: Any = None,
        groups: Mapping[str, str] | None = None,
    ) -> Self:
        """Fit to counts, of a FeatureFrame's rows or of a table's.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
            A FeatureFrame brings campaigns, groups and weights.
        y : array of numbers from 0, shape (n,)
            Counts. Beside a frame, NaN where a count is not known: such a row is passed over.
        sample_weight : array, shape (n,), optional
            A row of weight w stands for w contacts.
        exposure : array of numbers above 0, shape (n,), optional
            For how long, or in how many chances, events were counted: e^offset. Means and
            deviations of columns weigh rows by it.
        campaign : array, shape (n,), optional
            Tuning leaves these out, one at a time.
        groups : mapping of feature to group, optional

        Raises
        ------
        FitError
            All counts are 0; or unpenalised columns tell rows of count 0 apart, or are
            collinear.
        DataError
            Counts or weights below 0, exposures that are not above 0, infinity, fewer than two
            campaigns to tune on.
        ParameterError
            A parameter is not what it must be.

        Warns
        -----
        DataWarning
            Missing values, constant columns.
        ConvergenceWarning
        """
        given = {"campaign": campaign, "groups": groups, "sample_weight": sample_weight}
        return self._fit_numbers(as_rates, X, y, **given, exposure=exposure)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        return tags

    def predict(self, X: Any, *, exposure: Any = None) -> Array:
        """Return the expected count of each row, shape (n,).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        exposure : array of numbers above 0, shape (n,), or a number for all, optional
            One unit each where it is left out.

        Raises
        ------
        DataError
            An exposure is not above 0.

        Warns
        -----
        ExtrapolationWarning
            Numbers are outside of the trained range; see `extrapolate`.
        """
        rate = super().predict(X)
        if exposure is None:
            return rate
        if isinstance(X, FeatureFrame):
            check_index(exposure, X.X.index, name="exposure")
        return rate * exposures(exposure, len(rate))

    def expected(self, X: Any, *, exposure: Any = None) -> pd.Series[float]:
        """Return the expected count of each row, on the index of the rows.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        exposure : array of numbers above 0, shape (n,), or a number for all, optional
            One unit each where it is left out.
        """
        rate = super().expected(X)
        if exposure is None:
            return rate
        check_index(exposure, rate.index, name="exposure")
        return rate * exposures(exposure, len(rate))

    def score(self, X: Any, y: Any, sample_weight: Any = None, *, exposure: Any = None) -> float:
        """Return the share of the deviance from the mean count that is explained, D².

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        y : array of numbers from 0, shape (n,)
        sample_weight : array, shape (n,), optional
        exposure : array of numbers above 0, shape (n,), or a number for all, optional

        Raises
        ------
        DataError
            The model was fitted with exposures, and none are given.
        """
        check_is_fitted(self, "columns_")
        if exposure is None and "exposure" in self.training_:
            raise DataError(
                "`score` must know the exposures, as the model was fitted with them; got none. "
                "Give `exposure`, a number a row."
            )
        foretold = self.predict(X, exposure=exposure)
        floor = np.finfo(float).tiny  # a mean that has underflowed is none to d2_tweedie_score
        weight = {"sample_weight": sample_weight, "power": 1}
        return float(d2_tweedie_score(y, np.maximum(foretold, floor), **weight))
