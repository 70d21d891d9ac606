"""How much wider intervals must be, so that those of several comparisons hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats.qmc import Sobol

from workbench.experiments.validity import AT_END
from workbench.numbers import Array

DRAWS = 15
"""Powers of 2 of points at which the largest of several normal numbers is looked at."""


def level_of_each(level: float, influences: Sequence[Array], *, valid: str) -> float:
    """Return the level of each interval at which all of them hold together.

    At one look it is that of max |t| (Hothorn, Bretz & Westfall, 2008): with R the correlations of
    the effects, which share their control group, the interval of each reaches as far as the
    quantile of max_k |Z_k|, Z being normal with the covariance R. At several looks it is
    level^(1/m) of m comparisons (Šidák, 1967). That is no less than together, whatever R is, as
    long as sums are normal: staying within bounds at all looks is a convex event that is
    symmetric about 0, and such events are never less likely together than if they were
    independent (Royen, 2014).

    Parameters
    ----------
    level : float
        Of all together.
    influences : sequence of ndarray, each of shape (units,)
        What each unit adds to the error of each effect.
    valid : {"any_time", "at_end", "planned"}

    Returns
    -------
    float

    References
    ----------
    Hothorn, Bretz & Westfall (2008), Simultaneous inference in general parametric models,
    Biometrical Journal 50. Šidák (1967), Rectangular confidence regions for the means of
    multivariate normal distributions, JASA 62. Royen (2014), A simple proof of the Gaussian
    correlation conjecture, Far East Journal of Theoretical Statistics 48.

    Examples
    --------
    >>> alike = np.array([1.0, -1.0, 1.0, -1.0])
    >>> apart = np.array([1.0, 1.0, -1.0, -1.0])
    >>> round(level_of_each(0.95, [alike, alike], valid="at_end"), 3)
    0.95
    >>> round(level_of_each(0.95, [alike, apart], valid="at_end"), 3)
    0.975
    >>> round(level_of_each(0.95, [alike, alike], valid="any_time"), 3)
    0.975
    """
    m = len(influences)
    if m == 1:
        return level
    independent = float(level ** (1 / m))
    if valid != AT_END:
        return independent
    found = 1 - 2 * float(ndtr(-largest_of(correlations(influences), level)))
    return min(max(found, level), independent)


def correlations(influences: Sequence[Array]) -> Array:
    """Return the correlations of effects, shape (m, m), of what units add to their errors."""
    covariance = np.array([[one @ other for other in influences] for one in influences])
    size = np.sqrt(np.maximum(np.diag(covariance), np.finfo(float).tiny))
    found = covariance / size / size[:, None]
    np.fill_diagonal(found, 1.0)  # an effect without error is alone
    return np.asarray(found)


def largest_of(correlation: Array, level: float) -> float:
    """Return the quantile of the largest |Z_k| of normal numbers with these correlations.

    Taken from points that fill the space evenly (Sobol), which are always the same.

    Examples
    --------
    >>> print(round(largest_of(np.eye(1), 0.95), 2))
    1.96
    """
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    points = Sobol(len(correlation), seed=0).random_base2(DRAWS)
    drawn = ndtri(np.clip(points, 1e-12, 1 - 1e-12)) @ root.T
    return float(np.quantile(np.abs(drawn).max(axis=1), level))
