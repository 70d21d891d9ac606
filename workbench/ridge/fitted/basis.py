"""In which columns a fit is solved: those that were given, or mixtures of them, exactly."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from workbench.errors import FitError
from workbench.ridge.algebra.well_posed import NOT_UNIQUE
from workbench.ridge.rows.source import Array
from workbench.ridge.solve.objective import Objective
from workbench.ridge.solve.reduction import Reduction
from workbench.ridge.statistics.inference import Spread
from workbench.ridge.statistics.protocol import COLUMNS, MATRIX, Inverse


class Basis(ABC):
    """Carries penalties to the columns of the solution, and what is found there back."""

    abilities: ClassVar[frozenset[str]]

    @abstractmethod
    def under(self, given: Objective, solved: Objective) -> tuple[Basis, Objective]:
        """Return the basis for the penalties of `given`, and the objective there.

        `solved` is the objective at hand, in this basis.
        """

    @abstractmethod
    def strengths(self, penalties: Array) -> Array:
        """Return the penalties of the columns of this basis, where it can serve these (p,)."""

    @abstractmethod
    def given_penalties(self, strengths: Array) -> Array:
        """Return the penalties (p,) of the columns that were given: `strengths` undone."""

    @abstractmethod
    def coefficients(self, b: Array) -> Array:
        """Return coefficients (…, 1 + p) of the columns that were given."""

    @abstractmethod
    def spread(self, inverse: Inverse, penalties: Array, total: float) -> Spread:
        """Return degrees of freedom and errors of the columns that were given."""


class AsGiven(Basis):
    """The columns that were given."""

    abilities: ClassVar[frozenset[str]] = frozenset({MATRIX, COLUMNS})

    def under(self, given: Objective, solved: Objective) -> tuple[Basis, Objective]:  # noqa: ARG002
        """Return itself: any penalties will do."""
        return self, given

    def strengths(self, penalties: Array) -> Array:
        """Return the penalties."""
        return penalties

    def given_penalties(self, strengths: Array) -> Array:
        """Return the penalties."""
        return strengths

    def coefficients(self, b: Array) -> Array:
        """Return the coefficients."""
        return b

    def spread(self, inverse: Inverse, penalties: Array, total: float) -> Spread:
        """Return 1 − λ_j H⁻¹_jj and (H⁻¹_jj/W)^½."""
        edf = 1.0 - inverse.diagonal[1:] * penalties
        return Spread(edf, np.sqrt(inverse.bounded[1:] / total))


@dataclass(frozen=True)
class Reduced(Basis):
    """The new columns of a reduction; penalties of other proportions make others."""

    abilities: ClassVar[frozenset[str]] = frozenset({MATRIX})

    reduction: Reduction

    def under(self, given: Objective, solved: Objective) -> tuple[Basis, Objective]:
        """Return itself where the proportions of penalties stay, else a new reduction."""
        self._check_unique(given.penalties)
        if self.reduction.proportional(given.penalties):
            return self, replace(solved, penalties=self.reduction.strengths(given.penalties))
        reduction = self.reduction.under(given.penalties)
        objective = reduction.objective(given)
        rows = objective.rows.judged_from(solved.rows.forward_from)
        return Reduced(reduction), replace(objective, rows=rows)

    def strengths(self, penalties: Array) -> Array:
        """Return κ of each column's part.

        Raises
        ------
        FitError
            Proportions do not stay: other columns would be needed.
        """
        self._check_unique(penalties)
        if not self.reduction.proportional(penalties):
            raise FitError(
                "With more columns than rows, a preview can move the penalties of whole groups "
                "only, as they were tuned or given together; these move within one. Use `refit`: "
                "it is exact."
            )
        return self.reduction.strengths(penalties)

    def given_penalties(self, strengths: Array) -> Array:
        """Return κ f_j."""
        return self.reduction.column_penalties(strengths)

    def coefficients(self, b: Array) -> Array:
        """Carry them back."""
        return self.reduction.coefficients(b)

    def spread(self, inverse: Inverse, penalties: Array, total: float) -> Spread:
        """Carry the inverse back; directions that no row has seen are the prior's."""
        assert inverse.whole is not None  # noqa: S101 - mixtures are few enough for matrices
        return self.reduction.spread(inverse.whole, penalties, total)

    def _check_unique(self, penalties: Array) -> None:
        if np.count_nonzero(penalties == 0) >= len(self.reduction.rows):
            raise FitError(NOT_UNIQUE)
