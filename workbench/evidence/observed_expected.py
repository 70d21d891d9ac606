"""Responses over expected responses: how sure their ratio is, and whether chance explains it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from scipy.stats import t as students

from workbench.metrics.calibration import wilson_interval
from workbench.metrics.clusters import reach_of
from workbench.numbers import Z95, Array

Numbers = npt.NDArray[np.int64]


class Ratio(NamedTuple):
    """O / E with its 95% interval, and the probability that chance makes it so far from 1."""

    ratio: float
    low: float
    high: float
    p_value: float


def ratio_of(
    y: Array,
    propensity: Array,
    weight: Array,
    label: Numbers | None,
    *,
    confidence: float = 0.95,
) -> Ratio:
    """Compare O = Σ w y with E = Σ w p.

    The interval holds each k of which (O − k E)² ≤ q² k V, the variance growing with the
    number expected. Its ends are the roots of a quadratic ::

        k = [ 2 O E + q² V ± √( (2 O E + q² V)² − 4 O² E² ) ] / (2 E²)

    For contacts that respond by themselves V = Σ w p (1 − p), and q is the normal quantile, 1.96
    at 95%. Of G clusters that are drawn again V = E/O · G/(G − 1) Σ_g (O_g − (O/E) E_g)², and
    q is Student's quantile with G − 1 degrees of freedom. The wider interval counts. The
    probability is that of the same (O − E)² / V, the larger of the two. At 95% it is below 5%
    where the interval leaves out 1, and only there.

    Parameters
    ----------
    y, propensity, weight : ndarray, shape (n,)
    label : ndarray of int, shape (n,), or None
        The cluster of each row.
    confidence : float
        Of the interval; the probability is the same at each.

    Returns
    -------
    Ratio
        NaN where nothing is expected, or one cluster tells nothing of others.

    Examples
    --------
    >>> import numpy as np
    >>> found = ratio_of(np.array([1.0, 0.0] * 20), np.full(40, 0.25), np.ones(40), None)
    >>> round(found.ratio, 2), round(found.low, 2), round(found.high, 2), round(found.p_value, 4)
    (2.0, 1.37, 2.92, 0.0003)
    """
    came, expected = float(weight @ y), float(weight @ propensity)
    if expected <= 0:
        return Ratio(*[float("nan")] * 4)
    ratio, apart = came / expected, abs(came - expected)
    alone = float(weight @ (propensity * (1 - propensity)))
    squared, chance = quantile(confidence) ** 2 * alone, 2 * _tail(apart, alone, None)
    if label is not None and came > 0:
        half = reach_of(weight * (y - ratio * propensity), label, confidence)
        if np.isnan(half):
            return Ratio(ratio, half, half, half)
        free = int(label.max())
        squared = max(squared, half**2 / ratio)
        of_clusters = (half / float(students.ppf(0.5 + confidence / 2, free))) ** 2 / ratio
        chance = max(chance, 2 * _tail(apart, of_clusters, free))
    middle = 2 * came * expected + squared
    root = np.sqrt(max(middle**2 - 4 * (came * expected) ** 2, 0.0))
    high = (middle + root) / (2 * expected**2)
    low = ratio**2 / high if came > 0 else 0.0  # the product of the roots: no digits are lost
    return Ratio(ratio, float(low), float(high), min(1.0, chance))


def rate_interval(
    y: Array, weight: Array, label: Numbers | None, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return Wilson's interval of the rate r = Σ w y / W, for as many contacts as would tell it.

    These are the W contacts, or r (1 − r) (q / h)² where that is fewer, q being 1.96 at 95%.
    Here h is half the interval of the rate when clusters are drawn again
    (`workbench.metrics.clusters.reach_of`).

    Parameters
    ----------
    y, weight : ndarray, shape (n,)
    label : ndarray of int, shape (n,), or None
    confidence : float

    References
    ----------
    Korn & Graubard (1998), Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data, Survey Methodology 24.

    Examples
    --------
    >>> low, high = rate_interval(np.array([1.0, 0.0, 0.0, 0.0]), np.ones(4), None)
    >>> round(low, 3), round(high, 3)
    (0.046, 0.699)
    """
    contacts = float(weight.sum())
    rate = float(weight @ y) / contacts
    told = contacts
    if label is not None and 0 < rate < 1:
        half = reach_of(weight * (y - rate), label, confidence) / contacts
        if np.isnan(half):
            return half, half
        told = (
            min(told, rate * (1 - rate) * (quantile(confidence) / half) ** 2) if half > 0 else told
        )
    low, high = wilson_interval(rate * told, told, confidence=confidence)
    return float(low), float(high)


def holm(p_values: Any) -> Array:
    """Adjust probabilities for their number, so that all false alarms together are held.

    Sorted p₁ ≤ … ≤ p_m become max over j ≤ i of min(1, (m − j + 1) p_j); whatever depends on
    whatever. NaN stays, and is not counted.

    Parameters
    ----------
    p_values : array, shape (m,)

    Returns
    -------
    ndarray, shape (m,)

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    out = np.full(len(p), np.nan)
    factors = np.arange(len(order), 0, -1)
    out[order] = np.minimum(1.0, np.maximum.accumulate(factors * p[order]))
    return out


def quantile(confidence: float) -> float:
    """Return the normal quantile of a two-sided interval.

    Examples
    --------
    >>> round(quantile(0.95), 3), round(quantile(0.99), 3)
    (1.96, 2.576)
    """
    return Z95 if confidence == 0.95 else float(norm.ppf(0.5 + confidence / 2))


def _tail(apart: float, variance: float, free: int | None) -> float:
    """Return the probability of a deviation this large, to one side."""
    if variance <= 0:
        return 0.5 if apart == 0 else 0.0
    z = apart / np.sqrt(variance)
    return float(norm.sf(z) if free is None else students.sf(z, free))
