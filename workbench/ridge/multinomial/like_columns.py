"""Columns that are alike in all rows are solved as one.

Letter n-grams of one rare word are in the same texts, with the same weights. Under the same
penalty λ, m like columns x get like coefficients, and

    Σ_j b_j x = c (√m x) ,  λ Σ_j b_j² = λ c² ,  with c = √m b_j :

one column √m x has the same scores and the same penalty. Of 10,003 short texts with 43,948
n-grams, 23,000 columns are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from workbench.ridge.multinomial.softmax import AnyArray, Numbers
from workbench.ridge.penalties.plan import PenaltyPlan


@dataclass(frozen=True)
class LikeColumns:
    """Which columns are solved as one.

    Parameters
    ----------
    place : ndarray of int, shape (p,)
        The joint column of each column.
    first : ndarray of int, shape (q,)
        The first column of each joint one.
    """

    place: Numbers
    first: Numbers

    @property
    def root(self) -> AnyArray:
        """√m, of how many columns each joint one stands for (q,)."""
        return np.asarray(np.sqrt(np.bincount(self.place, minlength=len(self.first))))

    def joined(self, X: Any) -> Any:
        """Return the joint columns (n, q)."""
        some = csr_array(X[:, self.first])
        return csr_array(
            (some.data * self.root[some.indices], some.indices, some.indptr), shape=some.shape
        )

    def apart(self, W: AnyArray) -> AnyArray:
        """Return the coefficients of all columns (1 + p, K), from those of the joint (1 + q, K).

        The intercepts come first.
        """
        return np.vstack([W[:1], (W[1:] / self.root[:, None])[self.place]])


def like_columns(X: Any, plan: PenaltyPlan) -> LikeColumns | None:
    """Find sparse columns that are alike, under like penalties; None where none are.

    Parameters
    ----------
    X : csr_array of float64, shape (n, p)
    plan : PenaltyPlan
        Of the columns.
    """
    by_column = csr_array(X.T)
    by_column.sort_indices()
    key = _hashed(by_column, plan)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    if len(first) == X.shape[1] or not _are_as_their_first(by_column, plan, first[place]):
        return None
    order = np.argsort(first)  # as the columns were
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return LikeColumns(rank[place], first[order])


def _hashed(by_column: csr_array, plan: PenaltyPlan) -> npt.NDArray[np.uint64]:
    """Return a number of each column (p,) that is the same where columns and penalties are."""
    rows = np.random.default_rng(0).integers(
        0, 2**63, size=by_column.shape[1], dtype=np.uint64, endpoint=True
    )
    mixed = _mixed(rows[by_column.indices] ^ _mixed(by_column.data.view(np.uint64)))
    ends = np.concatenate([[np.uint64(0)], np.cumsum(mixed, dtype=np.uint64)])
    of_values = ends[by_column.indptr[1:]] - ends[by_column.indptr[:-1]]
    of_plan = _mixed(plan.factor.view(np.uint64)) + plan.member.astype(np.uint64)
    return _mixed(of_values ^ _mixed(of_plan))


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread what differs over all bits: the last steps of MurmurHash3."""
    bits = (bits ^ (bits >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    bits = (bits ^ (bits >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return np.asarray(bits ^ (bits >> np.uint64(33)))


def _are_as_their_first(by_column: csr_array, plan: PenaltyPlan, first: Numbers) -> bool:
    """Say whether all columns are what their first one is (p,): hashes decide nothing."""
    length = np.diff(by_column.indptr)
    same = (length == length[first]) & (plan.member == plan.member[first])
    if not (same & (plan.factor == plan.factor[first])).all():
        return False
    column = np.repeat(np.arange(len(first)), length)
    there = by_column.indptr[first[column]] + np.arange(len(column)) - by_column.indptr[column]
    like = by_column.indices == by_column.indices[there]
    return bool((like & (by_column.data == by_column.data[there])).all())
