"""A Cholesky factor of curvature, sharpened by what steps show of the rest."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_solve

Array = npt.NDArray[np.float64]

_MEMORY = 10
_CURVED = 1e-10  # of the product of lengths: below it a step says nothing of curvature


class Secants:
    """H⁻¹ from a factor of H taken nearby, and from pairs of steps and changes of gradient.

    Limited-memory BFGS updates, by the two-loop recursion (Nocedal 1980).

    Parameters
    ----------
    factor : Cholesky factor
        As from `scipy.linalg.cho_factor`.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.linalg import cho_factor
    >>> metric = Secants(cho_factor(np.eye(2)))
    >>> metric.learn(np.array([1.0, 0.0]), np.array([4.0, 0.0]))  # H is 4 along the first axis
    >>> metric.solve(np.array([4.0, 3.0]))
    array([1., 3.])
    """

    def __init__(self, factor: tuple[Array, bool]) -> None:
        self._factor = factor
        self._pairs: deque[tuple[Array, Array]] = deque(maxlen=_MEMORY)

    @property
    def empty(self) -> bool:
        """Whether no step has been learned from."""
        return not self._pairs

    def solve(self, gradient: Array) -> Array:
        """Return H⁻¹ of a gradient."""
        q, used = gradient.copy(), []
        for step, change in reversed(self._pairs):
            share = (step @ q) / (change @ step)
            q -= share * change
            used.append(share)
        r: Array = cho_solve(self._factor, q, check_finite=False)
        for (step, change), share in zip(self._pairs, reversed(used), strict=True):
            r += step * (share - (change @ r) / (change @ step))
        return r

    def learn(self, step: Array, change: Array) -> None:
        """Take in that the gradient changed so along the step, where that says anything."""
        if step @ change > _CURVED * np.linalg.norm(step) * np.linalg.norm(change):
            self._pairs.append((step, change))
