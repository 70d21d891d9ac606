"""Columns that give the outcome away: found and named before anything is fitted."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.leak_signs import FEWEST, pure_levels, standing_out, telling_gaps

SUSPECT_AUC = 0.95
"""A single honest feature of campaign data hardly ever ranks this well."""

_PRIOR_ROWS = 20
_ENOUGH_ROWS = 100_000
_FEWEST_ROWS = 10


def univariate_auc(
    X: pd.DataFrame,
    y: pd.Series[float],
    weight: npt.NDArray[np.float64],
    whole: npt.NDArray[np.int64] | None = None,
) -> pd.Series[float]:
    """Rank the known outcomes by each column alone.

    AUC = P(x₁ > x₀) + ½ P(x₁ = x₀) of a positive against a negative row, weighted, or one
    minus that where it is larger. A missing value ranks below all others. A text column
    is ranked by the positive rate of its levels in the other half of each class's rows.
    Each rate is shrunk towards the overall one by 20 rows, so that a column of unique
    texts does not look perfect.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
    y : Series of 0, 1 or NaN, shape (n,)
    weight : ndarray, shape (n,)
    whole : ndarray of int, shape (n,), optional
        The cell of each row: the halves are then of whole cells.

    Returns
    -------
    Series, shape (p,)
        By column name, in [0.5, 1]; NaN where there are not two classes.

    Examples
    --------
    >>> import pandas as pd, numpy as np
    >>> X = pd.DataFrame({"age": [30, 40, 50, 60], "call_seconds": [0, 0, 90, 80]})
    >>> univariate_auc(X, pd.Series([0, 0, 1, 1.0]), np.ones(4)).to_dict()
    {'age': 1.0, 'call_seconds': 1.0}
    """
    known = (y.notna() & (weight > 0)).to_numpy()
    target, w = np.asarray(y, dtype=np.float64)[known], weight[known]
    if not (0 < float(w @ target) < float(w.sum())):
        return pd.Series(np.nan, index=X.columns)
    half = _halves(target) if whole is None else _halves_of_cells(target, w, whole[known])
    values = {
        name: _direction_free_auc(_ranks(X[name][known], target, w, half), target, w) for name in X
    }
    return pd.Series(values, dtype="float64").reindex(X.columns)


def leakage_suspects(
    X: pd.DataFrame,
    y: pd.Series[float],
    weight: npt.NDArray[np.float64],
    whole: npt.NDArray[np.int64] | None = None,
) -> dict[str, float]:
    """Name the columns whose univariate AUC is above 0.95, with that AUC.

    Of more than 100,000 rows so many are looked at, drawn at random with a fixed seed. With
    fewer than ten rows of a class nothing is named: chance alone gets that far.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        The features.
    y : Series, shape (n,)
        The outcomes, 0 or 1.
    weight : ndarray, shape (n,)
        How many contacts each row is.
    whole : ndarray of int, shape (n,), optional
        The number of each row's cell, for rows that stay together.

    Returns
    -------
    dict of str to float

    Examples
    --------
    >>> y = pd.Series([1.0, 0.0, 0.0] * 100)
    >>> X = pd.DataFrame({"ended": 10 * y + np.arange(300) % 3, "age": np.arange(300) % 7})
    >>> leakage_suspects(X, y, np.ones(300))
    {'ended': 1.0}
    """
    if len(X) > _ENOUGH_ROWS:
        drawn = np.random.default_rng(0).choice(len(X), _ENOUGH_ROWS, replace=False)
        X, y, weight = X.iloc[drawn], y.iloc[drawn], weight[drawn]
        whole = None if whole is None else whole[drawn]
    of_class = y[weight > 0].value_counts()
    if of_class.get(0.0, 0) < _FEWEST_ROWS or of_class.get(1.0, 0) < _FEWEST_ROWS:
        return {}
    auc = univariate_auc(X, y, weight, whole)
    return {str(name): float(value) for name, value in auc[auc > SUSPECT_AUC].items()}


def signs_of_leakage(
    X: pd.DataFrame,
    y: pd.Series[float],
    weight: npt.NDArray[np.float64],
    whole: npt.NDArray[np.int64] | None = None,
) -> dict[str, str]:
    """Name the columns that may give the outcome away, each with what says so.

    Beside `leakage_suspects`, these are signs:

    - levels, or gaps, of which all contacts responded or none, beyond chance (10⁻⁶ for all
      levels together);
    - gaps that rank the outcomes with an AUC above 0.8;
    - columns of an AUC of 0.85 or more that rank twice as well as all others together: their 1
      − AUC is less than half of the others'.

    With fewer than 30 rows of a class these three are not looked at.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        The features.
    y : Series, shape (n,)
        The outcomes, 0 or 1.
    weight : ndarray, shape (n,)
        How many contacts each row is.
    whole : ndarray of int, shape (n,), optional
        The number of each row's cell, for rows that stay together.

    Returns
    -------
    dict of str to str
        What says so, by column.

    Examples
    --------
    >>> y = pd.Series([1.0, 0.0, 0.0] * 100)
    >>> X = pd.DataFrame({"ended": y.where(y > 0), "age": np.arange(300) % 7})
    >>> signs_of_leakage(X, y, np.ones(300))
    {'ended': 'AUC 1.000 alone'}
    """
    places = rows_looked_at((y.notna() & (weight > 0)).to_numpy())
    X, y, w = X.iloc[places], y.iloc[places], weight[places]
    whole = None if whole is None else whole[places]
    target = np.asarray(y, dtype=np.float64)
    rarer = min((target == 0).sum(), (target == 1).sum())
    if rarer < _FEWEST_ROWS:
        return {}
    auc = univariate_auc(X, y, w, whole)
    alone = auc[auc > SUSPECT_AUC]
    found = {str(name): f"AUC {value:.3f} alone" for name, value in alone.items()}
    if rarer < FEWEST:
        return found
    X, auc = X.drop(columns=alone.index), auc.drop(alone.index)
    half = _halves(target) if whole is None else _halves_of_cells(target, w, whole)
    auc_of = partial(_direction_free_auc, target=target, w=w)
    others = {
        **standing_out(
            auc,
            lambda name: _ranks(X[name], target, w, half),
            auc_of,
            half,
            (target, w),
        ),
        **telling_gaps(X, auc_of),
        **pure_levels(X, target, w),
    }
    return found | others


def rows_looked_at(known: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return the rows that `signs_of_leakage` looks at: at most 100,000, drawn with a fixed seed.

    Parameters
    ----------
    known : ndarray of bool, shape (n,)
        Rows that weigh something, and whose outcome is known.

    Returns
    -------
    ndarray of int
        Their places, in the order in which they are looked at.

    Examples
    --------
    >>> rows_looked_at(np.array([True, False, True])).tolist()
    [0, 2]
    """
    places = np.flatnonzero(known)
    if len(places) <= _ENOUGH_ROWS:
        return places
    return np.random.default_rng(0).choice(places, _ENOUGH_ROWS, replace=False)


