"""What all ridge models share, whatever their outcome: keeping a fit, telling of it, saving."""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_choice
from workbench.frame.feature_frame import FeatureFrame
from workbench.ridge.design.design import Design
from workbench.ridge.explain.reasons import Explaining
from workbench.ridge.explain.shown import Shown
from workbench.ridge.explain.summary import Summary
from workbench.ridge.export.kept import Kept
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.model.movable import Movable
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.penalties.plan import check_alpha
from workbench.ridge.pipeline import Fitted
from workbench.ridge.tune.co_data import check_co_data
from workbench.ridge.tune.folds import KINDS


class RidgeModel(Kept, Shown, Explaining, Movable, BaseEstimator):  # type: ignore[misc]
    """A fitted model's columns, penalties and rows; a part of every ridge model."""

    _outcome: ClassVar[Outcome]
    foretells: ClassVar[str]
    design_: Design
    columns_: pd.DataFrame
    labels_: dict[str, str]
    workspace_: Fit
    training_: dict[str, float]

    def _check_shared(self) -> None:
        """Raise ParameterError unless the parameters that all models have are what they must be."""
        check_alpha(self.alpha)
        check_choice(self.rule, ("safe", "best"), name="rule")
        check_choice(self.folds, KINDS, name="folds")
        check_choice(self.extrapolate, (False, True), name="extrapolate")
        check_co_data(self.co_data)

    def _learn(self, fitted: Fitted, X: Any) -> None:
        """Keep all that a fit gives, and what the rows that it was given call their features."""
        self.labels_ = dict(X.labels) if isinstance(X, FeatureFrame) else {}
        self.design_ = fitted.design
        self.alpha_, self.tuning_, self.folds_ = fitted.alpha, fitted.tuning, fitted.folds
        self.grid_ = fitted.grid
        self.co_data_, self.campaigns_out_ = fitted.co_data, fitted.campaigns_out
        self._keep(fitted.columns, fitted.workspace, fitted.training)

    def _keep(self, columns: pd.DataFrame, workspace: Fit, training: dict[str, float]) -> None:
        self.columns_, self.workspace_, self.training_ = columns, workspace, training
        self.kkt_residual_ = workspace.solution.kkt_residual
        self.n_iter_ = workspace.solution.passes
        shift = columns["coef_standardised"] * columns["mean"] / columns["scale"]
        at_means = workspace.given.outcome.in_units(workspace.coefficients)[0]
        self._aim(workspace, float(at_means - shift.sum()))

    def _aim(self, fit: Fit, fitted_intercept: float) -> None:
        """Set the intercept of the score, and what else makes a score of a fit."""
        raise NotImplementedError

    def summary(self, *, most: int = 30) -> Summary:
        """Return tables of the fit, its groups and its strongest columns.

        Parameters
        ----------
        most : int
            Columns shown.
        """
        check_is_fitted(self, "columns_")
        return Summary.of(self, most=most)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        state.pop("workspace_", None)  # the training rows stay where they are
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags
