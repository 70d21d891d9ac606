"""How much wider intervals must be, so that those of several comparisons hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats.qmc import Sobol

from workbench.numbers import Array

DRAWS = 15
"""Powers of 2 of points at which the largest of several normal numbers is looked at."""


def level_of_each(level: float, influences: Sequence[Array], *, once: bool) -> float:
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
    once : bool
        Whether there is one look, and no other.

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
    >>> round(level_of_each(0.95, [alike, alike], once=True), 3)
    0.95
    >>> round(level_of_each(0.95, [alike, apart], once=True), 3)
    0.975
    >>> round(level_of_each(0.95, [alike, alike], once=False), 3)
    0.975
    """
    if not once or len(influences) == 1:
        return independent(level, len(influences))
    return _at_once(level, correlations(influences))


def level_of_arms(level: float, arms: int, share: float, *, once: bool) -> float:
    """Return the same for so many treated arms of one size, before they are there.

    Arms of the share s each have effects whose correlation is (1/c)/(1/s + 1/c), c being the share
    of the control group.

    Parameters
    ----------
    level : float
    arms : int
    share : float
        Of all treated contacts together.
    once : bool

    Returns
    -------
    float

    Examples
    --------
    >>> round(level_of_arms(0.95, 1, 0.5, once=True), 3)
    0.95
    >>> round(level_of_arms(0.95, 3, 0.75, once=True), 4)  # Dunnett, 1955: 2.35 standard errors
    0.9812
    """
    if not once or arms == 1:
        return independent(level, arms)
    of_control, of_arm = 1 / (1 - share), arms / share
    shared = of_control / (of_control + of_arm)
    return _at_once(level, np.full((arms, arms), shared) + (1 - shared) * np.eye(arms))


def independent(level: float, number: int) -> float:
    """Return the level of each of some intervals that have nothing to do with one another."""
    return float(level ** (1 / number))


def _at_once(level: float, correlation: Array) -> float:
    found = 1 - 2 * float(ndtr(-largest_of(correlation, level)))
    return min(max(found, level), independent(level, len(correlation)))


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
