"""A model from its campaigns' sums: penalties tuned and coefficients solved without a row.

What comes out depends on the sums and the model's parameters alone, not on the way that led to
them: so a campaign that is taken away again leaves the model as it was before it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cho_factor, cho_solve

from workbench.errors import FitError
from workbench.ridge.design.design import Design
from workbench.ridge.laid_rows import planned
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.pipeline import co_data_reader_of, overall
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Array
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.at_refits import RefitStats
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.dense import DenseStatistics
from workbench.ridge.statistics.drift import drift
from workbench.ridge.statistics.inference import spread
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.statistics.scaling import Scaling
from workbench.ridge.tune.co_data import concentration
from workbench.ridge.tune.folds import Folds
from workbench.ridge.tune.quadratic_loss import QuadraticLoss
from workbench.ridge.tune.tuned import Tuned, campaigns_of, grid_table, tuning_table
from workbench.ridge.tune.tuning import TuningRule, held_together, tuned_by


class Solved(NamedTuple):
    """What sums tell of a model.

    ``columns`` is its table of columns, ``b`` (1 + p,) its coefficients under ``scaling``;
    ``drift`` bounds how far these are from the fit to the rows, and ``residual`` what is left
    of the largest entry of its gradient, relative to W.
    """

    columns: pd.DataFrame
    b: Array
    scaling: Scaling
    alpha: float
    tuning: pd.DataFrame | None
    grid: pd.DataFrame | None
    folds: str
    co_data: dict[str, float]
    drift: float
    residual: float
    training: dict[str, float]


@dataclass(frozen=True)
class Summed:
    """Sums, and what a model makes of them.

    Parameters
    ----------
    sums : CampaignSums
    design : Design
    given : DataFrame
        The model's table of columns, of which ``feature, group, dropped`` are read.
    settings : Settings
    apart : RefitStats, optional
        Sums at the fits without each fold, in the columns of the sums: left-out losses are then
        exact there. Without them, each fold is left out by a step from where the sums are.
    """

    sums: CampaignSums
    design: Design
    given: pd.DataFrame
    settings: Settings
    apart: RefitStats | None = None

    @property
    def used(self) -> npt.NDArray[np.bool_]:
        """Which columns have coefficients; (width,)."""
        return self.sums.used

    @cached_property
    def measured(self) -> Moments:
        """Means and deviations of all columns, by fold."""
        return self.sums.moments()

    @cached_property
    def lives(self) -> Array:
        """In how many folds each column effectively lives; (width,)."""
        return campaigns_of(self.measured)

    @cached_property
    def scaling(self) -> Scaling:
        """How columns are standardised by these campaigns."""
        return self.measured.scaling(self.used)

    @cached_property
    def stats(self) -> DenseStatistics:
        """The quadratics in these columns."""
        return self.sums.statistics(self.scaling)

    @cached_property
    def left(self) -> RefitStats:
        """What each fold is judged from, in these columns."""
        if self.apart is None:
            return RefitStats.about_one_point(self.stats)
        T, apart = self.sums.carried(self.scaling), self.apart
        return RefitStats(
            np.asarray(np.linalg.solve(T, apart.b.T).T, dtype=np.float64),
            T.T @ apart.rest @ T,
            T.T @ apart.own @ T,
            apart.rest_score @ T,
            apart.own_score @ T,
            apart.loss,
            self.stats.penalty_weight,
        )

    @property
    def at(self) -> Array:
        """Where each fold's sums were taken, in these columns; (G, 1 + p)."""
        carried = np.linalg.solve(self.sums.carried(self.scaling), self.sums.folds.at.T)
        return np.asarray(carried.T)

    @cached_property
    def whole_plan(self) -> PenaltyPlan:
        """Which penalty each column has, dropped ones too."""
        groups = dict(zip(self.given["feature"], self.given["group"], strict=True))
        return planned(self.settings, self.design, groups, self.sums.names_count)

    @cached_property
    def plan(self) -> PenaltyPlan:
        """Which penalties are tuned."""
        return self.whole_plan.only(self.used)

    @property
    def kind(self) -> str:
        """What is left out, in words."""
        folds, campaigns = len(self.sums.campaigns), self.sums.names_count
        return f"{folds} {'campaigns' if folds == campaigns else 'groups of campaigns'}"

    def columns(self) -> pd.DataFrame:
        """Return the table of columns, without what a solution says of them."""
        folds, measured, constant = self.sums.folds, self.measured, self.sums.constant
        columns = self.given.assign(
            mean=measured.mean,
            scale=np.where(constant, 1.0, measured.scale),
            campaigns=np.where(constant, 0.0, self.lives),
            dropped=~self.used,
        )
        if "low" in columns:
            origin = self.sums.origin  # ranges are of columns as they were given
            columns["low"] = folds.low.min(axis=0) + origin
            columns["high"] = folds.high.max(axis=0) + origin
        return columns

    def tuned(self) -> Tuned | None:
        """Tune by the quadratics; None where all penalties are given."""
        if not self.plan.sets:
            return None
        if len(self.sums.campaigns) < 2:
            raise FitError(
                "Tuning penalties needs two campaigns, or pools of small ones, to leave out; got "
                f"{len(self.sums.campaigns)}. Give `alpha` a number, or `fit` with all rows."
            )
        used, nobody = self.given[self.used], np.zeros(0, dtype=np.int64)
        folds = Folds(nobody, self.sums.labels, self.kind, campaigns=True)
        concentrated = concentration(self.measured)[self.used]
        reader = co_data_reader_of(self.settings, used, concentrated, folds)
        by = TuningRule(self.settings.rule, self.settings.criterion, reader)
        rows, plan = int(self.sums.folds.rows.sum()), held_together(self.plan, by)
        loss = QuadraticLoss(self.stats, plan, tuple(used.index), rows, self.left)
        return tuned_by(loss, self.lives[self.used], by)


