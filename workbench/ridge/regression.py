"""What RidgeAmount and RidgeCount share: parameters, and a fit to numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, Self

import pandas as pd
from sklearn.base import RegressorMixin

from workbench.errors import ParameterError
from workbench.ridge.ahead.outlook import Outlook
from workbench.ridge.design.number_rows import number_rows
from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.estimator import RidgeModel
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.model.scores import Foretold
from workbench.ridge.pipeline import fit_rows, number_fit_facts
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.choose import is_source
from workbench.ridge.tune.folds import AUTO


class RidgeRegression(Foretold, RegressorMixin, RidgeModel):  # type: ignore[misc]
    """A ridge model of a number; `RidgeAmount` and `RidgeCount` say of which.

    It is scored as it was fitted: half-life, slope and base rate of what comes are for
    propensities.
    """

    outlook_ = Outlook()
    half_life_: float | None = None
    slope_ = 1.0
    base_rate_: pd.DataFrame | None = None
    proven_: bool | None = None
    forward_: pd.DataFrame | None = None

    def __init__(
        self,
        alpha: float | str = "tuned",
        penalty_factors: Mapping[str, float | str] | None = None,
        *,
        co_data: str | Sequence[str] | pd.DataFrame | None = AUTO,
        deviations: bool = False,
        folds: str = AUTO,
        rule: str = "safe",
        max_iterations: int = 200,
        tolerance: float | None = None,
        most_levels: int = 100,
        extrapolate: bool = False,
    ) -> None:
        self.alpha = alpha
        self.penalty_factors = penalty_factors
        self.co_data = co_data
        self.deviations = deviations
        self.folds = folds
        self.rule = rule
        self.max_iterations = max_iterations
        self.tolerance = tolerance
        self.most_levels = most_levels
        self.extrapolate = extrapolate

    def _fit_numbers(
        self, prepare: Callable[[TrainingRows], TrainingRows], X: Any, y: Any, **given: Any
    ) -> Self:
        """Fit to what `number_rows` makes of what was given, prepared for the outcome."""
        self._check_shared()
        if is_source(X):
            raise ParameterError(
                f"{type(self).__name__} is fitted to a FeatureFrame, a table or an array; got a "
                "row source, which RidgePropensity alone takes. Give the rows as a table."
            )

        # what is learned goes to a copy: an interrupted fit leaves the earlier one whole
        fresh = copy(self)
        rows = prepare(number_rows(fresh, X, y, self._outcome, **given))
        settings = Settings(**self.get_params(deep=False))
        fresh._learn(fit_rows(rows, settings), X)  # noqa: SLF001 - its own kind
        self.__dict__ = fresh.__dict__
        return self

    def _aim(self, fit: Fit, fitted_intercept: float) -> None:  # noqa: ARG002 - as it was fitted
        self.intercept_ = fitted_intercept

    def _refit_facts(self, workspace: Fit) -> dict[str, float]:
        return number_fit_facts(workspace)

    @property
    def dispersion_(self) -> float:
        """Variance about the mean: of an amount in its units squared, of a count in its mean."""
        return self.training_["dispersion"]
