"""Which way a fit goes: as it came, in fewer columns, or without a p × p matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from workbench.errors import FitError
from workbench.ridge.fitted.basis import AsGiven, Basis, Reduced
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.source import Array
from workbench.ridge.solve.minimise import Solution
from workbench.ridge.solve.objective import Objective
from workbench.ridge.solve.reduction import Reduction, parts_of
from workbench.ridge.statistics.choose import dense_in_memory, in_memory, kind_for, too_large
from workbench.ridge.statistics.protocol import MATRIX


class Problem(NamedTuple):
    """What is to be solved, and the objective that it stands for.

    ``campaigns`` says in how many campaigns each column of `objective` lives; ``basis`` what
    these columns are of those that were given.
    """

    objective: Objective
    plan: PenaltyPlan
    campaigns: Array
    given: Objective
    basis: Basis

    @property
    def abilities(self) -> frozenset[str]:
        """What can be asked of it."""
        return self.objective.kind.abilities & self.basis.abilities

    def fitted(self, solved: Objective, solution: Solution, folds: tuple[str, ...]) -> Fit:
        """Return the fit of the columns that were given.

        Parameters
        ----------
        solved : Objective
            At the fitted penalties.
        solution : Solution
        folds : tuple of str
            What each fold that can be left out holds.
        """
        stats, given = solved.statistics(solution.b), solved
        if self.given is not self.objective:
            given = replace(self.given, penalties=self.basis.given_penalties(solved.penalties))
        return Fit(given, solved, solution, stats, folds, self.basis).certified()


def route(objective: Objective, plan: PenaltyPlan, campaigns: Array) -> Problem:
    """Choose the way.

    With at least twice as many columns as are left after each large part is brought down
    to its rows, the fit is solved there, exactly. What is then still too wide for p × p
    matrices is solved by conjugate gradients over the rows.

    Parameters
    ----------
    objective : Objective
    plan : PenaltyPlan
    campaigns : ndarray, shape (p,)

    Returns
    -------
    Problem

    Raises
    ------
    FitError
        There are at least as many columns without a penalty as rows.
    """
    rows, p = in_memory(objective.rows), len(plan.factor)
    if rows is None:
        return _as_given(objective, plan, campaigns)
    free = int((plan.factor == 0).sum())
    if free >= max(len(rows), 2):
        raise FitError(
            f"Columns without a penalty must be fewer than the rows; got {free:,} of them and "
            f"{len(rows):,} rows, so their coefficients are not unique. Give them a penalty."
        )
    part, width = parts_of(plan, len(rows))
    if 0 < 2 * width <= p and not too_large(width, rows.n_folds):
        factor = np.where(plan.factor > 0, plan.factor, 1.0)
        reduction = Reduction(rows, objective.scaling, factor, part)
        new = reduction.objective(objective)
        lives = reduction.of_columns(campaigns)
        return Problem(new, reduction.plan(plan), lives, objective, Reduced(reduction))
    return _as_given(objective, plan, campaigns)


def _as_given(objective: Objective, plan: PenaltyPlan, campaigns: Array) -> Problem:
    kind = kind_for(objective.rows)
    dense = dense_in_memory(objective.rows)
    if MATRIX not in kind.abilities and dense is not None:
        # products are added up many times over: float32 would show
        objective = replace(objective, rows=dense.in_float64())
    objective = replace(objective, kind=kind)
    return Problem(objective, plan, campaigns, objective, AsGiven())
