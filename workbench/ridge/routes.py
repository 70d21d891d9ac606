"""Which way a fit goes: as it came, in fewer columns, or without a p × p matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from workbench.errors import FitError
from workbench.ridge.blocks import ArrayRows
from workbench.ridge.penalty import PenaltyPlan
from workbench.ridge.reduced_workspace import ReducedWorkspace
from workbench.ridge.reduction import Reduction, parts_of
from workbench.ridge.solver import Objective
from workbench.ridge.sparse_rows import SparseRows, is_wide, too_large
from workbench.ridge.wide_workspace import WideWorkspace
from workbench.ridge.workspace import Workspace

Array = npt.NDArray[np.float64]


class Problem(NamedTuple):
    """What is to be solved, and the objective that it stands for.

    ``campaigns`` (p,) says in how many campaigns each column lives; ``reduction`` is None
    where the columns are those that were given.
    """

    objective: Objective
    plan: PenaltyPlan
    campaigns: Array
    given: Objective
    reduction: Reduction | None = None

    def carried_back(self, solved: Workspace) -> Workspace:
        """Return the workspace of the columns that were given."""
        if is_wide(solved.objective.rows):
            return WideWorkspace(solved.objective, solved.fit, solved.stats, solved.folds)
        if self.reduction is None:
            return solved
        penalties = self.reduction.column_penalties(solved.objective.penalties)
        given = replace(self.given, penalties=penalties)
        parts = (solved.objective, solved.fit, solved.stats, solved.folds)
        return ReducedWorkspace(*parts, self.reduction, given).certified()


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
    rows, p = objective.rows, len(plan.factor)
    if not isinstance(rows, ArrayRows):  # other sources know their way
        return Problem(objective, plan, campaigns, objective)
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
        new = reduction.objective(objective.penalties, objective.total, objective.names)
        lives = reduction.of_columns(campaigns)
        return Problem(new, reduction.plan(plan), lives, objective, reduction)
    if p > len(rows) and not isinstance(rows, SparseRows) and too_large(p, rows.n_folds):
        # dense rows without p × p matrices: their entries are written as sparse ones
        values = csr_array(rows.X.astype("float64"))
        sparse = SparseRows(values, rows.y, rows.weight, rows.fold_of_row, wide=True)
        rows = sparse.judged_from(rows.forward_from)
        objective = replace(objective, rows=rows)
    return Problem(objective, plan, campaigns, objective)
