"""Choose the strength by asking what would have worked on rows that the fit did not see.

Where there are campaigns, each is left out in turn ("leave campaign out"): the
question is then what would have worked on a campaign not yet seen. Without campaigns
the rows are dealt to ten folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from tqdm.auto import tqdm

from workbench.errors import DataError
from workbench.ridge.penalty import ALPHA_GRID
from workbench.ridge.solver import Array, Problem, solve

MOST_FOLDS = 30
RANDOM_FOLDS = 10
NEVER_OUT = -1
_TIE = 1e-9
_FOLD_TOLERANCE = 1e-7  # far below what tells two strengths apart
_QUIET_SIZE = 2e6  # rows × columns below which tuning takes about a second


def campaign_folds(
    campaign: pd.Series[Any], order: Sequence[Any], *, most: int = MOST_FOLDS
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Give each campaign a fold; merge neighbours in time where there are too many.

    Parameters
    ----------
    campaign : Series, shape (n,)
    order : sequence
        Campaign labels in time order.
    most : int
        Largest number of folds.

    Returns
    -------
    fold : ndarray of int, shape (n,)
    labels : list of str
        What each fold holds, such as ``"spring"`` or ``"spring … autumn"``.

    Raises
    ------
    DataError
        There are fewer than two campaigns.

    Examples
    --------
    >>> import pandas as pd
    >>> fold, labels = campaign_folds(pd.Series(["b", "a", "b"]), ["a", "b"])
    >>> fold.tolist(), labels
    ([1, 0, 1], ['a', 'b'])
    """
    if len(order) < 2:
        raise DataError(
            f"Leaving campaigns out needs at least two campaigns; got {len(order)}. Give `alpha` a "
            "number, or fit without `campaign` to tune on random folds."
        )
    counts = campaign.value_counts().reindex(list(order)).to_numpy(dtype="float64")
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    of_campaign = np.arange(len(order)) if len(order) <= most else (middle * most).astype(int)
    of_campaign = np.unique(of_campaign, return_inverse=True)[1]
    members = pd.Series([str(label) for label in order]).groupby(of_campaign)
    labels = [m.iloc[0] if len(m) == 1 else f"{m.iloc[0]} … {m.iloc[-1]}" for _, m in members]
    fold = of_campaign[pd.Index(order).get_indexer(campaign)]
    return fold.astype("int64"), labels


def random_folds(X: Array, y: Array, *, most: int = RANDOM_FOLDS) -> npt.NDArray[np.int64]:
    """Deal distinct rows of X to folds by what they hold, both outcomes of a row together.

    A row's place follows from a hash of its values, so that the folds do not depend on
    the order of rows, and rows with equal features (a row of weight 2, the same row
    twice, the positives and the negatives of one cell) always share a fold: to leave out
    a cell's positives and keep its negatives would teach the opposite of the truth. Rows
    seen with one outcome only are dealt after one another, so that each fold has its
    share of both. The only kind of row that has an outcome is never left out (fold -1).

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Design before standardisation, which would change the last bits.
    y : ndarray, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)
    """
    distinct, place = np.unique(_hash_rows(X), return_inverse=True)
    positive, negative = (np.bincount(place, weights=w) > 0 for w in (y, 1.0 - y))
    fold = np.empty(len(distinct), dtype="int64")
    # stable: by hash within the rows that have negatives only, both, positives only
    dealt = np.argsort(positive.astype(int) - negative, kind="stable")
    fold[dealt] = np.arange(len(distinct)) % most
    for has_outcome in (positive, negative):
        if has_outcome.sum() == 1:
            fold[has_outcome] = NEVER_OUT
    return fold[place]


