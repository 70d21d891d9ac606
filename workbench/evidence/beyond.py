"""How much of the scores of new contacts comes from numbers that training never saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import issparse
from sklearn.utils.validation import check_is_fitted

from workbench.checks import check_propensity
from workbench.frame.dealing import numbered
from workbench.frame.feature_frame import FeatureFrame
from workbench.language import number_text, retold, say
from workbench.numbers import Array
from workbench.ridge.design.remarks import Remarks, gathered
from workbench.ridge.design.table import as_table
from workbench.ridge.design.trained_range import Outside, described, ranges_of, read_scored

if TYPE_CHECKING:
    from workbench.ridge import RidgePropensity


_BLOCK = 4096  # rows at a time: distances are as large as the design


@dataclass(frozen=True)
class BeyondTraining:
    """What new contacts have outside of the range that a model was trained on.

    Parameters
    ----------
    table : DataFrame
        One row a design column, those that matter most first:

        - ``feature``;
        - ``low, high``: its range in training;
        - ``below_share, above_share``: the shares of contacts below and above it;
        - ``furthest``: the largest distance from the range, in standard deviations,
          negative below it;
        - ``log_odds``: how far the numbers outside move the log-odds on average, up or
          down, or would if they were not held;
        - ``share``: that relative to all that moves the scores.
    share : float
        Of all columns together.
    extrapolated : bool
        Whether the model lets them move its scores.
    """

    table: pd.DataFrame
    share: float
    extrapolated: bool

    @property
    def outside(self) -> pd.DataFrame:
        """The rows of the table where some number is outside, and matters."""
        return self.table[self.table["log_odds"] > 0]

    def sentence(self) -> str:
        """Say how much lies outside, of which columns, and what the model does with it."""
        found = self.outside
        if found.empty:
            return say(
                "No number that moves these scores is outside of the range seen in training."
            )
        least = say("Less than 0.1%")
        named = retold(
            described(
                found.index,
                found["below_share"] + found["above_share"],
                found["furthest"],
                of="contacts",
            )
        )
        values = {
            "part": number_text(self.share, ".1%") if self.share >= 0.001 else least,
            "named": named,
        }
        if self.extrapolated:
            return say(
                "{part} of what moves these scores away from the average contact's lies outside of "
                "the trained range, and is extrapolated: {named}.",
                **values,
            )
        return say(
            "{part} of what moves these scores away from the average contact's lies outside of "
            "the trained range, and counts as the nearest number inside: {named}.",
            **values,
        )

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        text = f"<p>{escape(self.sentence())}</p>"
        if self.outside.empty:
            return text
        return text + self.outside.to_html(border=0, float_format="{:.4g}".format)


def beyond_training(model: RidgePropensity, new: Any, *, fewest: int = 1) -> BeyondTraining:
    """Measure how much of the scores of new contacts lies outside of the trained range.

    With b_j a column's coefficient, m_j its mean in training and h_ij the number x_ij held
    in the trained range, the share is ::

        Σ_ij w_i |b_j| |x_ij − h_ij|  /  Σ_ij w_i |b_j| |x_ij − m_j| ,

    between 0 and 1, as m_j lies in the range: of all that moves these scores away from the
    average contact's, the part that training could not check.

    Parameters
    ----------
    model : RidgePropensity, RidgeUplift or NetworkPropensity
        Fitted.
    new : FeatureFrame, DataFrame, array or scipy.sparse matrix, shape (n, p)
        The contacts; a FeatureFrame's weights count, unless all are 0; outcomes are not looked at.
    fewest : int
        Customers outside, below which a column counts as if none were: a report tells nothing
        of fewer than ten. Where customers are not known, contacts.

    Returns
    -------
    BeyondTraining

    Raises
    ------
    ParameterError
        `model` foretells no propensities.
    NotFittedError
        From scikit-learn: the model has not been fitted.
    FitError
        An earlier version saved the model, without ranges.

    References
    ----------
    Hooker (2004), Diagnosing extrapolation: tree-based density estimation, KDD.

    Examples
    --------
    >>> from workbench import RidgePropensity
    >>> X = pd.DataFrame({"visits": [0.0, 1.0, 2.0, 3.0]})
    >>> model = RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1])
    >>> beyond_training(model, pd.DataFrame({"visits": [1.0, 4.0]}))
    33.3% of what moves these scores away from the average contact's lies outside of the trained
    range, and counts as the nearest number inside: 'visits' in 50.0% of contacts, up to 0.894
    standard deviations above.
    """
    check_propensity(model, "What lies outside moves", uplift=True)
    check_is_fitted(model, "columns_")
    model, new = of_columns(model), with_columns(model, new)
    table = as_table(model, new, reset=False)
    weight = np.ones(len(table))
    if isinstance(new, FeatureFrame) and new.weights.any():
        weight = new.weights
    hidden = _people_outside(model, new, table, weight) < fewest if fewest > 1 else None
    return told(model, measured(model, table, weight), hidden=hidden)


def of_columns(model: Any) -> Any:
    """Return the model whose columns have ranges: of a network, the ridge model that scores."""
    return getattr(model, "ridge_", model)


def with_columns(model: Any, new: Any) -> Any:
    """Return rows with all that the ranges are of: a network's have hidden units, too."""
    widened = getattr(model, "widened", None)
    return new if widened is None else widened(new)


