"""What a fit leaves behind beside its coefficients: rows and statistics to ask again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import FitError
from workbench.ridge import inference, left_out
from workbench.ridge.blocks import one_blas_thread
from workbench.ridge.design import Design
from workbench.ridge.determined import check_determined
from workbench.ridge.fold_stats import FoldStats, fold_stats
from workbench.ridge.preview import Preview, Remainder, preview
from workbench.ridge.solver import Objective, Solution, minimise_near

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Workspace:
    """The rows, their statistics at the fit, and the folds that can be left out.

    Parameters
    ----------
    objective : Objective
        At the fitted penalties.
    fit : Solution
    stats : FoldStats
        At ``fit.b``.
    folds : tuple of str
        What each fold that can be left out holds.
    """

    objective: Objective
    fit: Solution
    stats: FoldStats
    folds: tuple[str, ...]

    @property
    def penalties(self) -> Array:
        """λ_j of the columns in use, shape (p,)."""
        return self.objective.penalties

    @property
    def as_given(self) -> Objective:
        """The objective on the columns as they were given."""
        return self.objective

    def check_determined(self, penalties: Array, design: Design) -> None:
        """Raise where columns that lose their penalty have no unique coefficients; shape (p,).

        Raises
        ------
        FitError
            They determine one another, as the levels of a text column do.
        """
        if ((penalties == 0) & (self.penalties > 0)).any():  # others have been fitted so
            check_determined(replace(self.as_given, penalties=penalties), design)

    def described(self) -> inference.Described:
        """Return what is known of each column in use."""
        objective, b = self.objective, self.fit.b
        curvature = self.stats.total_curvature() / objective.total
        spread = inference.spread(curvature, objective.penalties, objective.total)
        shares = inference.score_variance_shares(objective.rows, objective.scaling, b)
        return inference.Described(b, *spread, shares)

    def edf(self) -> float:
        """Effective degrees of freedom, without the intercept."""
        return self.preview(self.penalties).edf

    def precision(self) -> dict[str, float]:
        """Return how exact `described` is, where it is estimated: nothing here is."""
        return {}

    def left_out_coefficients(self) -> Array:
        """Return the coefficients by which `left_out` judges each fold, shape (G, 1 + p)."""
        return self._left_out()[1]

    @property
    def training_loss(self) -> float:
        """Mean log loss of the training rows, without the penalty."""
        penalty = 0.5 * float(self.objective.penalties @ self.fit.b[1:] ** 2)
        return self.fit.value - penalty

    @one_blas_thread()
    def refit(self, penalties: Array) -> Workspace:
        """Fit exactly under other penalties, from here; shape (p,), on the mean-loss scale.

        The curvature at hand serves: only gradient passes are needed.
        """
        if np.array_equal(penalties, self.objective.penalties):
            return self
        objective = replace(self.objective, penalties=penalties)
        curvature = self.stats.total_curvature() / self.objective.total
        fit = minimise_near(objective, start=self.preview(penalties).b, curvature=curvature)
        return replace(self, objective=objective, fit=fit)

    @one_blas_thread()
    def settled(self) -> Workspace:
        """Take the statistics anew at the fit: errors and left-out losses are read from them."""
        rows, scaling = self.objective.rows, self.objective.scaling
        return replace(self, stats=fold_stats(rows, scaling, self.fit.b))

    @cached_property
    def remainder(self) -> Remainder:
        """What the statistics leave out of the loss, from a sample of rows."""
        return Remainder.of(self.objective.rows, self.objective.scaling, self.stats)

    def preview(self, penalties: Array) -> Preview:
        """Step to other penalties without a pass over the rows; see `preview.preview`."""
        return preview(self.stats, penalties, self.remainder)

    def leaving_out(self) -> Self:
        """Return the same fit with every fold judged by all others, whatever it was tuned by."""
        rows = self.objective.rows.judged_from(None)
        objective = replace(self.objective, rows=rows)
        return replace(self, objective=objective, stats=self.stats.leaving_out())

    def left_out(self) -> pd.DataFrame:
        """Return each judged fold's loss, per contact, by a fit to what it may learn from.

        That is all other folds, or those before it where penalties were tuned forward.

        Raises
        ------
        FitError
            There are fewer than two folds.
        """
        loss, _ = self._left_out()
        weight = self.stats.weight[self.stats.judged]
        return pd.DataFrame(
            {"contacts": weight, "loss": loss / weight},
            index=pd.Index(self.folds[self.stats.judged], name="fold"),
        )

    def _left_out(self) -> tuple[Array, Array]:
        if self.stats.held < 2:
            raise FitError(
                "Leaving folds out needs at least two of them; this fit has none, as it tuned "
                "nothing on folds and came without campaigns. Fit with `campaign`, or with "
                "`folds='random'`."
            )
        at = self.objective
        return left_out.exact(at.rows, at.scaling, self.stats, at.penalties, names=at.names)

    def path(self, multipliers: Array, moved: npt.NDArray[np.bool_]) -> pd.DataFrame:
        """Refit with some penalties multiplied, and take the left-out loss of each setting.

        Parameters
        ----------
        multipliers : ndarray
        moved : ndarray of bool, shape (p,)
            The columns whose penalty is multiplied.

        Returns
        -------
        DataFrame
            ``multiplier, loss, loss_se, edf``: the mean left-out loss, exact, its standard
            error over folds, and effective degrees of freedom.
        """
        fitted, here, rows = self.penalties, self, []
        for multiplier in multipliers:
            penalties = np.where(moved, multiplier * fitted, fitted)
            here = here.refit(penalties).settled()
            folds = here.left_out()
            edf = here.edf()
            rows.append((multiplier, *_mean_and_error(folds), edf))
        return pd.DataFrame(rows, columns=["multiplier", "loss", "loss_se", "edf"])


def _mean_and_error(folds: pd.DataFrame) -> tuple[float, float]:
    """Return the weighted mean of the folds' losses and its standard error over folds."""
    weight, loss = folds["contacts"].to_numpy(), folds["loss"].to_numpy()
    mean = float(weight @ loss / weight.sum())
    surplus = weight * (loss - mean)
    count = len(folds)
    return mean, float(np.sqrt(count / (count - 1) * surplus @ surplus) / weight.sum())
