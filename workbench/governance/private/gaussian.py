"""What Gaussian noise hides: the chance to tell, and the (ε, δ) that it implies.

A customer who moves numbers with noise by μ standard deviations is told from one who is not
there with probability Φ(μ/√2) (the area under the curve of the best test), and the mechanism
is (ε, δ)-differentially private for every ε with

    δ(ε) = Φ(−ε/μ + μ/2) − e^ε Φ(−ε/μ − μ/2) .

References
----------
Dong, Roth & Su (2022), Gaussian differential privacy, JRSS B 84. Balle & Wang (2018),
Improving the Gaussian mechanism for differential privacy, ICML.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr

from workbench.numbers import Array

MEANINGFUL = 3.0
"""ε above which the number says little: it is shown, but promised nothing by."""


def chance(mu: npt.ArrayLike) -> Array:
    """Return the best test's chance to tell whether a customer is there: Φ(μ/√2).

    Examples
    --------
    >>> chance([0.0, 0.358]).round(3).tolist()
    [0.5, 0.6]
    """
    return np.asarray(ndtr(np.asarray(mu, dtype=float) / np.sqrt(2)))


def delta(epsilon: float, mu: float) -> float:
    """Return δ(ε) of noise under which a customer moves things by μ.

    Examples
    --------
    >>> round(delta(1.0, 1.0), 4)
    0.1269
    """
    lost = np.exp(epsilon + log_ndtr(-epsilon / mu - mu / 2))
    return float(ndtr(-epsilon / mu + mu / 2) - lost)


def epsilon(mu: float, at: float) -> float:
    """Return the ε of noise under which a customer moves things by μ, where δ is `at`.

    Examples
    --------
    >>> round(delta(epsilon(0.5, 1e-6), 0.5) / 1e-6, 3)
    1.0
    """
    if mu <= 0 or delta(0.0, mu) <= at:
        return 0.0
    most = 1.0
    while delta(most, mu) > at:
        most *= 2
    return float(brentq(lambda one: delta(one, mu) - at, 0.0, most, xtol=1e-9))


def most_mu(epsilon: float, at: float) -> float:
    """Return the largest μ whose noise is (ε, δ)-differentially private, δ being `at`.

    Examples
    --------
    >>> round(most_mu(3.0, 1e-7), 3)
    0.593
    """
    most = 1.0
    while delta(epsilon, most) < at:
        most *= 2
    least = most / 2
    while delta(epsilon, least) > at:
        least /= 2
    found = float(brentq(lambda one: np.log(max(delta(epsilon, one), 1e-300) / at), least, most))
    return found * (1 - 1e-6)  # no more than was promised, whatever the root's last digits


def small(delta: float) -> str:
    """Write δ.

    Examples
    --------
    >>> small(1e-7), small(2.5e-6)
    ('1e-7', '2.5e-6')
    """
    return f"{delta:g}".replace("e-0", "e-")
