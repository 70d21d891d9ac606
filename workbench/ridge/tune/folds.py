"""What is left out when penalties are tuned: campaigns, tenths of the rows, or of the time.

With campaigns the question is what would have worked on a campaign not yet seen. Without
them, rows are dealt to ten folds, which says nothing about the next campaign. Blocks of
time stand between: what would have worked in weeks not yet seen. Forward folds leave out what
came later, too: each campaign but the first three is judged by those before it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, issparse

from workbench.errors import DataError
from workbench.messages import count_of
from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.outcomes.base_rate import RECENT
from workbench.ridge.rows.arrays import ArrayRows
from workbench.ridge.statistics.layout import lay_out_sparse, measured_rows
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.tune.fold_checks import check_campaigns_ahead, check_told_ahead

Array = npt.NDArray[np.float64]

MOST_FOLDS = 30
RANDOM_FOLDS = 10
NEVER_OUT = -1
_BLOCK = 8192  # rows that are hashed at a time: what fits the processor's memory
_SALT = np.uint64(0x9E3779B97F4A7C15)
KINDS = ("auto", "campaigns", "random", "time", "forward")
AUTO, CAMPAIGNS, RANDOM, TIME, FORWARD = KINDS
AHEAD = "each judged by those before it"


class Folds(NamedTuple):
    """Which fold each row is in, what each holds, and what they are, in words.

    ``campaigns`` says whether folds are campaigns, ``random`` whether rows were dealt;
    ``forward_from`` which fold is the first that is judged by those before it, None where
    each is judged by all others.
    """

    of_row: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    kind: str
    campaigns: bool = False
    random: bool = False
    forward_from: int | None = None


def folds_of(
    rows: TrainingRows, matrix: Array | csr_array, *, kind: str = AUTO, needed: bool
) -> Folds:
    """Deal the rows to folds.

    Parameters
    ----------
    rows : TrainingRows
    matrix : ndarray, shape (n, p)
        Their design.
    kind : {"auto", "campaigns", "random", "time", "forward"}
        "auto": campaigns where there are two or more, else random tenths.
    needed : bool
        Whether something is tuned. If not, campaigns are folds all the same, for errors
        and left-out losses, and there are none without them.

    Raises
    ------
    DataError
        Campaigns or moments are asked for, and there are fewer than two; or forward folds,
        of fewer than five campaigns, of no known order, or of one class at either end.
    """
    several = len(rows.order) > 1
    if kind == CAMPAIGNS or (kind == AUTO and several):
        return _of_campaigns(rows)
    if kind == TIME:
        return _of_time(rows)
    if kind == FORWARD:
        return _forward(rows)
    if kind == RANDOM or needed:
        person = rows.person  # dealt whole beside campaigns, too
        fold = random_folds(matrix, rows.outcome.high(rows.y), whole=person)
        labels = tuple(f"part {k + 1}" for k in range(int(fold.max()) + 1))
        kind = f"{len(labels)} random parts of the {'rows' if person is None else 'customers'}"
        return Folds(fold, labels, kind, random=True)
    return Folds(np.zeros(len(rows.y), dtype=np.int64), ("all rows",), "none")


def _of_campaigns(rows: TrainingRows) -> Folds:
    if rows.campaign is None:
        raise DataError(
            "`folds='campaigns'` needs the campaign of each row; there is none. Give `campaign` to "
            "`fit`, or a FeatureFrame that has them."
        )
    fold, labels = campaign_folds(rows.campaign, rows.order, weight=rows.contacts)
    merged = "campaigns" if len(labels) == len(rows.order) else "groups of campaigns"
    return Folds(fold, tuple(labels), f"{len(labels)} {merged}", campaigns=True)


def _forward(rows: TrainingRows) -> Folds:
    check_campaigns_ahead(rows)
    folds = _of_campaigns(rows)
    check_told_ahead(rows, folds.of_row)
    judged = len(folds.labels) - RECENT
    kind = folds.kind.replace(str(len(folds.labels)), str(judged), 1)
    return folds._replace(kind=f"{kind}, {AHEAD}", forward_from=RECENT)


def _of_time(rows: TrainingRows) -> Folds:
    if rows.as_of is None:
        raise DataError(
            "`folds='time'` needs the moment of each row; there is none. Give a FeatureFrame with "
            "`as_of`, or leave `folds` out."
        )
    fold, labels = time_folds(rows.as_of, weight=rows.contacts)
    return Folds(fold, tuple(labels), count_of(len(labels), "block of time", "blocks of time"))


def in_blocks(
    matrix: Array | csr_array, rows: TrainingRows, folds: Folds
) -> tuple[ArrayRows, Moments]:
    """Lay the rows out in blocks by fold, and measure their columns.

    Columns so far from zero that floating point would cancel their digits are moved.
    """
    who = {"person": rows.person, "whole": rows.whole}
    if issparse(matrix):
        sparse, measured = lay_out_sparse(matrix, rows.y, rows.weight, folds.of_row, **who)
        return sparse.judged_from(folds.forward_from), measured
    blocks = ArrayRows(matrix, rows.y, rows.weight, folds.of_row, **who)
    return measured_rows(blocks.judged_from(folds.forward_from), matrix)


def campaign_folds(
    campaign: pd.Series[Any],
    order: Sequence[Any],
    *,
    most: int = MOST_FOLDS,
    weight: Array | None = None,
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Give each campaign a fold; merge neighbours in time where there are too many.

    Parameters
    ----------
    campaign : Series, shape (n,)
    order : sequence
        Campaign labels in time order.
    most : int
        Largest number of folds.
    weight : ndarray, shape (n,), optional
        Contacts that each row stands for: merged campaigns hold about as many each.

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
    place = pd.Index(order).get_indexer(campaign)
    counts = np.bincount(place, weights=weight, minlength=len(order)).astype(float)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    of_campaign = np.arange(len(order)) if len(order) <= most else (middle * most).astype(int)
    of_campaign = np.unique(of_campaign, return_inverse=True)[1]
    members = pd.Series([str(label) for label in order]).groupby(of_campaign)
    labels = [_from_to(list(block)) for _, block in members]
    fold = of_campaign[place]
    return fold.astype("int64"), labels


def time_folds(
    as_of: pd.Series[Any], *, most: int = RANDOM_FOLDS, weight: Array | None = None
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Cut time into blocks of about as many contacts each; those of one moment stay together.

    Parameters
    ----------
    as_of : Series of datetime64, shape (n,)
    most : int
        Largest number of blocks.
    weight : ndarray, shape (n,), optional
        Contacts that each row stands for.

    Returns
    -------
    fold : ndarray of int, shape (n,)
    labels : list of str
        First and last day of each block.

    Raises
    ------
    DataError
        All rows have the same moment.

    Examples
    --------
    >>> import pandas as pd
    >>> fold, labels = time_folds(pd.Series(pd.to_datetime(["2024-02-01", "2024-01-01"])))
    >>> fold.tolist(), labels
    ([1, 0], ['2024-01-01', '2024-02-01'])
    """
    distinct, place = np.unique(as_of, return_inverse=True)
    counts = np.bincount(place, weights=weight).astype(float)
    if len(distinct) < 2:
        raise DataError(
            "`folds='time'` needs at least two moments; all rows have the same. Leave `folds` out, "
            "or give `alpha` a number."
        )
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    of_moment = np.arange(len(counts)) if len(counts) <= most else (middle * most).astype(int)
    of_moment = np.unique(of_moment, return_inverse=True)[1]
    days = pd.Series(pd.to_datetime(distinct)).dt.strftime("%Y-%m-%d").groupby(of_moment)
    return of_moment[place].astype("int64"), [_from_to(list(block)) for _, block in days]


