"""A fit, and what it leaves behind to be asked again: rows, statistics, and its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import FitError
from workbench.ridge.design.design import Design
from workbench.ridge.fitted.basis import AsGiven, Basis
from workbench.ridge.fitted.preview import Preview, Remainder, preview
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Array
from workbench.ridge.solve import leave_out
from workbench.ridge.solve.determined import check_determined
from workbench.ridge.solve.minimise import Solution, minimise, minimise_near
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.inference import Described, Spread, score_variance_shares
from workbench.ridge.statistics.kernels import pearson
from workbench.ridge.statistics.protocol import MATRIX, FoldStatistics, Inverse

_OUT = 1e6
"""A penalty under which a column is as good as not there."""


@dataclass(frozen=True)
class Fit:
    """Coefficients under penalties, and the means to move on from there.

    Whatever it is asked, it answers for the columns that were given, p of them.

    Parameters
    ----------
    given : Objective
        On the columns that were given, at the fitted penalties.
    solved : Objective
        On those of the basis.
    solution : Solution
        Of `solved`.
    stats : FoldStatistics
        Of `solved`, near the solution.
    folds : tuple of str
        What each fold that can be left out holds.
    basis : Basis
    """

    given: Objective
    solved: Objective
    solution: Solution
    stats: FoldStatistics
    folds: tuple[str, ...]
    basis: Basis

    @classmethod
    def as_given(
        cls,
        objective: Objective,
        solution: Solution,
        stats: FoldStatistics,
        folds: tuple[str, ...] = (),
    ) -> Self:
        """Return a fit that was solved in the columns as they are."""
        return cls(objective, objective, solution, stats, folds, AsGiven())

    @property
    def abilities(self) -> frozenset[str]:
        """What can be asked of it: see `statistics.protocol`."""
        return self.stats.abilities & self.basis.abilities

    @property
    def penalties(self) -> Array:
        """λ_j of the columns, shape (p,)."""
        return self.given.penalties

    @cached_property
    def coefficients(self) -> Array:
        """Standardised, the intercept first; shape (1 + p,)."""
        return self.basis.coefficients(self.solution.b)

    @property
    def training_loss(self) -> float:
        """Mean loss of the training rows, without the penalty."""
        penalty = 0.5 * float(self.solved.penalties @ self.solution.b[1:] ** 2)
        return self.solution.value - penalty

    def certified(self) -> Self:
        """Take the residual that certifies the fit from the columns that were given."""
        if self.solved is self.given:
            return self
        gradient = self.given(self.coefficients)[1]
        residual = float(np.abs(gradient).max())
        return replace(self, solution=self.solution._replace(kkt_residual=residual))

    def check_determined(self, penalties: Array, design: Design) -> None:
        """Raise where columns that lose their penalty have no unique coefficients; shape (p,).

        Raises
        ------
        FitError
            They determine one another, as the levels of a text column do.
        """
        if ((penalties == 0) & (self.penalties > 0)).any():  # others have been fitted so
            check_determined(replace(self.given, penalties=penalties), design)

    @one_blas_thread()
    def refit(self, penalties: Array) -> Self:
        """Fit exactly under other penalties, from here; shape (p,), on the mean-loss scale.

        The curvature at hand serves: only gradient passes are needed.

        Raises
        ------
        FitError
            There are at least as many columns without a penalty as rows.
        """
        if np.array_equal(penalties, self.penalties):
            return self
        given = replace(self.given, penalties=penalties)
        basis, solved = self.basis.under(given, self.solved)
        if basis is not self.basis:  # other columns: nothing at hand serves
            solution = minimise(solved, start=solved.base_rate_start())
            stats = solved.statistics(solution.b)
            moved = replace(self, given=given, solved=solved, solution=solution, stats=stats)
            return replace(moved, basis=basis).certified()
        near = solved is given and MATRIX in self.abilities
        start = self.preview(penalties).b if near else self.solution.b
        solution = minimise_near(solved, start=start, curvature=self.stats.mean_curvature())
        moved = replace(self, given=given, solved=solved, solution=solution).certified()
        return self._drawn_for(moved)

    @one_blas_thread()
    def retaken(self) -> Self:
        """Take the statistics anew at the fit: errors and left-out losses are read from them."""
        moved = replace(self, stats=self.solved.statistics(self.solution.b))
        return self._drawn_for(moved)

    def _drawn_for(self, moved: Self) -> Self:
        """Give a fit of the same rows and columns the sample that was drawn for this one."""
        if "remainder" in self.__dict__:
            moved.__dict__["remainder"] = self.remainder.at(moved.stats)
        return moved

    def preview(self, penalties: Array) -> Preview:
        """Step to other penalties without a pass over the rows; see `preview.preview`.

        Raises
        ------
        FitError
            There are too many columns, or other mixtures of them would be needed.
        """
        if MATRIX not in self.abilities:
            raise FitError(
                f"A preview needs the p × p curvature, and {len(penalties):,} columns are too many "
                "for it. Use `refit`: it is exact, and starts from this fit."
            )
        key, last = penalties.tobytes(), self.__dict__.get("_last_preview")
        if last is None or last[0] != key:  # a view shows it, and a refit begins there
            found = preview(self.stats, self.basis.strengths(penalties), self.remainder)
            last = key, found._replace(b=self.basis.coefficients(found.b))
            self.__dict__["_last_preview"] = last
        return cast(Preview, last[1])

    @cached_property
    def remainder(self) -> Remainder:
        """What the statistics leave out of the loss, from a sample of rows."""
        return Remainder.of(self.solved.rows, self.solved.scaling, self.stats)

    def described(self) -> Described:
        """Return what is known of each column."""
        b = self.coefficients
        shares = score_variance_shares(self.given.rows, self.given.scaling, b)
        edf, error = self._spread()
        return Described(b, edf, np.sqrt(self.dispersion) * error, shares)

    @cached_property
    def dispersion(self) -> float:
        """By what the variance differs from that of the curvature: 1 where that tells it."""
        at = self.solved
        if not at.outcome.varies:
            return 1.0
        chi2 = pearson(at.rows, at.scaling, self.solution.b, at.outcome)
        return at.outcome.dispersion(chi2 / max(at.total - self.edf() - 1.0, 1.0))

    def edf(self) -> float:
        """Effective degrees of freedom, without the intercept."""
        return float((1.0 - self._inverse.diagonal[1:] * self.solved.penalties).sum())

    def precision(self) -> dict[str, float]:
        """Return how exact `described` is, where it is estimated.

        ``edf_error`` is the standard error of the total edf, ``std_error_relative_error`` the
        typical one of `std_error`.
        """
        probes = self._inverse.probes
        if probes is None:
            return {}
        probes, root = probes[:, 1:], np.sqrt(len(probes))
        by_probe = (1.0 - self.penalties * probes).sum(axis=1)
        spread = probes.std(axis=0, ddof=1) / root
        relative = spread / (2 * np.maximum(np.abs(probes.mean(axis=0)), 1e-300))
        return {
            "edf_error": float(by_probe.std(ddof=1) / root),
            "std_error_relative_error": float(np.median(relative)),
        }

    def _spread(self) -> Spread:
        return self.basis.spread(self._inverse, self.penalties, self.given.total)

    @cached_property
    def _inverse(self) -> Inverse:
        held = MATRIX in self.stats.abilities
        if not held and not np.array_equal(self.stats.b, self.solution.b):
            return Inverse(np.full(len(self.stats.b), np.nan))  # until statistics are retaken
        return self.stats.inverse(self.solved.penalties)

    def leaving_out(self) -> Self:
        """Return the same fit with every fold judged by all others, whatever it was tuned by."""
        given, solved = (
            replace(one, rows=one.rows.judged_from(None)) for one in (self.given, self.solved)
        )
        solved = given if self.solved is self.given else solved
        return replace(self, given=given, solved=solved, stats=self.stats.leaving_out())

    def left_out_coefficients(self) -> Array:
        """Return the coefficients by which `left_out` judges each fold, shape (J, 1 + p)."""
        return self.basis.coefficients(self._left_out()[1])

    def one_step_without(self, penalties: Array) -> Array:
        """Return the coefficients without each fold (G, 1 + p), to one Newton step from here.

        Every fold is left out of all others, whatever penalties were tuned by.
        """
        strengths, stats = self.basis.strengths(penalties), self.stats.leaving_out()
        return self.basis.coefficients(stats.without_folds(strengths, self.solved.names).b)

    def left_out(self, *, unseen: npt.NDArray[np.bool_] | None = None) -> pd.DataFrame:
        """Return each judged fold's loss, per contact, by a fit to what it may learn from.

        That is all other folds, or those before it where penalties were tuned forward.

        Parameters
        ----------
        unseen : ndarray of bool, shape (J, p), optional
            Columns that the fit for a fold must do without. With mixtures of columns, as where
            there are more columns than rows, all folds do without what one does.

        Raises
        ------
        FitError
            There are fewer than two folds.
        """
        if unseen is not None and self.solved is not self.given:
            out = np.where(unseen.any(axis=0), _OUT, self.penalties)
            return self.refit(out).retaken().left_out()
        loss, _ = self._left_out(unseen)
        weight = self.stats.weight[self.stats.judged]
        some = weight > 0  # a fold of rows that count nothing is none
        return pd.DataFrame(
            {"contacts": weight[some], "loss": loss[some] / weight[some]},
            index=pd.Index(self.folds[self.stats.judged], name="fold")[some],
        )

    def _left_out(self, unseen: npt.NDArray[np.bool_] | None = None) -> tuple[Array, Array]:
        if self.stats.held < 2:
            raise FitError(
                "Leaving folds out needs at least two of them; this fit has none, as it tuned "
                "nothing on folds and came without campaigns. Fit with `campaign`, or with "
                "`folds='random'`."
            )
        at = self.solved
        penalties = at.penalties if unseen is None else np.where(unseen, _OUT, at.penalties)
        return leave_out.exact(at.rows, at.scaling, self.stats, penalties, names=at.names)

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
        fitted, at, rows = self.penalties, self, []
        for multiplier in multipliers:
            at = at.refit(np.where(moved, multiplier * fitted, fitted)).retaken()
            rows.append((multiplier, *_mean_and_error(at.left_out()), at.edf()))
        return pd.DataFrame(rows, columns=["multiplier", "loss", "loss_se", "edf"])


def _mean_and_error(folds: pd.DataFrame) -> tuple[float, float]:
    """Return the weighted mean of the folds' losses and its standard error over folds."""
    weight, loss = folds["contacts"].to_numpy(), folds["loss"].to_numpy()
    mean = float(weight @ loss / weight.sum())
    surplus = weight * (loss - mean)
    count = len(folds)
    return mean, float(np.sqrt(count / (count - 1) * surplus @ surplus) / weight.sum())
