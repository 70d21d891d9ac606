"""Penalties of blocks of columns, chosen by what answers well to texts or contacts left out.

Common strengths are tried first, from strong to weak, until the loss has clearly passed its least;
these fits are stopped early. From where the loss is least between them, each set's own strength is
looked for, along the slope of the exact left-out loss (`left_out`). Where rows are many and were
dealt to folds at random, two folds propose so far. All folds decide, exactly, between what was
found and the best common strength. Where what is left out hardly tells a strength, the stronger one
is taken: a weak penalty would be a risk without a reason.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from workbench.ridge.multinomial.left_out import Judged, LeftOut
from workbench.ridge.multinomial.softmax import AnyArray

LADDER = np.log(10.0 ** np.arange(1.0, -7.1, -1.0))
LIMITS = float(np.log(1e-9)), float(np.log(1e3))
_PASSED = 1.02  # times the least loss, twice in a row: weaker ones are not tried
_MOST_ASKED = 12  # evaluations of all sets' strengths
_ROUGHLY = 1e-5  # losses of good strengths are within 0.1% of exact ones
_FEW_FOLDS = 2  # that propose where rows are many: of 77 classes the others chose nearly the same
_SURELY_LESS = 0.995  # times a rough loss
_LONGEST = 1.0  # that the first step may move any log-strength
_SAME = 1e-4  # share of the loss: a step that saves less is the last one
_TIE = 2e-4  # share of the loss that stronger penalties may cost in all
_STRONGER = np.log([10.0, 100.0, 1e4])


class TunedClasses(NamedTuple):
    """Log-strengths of the sets (K,), their exact left-out loss, and the common ones tried.

    Losses are means of the rows left out. ``grid`` has ``penalty, loss``, roughly.
    """

    parameters: AnyArray
    loss: float
    grid: pd.DataFrame


def tuned_classes(left_out: LeftOut) -> TunedClasses:
    """Choose the strength of each set of a plan."""
    few = _FEW_FOLDS if left_out.large and left_out.dealt else len(left_out.folds)
    grid = _ladder(left_out, few)
    parameters, of_few = _descended(left_out, few, *_least_between(grid))
    judged = left_out.at(parameters)
    grid["loss"] *= judged.value / of_few.value
    parameters, judged = _no_worse_than(grid, left_out, parameters, judged)
    parameters, judged = _ties_to_the_stronger(left_out, parameters, judged)
    return TunedClasses(parameters, judged.value / left_out.weight, grid)


def _ladder(left_out: LeftOut, few: int) -> pd.DataFrame:
    """Return the losses of common strengths; the folds' fits are left where the best one ended."""
    count, losses = len(left_out.plan.sets), list[float]()
    there, least = left_out.here(), np.inf
    for strength in LADDER:
        judged = left_out.at(np.full(count, strength), close=_ROUGHLY, first=few)
        losses.append(judged.value / left_out.weight)
        if losses[-1] < least:
            there, least = left_out.here(), losses[-1]
        if len(losses) > 2 and min(losses[-2:]) > _PASSED * least:
            break
    left_out.back(there)
    return pd.DataFrame({"penalty": np.exp(LADDER[: len(losses)]), "loss": losses})


def _least_between(grid: pd.DataFrame) -> tuple[float, float]:
    """Return the log-strength where a parabola through the best one and both beside is least.

    And how much it bends: the second derivative of the loss, 0 where that is not known.
    """
    loss = grid["loss"].to_numpy()
    best = int(np.argmin(loss))
    if not 0 < best < len(loss) - 1:
        return float(LADDER[best]), 0.0
    before, least, after = loss[best - 1 : best + 2]
    bend = before - 2 * least + after
    rungs = (before - after) / (2 * bend) if bend > 0 else 0.0  # at most a half to either side
    apart = LADDER[1] - LADDER[0]
    return float(LADDER[best] + rungs * apart), float(bend / apart**2)


def _descended(left_out: LeftOut, few: int, common: float, bend: float) -> tuple[AnyArray, Judged]:
    """Go down the left-out loss of the first folds from a common strength.

    The first step is that of Newton's method, if each set bent the loss alike; at most `_LONGEST`.
    """
    sets = len(left_out.plan.sets)
    start = np.full(sets, common)
    first = left_out.at(start, slope=True, first=few)
    seen = {start.tobytes(): first}
    steepest = float(np.abs(first.slope).max(initial=0.0))
    if steepest * _LONGEST < _SAME * first.value:
        return start, first
    unit = 1.0 / max(bend * left_out.weight / sets, steepest / _LONGEST)

    def value_and_slope(parameters: AnyArray) -> tuple[float, AnyArray]:
        key = parameters.tobytes()
        if key not in seen:
            seen[key] = left_out.at(parameters, slope=True, first=few)
        return seen[key].value * unit, seen[key].slope * unit

    minimize(
        value_and_slope,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[LIMITS] * len(start),
        options={"maxfun": _MOST_ASKED, "ftol": _SAME, "gtol": 0.0},
    )
    best = min(seen, key=lambda key: seen[key].value)
    return np.frombuffer(best), seen[best]


def _no_worse_than(
    grid: pd.DataFrame, left_out: LeftOut, parameters: AnyArray, judged: Judged
) -> tuple[AnyArray, Judged]:
    """Take the best common strength after all where it costs less, exactly."""
    best = int(grid["loss"].argmin())
    if judged.value / left_out.weight < _SURELY_LESS * grid["loss"].iloc[best]:
        return parameters, judged
    common = np.full(len(parameters), LADDER[best])
    there = left_out.at(common)
    grid.loc[best, "loss"] = there.value / left_out.weight
    return (common, there) if there.value < judged.value else (parameters, judged)


def _ties_to_the_stronger(
    left_out: LeftOut, parameters: AnyArray, least: Judged
) -> tuple[AnyArray, Judged]:
    """Strengthen each set as far as the loss stays within a tie of the least; strongest first."""
    most, here, judged = (1 + _TIE) * least.value, parameters, least
    for k in np.argsort(-parameters, kind="stable"):
        before = here
        for step in _STRONGER:
            trial = before.copy()
            trial[k] = min(trial[k] + step, LIMITS[1])
            there = left_out.at(trial, beside=least)
            if there.value > most:
                break
            here, judged = trial, there
    return here, judged
