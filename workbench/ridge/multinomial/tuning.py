"""Penalties of blocks of columns, chosen by what answers well to texts or contacts left out.

Common strengths are tried first, from strong to weak, until the loss has clearly passed its least;
these fits are stopped early. From where the loss is least between them, each set's own strength is
looked for, along the slope of the exact left-out loss (`left_out`). Where rows are many and were
dealt to folds at random, one fold judges common strengths, and two lead the walk. All folds decide,
exactly, between what was found and the best common strength. Where what is left out hardly tells a
strength, the stronger one is taken: a weak penalty would be a risk without a reason.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.ridge.multinomial.left_out import Fold, Judged, LeftOut
from workbench.ridge.multinomial.softmax import AnyArray
from workbench.ridge.multinomial.walk import walked

LADDER = np.log(10.0 ** np.arange(1.0, -7.1, -1.0))
LIMITS = float(np.log(1e-9)), float(np.log(1e3))
_PASSED = 1.02  # times the least loss, twice in a row: weaker ones are not tried
_MOST_ASKED = 24  # evaluations of all sets' strengths
_ROUGHLY = 1e-5  # losses of good strengths are within 0.1% of exact ones
_MORE_ROUGHLY = 1e-4  # losses that rule a stronger penalty out
_FEW_FOLDS = 2  # that propose where rows are many: of 77 classes the others chose nearly the same
_ONE_FOLD = 1  # that judges common strengths there
_FROM = 4  # there, common strengths are tried from 0.001 on, and stronger ones where it is the best
_NEARLY = 1e-6  # what a walk's losses are as close to
_SURELY_LESS = 0.995  # times a rough loss
_LONGEST = 0.4  # that the first step may move any log-strength
_SAME = 1e-5  # share of the loss: a step that is foretold to save less is not taken
_ABOUT_THE_SAME = 1e-4  # the same where a pass takes long
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
    many = left_out.large and left_out.dealt
    one, few = (_ONE_FOLD, _FEW_FOLDS) if many else (len(left_out.folds),) * 2
    grid = _ladder(left_out, one, LADDER[_FROM:] if many else LADDER)
    gain = _ABOUT_THE_SAME if many else _SAME
    parameters = _descended(left_out, few, *_least_between(grid), gain=gain)
    judged = left_out.at(parameters)
    grid["loss"] *= judged.value / judged.loss[:one].sum()
    parameters, judged = _no_worse_than(grid, left_out, parameters, judged)
    parameters, judged = _ties_to_the_stronger(left_out, parameters, judged)
    return TunedClasses(parameters, judged.value / left_out.weight, grid)


def _ladder(left_out: LeftOut, few: int, rungs: AnyArray) -> pd.DataFrame:
    """Return the losses of common strengths; the folds' fits are left where the best one ended."""
    count, losses, there = len(left_out.plan.sets), dict[float, float](), list[Fold]()

    def tried(strength: float) -> bool:
        """Say whether a strength is the best one so far."""
        nonlocal there
        judged = left_out.at(np.full(count, strength), close=_ROUGHLY, first=few)
        best = judged.value / left_out.weight < min(losses.values(), default=np.inf)
        losses[strength] = judged.value / left_out.weight
        there = left_out.here() if best else there
        return best

    for strength in rungs:
        tried(strength)
        last = list(losses.values())[-2:]
        if len(losses) > 2 and min(last) > _PASSED * min(losses.values()):
            break
    first = rungs[0]
    if min(losses, key=losses.__getitem__) == first:
        for strength in LADDER[first < LADDER][::-1]:
            if not tried(strength):
                break
    left_out.back(there)
    strengths = np.array(sorted(losses, reverse=True))
    return pd.DataFrame({"penalty": np.exp(strengths), "loss": [losses[one] for one in strengths]})


def _least_between(grid: pd.DataFrame) -> tuple[float, float]:
    """Return the log-strength where a parabola through the best one and both beside is least.

    And by how much the loss bends there, as a share of it; 0 where that is not known.
    """
    loss, strength = grid["loss"].to_numpy(), np.log(grid["penalty"].to_numpy())
    best = int(np.argmin(loss))
    if not 0 < best < len(loss) - 1:
        return float(strength[best]), 0.0
    before, least, after = loss[best - 1 : best + 2]
    bend = before - 2 * least + after
    rungs = (before - after) / (2 * bend) if bend > 0 else 0.0  # at most a half to either side
    apart = LADDER[1] - LADDER[0]
    return float(strength[best] + rungs * apart), float(bend / apart**2 / least)


def _descended(left_out: LeftOut, few: int, common: float, bend: float, *, gain: float) -> AnyArray:
    """Go down the left-out loss of the first folds from a common strength.

    ``bend`` is the share by which the loss bends along all strengths together.
    """

    def value_and_slope(parameters: AnyArray) -> tuple[float, AnyArray]:
        judged = left_out.at(parameters, slope=True, close=_NEARLY, first=few)
        return judged.value, judged.slope

    start = np.full(len(left_out.plan.sets), common)
    found = walked(
        value_and_slope,
        start,
        bounds=LIMITS,
        bend=bend / len(start),
        longest=_LONGEST,
        gain=gain,
        most=_MOST_ASKED,
    )
    return found.place


def _no_worse_than(
    grid: pd.DataFrame, left_out: LeftOut, parameters: AnyArray, judged: Judged
) -> tuple[AnyArray, Judged]:
    """Take the best common strength after all where it costs less, exactly."""
    best = int(grid["loss"].argmin())
    if judged.value / left_out.weight < _SURELY_LESS * grid["loss"].iloc[best]:
        return parameters, judged
    found, common = left_out.here(), np.full(len(parameters), np.log(grid["penalty"].iloc[best]))
    there = _unless_worse(left_out, common, judged, judged.value)
    if np.isfinite(there.value):
        grid.loc[best, "loss"] = there.value / left_out.weight
    if there.value < judged.value:
        return common, there
    left_out.back(found)
    return parameters, judged


def _ties_to_the_stronger(
    left_out: LeftOut, parameters: AnyArray, least: Judged
) -> tuple[AnyArray, Judged]:
    """Strengthen each set as far as the loss stays within a tie of the least; strongest first."""
    most, here, judged = (1 + _TIE) * least.value, parameters, least
    for k in np.argsort(-parameters, kind="stable"):
        before = here
        for step in _STRONGER:
            found, trial = left_out.here(), before.copy()
            trial[k] = min(trial[k] + step, LIMITS[1])
            there = _unless_worse(left_out, trial, least, most)
            if there.value > most:
                left_out.back(found)
                break
            here, judged = trial, there
    return here, judged


def _unless_worse(left_out: LeftOut, parameters: AnyArray, least: Judged, most: float) -> Judged:
    """Judge exactly what may cost no more than some loss; what rough fits rule out, roughly."""
    rough = left_out.at(parameters, close=_MORE_ROUGHLY, beside=least)
    if rough.value * _SURELY_LESS > most:
        return rough
    return left_out.at(parameters, beside=least)
