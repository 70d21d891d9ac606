"""How much more cells of contacts differ than by chance, as a fit sees them.

What counts nats of loss, or takes a slope's variance from its curvature, takes contacts as
independent. Of cells that differ by more than their features say, a million clicks would prove
whatever is asked; their nats are worth as much less as their χ² is above its degrees of freedom.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


def beyond_chance(
    log_odds: Array, y: Array, weight: Array, *, whole: Numbers, campaign: Numbers, fitted: float
) -> float:
    """Return Pearson's χ² of cells over its degrees of freedom; at least 1.

    With v = w μ (1 − μ), r = w (y − μ), and of each campaign ρ_g = Σ r / Σ v, its own rate
    being swept out,

        Σ_c (Σ_i∈c r_i − v_i ρ_g)² / Σ_i∈c v_i  /  (C − G − k) .

    Parameters
    ----------
    log_odds, y, weight : ndarray, shape (n,)
    whole, campaign : ndarray of int, shape (n,)
        From 0.
    fitted : float
        k, effective degrees of freedom of the fit.

    Returns
    -------
    float
        1 where there are no more cells than G + k.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, section 4.5.

    Examples
    --------
    >>> y, weight = np.tile([1.0, 0.0], 4), np.array([30.0, 70, 10, 90, 30, 70, 10, 90])
    >>> cells, one = np.repeat(np.arange(4), 2), np.zeros(8, dtype=int)
    >>> log_odds = np.full(8, np.log(0.2 / 0.8))
    >>> beyond_chance(log_odds, y, weight, whole=cells, campaign=one, fitted=1.0)
    12.5
    """
    mu = expit(log_odds)
    v, r = weight * mu * (1 - mu), weight * (y - mu)
    own = np.bincount(campaign, r) / np.maximum(np.bincount(campaign, v), np.finfo(float).tiny)
    chance, apart = (np.bincount(whole, part) for part in (v, r - v * own[campaign]))
    told = chance > 0
    freedom = float(told.sum()) - len(np.unique(campaign)) - fitted
    if freedom <= 0:
        return 1.0
    return max(1.0, float((apart[told] ** 2 / chance[told]).sum()) / freedom)
