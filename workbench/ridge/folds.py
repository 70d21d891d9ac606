"""What is left out when penalties are tuned: campaigns, tenths of the rows, or of the time.

With campaigns the question is what would have worked on a campaign not yet seen. Without
them, rows are dealt to ten folds, which says nothing about the next campaign. Blocks of
time stand between: what would have worked in weeks not yet seen. Forward folds leave out what
came later, too: each campaign but the first three is judged by those before it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, issparse

from workbench.errors import DataError
from workbench.ridge.base_rate import RECENT
from workbench.ridge.blocks import ArrayRows
from workbench.ridge.moments import Moments, moments, too_far_from_zero, typical_values, zero_shares
from workbench.ridge.rows import TrainingRows
from workbench.ridge.sparse_layout import lay_out_sparse

Array = npt.NDArray[np.float64]

MOST_FOLDS = 30
RANDOM_FOLDS = 10
NEVER_OUT = -1
KINDS = ("auto", "campaigns", "random", "time", "forward")
AUTO, CAMPAIGNS, RANDOM, TIME, FORWARD = KINDS
FEWEST_FORWARD = RECENT + 2
"""Campaigns of forward folds: of one campaign judged, no spread of losses could be told."""
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
        "auto": campaigns where there are any, else random tenths.
    needed : bool
        Whether something is tuned. If not, campaigns are folds all the same, for errors
        and left-out losses, and there are none without them.

    Raises
    ------
    DataError
        Campaigns or moments are asked for, and there are fewer than two; or forward folds,
        of fewer than five campaigns, of no known order, or of one class at either end.
    """
    campaigns = rows.campaign is not None and (needed or len(rows.order) > 1)
    if kind == CAMPAIGNS or (kind == AUTO and campaigns):
        return _of_campaigns(rows)
    if kind == TIME:
        return _of_time(rows)
    if kind == FORWARD:
        return _forward(rows)
    if kind == RANDOM or needed:
        fold = random_folds(matrix, rows.y)
        labels = tuple(f"part {k + 1}" for k in range(int(fold.max()) + 1))
        kind = f"{len(labels)} random parts of the rows"
        return Folds(fold, labels, kind, random=True)
    return Folds(np.zeros(len(rows.y), dtype=np.int64), ("all rows",), "none")


def _of_campaigns(rows: TrainingRows) -> Folds:
    if rows.campaign is None:
        raise DataError(
            "`folds='campaigns'` needs the campaign of each row; there is none. Give `campaign` to "
            "`fit`, or a FeatureFrame that has them."
        )
    fold, labels = campaign_folds(rows.campaign, rows.order)
    merged = "campaigns" if len(labels) == len(rows.order) else "groups of campaigns"
    return Folds(fold, tuple(labels), f"{len(labels)} {merged}", campaigns=True)


def _forward(rows: TrainingRows) -> Folds:
    if not rows.in_time:
        came = "there are no campaigns" if rows.campaign is None else "that of these is not known"
        raise DataError(
            f"`folds='forward'` needs campaigns whose order in time is known; {came}. Label them "
            "by date, such as '2024-03', or give a FeatureFrame with `campaign` and `as_of`; or "
            "leave `folds` out."
        )
    if len(rows.order) < FEWEST_FORWARD:
        raise DataError(
            f"`folds='forward'` needs at least {FEWEST_FORWARD} campaigns, as the first {RECENT} "
            f"are learned from and not judged; got {len(rows.order)}. Leave `folds` out: each "
            "campaign is then judged by all others."
        )
    folds = _of_campaigns(rows)
    _check_classes_forward(rows.y, folds)
    judged = len(folds.labels) - RECENT
    kind = folds.kind.replace(str(len(folds.labels)), str(judged), 1)
    return folds._replace(kind=f"{kind}, {AHEAD}", forward_from=RECENT)


def _check_classes_forward(y: Array, folds: Folds) -> None:
    counts = []
    for part in (folds.of_row < RECENT, folds.of_row >= RECENT):
        positive = int(y[part].sum())
        counts.append((positive, int(part.sum()) - positive))
    if min(map(min, counts)) > 0:
        return
    (early_yes, early_no), (late_yes, late_no) = counts
    word = "groups of campaigns" if "groups" in folds.kind else "campaigns"
    raise DataError(
        f"`folds='forward'` needs both classes in the first {RECENT} {word} and in those after "
        f"them; got {early_yes:,} positive and {early_no:,} negative rows in the former, "
        f"{late_yes:,} and {late_no:,} in the latter. Leave `folds` out, or add campaigns."
    )


