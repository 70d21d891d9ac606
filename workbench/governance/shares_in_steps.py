"""Shares of few, told in steps: five are nearly half of a dozen."""

from __future__ import annotations

import numpy as np

from workbench.governance.disclosure import ROUNDED_TO, rounded

FEWEST_STEPS = 20
"""A share is told to five points at least: five of a dozen texts would be nearly half of them."""


def in_steps(share: float, steps: int) -> float:
    """Round a share to the nearest of so many equal steps: to 0 or 1 only where it is that.

    It is off by half a step at most; next to 0 and 1, by less than one.

    Examples
    --------
    >>> in_steps(0.76, 20), in_steps(0.99, 20), in_steps(0.001, 20), in_steps(1.0, 20)
    (0.75, 0.95, 0.05, 1.0)
    """
    nearest = float(np.floor(share * steps + 0.5))
    if 0 < share < 1:
        nearest = min(max(nearest, 1.0), steps - 1.0)
    return nearest / steps


def share_in_steps(part: float, whole: float) -> float:
    """Tell a share in steps of five texts; of fewer than a hundred texts, of five points."""
    return in_steps(part / whole, max(steps_of(whole), FEWEST_STEPS))


def steps_of(texts: float) -> int:
    """Return how many fives a count is rounded to, and one at least."""
    return max(int(rounded(texts) // ROUNDED_TO), 1)
