"""How many contacts show an effect of some size, and what effect so many contacts show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri

from workbench.errors import ParameterError
from workbench.experiments.past import BINARY, Past
from workbench.experiments.spending import boundaries, drift_for
from workbench.numbers import Array

_SMALLEST = 50.0  # e-folds below the largest effect
FEWEST = 20
"""Contacts of an arm, whatever the effect: fewer have no standard error to trust."""


@dataclass(frozen=True)
class Size:
    """Contacts and effects of a test whose past, shares and looks are known.

    Parameters
    ----------
    past : Past
    mean : float
        Of the control group.
    share : float
        Of the treated, all arms together.
    power, level : float
        Of one arm and its interval.
    looks, bounds : ndarray, shape (k,)
    arms : int
        Treated ones, of one size.
    level_once : float, optional
        The level of an interval of one look, where that is not the same.
    """

    past: Past
    mean: float
    share: float
    power: float
    level: float
    looks: Array
    bounds: Array
    arms: int = 1
    level_once: float | None = None

    @cached_property
    def once(self) -> float:
        """The expected z that one look at the end sees with the chance `power`."""
        level = self.level if self.level_once is None else self.level_once
        return drift_for(self.power, [1.0], boundaries([1.0], level))

    @cached_property
    def drift(self) -> float:
        """The same of the looks that are planned."""
        alone = len(self.looks) == 1
        return self.once if alone else drift_for(self.power, self.looks, self.bounds)

    @cached_property
    def any_time(self) -> float:
        """The same of a look at the end that is one of any number; earlier ends are not counted."""
        return any_time_bound(self.level) + float(ndtri(self.power))

    def variance(self, effect: float) -> float:
        """Return the variance of the plain effect, times contacts."""
        means = [m for m in (self.mean + effect, self.mean - effect) if self._is_mean(m)]
        treated = max(float(self.past.variance_at(m)) for m in means)
        control = float(self.past.variance_at(self.mean))
        return self.past.plain * (treated / self.share_of_arm + control / (1 - self.share))

    def contacts(self, effect: float, drift: float, factor: float = 1.0) -> float:
        """Return the contacts at which the effect is so many standard errors."""
        return drift**2 * factor * self.variance(effect) / effect**2

    @property
    def share_of_arm(self) -> float:
        """Share of the contacts that each treated arm has."""
        return self.share / self.arms

    @property
    def fewest(self) -> float:
        """Contacts below which one arm has too few to be read."""
        return FEWEST / min(self.share_of_arm, 1 - self.share)

    @property
    def left(self) -> float:
        """Share of the variance that the features leave."""
        return self.past.adjusted / self.past.plain

    @property
    def most(self) -> float:
        """The largest effect that there can be."""
        return max(self.mean, 1 - self.mean) if self.past.kind == BINARY else np.inf

    def effect(self, given: float | None, relative: float | None, contacts: float | None) -> float:
        """Return the effect that is meant."""
        if contacts is not None:
            return self._seen(contacts)
        effect = given if given is not None else (relative or 0.0) * abs(self.mean)
        name = "smallest_effect" if given is not None else "relative"
        value = given if given is not None else relative
        if not 0 < effect < np.inf:
            raise ParameterError(
                f"`{name}` must be a finite number above 0; got {value!r}. An effect of nothing "
                "needs contacts without end."
            )
        if effect > self.most:
            raise ParameterError(
                f"`{name}` must leave a rate between 0 and 1; got {value!r} on a rate of "
                f"{self.mean:.3g}. Give it as a share, where 0.01 is one point."
            )
        return effect

    def _seen(self, contacts: float) -> float:
        def missing(log_effect: float) -> float:
            effect = float(np.exp(log_effect))
            return float(np.log(self.contacts(effect, self.drift, self.left) / contacts))

        if contacts < self.fewest:
            raise ParameterError(
                f"`contacts` must give each arm {FEWEST} at least; got {contacts!r}, of which "
                f"{self.share:g} are treated. Below that no standard error can be trusted."
            )
        top = self.most if np.isfinite(self.most) else 1e6 * np.sqrt(self.past.variance)
        if missing(float(np.log(top))) > 0:
            raise ParameterError(
                f"`contacts` must be enough to show some effect; got {contacts!r}, which show none "
                f"with a chance of {self.power:g}. Give more, or a lower `power`."
            )
        return float(np.exp(brentq(missing, np.log(top) - _SMALLEST, np.log(top), xtol=1e-12)))

    def _is_mean(self, mean: float) -> bool:
        return self.past.kind != BINARY or 0 <= mean <= 1


def any_time_bound(level: float) -> float:
    """Return the least bound of z that an asymptotic confidence sequence has at one sample size.

        min over x of √[ 2 (1 + 1/x) log(√(1 + x) / α) ] ,

    x being the sample size times the square of the sequence's parameter ρ, tuned to that size.

    Parameters
    ----------
    level : float

    Returns
    -------
    float

    Examples
    --------
    >>> print(round(any_time_bound(0.95), 3))
    3.035
    """

    def squared(log_x: float) -> float:
        x = np.exp(log_x)
        return float(2 * (1 + 1 / x) * (0.5 * np.log1p(x) - np.log(1 - level)))

    return float(np.sqrt(minimize_scalar(squared, bounds=(-2.0, 8.0), method="bounded").fun))
