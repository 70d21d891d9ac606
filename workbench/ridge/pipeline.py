"""From checked rows to everything that a fitted model keeps: one path, top to bottom."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import ConvergenceWarning, DataWarning, ParameterError
from workbench.messages import listed
from workbench.ridge.ahead.outlook import (
    Outlook,
    check_outlook,
    choose,
    given_half_life,
    outlook_of_source,
)
from workbench.ridge.ahead.recency import training_loss, weighing_recent_more
from workbench.ridge.design.design import Design, warn_of_constant
from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.fitted.problem import Problem, route
from workbench.ridge.laid_rows import LaidRows, lay_out, lay_out_source
from workbench.ridge.penalties.plan import EVERYTHING, REST, TUNED, PenaltyPlan
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import RowSource
from workbench.ridge.settings import BY_ROWS, MARGINAL, ROWS, Settings
from workbench.ridge.solve.determined import check_determined
from workbench.ridge.solve.minimise import TOLERANCE, minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.moments import Moments
from workbench.ridge.statistics.protocol import COLUMNS, MATRIX, require
from workbench.ridge.streamed.lay_out import lay_out_streamed
from workbench.ridge.streamed.streamed_rows import StreamedRows
from workbench.ridge.tune.co_data import (
    CONCENTRATION,
    CoDataReader,
    co_data_reader,
    concentration,
    of_columns,
)
from workbench.ridge.tune.criterion import OWN_RATE_SHARE
from workbench.ridge.tune.fold_checks import check_told_elsewhere
from workbench.ridge.tune.folds import (
    AUTO,
    FORWARD,
    Folds,
)
from workbench.ridge.tune.left_out_rows import tune_rows
from workbench.ridge.tune.marginal import fellner_schall
from workbench.ridge.tune.strengths import STRONGEST, Strengths
from workbench.ridge.tune.tuned import Tuned, campaigns_of, grid_table, tuning_table
from workbench.ridge.tune.tuning import TuningRule, tune

Array = npt.NDArray[np.float64]

TUNED_BY_ROWS: dict[str, Callable[[Objective, PenaltyPlan], Strengths]] = {
    MARGINAL: fellner_schall,
    ROWS: tune_rows,
}

CRITERIA = (*OWN_RATE_SHARE, *BY_ROWS)


class Fitted(NamedTuple):
    """What a fit gives: the table of design columns, and how it came about."""

    design: Design
    columns: pd.DataFrame
    alpha: float
    tuning: pd.DataFrame | None
    grid: pd.DataFrame | None
    folds: str | None
    campaigns_out: bool
    co_data: dict[str, float]
    workspace: Fit
    training: dict[str, float]
    outlook: Outlook = Outlook()


def fit_and_look_ahead(rows: TrainingRows, settings: Settings) -> Fitted:
    """Fit, choose by forward folds how to score what comes, and fit anew where weights changed.

    Parameters
    ----------
    rows : TrainingRows
    settings : Settings

    Returns
    -------
    Fitted
        Its facts of training are of contacts that all count alike.
    """
    check_outlook(rows, settings)
    given = given_half_life(settings)
    fitted = fit_rows(weighing_recent_more(rows, given), settings)
    outlook = choose(rows, settings, fitted.workspace, tuned=fitted.tuning is not None)
    if outlook.half_life != given:
        with warnings.catch_warnings(action="ignore", category=DataWarning):  # they were said
            fitted = fit_rows(weighing_recent_more(rows, outlook.half_life), settings)
    if outlook.half_life is not None:
        facts = {
            **fitted.training,
            **_outcome_facts(float(rows.weight @ rows.y), float(rows.weight.sum())),
        }
        facts["log_loss"] = training_loss(fitted.workspace, outlook.half_life)
        fitted = fitted._replace(training=facts)
    return fitted._replace(outlook=outlook)


@one_blas_thread()
def fit_rows(rows: TrainingRows, settings: Settings) -> Fitted:
    """Lay rows out, and fit."""
    laid = lay_out_streamed if isinstance(rows, StreamedRows) else lay_out
    return fit_laid(laid(rows, settings), settings)  # type: ignore[arg-type]  # each of its kind


@one_blas_thread()
def fit_source(source: RowSource, groups: Mapping[str, str] | None, settings: Settings) -> Fitted:
    """Fit to rows that are laid out already, and score as was fitted."""
    outlook = outlook_of_source(settings)
    return fit_laid(lay_out_source(source, groups, settings), settings)._replace(outlook=outlook)


def fit_laid(laid: LaidRows, settings: Settings) -> Fitted:
    """Tune, solve, describe.

    Parameters
    ----------
    laid : LaidRows
    settings : Settings

    Returns
    -------
    Fitted
    """
    measured, folds = laid.measured, laid.folds
    columns = _design_columns(laid)
    used = ~columns["dropped"].to_numpy()
    plan = laid.plan.only(used)
    objective = Objective(
        laid.source,
        measured.scaling(used),
        plan.penalties(np.zeros(plan.size)),
        measured.total,
        tuple(columns.index[used]),
        outcome=laid.outcome,
    )
    problem = route(objective, plan, campaigns_of(measured)[used])
    check_determined(objective, laid.design)
    _check_tunable(problem, settings)
    concentrated = concentration(measured)[used]
    reader = co_data_reader_of(settings, columns[used], concentrated, folds)
    if COLUMNS not in problem.abilities:  # they are mixtures: nothing is known of one
        reader = None
    by = TuningRule(settings.rule, settings.criterion, reader, spikes=not folds.random)
    tuned = _tune(problem, measured, by)
    workspace = _solve(problem, tuned, settings, folds.labels)
    return Fitted(
        laid.design,
        describe_columns(columns, workspace),
        overall(plan, tuned, settings.alpha),
        None if tuned is None else tuning_table(plan, tuned, measured, used),
        None if tuned is None else grid_table(tuned),
        _left_out(settings.criterion, folds) if plan.sets else None,
        folds.campaigns,
        {} if tuned is None else tuned.slopes,
        workspace,
        _training_facts(laid, workspace),
    )


def _left_out(criterion: str, folds: Folds) -> str:
    return {MARGINAL: "nothing (marginal likelihood)", ROWS: "single rows"}.get(
        criterion, folds.kind
    )


def describe_columns(columns: pd.DataFrame, workspace: Fit) -> pd.DataFrame:
    """Fill in what the fit says of each design column; a dropped one has coefficient 0."""
    found = workspace.described()
    used, outcome = ~columns["dropped"].to_numpy(), workspace.given.outcome
    columns = columns.assign(penalty=np.inf)
    columns.loc[used, "penalty"] = workspace.penalties
    for name, values in (
        ("coef_standardised", outcome.in_units(found.b)[1:]),
        ("std_error", outcome.unit * found.std_error),
        ("edf", found.edf),
        ("score_share", found.score_share),
    ):
        columns[name] = 0.0
        columns.loc[used, name] = values
    return columns


def _design_columns(laid: LaidRows) -> pd.DataFrame:
    design, measured = laid.design, laid.measured
    constant = measured.constant
    warn_of_constant(design.names, constant)
    columns = pd.DataFrame(
        {
            "feature": design.features,
            "group": [laid.groups[name] for name in design.features],
            "mean": measured.mean,
            "scale": np.where(constant, 1.0, measured.scale),
            "campaigns": campaigns_of(measured),
            "dropped": constant | np.isinf(laid.plan.factor),
        },
        index=pd.Index(design.names, name="column"),
    )
    if laid.ranges is not None:
        columns["low"], columns["high"] = laid.ranges
    return columns


def _tune(problem: Problem, measured: Moments, by: TuningRule) -> Tuned | None:
    objective, plan = problem.objective, problem.plan
    if not plan.sets:
        return None
    if (by_rows := TUNED_BY_ROWS.get(by.criterion)) is not None:
        found = by_rows(objective, plan)
        return Tuned(plan, found.best, found.best, found.uniform, found.curvature, (), found.stats)
    check_told_elsewhere(measured, objective.rows.n_held, objective.outcome)
    return tune(objective, plan, problem.campaigns, by)


def co_data_reader_of(
    settings: Settings,
    columns: pd.DataFrame,
    concentrated: Array,
    folds: Folds,
) -> CoDataReader | None:
    """Return what reads the co-data that were asked for, or that campaigns offer."""
    if settings.criterion in BY_ROWS:
        return None
    co_data = _asked(settings)
    if isinstance(settings.co_data, str) and settings.co_data == AUTO:
        # where penalties are spelt out, nothing is added to them unasked
        offered = settings.penalty_factors is None and folds.campaigns
        co_data = (CONCENTRATION,) if offered else ()
    scores = of_columns(co_data, columns) if isinstance(co_data, pd.DataFrame) else co_data
    if not (len(scores) or settings.deviations):
        return None
    return co_data_reader(scores, concentrated, deviations=settings.deviations)


def _asked(settings: Settings) -> tuple[str, ...] | pd.DataFrame:
    """Return the co-data that were asked for by name or table."""
    co_data = settings.co_data
    if co_data is None or isinstance(co_data, pd.DataFrame):
        return () if co_data is None else co_data
    return tuple(name for name in np.atleast_1d(co_data).tolist() if name != AUTO)


def _check_tunable(problem: Problem, settings: Settings) -> None:
    """Raise where what was asked for cannot be had by this criterion, or of so many columns."""
    if not problem.plan.sets:
        return  # nothing is tuned
    if settings.folds == FORWARD and settings.criterion in BY_ROWS:
        raise ParameterError(
            "`folds='forward'` says on which campaigns penalties are judged; `criterion="
            f"{settings.criterion!r}` judges them on none. Take one of "
            f"{listed(list(OWN_RATE_SHARE))}, or leave `folds` out."
        )
    co_data = _asked(settings)
    asked = len(co_data) > 0 or settings.deviations
    if asked and settings.criterion in BY_ROWS:
        raise ParameterError(
            "`co_data` and `deviations` are tuned on folds left out; `criterion="
            f"{settings.criterion!r}` leaves none out. Take one of {listed(list(OWN_RATE_SHARE))}, "
            "or leave them out."
        )
    need = partial(require, problem.abilities, columns=len(problem.given.penalties))
    if asked:
        need(COLUMNS, "`co_data` and `deviations` need")
    if settings.deviations:  # a parameter a column
        need(MATRIX, "`deviations` need")
    if settings.criterion != "loss":
        need(MATRIX, f"`criterion={settings.criterion!r}` needs", instead="Take 'loss'")


def _solve(
    problem: Problem, tuned: Tuned | None, settings: Settings, labels: tuple[str, ...]
) -> Fit:
    objective = problem.objective
    start, curvature = objective.base_rate_start(), None
    if tuned is not None:
        objective = replace(objective, penalties=tuned.penalties)
        start, curvature = tuned.stats.b, tuned.stats.mean_curvature()
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
    return problem.fitted(objective, fit, labels)


def overall(plan: PenaltyPlan, tuned: Tuned | None, alpha: float | str) -> float:
    """Return the strength that columns without a factor of their own have, or would have."""
    if alpha != TUNED:
        return float(alpha)
    if tuned is None:  # no column has a penalty that could be tuned: ties go to the stronger
        return STRONGEST
    strengths = tuned.parameters[: len(plan.sets)]
    shared = [k for k, name in enumerate(plan.sets) if name in (REST, EVERYTHING)]
    if shared or np.ptp(strengths) == 0:  # sets that came out alike have one strength, too
        return float(np.exp(strengths[shared[0] if shared else 0]))
    return float(np.exp(tuned.uniform))


def _training_facts(laid: LaidRows, workspace: Fit) -> dict[str, float]:
    """Return what the summary and the model file say of the training rows."""
    summed, total = float(laid.measured.positive.sum()), laid.measured.total
    of_rows = {"rows": laid.rows, "campaigns": laid.campaigns}
    if laid.outcome.varies:
        facts = {**_number_facts(summed / total, workspace), "contacts": total}
    else:
        facts = {**_outcome_facts(summed, total), "log_loss": workspace.training_loss}
    return {**facts, **of_rows, **workspace.precision()}


def _number_facts(mean: float, workspace: Fit) -> dict[str, float]:
    given = workspace.given
    outcome, start = given.outcome, given.base_rate_start()
    in_units = outcome.in_units(np.array([outcome.link(mean)]))
    return {
        "mean": float(outcome.mean(in_units)[0]),
        "unit": outcome.unit,
        **outcome.facts,
        "base_loss": given(start)[0],
        **number_fit_facts(workspace),
    }


def number_fit_facts(workspace: Fit) -> dict[str, float]:
    """Return what changes with the penalties: loss, and variance in units of the outcome."""
    return {
        "loss": workspace.training_loss,
        "dispersion": workspace.given.outcome.loss_unit * workspace.dispersion,
    }


def _outcome_facts(positives: float, contacts: float) -> dict[str, float]:
    rate = float(positives / contacts)
    return {
        "contacts": float(contacts),
        "positives": float(positives),
        "base_log_loss": -float(rate * np.log(rate) + (1 - rate) * np.log1p(-rate)),
    }
