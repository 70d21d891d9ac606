"""The least probability at which answers are as precise as was asked for.

Thresholds of a fixed grid are tested from the top down, and the last one that passes before the
first one that fails is taken. As each test is made only where all stricter ones passed, the
chance of taking one that does not hold is that of a single test (fixed-sequence testing). Which
threshold comes first depends on how many texts are answered, and not on how many of them rightly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from workbench.texts.routing.bounds import as_different, at_most_worth, lowest_share, worth

GRID = expit(np.arange(180, -121, -1) / 20)
"""Thresholds: a twentieth apart in log-odds, from 0.9999 to 0.002."""


def threshold_for(
    chance: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    cluster: npt.NDArray[np.int64],
    *,
    precision: float,
    confidence: float,
    same: npt.NDArray[np.int64] | None = None,
) -> float:
    """Find the least threshold whose answers are precise enough; infinite where there is none.

    Parameters
    ----------
    chance : ndarray, shape (n,)
        Of each text's likeliest label, by a fit that did not know the text; 0 where the text is
        never answered.
    right : ndarray of bool, shape (n,)
        Whether that label is the text's.
    cluster : ndarray of int, shape (n,)
        Texts that go wrong together.
    precision : float
        Asked for.
    confidence : float
        With which it shall hold.
    same : ndarray of int, shape (n,), optional
        Texts that say the same.

    References
    ----------
    Angelopoulos, Bates, Candès, Jordan & Lei (2021), Learn then Test, arXiv:2110.01052.
    """
    curve = curve_of(chance, right, cluster, confidence=confidence, same=same)
    needed = _enough(len(chance), precision, confidence)
    best = np.inf
    told_apart = curve["answered"].diff() != 0  # a lower one that answers no more is not known
    tested = curve[told_apart & (curve["worth_at_most"] >= needed)]
    for at, low in tested[["threshold", "precision_low"]].to_numpy():
        if low < precision:
            break
        best = float(at)
    return best


def curve_of(
    chance: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    cluster: npt.NDArray[np.int64],
    *,
    confidence: float,
    same: npt.NDArray[np.int64] | None = None,
) -> pd.DataFrame:
    """Return what each threshold of the grid answers, and how precisely; the highest first.

    ``threshold, answered, share, precision, precision_low, worth_at_most``: the last is how many
    independent answers these would be, if none went wrong together.
    """
    order = np.argsort(-chance, kind="stable")
    sure, right, cluster = chance[order], right[order], cluster[order]
    same = np.arange(len(order)) if same is None else same[order]
    rows = []
    for at in GRID:
        count = int(np.searchsorted(-sure, -at, side="right"))
        if count == 0:
            continue
        of_these, groups = right[:count], cluster[:count]
        different = as_different(same[:count])
        independent = min(worth(of_these, groups, confidence), different)
        share = float(of_these.mean())
        low = lowest_share(share * independent, independent, confidence)
        most = min(at_most_worth(count, len(np.unique(groups)), confidence), different)
        rows.append((at, count, count / len(chance), share, low, most))
    names = ["threshold", "answered", "share", "precision", "precision_low", "worth_at_most"]
    return pd.DataFrame(rows, columns=names)


def fewest(
    precision: float, confidence: float, wrong: float = 0.0, clusters: int | None = None
) -> int:
    """Return of how many answers, a share of them wrong, the bound reaches a precision.

    With ``clusters``, of answers that come in so many of them, and differ no more than by chance.

    Examples
    --------
    >>> fewest(0.98, 0.95), fewest(0.98, 0.95, wrong=0.01), fewest(0.98, 0.95, clusters=8)
    (149, 569, 196)
    """
    count = _least(lambda n: lowest_share(n * (1 - wrong), n, confidence) >= precision)
    if clusters is None:
        return count
    return max(clusters, _least(lambda n: at_most_worth(n, clusters, confidence) >= count))


def _least(holds: Callable[[int], bool]) -> int:
    """Return the least number for which something holds that holds for all larger ones."""
    high = 1
    while not holds(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _enough(texts: int, precision: float, confidence: float) -> int:
    """Return of how many answers the first test is made.

    Of those that pass with half the mistakes that are allowed, so that one mistake at the top
    does not end it; of those that pass without any, where texts are few.
    """
    passable = fewest(precision, confidence, wrong=(1 - precision) / 2)
    return passable if 2 * passable <= texts else fewest(precision, confidence)
