"""One campaign more, or one less: the steps, on a model's sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import FitError, ParameterError
from workbench.messages import did_you_mean, listed
from workbench.ridge.ahead.forward_folds import MOST
from workbench.ridge.outcomes.base_rate import RECENT
from workbench.ridge.outcomes.logistic import LOGISTIC
from workbench.ridge.rows.blas import one_blas_thread
from workbench.ridge.rows.source import Array
from workbench.ridge.settings import Settings
from workbench.ridge.statistics.campaign_sums import CampaignSums
from workbench.ridge.statistics.drift import length
from workbench.ridge.statistics.enough import FEWEST_RESPONSES, FEWEST_ROWS
from workbench.ridge.statistics.kernels import curvature_by_fold
from workbench.ridge.updates.collect import enough
from workbench.ridge.updates.new_rows import NewRows, varying
from workbench.ridge.updates.outlook import judged_too
from workbench.ridge.updates.solved import Solved, Summed, solution, solved
from workbench.ridge.updates.taken import Centre, fold_sums, pool_by_age, score_bins

MOST_DRIFT = 0.1
"""In log-odds: a model that may be further from its fit than that is refused."""

FEWEST_CAMPAIGNS = RECENT + 1
"""With fewer, nothing has been judged ahead, and one more changes how a model is scored."""

_CLOSE = 0.2  # in log-odds: about as far as the sums of the others are, which are the most
_CLOSER = 0.01  # where columns come to life: nobody has measured how their quadratics bend
_ROUNDS = 6
_STEPS = 2  # towards where the new campaign's sums are taken, each a pass over its rows


def summed(model: Any, sums: CampaignSums) -> Summed:
    """Return what a model makes of sums."""
    settings = Settings.of(model)
    if settings.criterion != "loss" and model.tuning_ is not None:
        raise FitError(
            "Penalties are tuned from sums by `criterion='loss'` alone; this model has "
            f"{settings.criterion!r}. `fit` with all rows."
        )
    return Summed(sums, model.design_, model.columns_, settings)


@one_blas_thread()
def with_campaigns(model: Any, sums: CampaignSums, new: NewRows) -> tuple[CampaignSums, Solved]:
    """Add campaigns' sums, taken near where the fit to all is, and solve.

    Raises
    ------
    FitError
        The solution may be too far from the fit to the rows; or campaigns are too few.
    """
    if sums.length < FEWEST_CAMPAIGNS:
        raise FitError(
            f"A model must know {FEWEST_CAMPAIGNS} campaigns before it can be updated; this one "
            f"knows {sums.length}: one more would change too much. `fit` with all rows."
        )
    known, sums = sums, _wider(model, sums, new)
    close = _CLOSE if sums is known else _CLOSER
    penalties = in_columns_of(sums, model.columns_)
    before = solution(sums.statistics(), penalties)
    sums = replace(sums, ahead=judged_too(sums, before, penalties, new))
    check_told_ahead(sums, new, in_time=model.outlook_.in_time)
    at = _near(new, sums, before, penalties)
    for _ in range(_ROUNDS):
        together = _taken(sums, new, at)
        found = solved(summed(model, together))
        at, apart = _apart(together, found, len(sums.campaigns))
        if apart < close:
            break
    check_drift(found, done=f"With {listed(list(new.names))}")
    return together, found


def _taken(sums: CampaignSums, new: NewRows, at: Array) -> CampaignSums:
    """Take the sums of new rows at some coefficients (1 + p,), and put them beside the others."""
    centre = Centre(sums.pivot, np.broadcast_to(np.asarray(sums.origin), sums.pivot.shape))
    folds = fold_sums(new.rows, sums.scaling, at, centre, LOGISTIC)
    merged = enough(new.rows)
    names = tuple(
        tuple(new.names[g] for g in np.flatnonzero(merged == k)) for k in range(merged.max() + 1)
    )
    bins = score_bins(new.rows, sums.scaling, at, merged, [1.0] * len(merged))
    return sums.beside(names, pool_by_age(folds, merged, sums.half_life), bins)


def _apart(sums: CampaignSums, found: Solved, known: int) -> tuple[Array, float]:
    """Return where a solution is, and how far the sums of folds but the first few are from it."""
    b = sums.carried(found.scaling) @ found.b
    own, at = sums.folds.curvature[known:].sum(axis=0), sums.folds.at[known]  # noqa: PD008 - no table
    return b, length(own, b - at)


def without_campaigns(sums: CampaignSums, gone: Sequence[str]) -> CampaignSums:
    """Take campaigns out of sums.

    Raises
    ------
    ParameterError
        There is no such campaign.
    FitError
        One is pooled with others that are to stay, or nothing would be left.
    """
    left = sums
    for name in gone:
        if sums.fold_of(name) is None:
            raise ParameterError(
                f"`campaign` must be one of the model, {listed(sums.names)}; got {name!r}."
                f"{did_you_mean(name, sums.names)}"
            )
        g = left.fold_of(name)
        if g is None:
            continue  # with those that it is pooled with
        stay = [other for other in left.campaigns[g] if other not in gone]
        if stay:
            raise FitError(
                f"{name!r} is pooled with {listed(stay)}, as each is too small to stand alone, and "
                "cannot be taken out of their sums. Forget all of them, or `fit` without its rows."
            )
        if len(left.campaigns) == 1:
            raise FitError(
                "A model must keep a campaign; these are all that it has. Forget fewer of them."
            )
        left = left.without(g)
    flat = left.constant[left.scaling.columns]
    left = left.only_columns(~flat) if flat.any() else left
    if not set(left.names) >= {name for fold in sums.fitted for name in fold}:
        left = replace(left, fitted=())
    return left


def check_drift(found: Solved, *, done: str) -> None:
    """Raise FitError where the solution may be further from the fit than is bearable."""
    sure = found.drift
    if sure <= MOST_DRIFT:
        return
    bound = "nothing bounds" if np.isinf(sure) else f"the bound of {sure:.2g} is above"
    raise FitError(
        f"{done} the model would move so far from where sums of its campaigns were taken that "
        f"{bound} how far log-odds may be off ({MOST_DRIFT:g} is allowed). `fit` with all rows."
    )


def check_told_ahead(sums: CampaignSums, new: NewRows, *, in_time: bool) -> None:
    """Raise FitError where slope and base rate would be read from pools, and not from campaigns.

    A fit reads the base rate from the last three campaigns, and judges the last eight, each by
    those before it; a pool of some is none of them.
    """
    if not in_time:
        return
    judged = () if sums.ahead is None else sums.ahead.names[-MOST:]
    recent = [*sums.names, *new.names][-RECENT:]
    small = [name for name in sums.pooled if name in judged or name in recent]
    if small:
        raise FitError(
            f"Slope and base rate are read from single campaigns; {listed(small)} are pooled with "
            f"their neighbours, as each has fewer than {FEWEST_ROWS:.0f} contacts or "
            f"{FEWEST_RESPONSES} responses. `fit` with all rows."
        )


def _wider(model: Any, sums: CampaignSums, new: NewRows) -> CampaignSums:
    """Let columns take part that have been constant until now, but for those that are dropped."""
    columns = varying(sums, new.rows)
    wanted = np.isfinite(summed(model, sums).whole_plan.factor[columns])
    columns = columns[wanted]
    if not len(columns):
        return sums
    measured = sums.moments()
    return sums.with_columns(columns, (measured.mean - sums.origin)[columns])


def in_columns_of(sums: CampaignSums, columns: pd.DataFrame) -> Array:
    """Return a model's penalties in the columns of sums, (p,); strong where it has none."""
    columns = columns[sums.used]
    penalties = columns["penalty"].to_numpy(dtype="float64")
    new = columns["dropped"].to_numpy(dtype=bool)
    scale = columns["scale"].to_numpy(dtype="float64") / sums.scaling.scale
    return np.where(new, 1.0, np.where(new, 0.0, penalties) * scale**2)


def _near(new: NewRows, sums: CampaignSums, start: Array, penalties: Array) -> Array:
    """Step to the fit with the new rows under the penalties at hand; (1 + p,)."""
    grown = 2.0 ** (-new.rows.n_folds / sums.half_life) if sums.half_life else 1.0
    b, stats = start, sums.statistics(b=start)
    curvature, score = grown * stats.total_curvature(), grown * stats.score.sum(axis=0)
    for _ in range(_STEPS):
        own = curvature_by_fold(new.rows, sums.scaling, b, LOGISTIC)
        total = grown * stats.total_weight + float(own[3].sum())
        ridge = np.concatenate([[0.0], total * penalties])
        gradient = score - curvature @ (b - start) + own[1].sum(axis=0) - ridge * b
        b = b + np.linalg.solve(curvature + own[0].sum(axis=0) + np.diag(ridge), gradient)
    return b
