"""Penalties of blocks of columns, chosen by what answers well to texts or contacts left out.

Every loss that is compared is exact (`left_out`). Common strengths are tried first, from strong
to weak, until the loss has clearly passed its least; from the best of them each set's own strength
is looked for, along the exact slope of the left-out loss. Where what is left out hardly tells a
strength, the stronger one is taken: a weak penalty would be a risk without a reason.
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
_FIRST_STEPS = 100.0  # a slope of 1% of the loss moves a log-strength by 1
_SAME = 1e-4  # share of the loss: a step that saves less is the last one
_TIE = 2e-4  # share of the loss that stronger penalties may cost in all
_STRONGER = np.log([1e4, 100.0, 10.0])


class TunedClasses(NamedTuple):
    """Log-strengths of the sets (K,), their exact left-out loss, and the common ones tried.

    Losses are means of the rows left out. ``grid`` has ``penalty, loss``.
    """

    parameters: AnyArray
    loss: float
    grid: pd.DataFrame


def tuned_classes(left_out: LeftOut) -> TunedClasses:
    """Choose the strength of each set of a plan."""
    grid, start, judged = _best_of_ladder(left_out)
    parameters, judged = _descended(left_out, start, judged)
    parameters, judged = _ties_to_the_stronger(left_out, parameters, judged)
    return TunedClasses(parameters, judged.value / left_out.weight, grid)


def _best_of_ladder(left_out: LeftOut) -> tuple[pd.DataFrame, AnyArray, Judged]:
    """Try common strengths; return the losses of those tried, and the best one."""
    count, tried = len(left_out.plan.sets), list[Judged]()
    for strength in LADDER:
        tried.append(left_out.at(np.full(count, strength)))
        least = min(judged.value for judged in tried)
        if len(tried) > 2 and all(judged.value > _PASSED * least for judged in tried[-2:]):
            break
    losses = [judged.value / left_out.weight for judged in tried]
    grid = pd.DataFrame({"penalty": np.exp(LADDER[: len(tried)]), "loss": losses})
    best = int(np.argmin(losses))
    return grid, np.full(count, LADDER[best]), tried[best]


def _descended(left_out: LeftOut, start: AnyArray, judged: Judged) -> tuple[AnyArray, Judged]:
    """Go down the left-out loss from the best common strength; never end above it."""
    seen = {start.tobytes(): judged}
    unit = _FIRST_STEPS / judged.value  # the first step is as long as the slope

    def value_and_slope(parameters: AnyArray) -> tuple[float, AnyArray]:
        found = left_out.at(parameters, slope=True)
        seen[parameters.tobytes()] = found
        slope = np.zeros(len(start)) if found.slope is None else found.slope
        return found.value * unit, slope * unit

    minimize(
        value_and_slope,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[LIMITS] * len(start),
        options={"maxfun": _MOST_ASKED, "ftol": _SAME, "gtol": 0.0},
    )
    least = min(seen, key=lambda key: seen[key].value)
    return np.frombuffer(least), seen[least]


def _ties_to_the_stronger(
    left_out: LeftOut, parameters: AnyArray, least: Judged
) -> tuple[AnyArray, Judged]:
    """Strengthen each set as far as the loss stays within a tie of the least; strongest first."""
    most, here, judged = (1 + _TIE) * least.value, parameters, least
    for k in np.argsort(-parameters, kind="stable"):
        for step in _STRONGER:
            trial = here.copy()
            trial[k] = min(trial[k] + step, LIMITS[1])
            there = left_out.at(trial, beside=least)
            if there.value <= most:
                here, judged = trial, there
                break
    return here, judged