def suspicions(suspects: Mapping[str, str], *, command: bool = False) -> list[str]:
    """Write what `signs_of_leakage` finds as a note; nothing where it finds nothing.

    Parameters
    ----------
    suspects : mapping of column to str
        What says so.
    command : bool
        Whether the command line's option is named too: of a flat table it has one.

    Returns
    -------
    list of str
        One sentence, or none.

    Examples
    --------
    >>> suspicions({})
    []
    >>> print(*suspicions({"ended": "AUC 1.000 alone"}))
    May give the outcome away: 'ended' (AUC 1.000 alone). What is known only afterwards must be
    left out: `frame.without('ended')`.
    """
    if not suspects:
        return []
    said = "; ".join(f"{name!r} ({why})" for name, why in suspects.items())
    typed = " ".join(f"--drop {shlex.quote(name)}" for name in suspects)
    left_out = f"`frame.without({', '.join(map(repr, suspects))})`"
    left_out = f"{typed}, or {left_out} in Python" if command else left_out
    note = f"May give the outcome away: {said}. What is known only afterwards must be left out: "
    return [f"{note}{left_out}."]


def _ranks(
    column: pd.Series[Any],
    target: npt.NDArray[np.float64],
    w: npt.NDArray[np.float64],
    half: npt.NDArray[np.intp],
) -> npt.NDArray[np.float64]:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype="float64", na_value=np.nan)
        return np.where(np.isnan(values), -np.inf, values)
    codes = pd.factorize(column, use_na_sentinel=False)[0]
    overall = float(w @ target) / float(w.sum())
    rates = []
    for side in (0, 1):
        weight = np.where(half == side, w, 0.0)
        total = np.bincount(codes, weights=weight)
        positive = np.bincount(codes, weights=weight * target)
        rates.append((positive + _PRIOR_ROWS * overall) / (total + _PRIOR_ROWS))
    # each half is ranked by what the other says: a unique text must not know its own label
    return np.where(half == 0, rates[1][codes], rates[0][codes])


def _halves(target: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Deal each class by turns: rows whose classes alternate must not fall apart by class."""
    half = np.empty(len(target), dtype=np.intp)
    for label in (0.0, 1.0):
        rows = np.flatnonzero(target == label)
        half[rows] = np.arange(len(rows)) % 2
    return half


def _halves_of_cells(
    target: npt.NDArray[np.float64],
    w: npt.NDArray[np.float64],
    whole: npt.NDArray[np.int64],
) -> npt.NDArray[np.intp]:
    """Deal cells by turns in the order of their rates, so that both halves have all of them."""
    number = np.unique(whole, return_inverse=True)[1]
    rate = np.bincount(number, weights=w * target) / np.bincount(number, weights=w)
    half = np.empty(len(rate), dtype=np.intp)
    half[np.argsort(rate, kind="stable")] = np.arange(len(rate)) % 2
    return np.asarray(half[number])


def _direction_free_auc(
    values: npt.NDArray[np.float64], target: npt.NDArray[np.float64], w: npt.NDArray[np.float64]
) -> float:
    codes = np.unique(values, return_inverse=True)[1]
    positive = np.bincount(codes, weights=w * target)
    negative = np.bincount(codes, weights=w * (1 - target))
    below = np.cumsum(negative) - negative
    auc = float(positive @ (below + negative / 2)) / float(positive.sum() * negative.sum())
    return max(auc, 1 - auc)
