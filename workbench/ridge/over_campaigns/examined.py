"""A frame's rows as a fitted model reads them: what each column is, and does, in each campaign."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, issparse
from scipy.special import expit

from workbench.errors import DataError
from workbench.frame.feature_frame import FeatureFrame
from workbench.ridge.ahead import cells
from workbench.ridge.design.trained_range import as_scored
from workbench.ridge.design.training_rows import TrainingRows, training_rows
from workbench.ridge.propensity import RidgePropensity
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.tune.co_data import own_slopes
from workbench.ridge.tune.folds import campaign_folds

Array = npt.NDArray[np.float64]

_ENOUGH = 5  # contacts that make a column's variance in a campaign


@dataclass(frozen=True)
class RowsByCampaign:
    """Rows of known outcome, campaign by campaign, in the columns of a model.

    Unlike the statistics that a fit leaves behind, it may hold rows that the model was not
    fitted on, any number of columns, and a model that was loaded from a file.

    Parameters
    ----------
    columns : DataFrame, length p
        ``columns_`` of the model.
    campaigns : tuple of str, length G
        In time order.
    campaign : ndarray of int, shape (n,)
        Each row's, numbered from 0.
    rows : TrainingRows
        Outcomes and weights of the n rows.
    matrix : ndarray or csc_array, shape (n, p)
    log_odds : ndarray, shape (n,)
        As the model predicts them.
    """

    columns: pd.DataFrame
    campaigns: tuple[str, ...]
    campaign: npt.NDArray[np.int64]
    rows: TrainingRows
    matrix: Any
    log_odds: Array

    @classmethod
    def of(cls, model: RidgePropensity, frame: FeatureFrame) -> RowsByCampaign:
        """Read a frame.

        Raises
        ------
        DataError
            It has fewer than two campaigns with outcomes.
        """
        rows = training_rows(copy(model), frame)  # a copy: reading must leave no trace
        if rows.campaign is None or len(rows.order) < 2:
            raise too_few_campaigns(len(rows.order))
        fold, labels = campaign_folds(rows.campaign, rows.order, most=len(rows.order))
        matrix = model.design_.matrix(rows.X)
        log_odds = np.asarray(as_scored(model, rows.X) @ model.per_unit + model.intercept_[0])
        matrix = matrix.tocsc() if issparse(matrix) else np.asarray(matrix, dtype=np.float64)
        return cls(model.columns_, tuple(labels), fold, rows, matrix, log_odds)

    def column(self, place: int) -> Array:
        """Return one column, shape (n,)."""
        if not issparse(self.matrix):
            return np.asarray(self.matrix[:, place])
        return np.asarray(self.matrix[:, [place]].toarray()[:, 0], dtype=np.float64)

    def by_column(self) -> Iterator[Array]:
        """Yield every column."""
        return map(self.column, range(len(self.columns)))

    def moments(self) -> Moments:
        """Take means and mean squares of every column about its structural zero, by campaign."""
        size = np.bincount(self.campaign, weights=self.rows.weight).astype(np.float64)
        positive = np.bincount(self.campaign, weights=self.rows.weight * self.rows.y)
        pivot = np.zeros(len(self.columns))
        first, second = np.zeros((2, len(size), len(pivot)))
        for j in range(len(pivot)):
            x = self.column(j)
            pivot[j] = structural_zero(x, self.campaign, self.rows.weight)
            away = x - pivot[j]
            for out, values in ((first, away), (second, away**2)):
                out[:, j] = np.bincount(self.campaign, weights=self.rows.weight * values) / size
        return Moments(
            size, positive.astype(np.float64), pivot, first, second, float(np.finfo(float).eps)
        )

    def independent(self) -> Array:
        """Return how many draws each campaign is: its contacts, or cells of equal size; (G,).

        Of cells (Σ W_c)² / Σ W_c², W_c being their contacts in the campaign.
        """
        rows, count = self.rows, len(self.campaigns)
        size = np.bincount(self.campaign, weights=rows.weight).astype(np.float64)
        if rows.whole is None:
            return size
        pair = np.unique(rows.whole * count + self.campaign, return_inverse=True)[1]
        of_pair = np.bincount(pair, weights=rows.weight)
        campaign = np.empty(len(of_pair), dtype=np.int64)
        campaign[pair] = self.campaign
        return np.asarray(size**2 / np.bincount(campaign, weights=of_pair**2), dtype=np.float64)

    def beyond_chance(self) -> float:
        """Return how much more cells differ than by chance (`cells`); 1 where rows are none."""
        rows = self.rows
        if rows.whole is None:
            return 1.0
        return cells.beyond_chance(
            self.log_odds,
            rows.y,
            rows.weight,
            whole=rows.whole,
            campaign=self.campaign,
            fitted=float(self.columns["edf"].sum()),
        )

    def slopes(self) -> tuple[Array, Array]:
        """Return each campaign's own slope of each column, and its variance; (G, p).

        Per standard deviation of the column, one step from the model's coefficients with
        the campaign's intercept swept out, the others held; as `co_data.slopes_by_fold`.
        Not a number, and infinity, where the column does not vary in the campaign, or where
        fewer than five contacts make its variance there, (Σ q)²/Σ q² of q = v (x − x̄)²: one
        response of theirs would look like a certain effect. Where rows are cells, which differ
        by more than chance, the variance is as much larger (`beyond_chance`).
        """
        scale = self.columns["scale"].to_numpy(dtype="float64")
        parts = []
        for g in range(len(self.campaigns)):
            here = np.flatnonzero(self.campaign == g)
            total, residual, edge, square, score, fourth = self._sums(here)
            centred = np.maximum(square - edge**2 / total, 0.0)
            parts.append(
                (
                    np.append(residual, score / scale),
                    edge / scale,
                    np.append(total, square / scale**2),
                    enough_told(centred, fourth),
                )
            )
        score, edge, diagonal, told = (np.array(part) for part in zip(*parts, strict=True))
        b = self.columns["coef_standardised"].to_numpy(dtype="float64")
        slope, variance = own_slopes(np.append(0.0, b), score, edge, diagonal)
        variance = variance * self.beyond_chance()
        return np.where(told, slope, np.nan), np.where(told, variance, np.inf)

    def _sums(self, here: npt.NDArray[np.int64]) -> tuple[Any, ...]:
        """Return Σ v, Σ r, Σ v d, Σ v d², Σ r d and Σ v² (x − x̄)⁴ / w of some rows, d = x − m."""
        mean = self.columns["mean"].to_numpy(dtype="float64")
        mu, weight = expit(self.log_odds[here]), self.rows.weight[here]
        v, r = weight * mu * (1 - mu), weight * (self.rows.y[here] - mu)
        each = v**2 / weight  # so that a row of weight two is two contacts
        total, residual, X = v.sum(), r.sum(), self.matrix[here]
        if not issparse(X):
            d = X - mean
            edge, square, score = v @ d, v @ d**2, r @ d
            return total, residual, edge, square, score, each @ (d - edge / total) ** 4
        # zeros stay unwritten: moved to the mean afterwards
        X, first = X.tocsr(), v @ X
        edge, middle = first - total * mean, first / total
        square = v @ X.power(2) - 2 * mean * first + total * mean**2
        away = (X.data - middle[X.indices]) ** 4 - middle[X.indices] ** 4
        fourth = each @ csr_array((away, X.indices, X.indptr), shape=X.shape)
        score = r @ X - residual * mean
        return total, residual, edge, square, score, fourth + each.sum() * middle**4


def enough_told(centred: Array, fourth: Array) -> npt.NDArray[np.bool_]:
    """Tell where five contacts or more make a variance: Σ v (x − x̄)², and Σ v² (x − x̄)⁴ / w."""
    return np.asarray(centred**2 >= _ENOUGH * fourth)


def too_few_campaigns(count: int) -> DataError:
    """Return the error of a frame that has not two campaigns to compare."""
    return DataError(
        f"Comparing campaigns needs at least two with outcomes; got {count}. Name the campaign "
        "column: a month will do."
    )


def structural_zero(x: Array, campaign: npt.NDArray[np.int64], weight: Array) -> float:
    """Return a column's usual value: the median over campaigns of their own medians.

    Zero where more than half of the campaigns are mostly zero. The size of a campaign does
    not matter, nor does the order of rows.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([5.0, 5.0, 5.0, 5.0, 0.0, 0.0, 1.0])
    >>> float(structural_zero(x, np.array([0, 0, 0, 0, 1, 1, 2]), np.ones(7)))
    1.0
    """
    half = np.bincount(campaign, weights=weight) / 2
    below, up_to = (np.bincount(campaign, weights=weight * side) for side in (x < 0, x <= 0))
    medians = np.zeros(len(half))
    for g in np.flatnonzero((below >= half) | (up_to < half)):  # the others are mostly zero
        here = campaign == g
        medians[g] = np.quantile(x[here], 0.5, weights=weight[here], method="inverted_cdf")
    return float(np.quantile(medians, 0.5, method="inverted_cdf"))
