"""Ranks of rows that come sorted, some at a time: no row has to stay."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.numbers import Array


class RunningRanks:
    """Ranks within groups, 1 for the first; equal values share the better rank.

    The rank of a row is 1 + the number of rows of its group with a smaller value. The rows of each
    group must come in the order of their values; those of other groups may stand between them.

    Parameters
    ----------
    groups : int

    Examples
    --------
    >>> ranks = RunningRanks(2)
    >>> ranks.add(np.array([0, 0, 1]), np.array([-0.9, -0.5, -0.5])).tolist()
    [1, 2, 1]
    >>> ranks.add(np.array([0, 0]), np.array([-0.5, -0.1])).tolist()
    [2, 4]
    """

    def __init__(self, groups: int) -> None:
        self._count = np.zeros(groups, dtype=np.int64)
        self._rank = np.zeros(groups, dtype=np.int64)
        self._value = np.full(groups, np.nan)

    def add(self, group: npt.NDArray[np.integer], value: Array) -> npt.NDArray[np.int64]:
        """Return the ranks of the rows that come next.

        Parameters
        ----------
        group : ndarray of int, shape (n,)
        value : ndarray, shape (n,)

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        by = np.argsort(group, kind="stable")
        g, v = group[by], value[by]
        row = np.arange(len(g))
        is_first = np.ones(len(g), dtype=bool)
        is_first[1:] = g[1:] != g[:-1]
        place = row - np.maximum.accumulate(np.where(is_first, row, 0)) + self._count[g]
        before = np.where(is_first, self._value[g], np.roll(v, 1))
        is_new = v != before  # nothing is equal to the NaN before the first of all
        known = np.where(is_new, place + 1, np.where(is_first, self._rank[g], 0))
        # each group's first row has a rank, so that none is taken from another group
        ranks = known[np.maximum.accumulate(np.where(known > 0, row, 0))]
        is_last = np.ones(len(g), dtype=bool)
        is_last[:-1] = is_first[1:]
        ends = g[is_last]
        self._count[ends] = place[is_last] + 1
        self._rank[ends], self._value[ends] = ranks[is_last], v[is_last]
        back = np.empty(len(g), dtype=np.int64)
        back[by] = ranks
        return back