@one_blas_thread()
def solved(summed: Summed) -> Solved:
    """Tune, solve, describe."""
    tuned = summed.tuned()
    penalties = summed.plan.penalties(np.zeros(0)) if tuned is None else tuned.penalties
    return described(summed, tuned, penalties, solution(summed.stats, penalties))


def described(summed: Summed, tuned: Tuned | None, penalties: Array, b: Array) -> Solved:
    """Say of penalties (p,) and coefficients (1 + p,) all that sums tell."""
    plan, stats = summed.plan, summed.stats
    sure = drift(summed.sums.statistics(summed.scaling, b), summed.at, summed.sums.bend)
    return Solved(
        _described(summed, b, penalties),
        b,
        summed.scaling,
        overall(plan, tuned, summed.settings.alpha),
        None if tuned is None else tuning_table(plan, tuned, summed.measured, summed.used),
        None if tuned is None else grid_table(tuned),
        summed.kind,
        {} if tuned is None else tuned.slopes,
        sure,
        sure * _steepest(stats),
        _facts(summed, b),
    )


def solution(stats: DenseStatistics, penalties: Array) -> Array:
    """Return the b (1 + p,) at which quadratics and penalties (p,) are least.

    Raises
    ------
    FitError
        Columns without a penalty are not told by them.
    """
    ridge = np.concatenate([[0.0], penalties * stats.total_weight])
    try:
        factor = cho_factor(stats.total_curvature() + np.diag(ridge))
    except np.linalg.LinAlgError:
        raise FitError(
            "The campaigns' sums must determine the columns without a penalty; they do not. Give "
            "them a penalty, or `fit` with all rows."
        ) from None
    return np.asarray(cho_solve(factor, stats.target.sum(axis=0)))


def _steepest(stats: DenseStatistics) -> float:
    """Return how large an entry of the mean gradient can be, per unit of drift."""
    A = stats.mean_curvature()
    return float(np.sqrt(A[0, 0] * np.diag(A).max()))


def _described(summed: Summed, b: Array, penalties: Array) -> pd.DataFrame:
    stats, columns, used = summed.stats, summed.columns(), summed.used
    found = spread(stats.mean_curvature(), penalties, stats.total_weight)
    columns = columns.assign(penalty=np.inf)
    columns.loc[used, "penalty"] = penalties
    for name, values in (
        ("coef_standardised", b[1:]),
        ("std_error", found.std_error),
        ("edf", found.edf),
        ("score_share", _score_shares(summed.sums.products(summed.scaling), b)),
    ):
        columns[name] = 0.0
        columns.loc[used, name] = values
    return columns


def _score_shares(products: Array, b: Array) -> Array:
    """Return the share of the score's variance that each column carries."""
    weight = products[0, 0]
    cross = products[1:] @ b / weight - products[1:, 0] / weight * (products[0] @ b) / weight
    variance = float(b[1:] @ cross)
    return np.asarray(b[1:] * cross / variance if variance > 0 else np.zeros(len(b) - 1))


def _facts(summed: Summed, b: Array) -> dict[str, float]:
    """Return what the summary and the model file say of the training contacts, all alike."""
    folds, sums = summed.sums.folds, summed.sums
    each = folds.contacts / folds.weight  # of a pool under a half-life, as its campaigns weigh
    positives, contacts = float(folds.responses.sum()), float(folds.contacts.sum())
    loss = sums.statistics(summed.scaling, b).loss / sums.decay
    rate = positives / contacts
    return {
        "contacts": contacts,
        "positives": positives,
        "base_log_loss": -float(rate * np.log(rate) + (1 - rate) * np.log1p(-rate)),
        "log_loss": float(each @ loss) / contacts,
        "rows": int(folds.rows.sum()),
        "campaigns": sums.names_count,
    }
