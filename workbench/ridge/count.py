"""RidgeCount: a Poisson model of a count, whose every feature has its own L2 penalty."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any, Self

import numpy as np
import pandas as pd

from workbench.numbers import Array
from workbench.ridge.design.number_rows import as_rates, exposures, number_rows
from workbench.ridge.outcomes.poisson import POISSON
from workbench.ridge.regression import RidgeRegression


class RidgeCount(RidgeRegression):
    """Poisson regression with a ridge (L2) penalty per feature or group: number of orders.

    Minimises, on standardised columns,

        (1/W) Σ_i w_i [ μ_i − y_i − y_i log(μ_i / y_i) ] + ½ α Σ_j f_j b_j² ,  μ = e e^η ,

    with η = b0 + z'b and the exposure e, 1 where none is given: half the deviance, and a free
    intercept. Counts mostly vary more than Poisson's, so errors are widened by the root of
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
        deviance.
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

    outcome_ = POISSON
    foretells = outcome_.name

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
        self._check_parameters(X)
        # what is learned goes to a copy: an interrupted fit leaves the earlier one whole
        fresh = copy(self)
        given = {"campaign": campaign, "groups": groups, "sample_weight": sample_weight}
        rows = number_rows(fresh, X, y, self.outcome_, **given, exposure=exposure)
        fresh._fit(as_rates(rows))  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        return tags

    def predict(self, X: Any, *, exposure: Any = None) -> Array:
        """Return the expected count of each row, shape (n,).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        exposure : array of numbers above 0, shape (n,), optional
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
        return rate if exposure is None else rate * exposures(exposure, np.ones(len(rate), bool))

    def expected(self, X: Any, *, exposure: Any = None) -> pd.Series[float]:
        """Return the expected count of each row, on the index of the rows.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        exposure : array of numbers above 0, shape (n,), optional
            One unit each where it is left out.
        """
        rate = super().expected(X)
        return rate if exposure is None else rate * exposures(exposure, np.ones(len(rate), bool))
