"""Whether noise leaves something to say; if not, a sentence that tells what would do.

Only sums with noise are looked at, so that the refusal tells nobody more than they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from workbench.governance.private.declared import Declared
from workbench.governance.private.gaussian import MEANINGFUL, epsilon, most_mu, small
from workbench.governance.private.noisy_ridge import NoisyRidge, noise_bound
from workbench.governance.private.noisy_sums import NoisySums

_TYPICAL = 0.01  # of a contact: a column's variance of 1/9 times that of the outcome


@dataclass(frozen=True)
class Promise:
    """What is promised to one customer, and by how much of the noise that may move the file.

    Parameters
    ----------
    epsilon, delta : float

    Examples
    --------
    >>> round(Promise(3.0, 1e-7).mu, 3)
    0.593
    """

    epsilon: float
    delta: float

    @property
    def mu(self) -> float:
        """The largest μ that it allows."""
        return most_mu(self.epsilon, self.delta)

    def __str__(self) -> str:
        return f"ε = {self.epsilon:g}, δ = {small(self.delta)}"


def too_large(sums: NoisySums, fit: NoisyRidge, declared: Declared, promise: Promise) -> str | None:
    """Say why nothing can be said, and what would do; None where noise is small enough.

    Noise must bend no coefficient by more than its sampling error, and the least eigenvalue of
    the sums of products must be above what noise alone would give.
    """
    if sums.contacts < 10 * sums.noise[0]:
        fewest = (sums.noise[0] ** 2 / 4 + sums.noise[1] ** 2) / _TYPICAL
        return (
            f"There are too few contacts for {promise}: their number alone can hardly be told from "
            f"its noise. About {_two_digits(fewest):,} or more would do."
        )
    values, vectors = np.linalg.eigh(sums.products)
    bound = noise_bound(sums)
    drowned = bound / max(values[0], bound / 4)
    # of drowned columns chance is not known: it is that of the best spread column, or larger
    rate = np.clip(sums.responses[0] / sums.contacts, 0.001, 0.5)
    least = np.sqrt(rate * (1 - rate) / 2 / sums.contacts) if drowned > 1 else 1e-12
    ratio = fit.noise[1:] / np.maximum(fit.chance[1:], least)
    worst = int(ratio.argmax())
    bent = float(ratio[worst])
    if max(drowned, bent) <= 1:
        return None
    needed = sums.contacts * max(drowned, bent**2)
    ways = _would_do(declared, promise, max(drowned, bent), needed)
    if drowned > 1:
        return (
            f"Under {promise} the noise would drown the direction in which the contacts differ "
            f"least, that of {_names(vectors[:, 0], declared)}. {ways}"
        )
    return (
        f"Under {promise} the noise would bend the coefficient of {declared.columns[worst]!r} by "
        f"{bent:.2g} times its sampling error. {ways}"
    )


def _would_do(declared: Declared, promise: Promise, by: float, contacts: float) -> str:
    """Name the contacts, the columns or the ε with which noise is smaller by a factor."""
    whom = "customers" if declared.contacts == 1 else "contacts"
    ways = [f"about {_two_digits(contacts):,} {whom}"]
    features = len(declared.features)
    fewer = [one for one in range(1, features) if _size(one) <= _size(features) / by]
    if fewer:
        ways.append(f"at most {fewer[-1]} of the {features} features")
    allowed = epsilon(promise.mu * by, promise.delta)
    if allowed <= MEANINGFUL:
        ways.append(f"ε = {ceil(10 * allowed) / 10:g}")
    last = f", or {ways[-1]}" if len(ways) > 1 else ""
    said = f"{', '.join(ways[:-1]) or ways[0]}{last} would do."
    return said[0].upper() + said[1:]


def _size(features: int) -> float:
    """Return how much noise grows with features, but for a factor."""
    return float(np.sqrt((1 + features) ** 2 + 1 + features))


def _two_digits(number: float) -> int:
    """Round up to two digits that count.

    Examples
    --------
    >>> _two_digits(31_234.0)
    32000
    """
    unit = 10 ** max(int(np.floor(np.log10(max(number, 1.0)))) - 1, 0)
    return int(np.ceil(number / unit) * unit)


def _names(direction: np.ndarray, declared: Declared) -> str:
    weights = np.abs(direction[1:])
    most = np.flatnonzero(weights >= 0.5 * weights.max())[:3]
    return " and ".join(repr(declared.columns[j]) for j in most)
