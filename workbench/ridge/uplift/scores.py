"""What an uplift model says of new rows: the chance with a contact, without, and what it adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted

from workbench.numbers import Array
from workbench.ridge.design.design import Design
from workbench.ridge.design.remarks import are_gathered
from workbench.ridge.design.table import SparseTable, as_table
from workbench.ridge.design.trained_range import as_scored, read_scored, warn_outside
from workbench.ridge.explain.coefficients import FittedColumns
from workbench.ridge.explain.contributions import sums_by_feature
from workbench.ridge.model.scores import contacts_of, row_products

_STRAIGHT = 1e-5
"""Log-odds closer together than this have the slope of the curve between them."""


@dataclass
class Moving:
    """What `warn_outside` reads of a model: the steeper slope, of those treated and those not."""

    columns_: pd.DataFrame
    design_: Design
    extrapolate: bool


class UpliftScored(FittedColumns):
    """Scores of an uplift model; a part of RidgeUplift.

    Attributes
    ----------
    effect_ : float
        τ: the effect on the log-odds where each design column is at its mean.
    main_intercept_ : float
        The log-odds at the overall share where each design column is 0.
    share_ : float
    """

    design_: Design
    training_: dict[str, float]
    extrapolate: bool
    effect_: float
    main_intercept_: float
    share_: float

    @property
    def intercept_(self) -> float:
        """The effect on the log-odds where every design column is 0."""
        return float(self.effect_ - self.per_unit @ self.columns_["mean"].to_numpy("float64"))

    @property
    def main_per_unit(self) -> Array:
        """Coefficient of the log-odds at the overall share, per unit of each column, (p,)."""
        check_is_fitted(self, "columns_")
        coef = self.columns_["main_coef_standardised"] / self.columns_["scale"]
        return coef.to_numpy(dtype="float64")

    @property
    def lines(self) -> tuple[tuple[float, Array], tuple[float, Array]]:
        """Intercept and coefficients (p,) of the log-odds of a response, untreated and treated."""
        untreated = self.main_per_unit - self.share_ * self.per_unit
        start = self.main_intercept_ - self.share_ * self.intercept_
        return (start, untreated), (start + self.intercept_, untreated + self.per_unit)

    def log_odds(self, X: Any) -> pd.DataFrame:
        """Return the log-odds of a response of each row, untreated and treated.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Returns
        -------
        DataFrame, shape (n, 2)
            ``untreated, treated``, on the index of the rows. Their difference is linear in the
            design columns: τ + (z − m)'c.
        """
        check_is_fitted(self, "columns_")
        table = as_table(self, X, reset=False)
        weight, count = contacts_of(X, len(table))
        matrix, outside = read_scored(self, table, weight=weight)
        if not are_gathered():
            warn_outside(self.moving, outside, rows=count, trained=self.training_["rows"])
        effect = row_products(matrix, self.per_unit) + self.intercept_
        average = row_products(matrix, self.main_per_unit) + self.main_intercept_
        untreated = average - self.share_ * effect
        both = {"untreated": untreated, "treated": untreated + effect}
        return pd.DataFrame(both, index=table.index)

    def scores(self, X: Any) -> pd.DataFrame:
        """Return the uplift of each row, and the two propensities that it is the difference of.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Returns
        -------
        DataFrame, shape (n, 3)
            ``uplift, propensity_treated, propensity_untreated``, as `scoring_sql` gives them.
        """
        chance = self.log_odds(X).apply(expit)
        return pd.DataFrame(
            {
                "uplift": chance["treated"] - chance["untreated"],
                "propensity_treated": chance["treated"],
                "propensity_untreated": chance["untreated"],
            }
        )

    def uplift(self, X: Any) -> pd.Series[float]:
        """Return what a contact adds to the chance that each row responds, from −1 to 1.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)

        Returns
        -------
        Series, shape (n,)
            Propensity if treated minus propensity if not, on the index of the rows.

        Warns
        -----
        ExtrapolationWarning
            Numbers are outside of the trained range; see `extrapolate`.
        """
        return self.scores(X)["uplift"]

    def propensity(self, X: Any, *, treated: bool = False) -> pd.Series[float]:
        """Return the chance that each row responds, without a contact or with one.

        Parameters
        ----------
        X : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        treated : bool
            Whether the row is contacted.
        """
        scores = self.scores(X)
        return scores[f"propensity_{'' if treated else 'un'}treated"].rename("propensity")

    @property
    def at_average(self) -> float:
        """The uplift of the average contact: each design column at its mean."""
        untreated, treated = self._at_average()
        return float(expit(treated) - expit(untreated))

    def _at_average(self) -> list[float]:
        mean = self.columns_["mean"].to_numpy("float64")
        return [float(start + line @ mean) for start, line in self.lines]

    def _contributions(self, table: pd.DataFrame | SparseTable) -> pd.DataFrame:
        matrix = as_scored(self, table)
        adds = []
        for average, (_, line) in zip(self._at_average(), self.lines, strict=True):
            of_log_odds = sums_by_feature(self.columns_, matrix, line)
            moved = of_log_odds.to_numpy().sum(axis=1)
            adds.append(of_log_odds.mul(slope_between(average, moved), axis=0))
        return (adds[1] - adds[0]).set_axis(table.index)

    def _contribution_text(self, size: float) -> str:
        return points_text(size)

    @property
    def moving(self) -> Moving:
        """What moves a score beyond the trained range: the steeper of the two lines."""
        steepest = np.maximum(*(np.abs(line) for _, line in self.lines))
        columns = self.columns_.assign(coef_standardised=steepest * self.columns_["scale"])
        return Moving(columns, self.design_, self.extrapolate)


def slope_between(start: float, moved: Array) -> Array:
    """Return (σ(a + d) − σ(a))/d, σ the logistic curve; shape of d.

    Examples
    --------
    >>> slope_between(0.0, np.array([0.0, 2.0])).round(4)
    array([0.25  , 0.1904])
    """
    end = start + moved
    flat = np.abs(moved) < _STRAIGHT
    middle = expit(start + moved / 2)
    rise = expit(end) - expit(start)
    return np.asarray(np.where(flat, middle * (1 - middle), rise / np.where(flat, 1.0, moved)))


def points_text(difference: float) -> str:
    """Write a difference of chances in percentage points, two digits where it is small.

    Examples
    --------
    >>> points_text(0.0123), points_text(-0.000456), points_text(0.0)
    ('+1.2 points', '-0.046 points', '+0.0 points')
    """
    points = 100 * difference
    size = abs(points)
    digits = 1 if size >= 1 or size == 0 else 1 - int(np.floor(np.log10(size)))
    return f"{points:+.{digits}f} points"
