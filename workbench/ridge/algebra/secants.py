"""Curvature taken nearby, sharpened by what steps show of the rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_MEMORY = 10
_CURVED = 1e-10  # of the product of lengths: below it a step says nothing of curvature


class Inward(NamedTuple):
    """A gradient on its way through the pairs: what is to be solved, and shares of the pairs."""

    target: Array
    shares: list[float]


class Secants:
    """H⁻¹ from one of an H taken nearby, and from pairs of steps and changes of gradient.

    Limited-memory BFGS updates, by the two-loop recursion (Nocedal 1980). Between its loops
    stands a system in the H at hand, which may be solved together with others.

    Examples
    --------
    >>> import numpy as np
    >>> metric = Secants()
    >>> metric.learn(np.array([1.0, 0.0]), np.array([4.0, 0.0]))  # H is 4 along the first axis
    >>> metric.solve(np.array([4.0, 3.0]), lambda target: target)
    array([1., 3.])
    """

    def __init__(self) -> None:
        self._pairs: deque[tuple[Array, Array]] = deque(maxlen=_MEMORY)

    @property
    def empty(self) -> bool:
        """Whether no step has been learned from."""
        return not self._pairs

    def inward(self, gradient: Array) -> Inward:
        """Return what is to be solved in the H at hand."""
        q = gradient.copy()
        shares: list[float] = []
        for step, change in reversed(self._pairs):
            share = float(step @ q) / float(change @ step)
            q -= share * change
            shares.append(share)
        return Inward(q, shares)

    def outward(self, solved: Array, shares: list[float]) -> Array:
        """Return H⁻¹ of the gradient, from the solution of what `inward` returned."""
        r = solved.copy()
        for (step, change), share in zip(self._pairs, reversed(shares), strict=True):
            r += step * (share - (change @ r) / (change @ step))
        return r

    def solve(self, gradient: Array, system: Callable[[Array], Array]) -> Array:
        """Return H⁻¹ of a gradient; `system` solves in the H at hand."""
        inward = self.inward(gradient)
        return self.outward(system(inward.target), inward.shares)

    def learn(self, step: Array, change: Array) -> None:
        """Take in that the gradient changed so along the step, where that says anything."""
        if step @ change > _CURVED * np.linalg.norm(step) * np.linalg.norm(change):
            self._pairs.append((step, change))
