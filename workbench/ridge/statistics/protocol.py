"""What fitting, tuning and views ask of statistics by fold, whatever algebra is afforded.

With A_g and s_g the curvature and score of fold g at b̃, all on the sum scale, and Λ the
penalties times the weight of what is learned from, a fit is the solution of systems in
H = A + Λ, and the fit without fold g of those in A − A_g + Λ. Three kinds differ in how they
solve them: by matrices of columns by columns (`dense`), of rows by rows (`row_space`), or by
products with the rows alone (`matrix_free`). `choose` takes one; who needs more than all can
do asks for an *ability*.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.ridge.outcomes.base import Outcome
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.source import Array, RowSource, known_to
from workbench.ridge.statistics.scaling import Scaling

MATRIX = "matrices of all columns by all columns"
"""Curvature is held: previews, exported views, criteria of own base rates, exact errors."""

COLUMNS = "columns that are fitted one by one"
"""Columns are those that were given: co-data and deviations of single ones have a meaning."""


def require(
    abilities: frozenset[str],
    ability: str,
    purpose: str,
    *,
    columns: int,
    instead: str = "Leave them out",
) -> None:
    """Raise where an ability is missing.

    Parameters
    ----------
    abilities : frozenset of str
    ability : str
    purpose : str
        What needs it, as the start of a sentence.
    columns : int
        How many there are.
    instead : str
        What to do, if not to fit fewer columns.

    Raises
    ------
    FitError

    Examples
    --------
    >>> require(frozenset(), MATRIX, "A preview needs", columns=5_000)
    Traceback (most recent call last):
    ...
    workbench.errors.FitError: A preview needs matrices of all columns by all columns; ...
    """
    if ability not in abilities:
        raise FitError(
            f"{purpose} {ability}; these are too many ({columns:,}). {instead}, or fit fewer "
            "columns."
        )


class LeftOut(NamedTuple):
    """Left-out losses and their slope.

    ``loss`` (J,) is each judged fold's, summed over its rows; ``slope`` (J, p) its derivative
    in each column's log λ_j; ``b`` (J, 1 + p) the coefficients.
    """

    loss: Array
    slope: Array
    b: Array

    @property
    def total(self) -> float:
        """Sum over folds."""
        return float(self.loss.sum())


class FoldSystems(Protocol):
    """(A − A_g + Λ) x = t of each judged fold, the k-th of which has its place k."""

    def solve(self, targets: Array, places: Sequence[int]) -> Array:
        """Return x (m, 1 + p) of the targets (m, 1 + p) of so many folds."""

    def renew(self, b: Array, places: Sequence[int]) -> int:
        """Take curvature anew for some folds, of which b (J, 1 + p) are the coefficients.

        Returns how many heavier passes that took.
        """


class Inverse(NamedTuple):
    """H⁻¹ on the mean scale, as far as it is known.

    ``diagonal`` (1 + p,), and either ``whole`` (1 + p, 1 + p), or estimates of the diagonal,
    ``probes`` (m, 1 + p), whose mean it is, and ``bounds`` (2, 1 + p) that it must keep.
    """

    diagonal: Array
    whole: Array | None = None
    probes: Array | None = None
    bounds: Array | None = None

    @property
    def bounded(self) -> Array:
        """The diagonal, within its bounds."""
        return self.diagonal if self.bounds is None else np.clip(self.diagonal, *self.bounds)


class FoldStatistics(ABC):
    """Score, loss and weight of each fold at coefficients ``b``, and what their kind can solve.

    Parameters
    ----------
    b : ndarray, shape (1 + p,)
        Where they were taken, intercept first, standardised.
    score : ndarray, shape (G, 1 + p)
        s_g = X_g'[w (y − μ)].
    loss, weight : ndarray, shape (G,)
    held : int
        The first so many folds can be left out.
    forward_from : int, optional
        Where it is given, only folds from this one on are judged, each by those before it;
        J folds are judged in all.
    outcome : Outcome
        What rows cost.
    """

    abilities: ClassVar[frozenset[str]] = frozenset()

    b: Array
    score: Array
    loss: Array
    weight: Array
    held: int
    forward_from: int | None
    outcome: Outcome

    @classmethod
    @abstractmethod
    def take(cls, rows: RowSource, scaling: Scaling, b: Array, outcome: Outcome = LOGISTIC) -> Self:
        """Take the statistics of each fold at b."""

    @abstractmethod
    def leaving_out(self) -> Self:
        """Return the same statistics, every fold judged by all others."""

    @abstractmethod
    def mean_curvature(self) -> Array | None:
        """Return A/W (1 + p, 1 + p), or None where no matrix is held."""

    @abstractmethod
    def without_folds(
        self, penalties: Array, names: tuple[str, ...] = (), *, judged: FoldStatistics | None = None
    ) -> LeftOut:
        """Expand the left-out loss about ``b``.

        Parameters
        ----------
        penalties : ndarray, shape (p,) or (J, p)
            λ_j on the mean-loss scale; a row a fold where they differ.
        names : tuple of str
            Column names, for messages.
        judged : FoldStatistics, optional
            What each left-out fold is judged by, where that is not these themselves.

        Raises
        ------
        FitError
            A column with penalty zero lives in one fold only, so that without that fold its
            coefficient is not determined.
        """

    @abstractmethod
    def systems(
        self, rows: RowSource, scaling: Scaling, ridges: Array, names: tuple[str, ...] = ()
    ) -> FoldSystems:
        """Return the systems of the fits without each fold, under Λ (J, 1 + p)."""

    @abstractmethod
    def about(self, b: Array) -> tuple[Array, Array, Array]:
        """Return each fold's score at b to first order, and its A_g's first row and diagonal.

        Shapes (G, 1 + p), (G, p) and (G, 1 + p).
        """

    @abstractmethod
    def inverse(self, penalties: Array) -> Inverse:
        """Return H⁻¹ on the mean scale under λ (p,), as far as it can be had."""

    @property
    def judged(self) -> slice:
        """The folds that are judged by what others tell."""
        return slice(self.forward_from or 0, self.held)

    @property
    def judged_folds(self) -> range:
        """Their numbers."""
        return range(self.judged.start, self.held)

    @property
    def judged_weight(self) -> float:
        """What turns the sum of judged losses into a mean."""
        if self.forward_from is None:
            return self.total_weight
        return float(self.weight[self.judged].sum())

    @property
    def total_weight(self) -> float:
        """W."""
        return float(self.weight.sum())

    @property
    def penalty_weight(self) -> float | Array:
        """W that penalties are multiplied by: of all rows, or of those before a fold, (J, 1)."""
        return self.total_weight if self.forward_from is None else self.known(self.weight)[:, None]

    def ridges(self, penalties: Array) -> Array:
        """Return Λ of each judged fold, the intercept's 0 first; (J, 1 + p).

        Parameters
        ----------
        penalties : ndarray, shape (p,), (1, p) or (J, p)
            λ_j on the mean-loss scale.
        """
        scaled = penalties * self.penalty_weight
        ridge = np.concatenate([np.zeros((*scaled.shape[:-1], 1)), scaled], axis=-1)
        return np.broadcast_to(ridge, (len(self.judged_folds), len(self.b)))

    def known(self, of_fold: Array) -> Array:
        """Add up, for each judged fold, what it may learn from: (G, …) to (J, …)."""
        if self.forward_from is None:
            return np.asarray(of_fold.sum(axis=0) - of_fold[: self.held])
        return np.cumsum(of_fold, axis=0)[self.forward_from - 1 : self.held - 1]

    def known_to(self, fold: int) -> npt.NDArray[np.bool_]:
        """Return from which folds (G,) a judged one may learn."""
        return known_to(fold, len(self.weight), self.forward_from)