def tune_alpha(
    problem: Problem, factors: Array, fold: npt.NDArray[np.int64], *, grid: Array = ALPHA_GRID
) -> pd.DataFrame:
    """Measure the loss on left-out folds for each strength of a grid.

    For every fold g and strength α the model is fitted exactly to the other rows, with
    the standardisation and the total weight W of all of them, and

        L(α) = (1/W) Σ_g Σ_{i∈g} w_i [ log(1 + e^{η_i}) − y_i η_i ] ,  η_i = b0_{−g} + z_i'b_{−g} .

    Parameters
    ----------
    problem : Problem
        Its penalties are not used.
    factors : ndarray, shape (p,)
    fold : ndarray of int, shape (n,)
    grid : ndarray
        Strengths, strongest first.

    Returns
    -------
    DataFrame
        One row a strength: ``alpha, loss, loss_se, folds, chosen``. ``loss_se`` is the
        standard error of the loss over folds. The smallest loss is chosen; ties go to
        the stronger penalty.

    Raises
    ------
    DataError
        There are fewer than two folds, or without one of them a class is missing.
    """
    folds = np.unique(fold[fold != NEVER_OUT])
    if len(folds) < 2:
        raise DataError(
            "Tuning needs at least two folds that can be left out; these rows differ too little "
            "from one another. Give `alpha` a number."
        )
    _check_classes_elsewhere(problem, fold)
    rows_loss = np.zeros((len(grid), len(problem.y)))
    quiet = problem.Z.size * len(folds) < _QUIET_SIZE
    for g in tqdm(folds, desc="Leaving folds out", unit="fold", leave=False, disable=quiet):
        out = fold == g
        rows_loss[:, out] = _losses_left_out(problem, factors, out, grid)
    left_out = fold != NEVER_OUT
    losses = (rows_loss * problem.weight)[:, left_out]
    return _table(grid, losses, problem.weight[left_out], fold[left_out])


def _losses_left_out(
    problem: Problem, factors: Array, out: npt.NDArray[np.bool_], grid: Array
) -> Array:
    Z, y = problem.Z[out], problem.y[out]
    rest = problem.without_rows(out)
    losses = np.zeros((len(grid), len(y)))
    start = None
    for k, alpha in enumerate(grid):
        fit = solve(rest.with_penalties(alpha * factors), start=start, tolerance=_FOLD_TOLERANCE)
        start = (fit.intercept, fit.coef)  # the next strength is near
        eta = fit.intercept + Z @ fit.coef
        losses[k] = np.logaddexp(0.0, eta) - y * eta
    return losses


def _table(grid: Array, losses: Array, weight: Array, fold: npt.NDArray[np.int64]) -> pd.DataFrame:
    total = float(weight.sum())
    loss = losses.sum(axis=1) / total
    weight_of = np.bincount(fold, weights=weight)
    loss_of = np.array([np.bincount(fold, weights=row) for row in losses])
    present = weight_of > 0
    folds = int(present.sum())
    surplus = loss_of[:, present] - loss[:, None] * weight_of[present]
    spread = np.sqrt(folds / (folds - 1) * (surplus**2).sum(axis=1)) / total
    chosen = int(np.argmax(loss <= loss.min() * (1 + _TIE)))  # the grid starts at the strongest
    return pd.DataFrame(
        {
            "alpha": grid,
            "loss": loss,
            "loss_se": spread,
            "folds": folds,
            "chosen": np.arange(len(grid)) == chosen,
        }
    )


def _check_classes_elsewhere(problem: Problem, fold: npt.NDArray[np.int64]) -> None:
    place = fold - fold.min()
    for name, member in (("positive", problem.y), ("negative", 1 - problem.y)):
        count = np.bincount(place, weights=problem.weight * member)
        alone = int(np.argmax(count))
        if np.isclose(count[alone], count.sum()) and alone + fold.min() != NEVER_OUT:
            raise DataError(
                f"Tuning needs both classes in at least two folds; all {name} outcomes are in one "
                "of them. Give `alpha` a number, or add campaigns."
            )


def _hash_rows(X: Array) -> npt.NDArray[np.uint64]:
    bits = np.ascontiguousarray(X + 0.0).view(np.uint64)  # + 0.0: minus zero is zero
    mixed = np.full(len(X), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in bits.T:
        mixed = (mixed ^ column) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
    return mixed
