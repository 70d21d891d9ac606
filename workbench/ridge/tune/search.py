"""Look for the penalties of least left-out loss: one Newton step proposes, exact fits decide.

First a ladder of common strengths, a decade apart, each judged exactly. From its best the
one-step criterion proposes where to go, within a distance to which it has been right; a
proposal is taken only where the exact loss falls. So the result is never worse than the
best of the ladder.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from workbench.errors import FitError
from workbench.progress import Progress
from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.tune.criterion import LeftOutLoss
from workbench.ridge.tune.exact_loss import ExactLoss, Judged
from workbench.ridge.tune.strengths import FIRST, LIMITS, STRONG_START

Array = npt.NDArray[np.float64]

LADDER = np.log(np.logspace(2, -6, 9))
"""Common log-strengths, the strongest first."""

_ROUGH = 1e-3  # relative: so closely each rung is known, and better what may be the best
_CONTENDERS = 1.0015  # times the least loss of the rungs as they are roughly known
_HOPELESS = 1.25  # times the least loss of the ladder: weaker penalties are not looked at
_ROUNDS = 12
_LONGEST = 4.0  # first step in log λ
_WORTH = 2e-5  # relative: a fall of the loss that is worth to be looked for
_SETTLED = 0.05  # in log λ: a twentieth of a factor e changes no left-out loss that counts
_FALLS = 1e-6  # relative: a loss must fall by more than what it is known to
_VALLEYS = 3  # that are looked into after the first
_MOST_TRIED = 12  # sets: of more, each by itself says little
_FAR_STRENGTHS = np.log([1e3, 10.0, 0.3, 1e-2, 3e-4, 1e-5])
_STEEPEST = 8.0  # of a slope, in log λ per unit of a score
# To the end: stopped earlier, a search along a flat loss ends where rounding leads it, so that the
# order of rows moved a penalty by a factor of 66, and scores by 0.06. Of many sets a step is long.
_TO_THE_END = {"ftol": 1e-11, "gtol": 1e-8}
_STEPS, _FEWEST_STEPS = 3000, 100  # of a search: the first is shared by its parameters


def ladder(exact: ExactLoss) -> list[Judged]:
    """Judge common strengths, a decade apart, from 100 downwards.

    The way starts in the middle, at 0.01, near which the statistics were taken, and each
    rung starts from the one before. Weaker rungs are left out once the loss has risen
    twice and is a quarter above the least. Rungs that may be the best are judged closely.
    """
    middle = int(np.abs(LADDER - FIRST).argmin())
    found = [_rung(exact, LADDER[middle])]
    back = exact.bookmark()
    for strength in LADDER[:middle][::-1]:
        found.insert(0, _rung(exact, strength, found))
    back()
    for strength in LADDER[middle + 1 :]:
        if _hopeless([one.value for one in found]):
            break
        found.append(_rung(exact, strength, found))
    return _closely(exact, found)


def _rung(exact: ExactLoss, strength: float, found: Sequence[Judged] = ()) -> Judged:
    worth = _CONTENDERS * min((one.value for one in found), default=np.inf)
    return exact.at(everywhere(exact.plan, strength), close=_ROUGH, worth=worth)


def _closely(exact: ExactLoss, found: list[Judged]) -> list[Judged]:
    """Judge again, closely, the rungs that may be the best, the likeliest first."""
    close, bar = list(found), np.inf
    for k in np.argsort([one.value for one in found]):
        if found[k].value > bar:
            break
        close[k] = exact.at(found[k].parameters, near=found[k].b, worth=bar)
        bar = min(bar, _CONTENDERS * close[k].value)
    return close


def _hopeless(values: list[float]) -> bool:
    return values[-1] > _HOPELESS * min(values) and values[-3] < values[-2] < values[-1]


def everywhere(plan: PenaltyPlan, strength: float) -> Array:
    """Return one log-strength for all sets, and slopes of zero."""
    return np.where(np.arange(plan.size) < len(plan.sets), strength, 0.0)


def least(found: list[Judged]) -> Judged:
    """Return the one of least value, the first among equals."""
    return found[int(np.argmin([one.value for one in found]))]


def descend(exact: ExactLoss, start: Judged) -> tuple[Judged, LeftOutLoss]:
    """Go down from a point until the one-step criterion knows no better one nearby.

    Where a Gram a fold is cheap, every set is then tried at strengths far from its own, as
    there are other valleys: few rows, or a column that nearly tells all.

    Parameters
    ----------
    exact : ExactLoss
    start : Judged
        The best common strength, of the same plan.

    Returns
    -------
    Judged
        Of no greater value.
    LeftOutLoss
        About it.
    """
    here, model = _downhill(exact, start, exact.model(start))
    for _ in range(_VALLEYS):
        other = _another_valley(exact, here)
        if other is here or (about := _expanded(exact, other)) is None:
            break
        here, model = _downhill(exact, other, about)
    return here, model


def _expanded(exact: ExactLoss, there: Judged) -> LeftOutLoss | None:
    """Return the criterion about a point, or None where penalties are too weak for rounding."""
    back = exact.bookmark()
    try:
        return exact.model(there)
    except FitError:
        if (exact.plan.penalties_left_out(there.parameters) == 0).any():
            raise  # a column without a penalty that only one fold determines
        back()
        return None


def _downhill(exact: ExactLoss, start: Judged, model: LeftOutLoss) -> tuple[Judged, LeftOutLoss]:
    here, reach = start, _LONGEST
    trial = _from_afar(model, start)
    for _ in Progress(range(_ROUNDS), desc="Tuning penalties", unit="round"):
        length = _moved(exact.plan, here.parameters, trial)
        foreseen = model.summed(here.parameters) - model.summed(trial)
        if length < _SETTLED or foreseen < _WORTH * here.value:
            break
        there = exact.at(trial, worth=here.value)
        falls = there.value < here.value * (1 - _FALLS)
        if falls and (about := _expanded(exact, there)) is not None:
            here, model, reach = there, about, min(2 * reach, 2 * _LONGEST)
        else:
            reach = min(length, reach) / 4
        trial = proposal(model, here.parameters, reach)
    return here, model


def _another_valley(exact: ExactLoss, here: Judged) -> Judged:
    """Return the best of one set moved far at a time, or the point itself."""
    best, count = here, len(exact.plan.sets)
    if not exact.is_cheap(here) or not 1 < count <= _MOST_TRIED:
        return here
    back = exact.bookmark()
    for k in range(count):
        for strength in _FAR_STRENGTHS:
            if abs(strength - here.parameters[k]) < _LONGEST / 2:
                continue
            trial = here.parameters.copy()
            trial[k] = strength
            back()
            best = least([best, exact.at(trial, worth=best.value)])
    return best if best.value < here.value * (1 - _WORTH) else here


def _from_afar(model: LeftOutLoss, start: Judged) -> Array:
    """Return what one step finds from the start, or from strong penalties, however far."""
    count = len(model.plan.sets)
    strong = np.where(np.arange(model.plan.size) < count, STRONG_START, 0.0)
    found = [proposal(model, at, np.inf) for at in (start.parameters, strong)]
    return found[int(np.argmin([model(at)[0] for at in found]))]


def proposal(model: LeftOutLoss, start: Array, reach: float) -> Array:
    """Minimise the one-step criterion within a distance, in log λ, of a point."""
    bounds = [LIMITS] * len(model.plan.sets)
    if model.plan.co_data is not None:
        bounds += [(max(low, -_STEEPEST), _STEEPEST) for low in model.plan.co_data.lowest]
    near = [
        (max(low, at - reach), min(high, at + reach))
        for (low, high), at in zip(bounds, start, strict=True)
    ]
    options = {**_TO_THE_END, "maxiter": max(_FEWEST_STEPS, _STEPS // max(len(start), 1))}
    found = minimize(model, start, jac=True, bounds=near, method="L-BFGS-B", options=options)
    return np.asarray(found.x)


def _moved(plan: PenaltyPlan, before: Array, after: Array) -> float:
    """Return the largest change of a penalty, in log."""
    old, new = plan.penalties(before), plan.penalties(after)
    tuned = (old > 0) & (new > 0)
    return float(np.abs(np.log(new[tuned] / old[tuned])).max(initial=0.0))
