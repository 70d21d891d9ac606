"""From checked rows to everything that a fitted model keeps: one path, top to bottom."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench._checks import listed
from workbench.errors import ConvergenceWarning, DataWarning
from workbench.ridge.blocks import one_blas_thread
from workbench.ridge.design import MOST_LEVELS, Design
from workbench.ridge.fold_stats import Moments, fold_stats
from workbench.ridge.folds import check_classes_elsewhere, folds_of, in_blocks
from workbench.ridge.penalty import EVERYTHING, REST, TUNED, PenaltyPlan, plan_penalties
from workbench.ridge.routes import Problem, route
from workbench.ridge.rows import UNGROUPED, TrainingRows
from workbench.ridge.solver import TOLERANCE, Objective, minimise
from workbench.ridge.tuning import STRONGEST, Tuned, campaigns_of, tune, tuning_table
from workbench.ridge.workspace import Workspace


@dataclass(frozen=True)
class Settings:
    """The parameters of `RidgePropensity`, under their names there."""

    alpha: float | str
    penalty_factors: Mapping[str, float | str] | None
    rule: str
    max_iterations: int
    tolerance: float | None
    most_levels: int = MOST_LEVELS


class Fitted(NamedTuple):
    """What a fit gives: the table of design columns, and how it came about."""

    design: Design
    columns: pd.DataFrame
    alpha: float
    tuning: pd.DataFrame | None
    folds: str | None
    workspace: Workspace
    training: dict[str, float]


@one_blas_thread()
def fit_rows(rows: TrainingRows, settings: Settings) -> Fitted:
    """Design, lay out, tune, solve, describe.

    Parameters
    ----------
    rows : TrainingRows
    settings : Settings

    Returns
    -------
    Fitted
    """
    design, matrix = Design.of(rows.X, rows.weight, most_levels=settings.most_levels)
    groups = {name: rows.groups.get(name, UNGROUPED) for name in design.features}
    plan = plan_penalties(
        settings.alpha,
        settings.penalty_factors,
        design.features,
        groups,
        by_group=rows.campaign is not None and len(set(groups.values())) > 1,
    )
    folds = folds_of(rows, matrix, needed=bool(plan.sets))
    blocks, measured = in_blocks(matrix, rows, folds)
    columns = _design_columns(design, groups, measured, plan)
    used = ~columns["dropped"].to_numpy()
    plan = plan.only(used)
    objective = Objective(
        blocks,
        measured.scaling(used),
        plan.penalties(np.zeros(len(plan.sets))),
        measured.total,
        tuple(columns.index[used]),
    )
    problem = route(objective, plan, campaigns_of(measured)[used])
    tuned = _tune(problem, measured, rule=settings.rule)
    workspace = _solve(problem, tuned, settings, folds.labels)
    return Fitted(
        design,
        describe_columns(columns, workspace),
        _overall(plan, tuned, settings.alpha),
        None if tuned is None else tuning_table(plan, tuned, measured, used),
        folds.kind if plan.sets else None,
        workspace,
        _training_facts(rows, measured, workspace),
    )


def describe_columns(columns: pd.DataFrame, workspace: Workspace) -> pd.DataFrame:
    """Fill in what the fit says of each design column; a dropped one has coefficient 0."""
    found = workspace.described()
    used = ~columns["dropped"].to_numpy()
    columns = columns.assign(penalty=np.inf)
    columns.loc[used, "penalty"] = workspace.penalties
    for name, values in (
        ("coef_standardised", found.b[1:]),
        ("std_error", found.std_error),
        ("edf", found.edf),
        ("score_share", found.score_share),
    ):
        columns[name] = 0.0
        columns.loc[used, name] = values
    return columns


def _design_columns(
    design: Design, groups: Mapping[str, str], measured: Moments, plan: PenaltyPlan
) -> pd.DataFrame:
    constant = measured.constant
    if constant.any():
        names = [name for name, flat in zip(design.names, constant, strict=True) if flat]
        warnings.warn(
            f"Constant columns: {listed(names)}. They are kept, with coefficient 0.",
            DataWarning,
            stacklevel=4,
        )
    return pd.DataFrame(
        {
            "feature": design.features,
            "group": [groups[name] for name in design.features],
            "mean": measured.mean,
            "scale": np.where(constant, 1.0, measured.scale),
            "dropped": constant | np.isinf(plan.factor),
        },
        index=pd.Index(design.names, name="column"),
    )


def _tune(problem: Problem, measured: Moments, *, rule: str) -> Tuned | None:
    if not problem.plan.sets:
        return None
    check_classes_elsewhere(measured, problem.objective.rows.n_held)
    return tune(problem.objective, problem.plan, problem.campaigns, rule=rule)


def _solve(
    problem: Problem, tuned: Tuned | None, settings: Settings, labels: tuple[str, ...]
) -> Workspace:
    objective, plan = problem.objective, problem.plan
    start, curvature = objective.base_rate_start(), None
    if tuned is not None:
        objective = replace(objective, penalties=plan.penalties(tuned.strength))
        start, curvature = tuned.stats.b, tuned.stats.total_curvature() / objective.total
    tolerance = settings.tolerance or TOLERANCE[objective.rows.dtype.itemsize]
    fit = minimise(
        objective,
        start=start,
        curvature=curvature,
        tolerance=tolerance,
        max_passes=settings.max_iterations,
    )
    if not fit.converged:
        warnings.warn(
            f"The optimum was not reached: the largest gradient entry is {fit.kkt_residual:.1e} "
            f"after {fit.passes} steps, `tolerance` is {tolerance:.1e}. Raise `max_iterations`, or "
            "the penalties.",
            ConvergenceWarning,
            stacklevel=4,
        )
    stats = fold_stats(objective.rows, objective.scaling, fit.b)
    return problem.carried_back(Workspace(objective, fit, stats, labels))


def _overall(plan: PenaltyPlan, tuned: Tuned | None, alpha: float | str) -> float:
    """Return the strength that columns without a factor of their own have, or would have."""
    if alpha != TUNED:
        return float(alpha)
    if tuned is None:  # no column has a penalty that could be tuned: ties go to the stronger
        return STRONGEST
    shared = [k for k, name in enumerate(plan.sets) if name in (REST, EVERYTHING)]
    return float(np.exp(tuned.strength[shared[0]] if shared else tuned.uniform))


def _training_facts(
    rows: TrainingRows, measured: Moments, workspace: Workspace
) -> dict[str, float]:
    """Return what the summary and the model file say of the training rows."""
    rate = float(measured.positive.sum() / measured.total)
    return {
        "contacts": measured.total,
        "rows": len(rows.y),
        "positives": float(measured.positive.sum()),
        "campaigns": len(rows.order),
        "log_loss": workspace.training_loss,
        "base_log_loss": -(rate * np.log(rate) + (1 - rate) * np.log1p(-rate)),
        **workspace.precision(),
    }
