"""What a fitted model says of new rows: log-odds, probabilities, classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted

from workbench.dealing import wholes
from workbench.feature_frame import FeatureFrame
from workbench.ridge.design import Design
from workbench.ridge.fitted_columns import FittedColumns
from workbench.ridge.rows import as_table
from workbench.ridge.trained_range import knows_ranges, read_scored, warn_outside

Array = npt.NDArray[np.float64]


class Scored(FittedColumns):
    """Scores of a fitted model; a part of RidgePropensity.

    A row's score depends on that row alone, and no number moves it further than it moved a
    row of the fit, unless ``extrapolate=True``.
    """

    design_: Design
    classes_: npt.NDArray[Any]
    intercept_: Array
    training_: dict[str, float]
    extrapolate: bool

    def decision_function(self, X: Any) -> Array:
        """Return the log-odds of the positive class, shape (n,).

        Warns
        -----
        ExtrapolationWarning
            Numbers are outside of the trained range; see `extrapolate`.
        """
        check_is_fitted(self, "columns_")
        table = as_table(self, X, reset=False)
        if self.extrapolate and not knows_ranges(self):  # that was said when it was loaded
            matrix = self.design_.matrix(table, weight=_contacts(X, len(table))[0])
        else:
            weight, count = _contacts(X, len(table))
            matrix, outside = read_scored(self, table, weight=weight)
            warn_outside(self, outside, rows=count, trained=self.training_["rows"])
        return np.asarray(matrix @ self.coef_[0] + self.intercept_[0])

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, shape (n, 2); the second is the propensity."""
        log_odds = self.decision_function(X)
        return np.column_stack([expit(-log_odds), expit(log_odds)])

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the likelier class of each row, shape (n,)."""
        positive = self.decision_function(X) > 0
        return np.asarray(self.classes_[positive.astype(int)])

    def propensity(self, X: Any) -> pd.Series[float]:
        """Return the propensity of each row, in [0, 1], on the index of the rows."""
        table = as_table(self, X, reset=False)
        said = self.predict_proba(X if isinstance(X, FeatureFrame) else table)[:, 1]
        return pd.Series(said, index=table.index, name="propensity")


def _contacts(X: Any, rows: int) -> tuple[Array | None, int]:
    """Return how many contacts each row stands for, and how many rows, or cells, there are."""
    if not isinstance(X, FeatureFrame) or not X.weights.any():
        return None, rows
    return X.weights, rows if X.cell is None else int(wholes(X).max()) + 1
