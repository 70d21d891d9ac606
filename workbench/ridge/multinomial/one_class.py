"""One class of a multinomial model, explained as any other ridge model is."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from workbench.errors import FitError
from workbench.ridge.explain.coefficients import FittedColumns
from workbench.ridge.explain.reasons import Explaining

_NEXT_TO_NOTHING = 0.01
FACTS = ["coef", "coef_standardised", "penalty"]


class OneClass(FittedColumns, Explaining, BaseEstimator):  # type: ignore[misc]
    """The score of one class against the average class.

    Where classes have penalties of their own, coefficients of all classes do not add up to 0:
    then their mean over the classes is taken off here, which changes no probability.
    `contributions`, `reasons` and `explanation` are those of `RidgePropensity`, of this score.
    `RidgeMultinomial.of_class` makes it.

    Attributes
    ----------
    label_ : object
        The class.
    columns_ : DataFrame
        As of the model, with the ``coef_standardised`` and ``penalty`` of this class.
    intercept_ : float
    """

    label_: Any
    extrapolate: bool

    @classmethod
    def of(cls, model: Any, k: int) -> Self:
        """Take the k-th class of a fitted model."""
        self = cls()
        factor = model.class_factors_[min(k, len(model.class_factors_) - 1)]
        self.label_ = model.classes_.tolist()[k]
        coefficients, intercept = model.coefficients_[:, k], model.intercept_[k]
        if len(model.class_factors_) > 1:  # of unlike penalties they do not add up to 0
            coefficients = coefficients - model.coefficients_.mean(axis=1)
            intercept = intercept - model.intercept_.mean()
        self.columns_ = model.columns_.assign(
            coef_standardised=coefficients, penalty=model.columns_["penalty"] * factor
        )
        self.intercept_ = float(intercept)
        for name in ("design_", "labels_", "extrapolate", "n_features_in_", "feature_names_in_"):
            if hasattr(model, name):
                setattr(self, name, getattr(model, name))
        return self

    def fit(self, X: Any, y: Any = None) -> Self:
        """Refuse: a class is fitted with the others."""
        del X, y
        raise FitError("A class is fitted together with the others. Fit `RidgeMultinomial`.")

    def coefficients(self) -> pd.DataFrame:
        """Return one row a design column: ``feature, group, coef, coef_standardised, penalty``."""
        table = self.columns_.assign(coef=self.per_unit)
        return table[["feature", "group", *FACTS]]

    def strongest(self, most: int = 10) -> list[str]:
        """Return the columns that speak for the class most, the strongest first.

        By coefficient times deviation, so that what is in few rows does not come first; what is
        less than a hundredth of the largest, such as a group that is shrunk out, is left out.
        """
        found = self.columns_["coef_standardised"].to_numpy()
        order = np.argsort(-found, kind="stable")[:most]
        some = found[order] > _NEXT_TO_NOTHING * np.abs(found).max()
        return [str(name) for name in self.columns_.index[order[some]]]

    def __repr__(self) -> str:
        return f"OneClass({self.label_!r})"
