"""Choose penalties by asking what would have worked on a campaign not yet seen.

One Newton step (`criterion.LeftOutLoss`) proposes, as a search over many penalties then
costs p × p algebra and no row; exact left-out losses decide (`search`, `safe_rule`). So
the penalties chosen are never worse, by exact left-out loss, than the best of nine common
strengths, but for what the rules about ties allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.solve.minimise import minimise
from workbench.ridge.solve.objective import Objective
from workbench.ridge.statistics.protocol import FoldStatistics
from workbench.ridge.tune.co_data import CoDataReader
from workbench.ridge.tune.criterion import left_out_dispersion
from workbench.ridge.tune.exact_loss import ExactLoss, Judged
from workbench.ridge.tune.safe_rule import (
    TIE,
    Reference,
    not_held_too_hard,
    strengthened,
    ties_to_the_stronger,
)
from workbench.ridge.tune.search import LADDER, descend, everywhere, ladder, least
from workbench.ridge.tune.strengths import FIRST
from workbench.ridge.tune.tuned import Grid, Tuned

Array = npt.NDArray[np.float64]

SAFE = "safe"
PRECISION = 1.0  # precision of log-strengths about their mean: benchmarks/results/defaults.md
_NEAR = 1e-4  # gradient of the first fit: exact losses are taken from there by steps of their own


class TuningRule(NamedTuple):
    """How penalties are tuned, in the words of `RidgePropensity`.

    ``reader`` reads co-data from the statistics at the best common strength; ``spikes``
    says that what lives in few folds may be gone in the next, as it is where folds are
    campaigns, and not where rows were dealt to them.
    """

    rule: str = SAFE
    criterion: str = "loss"
    reader: CoDataReader | None = None
    spikes: bool = True


@one_blas_thread()
def tune(objective: Objective, plan: PenaltyPlan, campaigns: Array, by: TuningRule) -> Tuned:
    """Minimise the left-out loss over all tuned penalties.

    Parameters
    ----------
    objective : Objective
        Its penalties are not used; the folds of its rows are what is left out.
    plan : PenaltyPlan
    campaigns : ndarray, shape (p,)
        In how many campaigns each column effectively lives, 0 if constant within each.
    by : TuningRule
        Rule "best": the least left-out loss that was found, or stronger penalties where
        they cost no more than 0.001% of it. "safe": ties may cost 0.02%, where folds do
        not agree that they cost. Penalties of sets are held together, log ρ_k ~ N(mean, 1)
        a priori, with the left-out loss as log likelihood, as few campaigns tell many
        penalties badly apart; that may cost 2% of the left-out loss. Then, where folds
        are no random parts, every set that lives in fewer than three campaigns or is
        constant within each is strengthened, fewest campaigns first, as far as the left-out
        losses cannot tell it from the best: paired over folds, one-sided t at 95%, and a
        rise of 0.2% in all, what holds them together counted in. There the data hardly
        identify a penalty, and a weak one is what fails on the next campaign. None of this
        may cost more than a quarter of a gain over the base rate that the folds tell. All
        losses compared are exact.
        Criterion: see `criterion`.

    Returns
    -------
    Tuned
    """
    plan = held_together(plan, by)
    exact = ExactLoss(objective, plan, by.criterion, _first_statistics(objective, plan))
    return tuned_by(exact, campaigns, by, lambda b: left_out_dispersion(objective, b))


def held_together(plan: PenaltyPlan, by: TuningRule) -> PenaltyPlan:
    """Hold the penalties of sets together, where the rule does."""
    return replace(plan, precision=PRECISION) if by.rule == SAFE else plan


def tuned_by(
    exact: ExactLoss,
    campaigns: Array,
    by: TuningRule,
    dispersion_of: Callable[[Array], float] = lambda _: 1.0,
) -> Tuned:
    """Minimise a left-out loss, as `tune` says, by whatever evaluates it.

    Parameters
    ----------
    exact : ExactLoss
    campaigns : ndarray, shape (p,)
    by : TuningRule
    dispersion_of : callable
        Takes the coefficients without each fold to what a unit of log likelihood is worth.

    Raises
    ------
    FitError
        Fits without each fold arrive under no common penalty.
    """
    rungs = ladder(exact)
    start = least(rungs)
    if not np.isfinite(start.value):
        raise FitError(
            "Fits without each campaign must arrive under some common penalty; none did from 1e-6 "
            "to 100. Look for columns or outcomes of very different size, and rescale them."
        )
    uniform = float(start.parameters[0])
    dispersion, plan = dispersion_of(start.b), exact.plan
    if dispersion != 1.0:
        exact = exact.under(replace(plan, dispersion=dispersion))
    if by.reader is not None:
        common = plan.penalties(start.parameters)
        exact.go_to(start.b)
        exact = exact.under(exact.plan.with_co_data(by.reader(exact.stats, common, dispersion)))
        start = start._replace(parameters=everywhere(exact.plan, uniform))
    best, model = descend(exact, start)
    null = rungs[0]
    if plan.precision:
        looser = not_held_too_hard(exact, model, best, start, null)
        if looser is not best:
            best, model = looser, exact.model(looser)
    moved: tuple[str, ...] = ()
    reference = Reference.beside(best, null)
    chosen = ties_to_the_stronger(exact, model, reference, TIE[by.rule])
    found, curvature = chosen.parameters, model.curvature(chosen.parameters)
    if by.rule == SAFE and by.spikes:
        chosen, moved = strengthened(exact, model, reference, chosen, campaigns)
    return Tuned(
        exact.plan,
        chosen.parameters,
        found,
        uniform,
        curvature,
        moved,
        exact.stats,
        _grid(rungs, chosen, exact.stats.judged_weight),
    )


def _first_statistics(objective: Objective, plan: PenaltyPlan) -> FoldStatistics:
    """Fit under a common penalty, and take the statistics there."""
    at = replace(objective, penalties=plan.penalties(np.full(plan.size, FIRST)))
    fit = minimise(at, start=objective.base_rate_start(), tolerance=_NEAR)
    return objective.statistics(fit.b)


def _grid(rungs: list[Judged], chosen: Judged, total: float) -> Grid:
    losses = np.array([rung.loss for rung in rungs])
    with np.errstate(invalid="ignore"):  # of a fit that did not arrive
        spread = np.sqrt(losses.shape[1]) * losses.std(axis=1, ddof=1) / total
    mean = losses.sum(axis=1) / total
    return Grid(float(chosen.loss.sum() / total), LADDER[: len(rungs)], mean, spread)
