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
from scipy.sparse import issparse

from workbench.ridge.multinomial.split_rows import DenseRows, SplitRows

AnyArray = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]


class Point(NamedTuple):
    """What is known at some coefficients W (q, K).

    ``loss`` is the weighted mean of the log loss, ``value`` that and the penalty; ``scores``
    (n, K) are η, and ``chance`` (n, K) is what each class has at each row.
    """

    W: AnyArray
    loss: float
    value: float
    chance: AnyArray
    scores: AnyArray


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
    def rows(self) -> SplitRows | DenseRows:
        """X, laid out so that its products are quick."""
        return SplitRows(self.X) if issparse(self.X) else DenseRows(self.X)

    @property
    def shares_penalties(self) -> bool:
        """Whether all classes have the same penalties: coefficients then add up to 0."""
        return bool(self.penalties.shape[1] == 1)

    def under(self, penalties: AnyArray) -> Softmax:
        """Return the same rows under other penalties."""
        other = replace(self, penalties=penalties)
        if "rows" in self.__dict__:  # what was worked out of them stays
            other.__dict__["rows"] = self.rows
        return other

    def scores(self, W: AnyArray) -> AnyArray:
        """Return η (n, K)."""
        return self.rows.dot(W)

    def at(self, W: AnyArray) -> Point:
        """Pass over the rows."""
        return self.at_scores(W, self.scores(W))

    def at_scores(self, W: AnyArray, scores: AnyArray) -> Point:
        """Do without the pass, where its scores (n, K) are known."""
        loss, chance = losses_and_chances(scores.copy(), self.code)
        mean = float(self.weight @ loss)
        return Point(W, mean, mean + 0.5 * self.penalised(W, W), chance, scores)

    def penalised(self, V: AnyArray, W: AnyArray) -> float:
        """Return Σ_j Σ_k λ_jk V_jk W_jk."""
        if self.shares_penalties:
            of_columns = np.einsum("qk,qk->q", V, W).astype(float)
            return float(of_columns @ self.penalties[:, 0])
        return float((self.penalties * V * W).sum(dtype=float))

    def slope_along(self, at: Point, V: AnyArray, moved: AnyArray) -> float:
        """Return by what the value changes along V (q, K), whose scores are ``moved`` (n, K)."""
        of_rows = np.einsum("nk,nk->n", at.chance, moved)
        of_rows -= moved[np.arange(len(self.code)), self.code]
        return float(self.weight @ of_rows) + self.penalised(V, at.W)

    def gradient(self, at: Point) -> AnyArray:
        """Return the slope of the value (q, K)."""
        row, residual = np.arange(len(self.code)), at.chance * self.weight[:, None]
        residual[row, self.code] = 0.0
        residual[row, self.code] = -residual.sum(axis=1)  # to all digits, where it is little
        return self._with_penalties(self.rows.dot_columns(residual), at.W)

    def curved(self, at: Point, V: AnyArray) -> AnyArray:
        """Return the product of the curvature with a direction V (q, K)."""
        moved = at.chance * self.scores(V)
        moved -= at.chance * moved.sum(axis=1, keepdims=True)
        moved *= self.weight[:, None]
        return self._with_penalties(self.rows.dot_columns(moved), V)

    def _with_penalties(self, found: AnyArray, V: AnyArray) -> AnyArray:
        found += self.penalties * V
        return found


def losses_and_chances(scores: AnyArray, code: Numbers) -> tuple[AnyArray, AnyArray]:
    """Return the log loss of each row (n,), and what each class has (n, K).

    The scores are overwritten. A code of -1, a class that is not among these, costs 0.

    Examples
    --------
    >>> losses_and_chances(np.log([[1.0, 3.0]]), np.array([1]))
    (array([0.28768207]), array([[0.25, 0.75]]))
    """
    row, known = np.arange(len(code)), code >= 0
    top = scores.argmax(axis=1)
    scores -= scores[row, top][:, None]
    own = np.where(known, scores[row, code], 0.0)
    np.exp(scores, out=scores)
    scores[row, top] = 0.0  # what is left is known to all its digits, however little it is
    others = scores.sum(axis=1)
    loss = np.where(known, np.log1p(others) - own, 0.0)
    scores[row, top] = 1.0
    scores /= 1.0 + others[:, None]
    return loss, scores
