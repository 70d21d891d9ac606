"""Outcomes by score under a setting: as they are stored, or between two that are stored.

Lift, calibration and profit follow from outcomes by score, which a mailed file holds of a few
settings only. Of others it knows them where these lie on a line with stored ones: all penalties,
or those of one group, times a common factor. Between two neighbours at x₀ < x < x₁, x = log₁₀ of
the factor, the sums down to each depth are taken to be straight in x. Elsewhere they are not
known. ``front/between.js`` does the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from workbench.numbers import Array
from workbench.widgets.fitted.outcome_bins import Bins

TENTHS = 10


@dataclass(frozen=True)
class Place:
    """Where a setting lies: on the line of a group, or of all of them (None), at x = log₁₀ factor.

    The tuned setting is at 0 of every line.
    """

    group: str | None
    at: float


@dataclass(frozen=True)
class Followed:
    """Contacts, expected and real responses down to each depth, from 0; shape (k + 1,) each."""

    contacts: Array
    expected: Array
    responses: Array

    @classmethod
    def of(cls, bins: Bins) -> Followed:
        """Add bins up, best first."""
        return cls(*np.cumsum(np.insert(np.array(bins), 0, 0.0, axis=1), axis=1))

    @property
    def depth(self) -> Array:
        """The share contacted."""
        return np.asarray(self.contacts / self.contacts[-1])

    def at(self, depth: Array) -> Followed:
        """Read at other depths, straight between the ends of bins."""
        sums = (self.contacts, self.expected, self.responses)
        return Followed(*(np.interp(depth, self.depth, one) for one in sums))

    def bins(self) -> Bins:
        """Take the sums apart again."""
        return Bins(*(np.diff(one) for one in (self.contacts, self.expected, self.responses)))


def between(first: Bins, second: Bins, part: float) -> Bins:
    """Return outcomes at a part of the way from one setting to another.

    Examples
    --------
    >>> one = Bins(np.array([5.0, 5.0]), np.array([2.0, 1.0]), np.array([3.0, 0.0]))
    >>> two = Bins(np.array([5.0, 5.0]), np.array([1.6, 1.4]), np.array([1.0, 2.0]))
    >>> between(one, two, 0.5).expected.round(3)
    array([1.8, 1.2])
    """
    sides = Followed.of(first), Followed.of(second)
    depth = np.union1d(sides[0].depth, sides[1].depth)
    a, b = (side.at(depth) for side in sides)
    pairs = zip(
        (a.contacts, a.expected, a.responses), (b.contacts, b.expected, b.responses), strict=True
    )
    return Followed(*((1 - part) * one + part * two for one, two in pairs)).bins()


def outcomes_at(stored: list[tuple[Place, Bins]], place: Place) -> Bins | None:
    """Return outcomes at a place of a line; None beyond the stored ones.

    Parameters
    ----------
    stored : list of (Place, Bins)
    place : Place
    """
    line = sorted(
        ((one.at, bins) for one, bins in stored if one.at == 0 or one.group == place.group),
        key=lambda pair: pair[0],
    )
    for (low, first), (high, second) in pairwise(line):
        if low <= place.at <= high:
            return between(first, second, (place.at - low) / (high - low))
    return None


def difference(told: Bins, exact: Bins) -> dict[str, float]:
    """Measure how far outcomes are from the exact ones, by what is read off them.

    Returns
    -------
    dict
        ``contacts``, of all; ``expected`` and ``responses``, the largest over depths of sums down
        to it; ``lift`` of the best tenth; ``said`` and ``came``, rates of tenths.
    """
    a, b = Followed.of(told), Followed.of(exact)
    depth = np.union1d(a.depth, b.depth)
    ours, theirs = a.at(depth), b.at(depth)
    out = {"contacts": abs(a.contacts[-1] - b.contacts[-1])}
    out["expected"] = np.abs(ours.expected - theirs.expected).max()
    out["responses"] = np.abs(ours.responses - theirs.responses).max()
    out["lift"] = abs(lift(a) - lift(b))
    ends = tenths(a)
    out["said"], out["came"] = np.abs(_rates(a, ends) - _rates(b, ends)).max(axis=1)
    return {name: float(value) for name, value in out.items()}


def lift(found: Followed, depth: float = 0.1) -> float:
    """Return by how much more often the best tenth respond than all; 0 where nobody does."""
    all_of_them = found.responses[-1]
    best = np.interp(depth, found.depth, found.responses)
    return float(best / all_of_them / depth) if all_of_them > 0 else 0.0


def tenths(found: Followed) -> Array:
    """Return the depths at which ends of bins divide contacts into parts of nearly a tenth."""
    ends = [0.0]
    for depth in found.depth[1:]:
        if depth >= len(ends) / TENTHS - 1e-6 / max(found.contacts[-1], 1.0) or depth == 1.0:
            ends.append(float(depth))
    return np.array(ends)


def _rates(found: Followed, ends: Array) -> Array:
    """Return mean propensity and response rate of the contacts between depths, (2, parts)."""
    at = found.at(ends)
    contacts = np.maximum(np.diff(at.contacts), 1e-12)
    return np.array([np.diff(at.expected), np.diff(at.responses)]) / contacts
