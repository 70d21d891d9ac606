"""Outcomes by score, in bins of many contacts: enough for calibration, lift and profit.

Rows of a campaign are scored by the coefficients without that campaign, where there are
such: what is drawn is then how the model does on campaigns that it has not seen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from workbench.numbers import Array
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Block, Kernel, RowSource
from workbench.ridge.statistics.scaling import Scaling

MOST_BINS = 100
FEWEST_IN_BIN = 20
_EDGES = np.linspace(-14.0, 7.0, 2101)  # of log-odds: a hundredth apart
_FINE = len(_EDGES) + 1


class Bins(NamedTuple):
    """Contacts, sum of propensities and responses of each bin, best first; weighted."""

    contacts: Array
    expected: Array
    responses: Array


@one_blas_thread()
def outcome_bins(rows: RowSource, scaling: Scaling, b: Array) -> list[Bins]:
    """Bin outcomes by score under several models, in one pass.

    Parameters
    ----------
    rows : RowSource
    scaling : Scaling
    b : ndarray, shape (S, G or 1, 1 + p)
        Coefficients of S models, for the rows of each fold or for all.

    Returns
    -------
    list of Bins, length S
        At most 100 bins, of nearly equal size, each of at least 20 contacts.
    """
    fine = rows.total(_fine_kernel(scaling, b, rows.dtype))[0]
    return [_coarse(one) for one in fine]


def _fine_kernel(scaling: Scaling, b: Array, dtype: np.dtype[np.floating]) -> Kernel:
    c, raw = (part.astype(dtype) for part in scaling.to_raw(b))

    def kernel(block: Block) -> tuple[object, ...]:
        g = min(block.fold, b.shape[1] - 1)
        eta = block.X @ raw[:, g].T + c[:, g]
        bins = np.searchsorted(_EDGES, eta.astype(float))
        out = np.empty((len(b), 3, _FINE))
        for k in range(len(b)):
            sums = (block.weight, block.weight * expit(eta[:, k]), block.weight * block.y)
            for m, values in enumerate(sums):
                out[k, m] = np.bincount(bins[:, k], values, minlength=_FINE)
        return (out,)

    return kernel


def _coarse(fine: Array) -> Bins:
    """Join fine bins from the top until each holds its part of the contacts."""
    fine = fine[:, ::-1]
    number = fine[0]
    total = number.sum()
    part = max(FEWEST_IN_BIN, total / MOST_BINS)
    edges, held = [], 0.0
    for k in np.flatnonzero(number):
        held += number[k]
        if held >= part - 1e-9 and total - held >= 0:
            edges.append(int(k) + 1)
            total, held = total - held, 0.0
    if held > 0:  # too few are left for a bin of their own: they join the last
        edges = edges[:-1] if held < FEWEST_IN_BIN else edges
        edges = [*edges, len(number)]
    starts = [0, *edges[:-1]]
    contacts, expected, responses = np.add.reduceat(fine, starts, axis=1)
    return Bins(contacts, expected, responses)
