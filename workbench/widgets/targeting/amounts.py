"""What a response of each contact brings: a number for all, a column, one a row, or a model's."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from workbench.errors import DataError, DataWarning, ParameterError, SchemaError
from workbench.frame.dealing import wholes
from workbench.frame.feature_frame import FeatureFrame
from workbench.frame.leakage import leakage_suspects
from workbench.language import later, say, say_count
from workbench.messages import count_of, did_you_mean, listed
from workbench.metrics.money import amounts_from, check_amounts, one_for_all
from workbench.numbers import Array


class AmountModel(Protocol):
    """A model of the money of a response, such as one of the spend of those who responded."""

    def expected(self, X: Any) -> pd.Series[float]:
        """Return the expected amount of each row, on the index of the rows.

        Parameters
        ----------
        X : FeatureFrame or DataFrame, n rows

        Returns
        -------
        Series of float, shape (n,)
        """


class Amounts(NamedTuple):
    """The money of a response of each contact.

    Parameters
    ----------
    amount : ndarray, shape (n,)
        Finite, from 0.
    predicted : bool
        Whether a model said them.
    notes : tuple of str
        What of them a reader must know.
    """

    amount: Array
    predicted: bool
    notes: tuple[str, ...] = ()


SUSPICIOUS = later(
    "Amounts alone rank the known outcomes with an AUC of {auc:.3f}: they may be known only "
    "after a response. Give what a response of each contact would bring, whether it came or not."
)

Margin = Any
"""A number, a column's name, one amount a row, or an `AmountModel`."""


def amounts_of(margin: Margin, frame: FeatureFrame) -> float | Amounts:
    """Return what responses bring: a number where it is the same for all contacts.

    Amounts of a model stay a model's, though they be the same.

    Raises
    ------
    ParameterError
        `margin` is nothing of this, or a negative or infinite number.
    SchemaError
        It names no column of the frame, has not one value a row, or stands in another order.
    DataError
        An amount is missing, negative or infinite, or no number; or a cell has several.
    """
    if np.ndim(margin) == 0 and not isinstance(margin, str):
        if callable(getattr(margin, "expected", None)) and not isinstance(margin, type):
            return _predicted(margin, frame)
        return _number(margin)
    values = frame.X[_column(margin, frame)] if isinstance(margin, str) else margin
    check_rows(values, frame)
    amounts = amounts_from(values, name="margin")
    check_amounts(amounts, name="margin")
    _check_cells(amounts, frame)
    if np.ptp(amounts) == 0:
        return float(amounts[0])
    return Amounts(amounts, predicted=False, notes=_suspicion(amounts, frame))


def _number(margin: Any) -> float:
    if hasattr(margin, "fit") or isinstance(margin, type):
        what = margin.__name__ if isinstance(margin, type) else f"a {type(margin).__name__}"
        raise ParameterError(
            "`margin` must be a number, the name of a column, one amount a row, or a fitted model "
            f"with a method `expected`; got {what}. Fit a model of amounts to the money of those "
            "who responded."
        )
    return one_for_all(margin, name="margin")


def _column(name: str, frame: FeatureFrame) -> str:
    if name not in frame.X.columns:
        raise SchemaError(
            f"`margin` names unknown column {name!r}; got {listed(frame.X.columns)}."
            f"{did_you_mean(name, frame.X.columns)} Amounts that are no feature are given as an "
            "array, one a row of the frame."
        )
    return name


def check_rows(values: Any, frame: FeatureFrame, *, name: str = "margin") -> None:
    """Match a Series as a frame matches `weight` and `y`."""
    if np.ndim(values) != 1 or len(values) != len(frame):
        raise SchemaError(
            f"`{name}` must have one value a row; got shape {np.shape(values)} for "
            f"{count_of(len(frame), 'row')} of the frame. Take both from the same rows."
        )
    rows = frame.X.index
    if not isinstance(values, pd.Series) or values.index.equals(rows):
        return
    if set(values.index) == set(rows):
        raise SchemaError(
            f"`{name}` must stand in the order of the frame; its index has the same labels in "
            f"another order. Write `{name}.loc[frame.X.index]`."
        )


def _check_cells(amounts: Array, frame: FeatureFrame) -> None:
    """Hold that those of a cell who responded bring no more than the others would have."""
    if frame.cell is None:
        return
    by_cell = pd.Series(amounts).groupby(wholes(frame))
    several = int((by_cell.max() > by_cell.min()).sum())
    if several:
        raise DataError(
            "`margin` must be one amount for all contacts of a cell, whether they responded or "
            f"not; in {count_of(several, 'cell')} it is not. Give the cell's mean."
        )


def _suspicion(amounts: Array, frame: FeatureFrame) -> tuple[str, ...]:
    """Say so where amounts tell who responded, such as money that only those have who did."""
    known = frame.y.notna().to_numpy()
    column = pd.DataFrame({"margin": amounts[known]})
    whole = None if frame.cell is None else wholes(frame)[known]
    y = frame.y[known].reset_index(drop=True)
    auc = leakage_suspects(column, y, frame.weights[known], whole).get("margin")
    if auc is None:
        return ()
    warnings.warn(SUSPICIOUS.format(auc=auc), DataWarning, stacklevel=2)
    return (say(SUSPICIOUS, auc=auc),)


def _predicted(model: AmountModel, frame: FeatureFrame) -> Amounts:
    if getattr(model, "foretells", "amount") != "amount":
        raise ParameterError(
            "`margin` must be of money; a RidgeCount foretells how many. Multiply its "
            "`expected(frame)` by the money of one, and give that."
        )
    said = model.expected(frame)
    check_rows(said, frame, name="margin.expected(frame)")
    values = amounts_from(said, name="margin")
    below = values < 0
    values = np.where(below, 0.0, values)
    check_amounts(values, name="margin")
    said_below = say_count(
        "{n:,.0f} contact has a predicted amount below 0, which counts as 0.",
        "{n:,.0f} contacts have a predicted amount below 0, which counts as 0.",
        float(frame.weights[below].sum()),
    )
    return Amounts(values, predicted=True, notes=(said_below,) if below.any() else ())
