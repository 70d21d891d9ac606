"""RidgeUplift: whom a contact changes, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from workbench.checks import check_choice
from workbench.errors import ParameterError
from workbench.frame.feature_frame import FeatureFrame
from workbench.ridge.design.design import Design
from workbench.ridge.design.table import as_table
from workbench.ridge.design.trained_range import read_scored
from workbench.ridge.explain.coefficients import FittedColumns
from workbench.ridge.model.scores import row_products
from workbench.ridge.penalties.plan import check_alpha
from workbench.ridge.pipeline import CRITERIA
from workbench.ridge.settings import Settings
from workbench.ridge.tune.co_data import check_co_data
from workbench.ridge.tune.folds import AUTO, KINDS
from workbench.ridge.uplift.arms import arm_rows
from workbench.ridge.uplift.joint_fit import JointFit, fit_jointly

Array = npt.NDArray[np.float64]


class RidgeUplift(FittedColumns, BaseEstimator):  # type: ignore[misc]
    """Logistic regression of a randomised test: what a contact changes, by ridge."""

    foretells = "uplift"
    design_: Design

    def __init__(  # noqa: PLR0913 - scikit-learn's clone knows parameters by name alone
        self,
        alpha: float | str = "tuned",
        penalty_factors: Mapping[str, float | str] | None = None,
        *,
        arm: str | None = None,
        co_data: str | Sequence[str] | pd.DataFrame | None = AUTO,
        deviations: bool = False,
        criterion: str = "loss",
        folds: str = AUTO,
        rule: str = "safe",
        most_levels: int = 100,
        extrapolate: bool = False,
    ) -> None:
        self.alpha = alpha
        self.penalty_factors = penalty_factors
        self.arm = arm
        self.co_data = co_data
        self.deviations = deviations
        self.criterion = criterion
        self.folds = folds
        self.rule = rule
        self.most_levels = most_levels
        self.extrapolate = extrapolate

    def fit(self, X: FeatureFrame) -> Self:
        """Fit to the contacts of a randomised test."""
        self._check()
        if not isinstance(X, FeatureFrame):
            raise ParameterError(
                f"RidgeUplift is fitted to a FeatureFrame that has `treatment`; got a "
                f"{type(X).__name__}. Make one: `FeatureFrame.from_table(table, target='bought', "
                "treatment='arm', control='none')`."
            )
        rows = arm_rows(X, arm=self.arm)
        # what is learned goes to a copy: an interrupted fit leaves the earlier one whole
        fresh = copy(self)
        validate_data(fresh, X.X, skip_check_array=True, reset=True)
        given = {
            name: value for name, value in self.get_params(deep=False).items() if name != "arm"
        }
        fitted = fit_jointly(rows, Settings(**given))
        fresh.arm_, fresh.control_ = rows.arm, str(X.control)
        fresh.share_, fresh.shares_ = rows.overall_share, rows.shares()
        fresh.labels_ = dict(X.labels)
        fresh._learn(fitted)  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def _check(self) -> None:
        check_alpha(self.alpha)
        check_choice(self.rule, ("safe", "best"), name="rule")
        check_choice(self.folds, KINDS, name="folds")
        check_choice(self.extrapolate, (False, True), name="extrapolate")
        check_choice(self.criterion, CRITERIA, name="criterion")
        check_co_data(self.co_data)

    def _learn(self, fitted: JointFit) -> None:
        inner = fitted.inner
        self.design_, self.columns_ = fitted.design, fitted.columns
        self.effect_, self.effect_error_ = fitted.effect, fitted.effect_error
        self.main_intercept_ = fitted.intercept
        self.alpha_, self.tuning_, self.grid_ = inner.alpha_, inner.tuning_, inner.grid_
        self.folds_, self.co_data_ = inner.folds_, inner.co_data_
        self.campaigns_out_, self.training_ = inner.campaigns_out_, inner.training_
        self.kkt_residual_, self.n_iter_ = inner.kkt_residual_, inner.n_iter_

    @property
    def intercept_(self) -> float:
        """The effect on the log-odds where every design column is 0."""
        return float(self.effect_ - self.per_unit @ self.columns_["mean"].to_numpy("float64"))

    @property
    def main_per_unit(self) -> Array:
        """Coefficient of the log-odds at the overall share, per unit of each design column."""
        check_is_fitted(self, "columns_")
        coef = self.columns_["main_coef_standardised"] / self.columns_["scale"]
        return coef.to_numpy(dtype="float64")

    def log_odds(self, X: Any) -> Array:
        """Return the log-odds of a response, untreated and treated; shape (n, 2)."""
        check_is_fitted(self, "columns_")
        matrix, _ = read_scored(self, as_table(self, X, reset=False))
        effect = row_products(matrix, self.per_unit) + self.intercept_
        average = row_products(matrix, self.main_per_unit) + self.main_intercept_
        untreated = average - self.share_ * effect
        return np.column_stack([untreated, untreated + effect])

    def uplift(self, X: Any) -> pd.Series[float]:
        """Return what a contact adds to each row's chance to respond, in [-1, 1]."""
        table = as_table(self, X, reset=False)
        chance = expit(self.log_odds(X))
        return pd.Series(chance[:, 1] - chance[:, 0], index=table.index, name="uplift")

    def propensity(self, X: Any, *, treated: bool = False) -> pd.Series[float]:
        """Return the propensity of each row, where it is contacted, or where it is not."""
        table = as_table(self, X, reset=False)
        chance = expit(self.log_odds(X))[:, int(treated)]
        return pd.Series(chance, index=table.index, name="propensity")
