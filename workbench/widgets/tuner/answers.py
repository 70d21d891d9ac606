"""Answers to a move of a slider, as JSON values: what `tuner.js` draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import FitError
from workbench.numbers import Array
from workbench.widgets.fitted.facts import Answer, Facts
from workbench.widgets.fitted.outcome_bins import Bins

NUDGE = 8.0
STRENGTHS = np.linspace(-6.0, 4.0, 21)
MULTIPLIERS = np.linspace(-3.0, 3.0, 13)


def core(answer: Answer, *, revision: int, kind: str, penalties: Array) -> dict[str, Any]:
    """Write what is drawn at once."""
    return {
        "revision": revision,
        "kind": kind,
        "penalties": penalties.tolist(),
        "b": answer.b.tolist(),
        "edf": answer.edf.tolist(),
        "error": answer.error.tolist(),
        "share": answer.share.tolist(),
        "loss": answer.loss.tolist(),
    }


def losses(facts: Facts, penalties: Array) -> Array | None:
    """Return each campaign's loss when it is left out, (G,); None where it cannot be had."""
    try:
        left = facts.stats.without_folds(penalties, facts.names)
    except FitError:
        return None
    return np.asarray(left.loss / facts.stats.weight[: facts.stats.held])


def mean_loss(facts: Facts, penalties: Array) -> float | None:
    """Return the mean loss of the campaigns left out; None where it cannot be had."""
    each, weight = losses(facts, penalties), facts.stats.weight[: facts.stats.held]
    return None if each is None else float(weight @ each / weight.sum())


def curve(facts: Facts, penalties: Array, group: str | None) -> dict[str, Any]:
    """Follow the mean left-out loss as one group's penalty goes, or all do.

    ``at`` is log10 of the typical penalty (the geometric mean) of the columns that move.
    """
    chosen = members(facts, group)
    here = typical(penalties[chosen])
    at = here + MULTIPLIERS if group is None else STRENGTHS
    moved = [np.where(chosen, penalties * 10 ** (x - here), penalties) for x in at]
    found = [mean_loss(facts, one) for one in moved] if facts.leaves_out else []
    return {"group": group, "at": at.tolist(), "loss": found}


def nudges(facts: Facts, penalties: Array) -> dict[str, list[list[float] | None]]:
    """Return the left-out losses (G,) with each group's penalties ÷ 8 and × 8."""
    if not facts.leaves_out:
        return {}
    out = {}
    for group in dict.fromkeys(facts.groups):
        chosen = members(facts, group)
        moved = [np.where(chosen, penalties * by, penalties) for by in (1 / NUDGE, NUDGE)]
        found = [losses(facts, one) for one in moved]
        out[group] = [None if one is None else one.tolist() for one in found]
    return out


def evidence(bins: Bins, name: str) -> dict[str, Any]:
    """Write outcomes by score, and which setting they are of."""
    return {"name": name, "bins": [values.tolist() for values in bins]}


def members(facts: Facts, group: str | None) -> npt.NDArray[np.bool_]:
    """Say which columns belong to a group; all of them without one."""
    if group is None:
        return np.ones(len(facts.groups), dtype=bool)
    return np.array([one == group for one in facts.groups])


def typical(penalties: Array) -> float:
    """Return log10 of the geometric mean of the penalties above zero; 0 where there is none."""
    above = penalties[penalties > 0]
    return float(np.log10(above).mean()) if len(above) else 0.0
