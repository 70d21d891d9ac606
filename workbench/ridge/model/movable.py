"""What a fitted model does under other penalties: fit again, step towards them, draw their path."""

from __future__ import annotations

from copy import copy
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from workbench.checks import list_from_zero
from workbench.errors import FitError
from workbench.ridge.design.design import Design
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.fitted.preview import Preview
from workbench.ridge.penalties.plan import Moves, columns_named, moved_penalties
from workbench.ridge.pipeline import describe_columns


class Movable:
    """A fitted model under other penalties; a part of every ridge model."""

    columns_: pd.DataFrame
    design_: Design
    workspace_: Fit
    training_: dict[str, float]
    alpha_: float

    def _keep(self, columns: pd.DataFrame, workspace: Fit, training: dict[str, float]) -> None:
        raise NotImplementedError

    def _refit_facts(self, workspace: Fit) -> dict[str, float]:
        """Return those of `training_` that change with the penalties."""
        raise NotImplementedError

    def refit(self, penalties: Moves, *, errors: bool = True) -> Self:
        """Return this model under other penalties, exactly, in a few passes over its rows.

        Parameters
        ----------
        penalties : mapping of group, feature or column to λ, or Series by column
            On the mean-loss scale, as `penalties_`; what is not named keeps its penalty.
        errors : bool
            Take the curvature at the new optimum for errors and degrees of freedom, not the
            one at hand; the coefficients are exact either way.

        Raises
        ------
        ParameterError
            A name is unknown, or a penalty is not a finite number from 0.
        FitError
            The model was loaded from a file: its rows are not at hand. Or columns that would
            have no penalty determine one another.
        """
        moved = moved_penalties(self.columns_, penalties)
        self._workspace().check_determined(moved, self.design_)
        workspace = self._workspace().refit(moved)
        return self._moved_to(workspace.retaken() if errors else workspace)

    def _moved_to(self, workspace: Fit) -> Self:
        """Return this model as its rows were fitted in a workspace under other penalties."""
        training = {**self.training_, **self._refit_facts(workspace)}
        other = copy(self)
        other._keep(describe_columns(self.columns_, workspace), workspace, training)  # noqa: SLF001 - its own kind
        return other

    def preview(self, penalties: Moves) -> Preview:
        """Step towards other penalties without a pass over the rows: for a slider.

        Parameters
        ----------
        penalties : mapping of group, feature or column to λ

        Returns
        -------
        Preview
            Standardised coefficients, a bound on their error, effective degrees of freedom.
        """
        workspace = self._workspace()
        found = workspace.preview(moved_penalties(self.columns_, penalties))
        outcome = workspace.given.outcome
        bound = outcome.unit * found.error_bound
        return found._replace(b=outcome.in_units(found.b), error_bound=bound)

    def path(self, group: str | None = None, *, multipliers: Any = None) -> pd.DataFrame:
        """Multiply the penalties of a group, or all, and measure what that does left out.

        Parameters
        ----------
        group : str, optional
            A group, feature or column; all without it.
        multipliers : array, optional
            Default: thirteen from 0.001 to 1,000.

        Returns
        -------
        DataFrame
            ``multiplier, alpha, loss, loss_se, edf, chosen``. ``alpha`` is the strength times
            the multiplier. ``loss`` is the mean loss on left-out folds, each judged by a fit
            without its rows. With ``folds="forward"`` each campaign is judged by a fit to
            those before it.

        Raises
        ------
        FitError
            There are no folds: nothing was tuned on them, and there are no campaigns. Or a
            multiplier of zero leaves columns without a penalty that determine one another.
        """
        workspace = self._workspace()
        moved = np.ones(len(workspace.penalties), dtype=bool)
        if group is not None:
            moved = columns_named(self.columns_, group)
        steps = np.logspace(3, -3, 13) if multipliers is None else list_from_zero(multipliers)
        if (steps == 0).any():
            without = np.where(moved, 0.0, workspace.penalties)
            workspace.check_determined(without, self.design_)
        table = workspace.path(steps, moved)
        table.insert(1, "alpha", table["multiplier"] * self.alpha_)
        table["folds"] = len(workspace.stats.judged_folds)
        table["chosen"] = np.isclose(table["multiplier"], 1.0)
        return table

    def _workspace(self) -> Fit:
        check_is_fitted(self, "columns_")
        if not hasattr(self, "workspace_"):
            raise FitError(
                "Refitting needs the rows of the fit; this model was loaded or copied without "
                "them. Fit it again, here."
            )
        return self.workspace_
