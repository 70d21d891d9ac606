"""A fit in fewer columns than it has: what is asked of it is asked there, and carried back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.ridge.blocks import one_blas_thread
from workbench.ridge.determined import NOT_UNIQUE
from workbench.ridge.fold_stats import fold_stats
from workbench.ridge.inference import Described, inverse_curvature, score_variance_shares
from workbench.ridge.preview import Preview, preview
from workbench.ridge.reduction import Reduction
from workbench.ridge.solver import Objective, minimise, minimise_near
from workbench.ridge.workspace import Workspace

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReducedWorkspace(Workspace):
    """A workspace whose objective is on the new columns of a reduction.

    Parameters
    ----------
    objective, fit, stats, folds
        As in `Workspace`, on the new columns.
    reduction : Reduction
    given : Objective
        On the columns as they were, at the fitted penalties.
    """

    reduction: Reduction
    given: Objective

    @property
    def penalties(self) -> Array:
        """Penalties of the columns as they were, shape (p,)."""
        return self.given.penalties

    @property
    def as_given(self) -> Objective:
        """The objective on the columns as they were given."""
        return self.given

    def certified(self) -> ReducedWorkspace:
        """Take the residual that certifies the fit from the columns as they were."""
        gradient = self.given(self.reduction.coefficients(self.fit.b))[1]
        return replace(self, fit=self.fit._replace(kkt_residual=float(np.abs(gradient).max())))

    @one_blas_thread()
    def refit(self, penalties: Array) -> ReducedWorkspace:
        """Fit exactly under other penalties; new proportions make new columns.

        Raises
        ------
        FitError
            There are at least as many columns without a penalty as rows.
        """
        self._check_unique(penalties)
        given = replace(self.given, penalties=penalties)
        if self.reduction.proportional(penalties):
            objective = replace(self.objective, penalties=self.reduction.strengths(penalties))
            fit = minimise_near(
                objective,
                start=self.fit.b,
                curvature=self.stats.total_curvature() / objective.total,
            )
            return replace(self, objective=objective, fit=fit, given=given).certified()
        reduction = self.reduction.under(penalties)
        objective = reduction.objective(penalties, given.total, given.names)
        rows = objective.rows.judged_from(self.stats.forward_from)
        objective = replace(objective, rows=rows)
        fit = minimise(objective, start=objective.base_rate_start())
        stats = fold_stats(objective.rows, objective.scaling, fit.b)
        return ReducedWorkspace(objective, fit, stats, self.folds, reduction, given).certified()

    def preview(self, penalties: Array) -> Preview:
        """Step to other penalties without a pass over the rows, where proportions stay.

        Raises
        ------
        FitError
            They do not: a preview would need other columns. Or as in `refit`.
        """
        self._check_unique(penalties)
        if not self.reduction.proportional(penalties):
            raise FitError(
                "With more columns than rows, a preview can move the penalties of whole groups "
                "only, as they were tuned or given together; these move within one. Use `refit`: "
                "it is exact."
            )
        found = preview(self.stats, self.reduction.strengths(penalties), self.remainder)
        return found._replace(b=self.reduction.coefficients(found.b))

    def _check_unique(self, penalties: Array) -> None:
        if np.count_nonzero(penalties == 0) >= len(self.reduction.rows):
            raise FitError(NOT_UNIQUE)

    def left_out_coefficients(self) -> Array:
        """Return the coefficients without each fold, shape (G, 1 + p)."""
        return self.reduction.coefficients(super().left_out_coefficients())

    def described(self) -> Described:
        """Return what is known of each column as it was."""
        b = self.reduction.coefficients(self.fit.b)
        inverse = inverse_curvature(
            self.stats.total_curvature() / self.given.total, self.objective.penalties
        )
        spread = self.reduction.spread(inverse, self.penalties, self.given.total)
        shares = score_variance_shares(self.given.rows, self.given.scaling, b)
        return Described(b, *spread, shares)
