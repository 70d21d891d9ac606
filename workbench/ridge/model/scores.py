"""What a fitted model says of new rows: log-odds, probabilities, classes; or numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

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
from workbench.ridge.design.table import as_table
from workbench.ridge.design.trained_range import knows_ranges, read_scored, warn_outside
from workbench.ridge.explain.coefficients import FittedColumns
from workbench.ridge.outcomes.base import Outcome

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


class LinearScore(FittedColumns):
    """The linear predictor of new rows: what every kind of score is made of.

    A row's score depends on that row alone, and no number moves it further than it moved a
    row of the fit, unless ``extrapolate=True``.
    """

    design_: Design
    training_: dict[str, float]
    extrapolate: bool

    def _linear(self, X: Any) -> Array:
        """Return η of each row, shape (n,)."""
        check_is_fitted(self, "columns_")
        table = as_table(self, X, reset=False)
        if self.extrapolate and not knows_ranges(self):  # that was said when it was loaded
            matrix = self.design_.matrix(table, weight=contacts_of(X, len(table))[0])
        else:
            weight, count = contacts_of(X, len(table))
            matrix, outside = read_scored(self, table, weight=weight)
            if not are_gathered():
                trained, unit = self.training_["rows"], self.training_.get("unit", 1.0)
                warn_outside(self, outside, rows=count, trained=trained, unit=unit)
        return np.asarray(row_products(matrix, self.per_unit) + self.at_zero)

    def _by_row(self, X: Any, said: Callable[[Any], Array], *, name: str) -> pd.Series[float]:
        """Return what is said of each row, on the index of the rows."""
        table = as_table(self, X, reset=False)
        values = said(X if isinstance(X, FeatureFrame) else table)
        return pd.Series(values, index=table.index, name=name)


class Scored(LinearScore):
    """Scores of a propensity model; a part of RidgePropensity."""

    classes_: npt.NDArray[Any]

    @property
    def coef_(self) -> Array:
        """Coefficient per unit of each design column, shape (1, p), as it is scored with."""
        return self.per_unit[None, :]

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
        return self._linear(X)

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
        return self._by_row(X, lambda rows: self.predict_proba(rows)[:, 1], name="propensity")


class Foretold(LinearScore):
    """Numbers that are foretold of new rows; a part of RidgeAmount and RidgeCount."""

    _outcome: ClassVar[Outcome]

    @property
    def coef_(self) -> Array:
        """Coefficient per unit of each design column, shape (p,)."""
        return self.per_unit

    def predict(self, X: Any) -> Array:
        """Return the expected number of each row, shape (n,).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Warns
        -----
        ExtrapolationWarning
            Numbers are outside of the trained range; see `extrapolate`.
        """
        return np.asarray(self._outcome.mean(self._linear(X)))

    def expected(self, X: Any) -> pd.Series[float]:
        """Return the expected number of each row, on the index of the rows.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        return self._by_row(X, self.predict, name=self._outcome.name)


def contacts_of(X: Any, rows: int) -> tuple[Array | None, int]:
    """Return how many contacts each row stands for, and how many rows, or cells, there are."""
    if not isinstance(X, FeatureFrame) or not X.weights.any():
        return None, rows
    return X.weights, rows if X.cell is None else int(wholes(X).max()) + 1
