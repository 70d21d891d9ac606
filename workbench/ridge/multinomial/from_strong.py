"""Where a fit ends, roughly, under ever weaker penalties: other fits begin there.

From zero, a step under weak penalties would be so long that each class is sure of all rows, where
the curvature says nothing. So penalties become weaker by and by, and each fit begins where the
last two lead to.
"""

from __future__ import annotations

import numpy as np

from workbench.ridge.multinomial.along import further
from workbench.ridge.multinomial.newton import minimise
from workbench.ridge.multinomial.softmax import AnyArray, Point, Softmax

_STRONG = 1e-3  # a penalty under which a step from zero is no longer than it should be
_WEAKER = 10.0  # times, from one fit to the next
_ROUGHLY = 1e-3  # share of the value that another step may lower it by


class FromStrong:
    """The fit of some rows, as it was last asked for.

    Parameters
    ----------
    problem : Softmax
        Its penalties are not looked at.
    """

    def __init__(self, problem: Softmax) -> None:
        self.problem = problem
        self._ended: list[Point] = []
        self._weakest = _WEAKER * _STRONG
        self._penalties: AnyArray | None = None

    def under(self, penalties: AnyArray) -> Point:
        """Return where the fit under some penalties (q, 1) or (q, K) ends, roughly."""
        if self._penalties is None or not np.array_equal(penalties, self._penalties):
            weakest = float(penalties[penalties > 0].min(initial=1.0))
            times = self._weakest / weakest / _WEAKER
            while times > 1:
                self._fit((penalties * times).astype(penalties.dtype))
                times /= _WEAKER
            self._fit(penalties)
            self._weakest, self._penalties = weakest, penalties
        return self._ended[-1]

    def _fit(self, penalties: AnyArray) -> None:
        problem = self.problem.under(penalties)
        found = minimise(problem, self._start(problem), tolerance=0.0, close=_ROUGHLY)
        self._ended = [*self._ended[-1:], found.at]

    def _start(self, problem: Softmax) -> AnyArray | Point:
        if not self._ended:
            return np.zeros((problem.X.shape[1], problem.classes), dtype=problem.X.dtype)
        return further(problem, self._ended[0], self._ended[-1])


def from_strong(problem: Softmax) -> Point:
    """Return where the fit of a problem ends, roughly."""
    return FromStrong(problem).under(problem.penalties)