def _from_to(labels: list[str]) -> str:
    return labels[0] if labels[0] == labels[-1] else f"{labels[0]} … {labels[-1]}"


def random_folds(
    X: Array | csr_array,
    y: Array,
    *,
    most: int = RANDOM_FOLDS,
    whole: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.int64]:
    """Deal distinct rows of X to folds by what they hold, both outcomes of a row together.

    A row's place follows from a hash of its values, so that the folds do not depend on
    the order of rows or of columns, and rows with equal features (a row of weight 2, the same row
    twice, the positives and the negatives of one cell) always share a fold: to leave out
    a cell's positives and keep its negatives would teach the opposite of the truth. Rows
    seen with one outcome only are dealt after one another, so that each fold has its
    share of both. The only kind of row that has an outcome is never left out (fold -1).

    Where customers are known, all rows of one share a fold: a customer's place follows from
    what their distinct rows hold, whatever the customers are called.

    Parameters
    ----------
    X : ndarray or csr_array, shape (n, p)
        Design before standardisation, which would change the last bits.
    y : ndarray, shape (n,)
    most : int
        Largest number of folds.
    whole : ndarray of int, shape (n,), optional
        Each row's customer, numbered from 0.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    distinct, place = np.unique(hashes_of_rows(X, whole=whole), return_inverse=True)
    positive, negative = (np.bincount(place, weights=w) > 0 for w in (y, 1.0 - y))
    fold = np.empty(len(distinct), dtype="int64")
    # stable: by hash within the rows that have negatives only, both, positives only
    dealt = np.argsort(positive.astype(int) - negative, kind="stable")
    fold[dealt] = np.arange(len(distinct)) % most
    for has_outcome in (positive, negative):
        if has_outcome.sum() == 1:
            fold[has_outcome] = NEVER_OUT
    return fold[place]


def hashes_of_rows(
    X: Array | csr_array, *, whole: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.uint64]:
    """Hash what each row holds (n,), whatever the order of rows and columns is.

    Rows of one customer, ``whole``, get a hash of all that the customer's rows hold.
    """
    hashes = _hash_sparse_rows(X) if issparse(X) else _hash_rows(X)
    return hashes if whole is None else _hash_of_wholes(hashes, whole)


def _hash_of_wholes(
    hashes: npt.NDArray[np.uint64], whole: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint64]:
    """Give each row the sum of its whole's distinct hashes: a row alone keeps its own."""
    order = np.lexsort((hashes, whole))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(whole[order]) != 0
    first[1:] |= hashes[order][1:] != hashes[order][:-1]
    sums = np.zeros(int(whole.max()) + 1, dtype=np.uint64)
    np.add.at(sums, whole[order][first], hashes[order][first])
    return np.asarray(sums[whole])


