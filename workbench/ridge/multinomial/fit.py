"""From checked rows to all that a multinomial model keeps: one path, top to bottom."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import issparse

from workbench.errors import ConvergenceWarning, DataWarning, FitError, ParameterError
from workbench.messages import listed
from workbench.ridge.design.design import Design
from workbench.ridge.design.training_rows import TrainingRows
from workbench.ridge.multinomial.class_columns import columns_of, described, design_of, with_ones
from workbench.ridge.multinomial.class_rows import class_folds
from workbench.ridge.multinomial.from_strong import from_strong
from workbench.ridge.multinomial.left_out import LeftOut, with_classes
from workbench.ridge.multinomial.like_columns import like_columns
from workbench.ridge.multinomial.newton import Solution, minimise
from workbench.ridge.multinomial.softmax import AnyArray, Softmax
from workbench.ridge.multinomial.tuning import TunedClasses, tuned_classes
from workbench.ridge.penalties.plan import EVERYTHING, REST, TUNED, PenaltyPlan, plan_penalties
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.tune.folds import Folds

AS_NEW = "as new"
"""Rows left out are looked at as new ones would be."""

_LARGE = 20_000_000  # products a pass: beyond, what is tuned is tuned in float32
_MOST_BYTES = 8 * 2**30
_SMALL = 1e-3  # deviation, in units of which the weakest common penalty is 0.1


@dataclass(frozen=True)
class ClassSettings:
    """The parameters of `RidgeMultinomial` that a fit needs, under their names there."""

    alpha: float | str
    penalty_factors: Mapping[str, float | str] | None
    class_factors: Mapping[Any, float] | None
    folds: str
    left_out: bool | str
    standardise: bool
    most_levels: int
    max_iterations: int
    tolerance: float


class FittedClasses(NamedTuple):
    """What a fit gives.

    ``coefficients`` (p, K) are per standard deviation, of all design columns, those of dropped
    ones 0; ``intercepts`` (K,) where every design column is 0; ``shares`` (K,) of the classes.
    """

    design: Design
    columns: pd.DataFrame
    coefficients: AnyArray
    intercepts: AnyArray
    alpha: float
    tuning: pd.DataFrame | None
    grid: pd.DataFrame | None
    folds: Folds | None
    left_out: AnyArray | None
    solution: Solution
    training: dict[str, float]
    shares: AnyArray


@one_blas_thread()
def fit_classes(rows: TrainingRows, by_class: AnyArray, settings: ClassSettings) -> FittedClasses:
    """Lay rows out, tune, solve, describe.

    Parameters
    ----------
    rows : TrainingRows
        Whose ``y`` numbers the classes.
    by_class : ndarray, shape (1,) or (K,)
        What each class multiplies its penalties by.
    settings : ClassSettings

    Raises
    ------
    ParameterError
        A column has no penalty: what it tells apart for sure has no finite optimum.
    FitError
        Nothing can be left out to tune on, or judged, or coefficients are too many.

    Warns
    -----
    DataWarning
        Constant columns, or columns of too small numbers.
    ConvergenceWarning
        The optimum was not reached, or not by every fit without a fold.
    """
    design, matrix = Design.of(
        rows.X, rows.weight, most_levels=settings.most_levels, contacts=rows.contacts
    )
    columns = columns_of(design, matrix, rows)
    plan = _planned(settings, design, columns)
    _check_penalised(plan, design)
    columns["dropped"] = columns["constant"] | np.isinf(plan.factor)
    used = ~columns["dropped"].to_numpy()
    plan, K = plan.only(used), len(rows.classes)
    _check_size(int(used.sum()), K)
    unit = columns["scale"].to_numpy() if settings.standardise else np.ones(len(columns))
    X = design_of(matrix, columns["mean"].to_numpy(), unit, used)
    like = like_columns(X, plan) if issparse(X) else None
    joint = plan if like is None else plan.only(like.first)
    X = with_ones(X if like is None else like.joined(X))
    problem = Softmax(
        X, rows.y.astype(np.int64), rows.weight / rows.weight.sum(), np.zeros((1, 1)), K
    )
    asked = bool(plan.sets) or bool(settings.left_out)
    folds = class_folds(rows, matrix, kind=settings.folds) if asked else None
    tuned, left_out, start = None, None, None
    if asked:
        if folds is None:
            raise FitError(
                "Tuning, and `left_out`, need rows that can be left out; every class has one "
                "distinct row only. Give `alpha` a number, such as 0.01, and no `left_out`."
            )
        block = None
        if settings.left_out == AS_NEW and issparse(X):
            block = pd.factorize(columns["group"][used])[0]
            block = block if like is None else block[like.first]
        judging = LeftOut(_quick(problem), folds.of_row, joint, by_class, block, dealt=folds.random)
        _check_judged(judging)
        tuned = tuned_classes(judging) if plan.sets else None
        left_out = judging.chances(_parameters(tuned))
        _warn_of_open(judging)
        _warn_of_small(plan, (columns["scale"].to_numpy() / unit)[used])
        start = judging.start(_parameters(tuned))
    problem = problem.under(with_classes(joint.penalties(_parameters(tuned)), by_class))
    quick = _quick(problem)
    start = from_strong(quick).W if start is None else start
    solved = _solve(problem, quick, start.astype(float), settings)
    W = solved.at.W if like is None else like.apart(solved.at.W)
    return FittedClasses(
        design,
        *described(
            columns,
            used,
            plan.penalties(_parameters(tuned)),
            W,
            unit=unit,
            centred=not issparse(matrix),
        ),
        _overall(plan, tuned, settings.alpha),
        None if tuned is None else _tuning_table(plan, tuned),
        None if tuned is None else tuned.grid,
        folds,
        left_out,
        solved,
        _facts(rows, solved),
        _shares(rows),
    )


def _parameters(tuned: TunedClasses | None) -> AnyArray:
    return np.zeros(0) if tuned is None else tuned.parameters


def _planned(settings: ClassSettings, design: Design, columns: pd.DataFrame) -> PenaltyPlan:
    groups = dict(zip(columns["feature"], columns["group"], strict=True))
    return plan_penalties(
        settings.alpha,
        settings.penalty_factors,
        design.features,
        groups,
        # a group for every feature says nothing: one free penalty each overfits what is left out
        by_group=1 < len(set(groups.values())) < len(groups),
        columns=design.names,
    )


def _check_penalised(plan: PenaltyPlan, design: Design) -> None:
    free = [name for name, factor in zip(design.names, plan.factor, strict=True) if factor == 0]
    if free:
        raise ParameterError(
            f"Every column of several classes needs a penalty above 0; {listed(free)} have none, "
            "and what they tell apart for sure has no finite optimum. Give a small one, such as "
            "1e-6."
        )


def _check_size(columns: int, classes: int) -> None:
    """Raise where coefficients of all folds would not fit into memory."""
    size = 8 * columns * classes * 4
    if size > _MOST_BYTES:
        raise FitError(
            f"{columns:,} columns of {classes:,} classes take more than {_MOST_BYTES / 2**30:.0f} "
            "GB. Leave out n-grams of few texts (`least=3`), or hash them (`hashed=20_000`)."
        )


def _check_judged(judging: LeftOut) -> None:
    if judging.weight == 0:
        raise FitError(
            "Tuning needs a class that two campaigns have; here each class is in one alone, and "
            "no other can foretell it. Give `folds='random'`, or `alpha` a number, such as 0.01."
        )


def _warn_of_open(judging: LeftOut) -> None:
    """Warn where fits without a fold, under the penalties that were chosen, did not arrive."""
    if judging.open:
        warnings.warn(
            f"Fits without a fold should arrive at their optimum; {judging.open} of "
            f"{len(judging.folds)} did not, so that left-out losses and probabilities are rough. "
            "Give the columns stronger penalties.",
            ConvergenceWarning,
            stacklevel=5,
        )


def _warn_of_small(plan: PenaltyPlan, deviations: AnyArray) -> None:
    """Warn where columns are penalised as they are, and the weakest penalty would hide them."""
    for k, name in enumerate(plan.sets):
        largest = float(deviations[plan.member == k].max())
        if largest < _SMALL:
            warnings.warn(
                f"Columns of the set {name!r} deviate by {largest:.0e} at most, and "
                "`standardise=False` penalises coefficients as they are: under each penalty that "
                "is tried they hardly count. Multiply them, or leave `standardise` on.",
                DataWarning,
                stacklevel=5,
            )


def _quick(problem: Softmax) -> Softmax:
    """Return the problem in float32 where a pass takes long: what is compared needs few digits."""
    stored = problem.X.nnz if issparse(problem.X) else problem.X.size
    if stored * problem.classes < _LARGE:
        return problem
    return Softmax(
        problem.X.astype(np.float32),
        problem.code,
        problem.weight.astype(np.float32),
        problem.penalties,
        problem.classes,
    )


def _solve(problem: Softmax, quick: Softmax, start: AnyArray, settings: ClassSettings) -> Solution:
    found = minimise(
        problem,
        start,
        tolerance=settings.tolerance,
        most=settings.max_iterations,
        quick=quick,
    )
    if not found.converged:
        warnings.warn(
            f"The optimum was not reached: the largest gradient entry is {found.residual:.1e} "
            f"after {found.steps} steps, `tolerance` is {settings.tolerance:.1e}. Raise "
            "`max_iterations`, or the penalties.",
            ConvergenceWarning,
            stacklevel=5,
        )
    return found


def _overall(plan: PenaltyPlan, tuned: TunedClasses | None, alpha: float | str) -> float:
    """Return the strength that columns without a factor of their own have, or would have."""
    if alpha != TUNED:
        return float(alpha)
    if tuned is None:
        return 1.0
    shared = [k for k, name in enumerate(plan.sets) if name in (REST, EVERYTHING)]
    if shared:
        return float(np.exp(tuned.parameters[shared[0]]))
    best = int(np.argmin(tuned.grid["loss"].to_numpy()))
    return float(tuned.grid["penalty"].iloc[best])


def _tuning_table(plan: PenaltyPlan, tuned: TunedClasses) -> pd.DataFrame:
    counts = np.bincount(plan.member[plan.member >= 0], minlength=len(plan.sets))
    table = {
        "columns": counts,
        "penalty": np.exp(tuned.parameters),
        "left_out_loss": tuned.loss,
        "grid_loss": tuned.grid["loss"].min(),
    }
    return pd.DataFrame(table, index=pd.Index(plan.sets, name="set"))


def _shares(rows: TrainingRows) -> AnyArray:
    return np.asarray(np.bincount(rows.y.astype(int), rows.weight) / rows.weight.sum())


def _facts(rows: TrainingRows, solved: Solution) -> dict[str, float]:
    share = _shares(rows)
    return {
        "rows": len(rows.y),
        "contacts": float(rows.weight.sum()),
        "classes": len(rows.classes),
        "campaigns": len(rows.order),
        "log_loss": solved.at.loss,
        "base_log_loss": float(-(share @ np.log(share))),
    }
