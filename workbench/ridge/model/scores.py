"""What a fitted model says of new rows: log-odds, probabilities, classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import issparse
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted

from workbench.frame.dealing import wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.ridge.design.design import Design
from workbench.ridge.design.remarks import are_gathered
from workbench.ridge.design.trained_range import knows_ranges, read_scored, warn_outside
from workbench.ridge.design.training_rows import as_table
from workbench.ridge.explain.coefficients import FittedColumns

Array = npt.NDArray[np.float64]


_COLUMNS_AT_ONCE = 4096  # beyond numpy's buffer, the sum of a row would depend on its place


def row_products(matrix: Any, coef: Array) -> Array:
    """Return each row's sum of products, whose bits do not depend on the rows around it.

    BLAS, behind ``@``, adds the last rows of a block in another order than the others.

    Parameters
    ----------
    matrix : ndarray or csr_array, shape (n, p)
    coef : ndarray, shape (p,)

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> row_products(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 1.0]))
    array([12., 34.])
    """
    if issparse(matrix):
        return np.asarray(matrix @ coef)  # row by row
    total = np.zeros(len(matrix))
    for start in range(0, len(coef), _COLUMNS_AT_ONCE):
        some = slice(start, start + _COLUMNS_AT_ONCE)
        total += np.einsum("ij,j->i", matrix[:, some], coef[some])
    return total


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

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

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
            if not are_gathered():
                warn_outside(self, outside, rows=count, trained=self.training_["rows"])
        return np.asarray(row_products(matrix, self.coef_[0]) + self.intercept_[0])

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, shape (n, 2); the second is the propensity.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        log_odds = self.decision_function(X)
        return np.column_stack([expit(-log_odds), expit(log_odds)])

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the likelier class of each row, shape (n,).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        positive = self.decision_function(X) > 0
        return np.asarray(self.classes_[positive.astype(int)])

    def propensity(self, X: Any) -> pd.Series[float]:
        """Return the propensity of each row, in [0, 1], on the index of the rows.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        table = as_table(self, X, reset=False)
        said = self.predict_proba(X if isinstance(X, FeatureFrame) else table)[:, 1]
        return pd.Series(said, index=table.index, name="propensity")


def _contacts(X: Any, rows: int) -> tuple[Array | None, int]:
    """Return how many contacts each row stands for, and how many rows, or cells, there are."""
    if not isinstance(X, FeatureFrame) or not X.weights.any():
        return None, rows
    return X.weights, rows if X.cell is None else int(wholes(X).max()) + 1