@dataclass(frozen=True)
class Measured:
    """What is outside in some rows, what moves their scores, and their weight.

    Parameters
    ----------
    outside : Outside
    moves : ndarray, shape (p,)
        Weighted mean of |x − mean| of each design column, as it is scored.
    weight : float
    """

    outside: Outside
    moves: Array
    weight: float

    def __add__(self, other: Measured) -> Measured:
        """Return the same of these rows and others."""
        weight = self.weight + other.weight
        share = other.weight / weight if weight > 0 else 0.0
        outside = self.outside.with_block(other.outside, share=share)
        return Measured(outside, (1 - share) * self.moves + share * other.moves, weight)


def measured(model: RidgePropensity, table: Any, weight: Array) -> Measured:
    """Measure rows, a table or a block of one; blocks can be added."""
    return measured_of(model, *read_scored(model, table, weight=weight), weight)


def measured_of(model: RidgePropensity, matrix: Any, outside: Outside, weight: Array) -> Measured:
    """Measure rows that were read and held in their ranges."""
    mean = model.columns_["mean"].to_numpy(dtype="float64")
    moves = _distance(matrix, mean, weight)  # of the numbers as they are scored
    return Measured(outside, moves, float(weight.sum()))


def told(
    model: RidgePropensity, found: Measured, *, hidden: npt.NDArray[np.bool_] | None = None
) -> BeyondTraining:
    """Say what was measured, one row a design column; those that are `hidden` count as inside."""
    low, high = ranges_of(model)
    outside, slope = found.outside, np.abs(model.per_unit)
    beyond = slope * outside.mean
    if hidden is not None:
        beyond = np.where(hidden, 0.0, beyond)
    total = float(slope @ found.moves) + (0.0 if model.extrapolate else float(beyond.sum()))
    share = beyond / total if total > 0 else np.zeros(len(beyond))
    table = pd.DataFrame(
        {
            "feature": model.columns_["feature"],
            "low": low,
            "high": high,
            "below_share": outside.below,
            "above_share": outside.above,
            "furthest": outside.furthest / model.columns_["scale"].to_numpy(),
            "log_odds": beyond,
            "share": share,
        },
        index=model.columns_.index,
    )
    order = np.argsort(-beyond, kind="stable")
    return BeyondTraining(table.iloc[order], float(share.sum()), bool(model.extrapolate))


def _people_outside(model: RidgePropensity, new: Any, table: Any, weight: Array) -> Array:
    """Count the customers with a number outside of the range of each column."""
    number, code = weight, np.arange(len(table))
    if isinstance(new, FeatureFrame) and new.customer is not None:
        code = numbered(new.customer)
        number = np.ones(int(code.max()) + 1)
    with gathered(Remarks()):  # said where the rows are measured
        matrix, (low, high) = model.design_.matrix(table), ranges_of(model)
    out = np.zeros(len(low))
    for j, away in rows_outside(matrix, low, high):
        out[j] = number[np.unique(code[away])].sum()
    return out


def rows_outside(
    matrix: Any, low: Array, high: Array
) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Give each design column with the rows whose number is outside of its range."""
    matrix = matrix.tocsc() if issparse(matrix) else matrix
    for j in range(len(low)):
        values = matrix[:, [j]].toarray().ravel() if issparse(matrix) else matrix[:, j]
        yield j, np.flatnonzero((values < low[j]) | (values > high[j]))


def _distance(matrix: Any, mean: Array, weight: Array) -> Array:
    """Return the weighted mean of |x − mean| of each column."""
    if issparse(matrix):  # zeros stay unwritten: |0 − m| everywhere, and what is stored beyond it
        more = np.abs(matrix.data - mean[matrix.indices]) - np.abs(mean[matrix.indices])
        w = np.repeat(weight, np.diff(matrix.indptr))
        stored = np.bincount(matrix.indices, w * more, minlength=len(mean))
        return np.asarray(np.abs(mean) + stored / weight.sum())
    sums = np.zeros(len(mean))
    for start in range(0, len(matrix), _BLOCK):
        rows = slice(start, start + _BLOCK)
        sums += weight[rows] @ np.abs(matrix[rows] - mean)
    return np.asarray(sums / weight.sum())
