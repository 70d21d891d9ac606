"""Signs that a column was filled in with the outcome known, where its ranking alone is not enough.

Three of them, each with a bar that honest columns of real campaigns stay under:
a level, or an amount that most have not, whose contacts all responded, or none of them, beyond
chance; missing values that tell the outcome; and a column that ranks far better than all the
others together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.frame.level_spelling import plain_level
from workbench.numbers import Array

BEYOND_CHANCE = 1e-6
"""How likely one of all levels may be to be pure by chance."""

FEWEST = 30
"""Rows of each class, and of a level, below which none of this is told from chance."""

MISSING_AUC = 0.8
OUTSTANDING_AUC = 0.85
LONE_AUC = 0.9
"""Where there are fewer than three other columns to hold it against."""

_MOST_LEVELS = 20  # of a number, to be looked at level by level
_OTHERS = 50
_LOOK = 1000


def pure_levels(X: pd.DataFrame, y: Array, w: Array) -> dict[str, str]:
    """Find columns with a level, an amount, or gaps, whose contacts all responded, or none of them.

    An amount is any value of a number other than the one that most contacts have: money that came
    with the response is 0 for all others.

    With a share r of responses, n contacts are pure by chance with the probability rⁿ, or
    (1 − r)ⁿ. That must be below 10⁻⁶ for all levels that are looked at together.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
    y : ndarray of 0 and 1, shape (n,)
    w : ndarray, shape (n,)

    Returns
    -------
    dict of column to what was found

    Examples
    --------
    >>> y = np.tile([1.0, 0.0, 0.0], 200)
    >>> status = pd.DataFrame({"status": np.where(y > 0, ["done", "sent", "open"] * 200, "open")})
    >>> pure_levels(status, y, np.ones(600))
    {'status': 'all 200 contacts of one level responded'}
    """
    rate = float(w @ y) / float(w.sum())
    found: dict[str, tuple[float, str]] = {}
    looked = 0
    for name in X:
        for what, member in _levels(X[name]):
            looked += 1
            n, positive = float(w[member].sum()), float(w[member] @ y[member])
            if member.sum() < FEWEST or positive not in (0.0, n):
                continue
            odds = n * float(np.log(rate if positive else 1 - rate))
            said = f"all {n:,.0f} contacts {what} responded"
            if not positive:
                said = f"none of {n:,.0f} contacts {what} responded"
            if odds < found.get(str(name), (0.0, ""))[0]:
                found[str(name)] = (odds, said)
    bar = np.log(BEYOND_CHANCE / max(looked, 1))
    return {name: said for name, (odds, said) in found.items() if odds < bar}


def _levels(column: pd.Series[Any]) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    missing = column.isna().to_numpy()
    if missing.any() and not missing.all():
        yield "without a value", missing
        yield "with a value", ~missing
    numeric = pd.api.types.is_numeric_dtype(column)
    if numeric and column.iloc[:_LOOK].nunique() > _MOST_LEVELS:
        yield from _amounts(column)
        return
    codes, names = pd.factorize(column)
    if numeric and len(names) > _MOST_LEVELS:
        yield from _amounts(column)
        return
    for code, count in enumerate(np.bincount(codes[codes >= 0], minlength=len(names))):
        if count >= FEWEST:
            yield "of one level", codes == code


def _amounts(column: pd.Series[Any]) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Mark the rows whose number is another than the one that most have."""
    usual = column.iloc[:_LOOK].mode()
    if usual.empty:
        return
    other = (column != usual.iloc[0]).to_numpy(dtype=bool, na_value=False) & column.notna()
    if 2 * other.sum() < len(column):
        yield f"with a value other than {plain_level(usual.iloc[0])}", other.to_numpy()


def telling_gaps(X: pd.DataFrame, auc_of: Callable[[Array], float]) -> dict[str, str]:
    """Find columns of which it ranks the outcomes with an AUC above 0.8 whether they are missing.

    Examples
    --------
    >>> X = pd.DataFrame({"ended": [1.0, None], "age": [30.0, 40.0]})
    >>> telling_gaps(X, lambda missing: 0.9)
    {'ended': 'its gaps predict the outcome, AUC 0.900'}
    """
    gaps = {str(name): X[name].isna().to_numpy() for name in X}
    auc = {
        name: auc_of(missing.astype(np.float64))
        for name, missing in gaps.items()
        if missing.any() and not missing.all()
    }
    said = "its gaps predict the outcome, AUC"
    return {name: f"{said} {area:.3f}" for name, area in auc.items() if area > MISSING_AUC}


def standing_out(
    auc: pd.Series[float],
    ranks: Callable[[str], Array],
    auc_of: Callable[[Array], float],
    half: npt.NDArray[np.intp],
    target: tuple[Array, Array],
) -> dict[str, str]:
    """Find columns that rank twice as well as all the others together.

    The others are those with an AUC below 0.85, the best 50 of them, put together by least
    squares on their ranks, each half of the rows by the other half's weights. A column stands out
    with an AUC of 0.85 or more where (1 − AUC) is less than half of theirs.

    Parameters
    ----------
    auc : Series
        Of each column alone.
    ranks : function of a column's name
        Its values, or what its levels are ranked by; shape (n,).
    auc_of : function of scores (n,)
    half : ndarray of 0 and 1, shape (n,)
    target : (y, w), each of shape (n,)
    """
    strong = auc[auc >= OUTSTANDING_AUC]
    others = auc[auc < OUTSTANDING_AUC].nlargest(_OTHERS).index
    if strong.empty:
        return {}
    together = 0.5
    if len(others):
        Z = np.column_stack([pd.Series(ranks(name)).rank(pct=True) - 0.5 for name in others])
        together = max(float(auc[others].max()), auc_of(_cross_fitted(Z, half, *target)))
    if len(others) < 3:
        strong = strong[strong >= LONE_AUC]
    return {
        str(name): f"AUC {area:.3f} alone, all others together {together:.3f}"
        for name, area in strong.items()
        if 1 - area < (1 - together) / 2
    }


def _cross_fitted(Z: Array, half: npt.NDArray[np.intp], y: Array, w: Array) -> Array:
    scores = np.empty(len(y))
    for side in (0, 1):
        here = half == side
        weighted = Z[here] * w[here][:, None]
        # ranks have a variance of 1/12: a weak ridge, so that twins do no harm
        gram = weighted.T @ Z[here] + 0.01 / 12 * w[here].sum() * np.eye(Z.shape[1])
        centred = y[here] - float(w[here] @ y[here]) / float(w[here].sum())
        scores[~here] = Z[~here] @ np.linalg.solve(gram, weighted.T @ centred)
    return scores