def _of_time(rows: TrainingRows) -> Folds:
    if rows.as_of is None:
        raise DataError(
            "`folds='time'` needs the moment of each row; there is none. Give a FeatureFrame with "
            "`as_of`, or leave `folds` out."
        )
    fold, labels = time_folds(rows.as_of)
    return Folds(fold, tuple(labels), f"{len(labels)} blocks of time")


def in_blocks(
    matrix: Array | csr_array, rows: TrainingRows, folds: Folds
) -> tuple[ArrayRows, Moments]:
    """Lay the rows out in blocks by fold, and measure their columns.

    Columns so far from zero that floating point would cancel their digits are moved.
    """
    if issparse(matrix):
        sparse, measured = lay_out_sparse(matrix, rows.y, rows.weight, folds.of_row)
        return sparse.judged_from(folds.forward_from), measured
    blocks = ArrayRows(matrix, rows.y, rows.weight, folds.of_row, person=rows.person)
    blocks = blocks.judged_from(folds.forward_from)
    measured = moments(blocks, typical_values(matrix))
    zero = zero_shares(blocks, matrix)
    far = too_far_from_zero(measured)
    if not far.any():
        return blocks, measured.about_usual(zero)
    shift = np.where(far, measured.mean, 0.0).astype(blocks.dtype)
    moved = moments(blocks.shifted(shift), measured.pivot - shift)
    return blocks.shifted(shift), replace(moved, origin=shift.astype(float)).about_usual(zero)


def check_classes_elsewhere(measured: Moments, held: int) -> None:
    """Raise DataError where leaving one fold out would leave a class out.

    Raises
    ------
    DataError
        There are fewer than two folds, or one of them holds all of a class.
    """
    if held < 2:
        raise DataError(
            "Tuning needs at least two folds that can be left out; these rows differ too little "
            "from one another. Give `alpha` a number."
        )
    for name, count in (
        ("positive", measured.positive),
        ("negative", measured.weight - measured.positive),
    ):
        if np.isclose(count[:held].max(), count.sum()):
            raise DataError(
                f"Tuning needs both classes in at least two folds; all {name} outcomes are in one "
                "of them. Give `alpha` a number, or add campaigns."
            )


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
    labels = [_from_to(list(block)) for _, block in members]
    fold = of_campaign[pd.Index(order).get_indexer(campaign)]
    return fold.astype("int64"), labels


def time_folds(
    as_of: pd.Series[Any], *, most: int = RANDOM_FOLDS
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Cut time into blocks of about as many rows each; rows of one moment stay together.

    Parameters
    ----------
    as_of : Series of datetime64, shape (n,)
    most : int
        Largest number of blocks.

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
    distinct, place, counts = np.unique(as_of, return_inverse=True, return_counts=True)
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
    X: Array | csr_array, y: Array, *, most: int = RANDOM_FOLDS
) -> npt.NDArray[np.int64]:
    """Deal distinct rows of X to folds by what they hold, both outcomes of a row together.

    A row's place follows from a hash of its values, so that the folds do not depend on
    the order of rows, and rows with equal features (a row of weight 2, the same row
    twice, the positives and the negatives of one cell) always share a fold: to leave out
    a cell's positives and keep its negatives would teach the opposite of the truth. Rows
    seen with one outcome only are dealt after one another, so that each fold has its
    share of both. The only kind of row that has an outcome is never left out (fold -1).

    Parameters
    ----------
    X : ndarray or csr_array, shape (n, p)
        Design before standardisation, which would change the last bits.
    y : ndarray, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)
    """
    hashes = _hash_sparse_rows(X) if issparse(X) else _hash_rows(X)
    distinct, place = np.unique(hashes, return_inverse=True)
    positive, negative = (np.bincount(place, weights=w) > 0 for w in (y, 1.0 - y))
    fold = np.empty(len(distinct), dtype="int64")
    # stable: by hash within the rows that have negatives only, both, positives only
    dealt = np.argsort(positive.astype(int) - negative, kind="stable")
    fold[dealt] = np.arange(len(distinct)) % most
    for has_outcome in (positive, negative):
        if has_outcome.sum() == 1:
            fold[has_outcome] = NEVER_OUT
    return fold[place]


def _hash_rows(X: Array) -> npt.NDArray[np.uint64]:
    mixed = np.full(len(X), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in X.T:
        bits = (column.astype("float64") + 0.0).view(np.uint64)  # + 0.0: minus zero is zero
        mixed = (mixed ^ bits) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _hash_sparse_rows(X: csr_array) -> npt.NDArray[np.uint64]:
    """Add up a hash of each entry and its column: zeros, written out or not, add nothing."""
    mixed = X.data.astype("float64").view(np.uint64) ^ (
        X.indices.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    )
    for _ in range(3):
        mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed[X.data == 0] = 0
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    return np.asarray(sums[X.indptr[1:]] - sums[X.indptr[:-1]])
