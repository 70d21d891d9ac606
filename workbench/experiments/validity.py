"""How far an estimate may be off: for one look, for any number of looks, for planned looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr, ndtri, stdtr, stdtrit

from workbench.errors import DataError, ParameterError
from workbench.experiments.spending import boundaries
from workbench.language import later
from workbench.numbers import Array

ANY_TIME, AT_END, PLANNED = "any_time", "at_end", "planned"

TIGHTEST = 8.2
"""q = t ρ² at which the 95% interval that is valid at any time is narrowest."""

NOMINAL = 10_000.0
"""Contacts at which it is narrowest where nobody says how many are planned."""

SAID = {
    ANY_TIME: later("valid at any look"),
    AT_END: later("valid for one look"),
    PLANNED: later("valid at the planned looks"),
}


@runtime_checkable
class Looks(Protocol):
    """What is read of a plan: at which shares of how many contacts it is looked at.

    With several treated arms, its ``contacts_of_pair`` are those of one and the control group.
    """

    looks: Any
    contacts: Any


@dataclass(frozen=True)
class Validity:
    """A rule for intervals: a bound in standard errors, and p-values to match.

    Parameters
    ----------
    name : {"any_time", "at_end", "planned"}
    level : float
    bound : function of contacts
        Half an interval of a normal estimate, in standard errors.
    p_value : function of (z, contacts)
        The least 1 − level whose interval leaves zero out.
    at : function of a level
        The same rule at another level.
    once : bool
        Whether it is for one look, and no other.
    """

    name: str
    level: float
    bound: Callable[[float], float]
    p_value: Callable[[float, float], float]
    at: Callable[[float], Validity]
    once: bool = False

    def reach(self, contacts: float, freedom: float) -> float:
        """Return half an interval in standard errors, for an estimated standard error.

        The normal bound, at the same chance of Student's distribution.
        """
        bound = self.bound(contacts)
        found = -float(stdtrit(freedom, ndtr(-bound)))
        return found if np.isfinite(found) else bound

    def chance(self, ratio: float, contacts: float, freedom: float) -> float:
        """Return the p-value of an estimate over its estimated standard error."""
        z = abs(ratio)
        tail = float(stdtr(freedom, -z))
        normal = -float(ndtri(tail)) if tail > 0 else z
        return min(1.0, self.p_value(min(normal, z), contacts))

    def of_parts(self, contacts: float) -> Validity:
        """Return the rule for parts of a test that has so many contacts.

        A plan is for the whole test: its parts have the bound of the whole.
        """
        if self.name != PLANNED:
            return self
        bound = self.bound(contacts)
        return replace(
            self,
            bound=lambda _: bound,
            p_value=lambda z, _: self.p_value(z, contacts),
            at=lambda level: self.at(level).of_parts(contacts),
        )

    @property
    def said(self) -> str:
        """How it is said in a sentence."""
        return SAID[self.name]


def validity_of(valid: Any, *, level: float, planned_contacts: float | None) -> Validity:
    """Return the rule that `valid` names.

    Raises
    ------
    ParameterError
        It is neither "any_time", "at_end" nor a plan.
    """
    if isinstance(valid, str) and valid == AT_END:
        return _at_end(level)
    if isinstance(valid, str) and valid == ANY_TIME:
        return any_time(level, planned_contacts or NOMINAL)
    if isinstance(valid, Looks):
        return _planned(valid, level)
    raise ParameterError(
        f"`valid` must be 'any_time', 'at_end', or a plan of looks; got {valid!r}. Choose "
        "'any_time' where a test may be looked at before its end."
    )


def any_time(level: float, planned: float) -> Validity:
    """Return the rule of an asymptotic confidence sequence.

    With α = 1 − level, q = t ρ² and ρ² = 8.2 / planned, an estimate after t contacts is off by

        SE √( (1 + 1/q) (log(1 + q) − 2 log α) )

    at most, at all t together with the chance 1 − α. ρ must not depend on what was seen; the
    interval is narrowest near the planned number of contacts, 1.55 times that of one look.

    Parameters
    ----------
    level : float
    planned : float
        Contacts of a pair of arms.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Time-uniform central limit theory and
    asymptotic confidence sequences, Annals of Statistics 52.

    Examples
    --------
    >>> rule = any_time(0.95, planned=10_000)
    >>> [round(rule.bound(t) / 1.96, 2) for t in (1_000, 10_000, 100_000)]
    [1.95, 1.55, 1.66]
    """

    def bound(t: float) -> float:
        q = TIGHTEST * t / planned
        return float(np.sqrt((1 + 1 / q) * (np.log1p(q) - 2 * np.log(1 - level))))

    def p_value(z: float, t: float) -> float:
        q = TIGHTEST * t / planned
        return float(min(1.0, np.exp((np.log1p(q) - z**2 * q / (1 + q)) / 2)))

    return Validity(ANY_TIME, level, bound, p_value, lambda other: any_time(other, planned))


def _at_end(level: float) -> Validity:
    return Validity(
        AT_END, level, lambda _: one_look(level), lambda z, _: _two_sided(z), _at_end, once=True
    )


EARLY = 0.98
"""A look counts as planned from this share of its contacts on."""


def _planned(plan: Looks, level: float) -> Validity:
    """Return the rule of bounds that spend 1 − level over the looks of a plan.

    The bound of the look that has come is of the contacts that there are, not of those that were
    planned for it.
    """
    planned = np.asarray(plan.looks, dtype=np.float64)
    total = float(getattr(plan, "contacts_of_pair", plan.contacts))

    def bound(t: float, level: float = level) -> float:
        return float(boundaries(looks_so_far(planned, t / total, total), level)[-1])

    def p_value(z: float, t: float) -> float:
        def beyond(log_p: float) -> float:
            return bound(t, 1 - float(np.exp(log_p))) - z

        low, high = np.log(1e-12), np.log(0.499)
        if beyond(high) > 0:
            return 1.0
        return float(np.exp(brentq(beyond, low, high, xtol=1e-6))) if beyond(low) > 0 else 1e-12

    at = lambda other: _planned(plan, other)  # noqa: E731
    return Validity(PLANNED, level, bound, p_value, at, once=len(planned) == 1)


def looks_so_far(planned: Array, share: float, contacts: float) -> Array:
    """Return the shares of the plan at which it has been looked at, this look last.

    Raises
    ------
    DataError
        The first look has not come yet.

    Examples
    --------
    >>> looks_so_far(np.array([0.5, 1.0]), 0.6, 1000).tolist()
    [0.6]
    >>> looks_so_far(np.array([0.5, 1.0]), 1.3, 1000).tolist()
    [0.5, 1.0]
    """
    there = int((planned * EARLY <= share).sum())
    if there == 0:
        raise DataError(
            f"The first look of the plan must come at {planned[0] * contacts:,.0f} contacts; there "
            f"are {share * contacts:,.0f}. Wait for it, or read the test with `valid='any_time'`."
        )
    return np.append(planned[: there - 1], min(share, 1.0))


def one_look(level: float) -> float:
    """Return half an interval of a single look, in standard errors."""
    return -float(ndtri((1 - level) / 2))


def _two_sided(z: float) -> float:
    return float(2 * np.exp(log_ndtr(-abs(z))))
