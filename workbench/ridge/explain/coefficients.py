"""What a fitted model keeps of each design column, and what follows from that table alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

Array = npt.NDArray[np.float64]


class FittedColumns:
    """Coefficients, penalties and degrees of freedom, read from the table of columns.

    Attributes
    ----------
    columns_ : DataFrame
        One row a design column: ``feature, group, mean, scale, campaigns`` (in how many it
        effectively lives, 0 if constant within each), ``dropped, low, high`` (its range in
        training), ``penalty, coef_standardised, std_error, edf, score_share``.
    alpha_ : float
    slope_ : float
    """

    columns_: pd.DataFrame
    alpha_: float
    intercept_: Any
    slope_: float = 1.0

    @property
    def per_unit(self) -> Array:
        """Coefficient per unit of each design column, shape (p,), as it is scored with."""
        check_is_fitted(self, "columns_")
        coef = self.slope_ * self.columns_["coef_standardised"] / self.columns_["scale"]
        return coef.to_numpy(dtype="float64")

    @property
    def at_zero(self) -> float:
        """The linear predictor where every design column is 0: the intercept as scored with."""
        return float(np.ravel(self.intercept_)[0])

    @property
    def at_average(self) -> float:
        """The linear predictor of the average contact: each design column at its mean."""
        return float(self.at_zero + self.per_unit @ self.columns_["mean"].to_numpy("float64"))

    @property
    def coef_standardised_(self) -> pd.Series[float]:
        """Coefficient per standard deviation of each design column, shape (p,)."""
        return self.columns_["coef_standardised"]

    @property
    def penalties_(self) -> pd.Series[float]:
        """λ_j = α f_j of each design column, shape (p,)."""
        return self.columns_["penalty"]

    @property
    def penalty_factors_(self) -> dict[str, float]:
        """λ_j / α by feature: with `alpha_`, what fits other rows under the same penalties.

        Where the columns of a feature differ, each has an entry of its own beside the
        feature's, which is their geometric mean, and is what a new level gets.
        """
        return factors_of(self)

    @property
    def edf_(self) -> float:
        """Effective degrees of freedom, without the intercept."""
        return float(self.columns_["edf"].sum())

    @property
    def edf_by_group_(self) -> pd.Series[float]:
        """Effective degrees of freedom of each group."""
        return self.columns_.groupby("group", sort=False)["edf"].sum()

    def coefficients(self) -> pd.DataFrame:
        """Return one row a design column: what it is, its coefficient, error, penalty, edf.

        Returns
        -------
        DataFrame
            ``feature, group, coef, coef_standardised, std_error, penalty, edf,
            score_share``; ``std_error`` is the Bayesian one of `coef_standardised`, and
            ``score_share`` the column's share of the score's variance in training. The
            error takes contacts as independent, those of one cell too:
            `workbench.evidence.cell_dispersion` tells how much more cells differ, and its
            ``widened`` gives this table with errors for them.
        """
        check_is_fitted(self, "columns_")
        table = self.columns_.assign(coef=self.per_unit)
        facts = ["coef", "coef_standardised", "std_error", "penalty", "edf", "score_share"]
        return table[["feature", "group", *facts]]


def factors_of(model: FittedColumns) -> dict[str, float]:
    """Return λ_j / α by feature, and by column where those of a feature differ."""
    factors: dict[str, float] = {}
    for feature, columns in model.columns_.groupby("feature", sort=False):
        used = columns.loc[~columns["dropped"], "penalty"] / (model.alpha_ or 1.0)
        if used.empty:
            factors[str(feature)] = float("inf")
        elif used.min() == used.max():
            factors[str(feature)] = float(used.iloc[0])
        else:
            factors |= {str(name): float(factor) for name, factor in used.items()}
            factors[str(feature)] = float(np.exp(np.log(used).mean()))
    return factors