def _hash_rows(X: Array) -> npt.NDArray[np.uint64]:
    order = _by_content(X, _hash_in_order(X, np.arange(X.shape[1])))
    return _hash_in_order(X, order)


def _hash_in_order(X: Array, order: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    hashes = np.full(len(X), _SALT, dtype=np.uint64)
    for low in range(0, len(X), _BLOCK):
        mixed = hashes[low : low + _BLOCK]
        bits = _bits(X[low : low + _BLOCK].T)
        for k in order:
            mixed ^= bits[k]
            mixed *= np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(29)
    return hashes


def _by_content(X: Array, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Order columns by what they hold, whatever their order is and however often rows repeat.

    A column's mark is a sum over distinct rows, of a hash of its value and of the row's values,
    each with the mark of its column; that tells columns apart in few rounds, levels too.
    """
    distinct = np.unique(hashes, return_index=True)[1]

    def finer(marks: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        found = np.zeros_like(marks)
        for low in range(0, len(distinct), _BLOCK):
            bits = _bits(X[distinct[low : low + _BLOCK]].T)
            row = _mixed(bits ^ marks[:, None]).sum(axis=0, dtype=np.uint64)
            found += _mixed(bits ^ row).sum(axis=1, dtype=np.uint64)
        return found

    return np.argsort(_told_apart(finer, X.shape[1]), kind="stable")


def _told_apart(
    finer: Callable[[npt.NDArray[np.uint64]], npt.NDArray[np.uint64]], columns: int
) -> npt.NDArray[np.uint64]:
    marks = np.zeros(columns, dtype=np.uint64)
    for _ in range(3):
        marks = finer(marks)
        if len(np.unique(marks)) == columns:
            break
    return marks


def _hash_sparse_rows(X: csr_array) -> npt.NDArray[np.uint64]:
    """Add up a hash of each entry and its column: zeros, written out or not, add nothing."""
    bits, there = _bits(X.data), X.data != 0
    given = _mixed(bits ^ (X.indices.astype(np.uint64) * _SALT)) * there
    distinct = np.unique(_sums(given, X.indptr), return_index=True)[1]
    once = np.repeat(np.isin(np.arange(X.shape[0]), distinct), np.diff(X.indptr)) & there

    def finer(marks: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        row = _sums(_mixed(bits ^ marks[X.indices]) * there, X.indptr)
        found = np.zeros_like(marks)
        np.add.at(found, X.indices, _mixed(bits ^ np.repeat(row, np.diff(X.indptr))) * once)
        return found

    marks = _told_apart(finer, X.shape[1])
    return _sums(_mixed(bits ^ marks[X.indices]) * there, X.indptr)


def _bits(values: Array) -> npt.NDArray[np.uint64]:
    return (np.ascontiguousarray(values, dtype=np.float64) + 0.0).view(np.uint64)  # no minus zero


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    mixed = bits ^ _SALT  # else zero would be zero
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0x94D049BB133111EB)
    return mixed


def _sums(
    entries: npt.NDArray[np.uint64], bounds: npt.NDArray[np.integer[Any]]
) -> npt.NDArray[np.uint64]:
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(entries, dtype=np.uint64)])
    return np.asarray(sums[bounds[1:]] - sums[bounds[:-1]])
