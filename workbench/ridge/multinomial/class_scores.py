"""What a fitted multinomial model says of new rows: scores, probabilities, classes, reasons."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import issparse
from scipy.special import log_softmax, softmax
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_whole
from workbench.errors import ParameterError
from workbench.messages import did_you_mean, listed
from workbench.ridge.design.design import Design
from workbench.ridge.design.remarks import are_gathered
from workbench.ridge.design.table import as_table
from workbench.ridge.design.trained_range import read_scored, warn_outside
from workbench.ridge.model.scores import contacts_of, row_products
from workbench.ridge.multinomial.one_class import OneClass

Array = npt.NDArray[np.float64]


class ClassScores:
    """Scores of several classes; a part of RidgeMultinomial.

    ``coefficients_`` (p, K) are per standard deviation; ``class_factors_`` (1,) or (K,).
    """

    classes_: npt.NDArray[Any]
    coefficients_: Array
    intercept_: Array
    class_factors_: Array
    columns_: pd.DataFrame
    design_: Design
    labels_: dict[str, str]
    training_: dict[str, float]
    extrapolate: bool

    @property
    def coef_(self) -> Array:
        """Coefficient per unit of each design column, shape (K, p)."""
        check_is_fitted(self, "columns_")
        return np.asarray(self.coefficients_.T / self.columns_["scale"].to_numpy("float64"))

    @property
    def coef_standardised_(self) -> pd.DataFrame:
        """Coefficient per standard deviation of each design column (p, K), one column a class."""
        check_is_fitted(self, "columns_")
        return pd.DataFrame(self.coefficients_, self.columns_.index, self.classes_)

    @property
    def penalties_(self) -> pd.Series[float]:
        """λ_j = α f_j of each design column, shape (p,), before any factor of a class."""
        check_is_fitted(self, "columns_")
        return self.columns_["penalty"]

    def decision_function(self, X: Any) -> Array:
        """Return the score η of each class (n, K); of two classes the second's log-odds (n,).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Warns
        -----
        ExtrapolationWarning
            Numbers are outside of the trained range; see `extrapolate`.
        """
        scores = self._scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class (n, K).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        return np.asarray(softmax(self._scores(X), axis=1))

    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of the probability of each class (n, K).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        return np.asarray(log_softmax(self._scores(X), axis=1))

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the likeliest class of each row (n,).

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        """
        likeliest = self._scores(X).argmax(axis=1)
        return np.asarray(self.classes_[likeliest])

    def _scores(self, X: Any) -> Array:
        check_is_fitted(self, "columns_")
        table = as_table(self, X, reset=False)
        weight, count = contacts_of(X, len(table))
        matrix, outside = read_scored(self, table, weight=weight)
        if not are_gathered():
            warn_outside(self, outside, rows=count, trained=self.training_["rows"])
        if issparse(matrix):
            return np.asarray(matrix @ self.coef_.T + self.intercept_)
        by_class = [row_products(matrix, coef) for coef in self.coef_]  # a row by itself
        return np.column_stack(by_class) + self.intercept_

    def of_class(self, label: Any) -> OneClass:
        """Return the score of one class against the average class, and what adds to it.

        Parameters
        ----------
        label : object
            One of `classes_`.

        Raises
        ------
        ParameterError
            There is no such class.
        """
        check_is_fitted(self, "columns_")
        known = self.classes_.tolist()
        if label not in known:
            raise ParameterError(
                f"`label` must be one of the classes, {listed(known)}; got {label!r}."
                f"{did_you_mean(str(label), [str(one) for one in known])}"
            )
        return OneClass.of(self, known.index(label))

    def reasons(self, X: Any, *, most: int = 3) -> pd.DataFrame:
        """Say what speaks for each row's likeliest class, strongest first.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        most : int
            Reasons a row, from 1.

        Returns
        -------
        DataFrame, shape (n, 1 + most)
            ``class``, then ``reason_1, reason_2, …``, such as ``"visits = 7 (+0.83)"``: what the
            value adds to the class's score, against that of the average row. The score is
            that of `of_class`: against the average class.

        Raises
        ------
        ParameterError
            `most` is not a whole number from 1.
        """
        check_is_fitted(self, "columns_")
        check_whole(most, least=1, name="most", hint=" Give for example 3.")
        likeliest = self.predict(X)
        table = as_table(self, X, reset=False)
        parts = []
        for label in dict.fromkeys(likeliest.tolist()):
            rows = np.flatnonzero(likeliest == label)
            some = table.iloc[rows] if isinstance(table, pd.DataFrame) else table.rows(rows)
            parts.append(self.of_class(label).reasons(some, most=most).set_axis(rows))
        found = pd.concat(parts).sort_index().set_axis(table.index)
        found.insert(0, "class", likeliest)
        return found
