"""The multinomial ridge objective: its value, gradient, and products with its curvature.

With classes k, coefficients W (q, K) and weights w that sum to 1, it is

    Σ_i w_i [ log Σ_k e^{η_ik} − η_i,y_i ] + ½ Σ_j Σ_k λ_jk W_jk² ,  η = X W .

The first column of X is 1: its coefficients are the intercepts, whose λ is 0. Adding the same
number to all intercepts changes nothing, so that they are kept at a mean of 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse

AnyArray = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]


class Point(NamedTuple):
    """What is known at some coefficients W (q, K).

    ``loss`` is the weighted mean of the log loss, ``value`` that and the penalty; ``chance``
    (n, K) is what each class has at each row.
    """

    W: AnyArray
    loss: float
    value: float
    chance: AnyArray


@dataclass(frozen=True)
class Softmax:
    """Rows, and the penalties of their columns.

    Parameters
    ----------
    X : ndarray or csr_array, shape (n, q)
        Of float32 or float64, the column of the intercept first.
    code : ndarray of int, shape (n,)
        The class of each row, numbered from 0.
    weight : ndarray, shape (n,)
        Of sum 1.
    penalties : ndarray, shape (q, 1) or (q, K)
    classes : int
        K.
    """

    X: Any
    code: Numbers
    weight: AnyArray
    penalties: AnyArray
    classes: int

    @cached_property
    def columns(self) -> Any:
        """X transposed, in an order in which its products are quick."""
        return csr_array(self.X.T) if issparse(self.X) else self.X.T

    @cached_property
    def squares(self) -> Any:
        """The squares of `columns`."""
        return self.columns * self.columns

    @property
    def shares_penalties(self) -> bool:
        """Whether all classes have the same penalties: coefficients then add up to 0."""
        return bool(self.penalties.shape[1] == 1)

    def under(self, penalties: AnyArray) -> Softmax:
        """Return the same rows under other penalties."""
        other = replace(self, penalties=penalties)
        # what was worked out of the rows stays
        known = {k: v for k, v in self.__dict__.items() if k in ("columns", "squares")}
        other.__dict__.update(known)
        return other

    def scores(self, W: AnyArray) -> AnyArray:
        """Return η (n, K)."""
        return np.asarray(self.X @ W)

    def at(self, W: AnyArray) -> Point:
        """Pass over the rows."""
        loss, chance = losses_and_chances(self.scores(W), self.code)
        mean = float(self.weight @ loss)
        penalty = 0.5 * float((self.penalties * W * W).sum(dtype=float))
        return Point(W, mean, mean + penalty, chance)

    def gradient(self, at: Point) -> AnyArray:
        """Return the slope of the value (q, K)."""
        residual = at.chance * self.weight[:, None]
        residual[np.arange(len(self.code)), self.code] -= self.weight
        return np.asarray(self.columns @ residual + self.penalties * at.W)

    def curved(self, at: Point, V: AnyArray) -> AnyArray:
        """Return the product of the curvature with a direction V (q, K)."""
        moved = at.chance * self.scores(V)
        moved -= at.chance * moved.sum(axis=1, keepdims=True)
        moved *= self.weight[:, None]
        return np.asarray(self.columns @ moved + self.penalties * V)


def losses_and_chances(scores: AnyArray, code: Numbers) -> tuple[AnyArray, AnyArray]:
    """Return the log loss of each row (n,), and what each class has (n, K).

    The scores are overwritten. A code of -1, a class that is not among these, costs 0.

    Examples
    --------
    >>> losses_and_chances(np.log([[1.0, 3.0]]), np.array([1]))
    (array([0.28768207]), array([[0.25, 0.75]]))
    """
    scores -= scores.max(axis=1, keepdims=True)
    known = code >= 0
    own = np.where(known, scores[np.arange(len(code)), code], 0.0)
    np.exp(scores, out=scores)
    total = scores.sum(axis=1)
    loss = np.where(known, np.log(total) - own, 0.0)
    scores /= total[:, None]
    return loss, scores
