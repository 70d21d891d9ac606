"""How precise answers are at least, from how many of those that were judged were right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, stdtrit


def lowest_share(right: float, answered: float, confidence: float) -> float:
    """Return the Clopper–Pearson lower bound on a share; 0 where nothing was right.

    Parameters
    ----------
    right, answered : float
        Counts; of dependent answers, those of as many independent ones.
    confidence : float
        One-sided, such as 0.95.

    Examples
    --------
    >>> round(lowest_share(149, 149, 0.95), 4), round(lowest_share(98, 100, 0.95), 3)
    (0.9801, 0.938)
    """
    if right <= 0:
        return 0.0
    return float(betaincinv(right, answered - right + 1, 1 - confidence))


def worth(right: npt.NDArray[np.bool_], cluster: npt.NDArray[np.int64], confidence: float) -> float:
    """Return how many independent answers these are worth; at most their number.

    Answers of one period, or to texts that say the same, go wrong together. With G clusters,

        n* = n / max(1, v / v₀) · (t_{n−1} / t_{G−1})² ,  v = G/(G−1) Σ_g (Σ_{i∈g} r_i − p)² / n² ,

    where v₀ = p (1 − p) / n and t are quantiles at `confidence`.

    Parameters
    ----------
    right : ndarray of bool, shape (n,)
    cluster : ndarray of int, shape (n,)
    confidence : float

    References
    ----------
    Korn & Graubard (1998), Confidence Intervals for Proportions with Small Expected Number of
    Positive Counts Estimated from Survey Data, Survey Methodology 24.

    Examples
    --------
    >>> right = np.repeat([True, False], [90, 10])
    >>> round(worth(right, np.arange(100), 0.95))
    99
    >>> round(worth(right, np.arange(100) // 10, 0.95), 1)
    7.4
    """
    n, G = len(right), len(np.unique(cluster))
    p = float(right.mean())
    if G < 2 or p in (0.0, 1.0):
        return at_most_worth(n, G, confidence)
    of_cluster = np.bincount(cluster, right - p)
    ratio = G / (G - 1) * float(of_cluster @ of_cluster) / (n * p * (1 - p))
    return at_most_worth(n, G, confidence) / max(1.0, ratio)


def at_most_worth(n: int, clusters: int, confidence: float) -> float:
    """Return how many independent answers n of so many clusters are worth, if all are alike.

    Examples
    --------
    >>> round(at_most_worth(1000, 8, 0.95)), at_most_worth(1000, 1, 0.95)
    (755, 1.0)
    """
    if n < 2 or clusters < 2:
        return float(min(n, clusters))
    return n * float((stdtrit(n - 1, confidence) / stdtrit(clusters - 1, confidence)) ** 2)


def as_different(same: npt.NDArray[np.int64]) -> float:
    """Return how many different texts these are worth: n² / Σ m², of m that say the same.

    Those get the same answer, so that all are right together, or none is.

    Examples
    --------
    >>> as_different(np.array([0, 0, 1, 1]))
    2.0
    """
    counts = np.unique(same, return_counts=True)[1].astype(float)
    return float(counts.sum() ** 2 / (counts @ counts)) if len(counts) else 0.0
