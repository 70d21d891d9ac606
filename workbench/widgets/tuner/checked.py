"""How far the numbers of a mailed Tuner are from an exact refit: measured when it is exported.

A file answers by one Newton step from the fit, on pooled columns and with noise where there are
such. At a few settings the model is fitted exactly, and every number is compared. With m the root
mean square move of log-odds from the fit, as the file has it, the error of a number is stated as
the largest of those measured up to thrice the next m that was measured, times a margin of safety:
small near the fit, growing as it was seen to grow. Nothing is stated beyond the largest m, nor
from where errors are so large that numbers say nothing, and the view shows nothing there. It is an
estimate and no theorem: tests hold it on settings drawn
at random.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.errors import ConvergenceWarning, FitError
from workbench.numbers import Array
from workbench.ridge import RidgePropensity
from workbench.ridge.fitted.fit import Fit
from workbench.ridge.rows.blas import one_blas_thread
from workbench.widgets.fitted.facts import Facts, answer
from workbench.widgets.fitted.outcome_bins import Bins
from workbench.widgets.tuner.between import Place, difference, outcomes_at
from workbench.widgets.tuner.settings import Judged

SAFETY = 5.0
AHEAD = 3.0
"""How many times as far from the fit errors count, too: moves of one group err more than of all."""
MOST_WORK = 4e8
"""Rows × columns × folds of all checks together; a few there are always."""
TELLS = 3.0
"""The largest error of the mean left-out loss that is told, as a multiple of that loss."""
_ALONG = (0.1, -0.3, 0.5, 1.5, -0.6, 1.0, -1.0, 2.0)
_FAR = (4.0, -3.0, 2.5, -2.0)
_ALONE = (-0.5, 1.5, 0.5, -1.0)
_MOST_ALONE = 8
_MIXED = 12


@dataclass(frozen=True)
class Mailed:
    """What a file answers from.

    Parameters
    ----------
    facts : Facts
        As released.
    mapping : ndarray, shape (1 + p, 1 + q)
        From released coefficients to those of the fit.
    merged : ndarray of int, shape (G,)
        The released number of each fold of the rows.
    stored : list of (Place, Bins)
    edf : float
        Effective degrees of freedom that it says under the tuned penalties.
    """

    facts: Facts
    mapping: Array
    merged: npt.NDArray[np.int64]
    stored: list[tuple[Place, Bins]]
    edf: float

    def answers(self, penalties: Array) -> dict[str, Any]:
        """Say what the file shows under penalties of the released columns (q,)."""
        found, tuned = answer(self.facts, penalties), answer(self.facts, self.facts.tuned)
        weight = self.facts.stats.weight[: self.facts.stats.held]
        away = found.b - self.facts.stats.b
        scale = self.edf / max(float(tuned.edf.sum()), 1e-12)
        return {
            "move": float(max(0.0, float(away @ self.facts.moment @ away)) ** 0.5),
            "coefficient": found.b[1:],
            "edf": float(found.edf.sum()) * scale,
            "share": by_group(self.facts, found.share),
            "fold": found.loss,
            "loss": float(weight @ found.loss / weight.sum()) if len(found.loss) else None,
        }


@one_blas_thread()
def checked(
    model: RidgePropensity, facts: Facts, judged: Judged, mailed: Mailed, *, seed: int = 0
) -> dict[str, Any]:
    """Fit exactly at a few settings, and state errors: see the module.

    Parameters
    ----------
    model : RidgePropensity
    facts : Facts
        Of the same fit.
    judged : Judged
    mailed : Mailed
    seed : int
        Of the settings where several groups move.

    Returns
    -------
    dict
        ``moves``, the m of each setting, the least first; ``errors`` of each number, up to each.
    """
    rows: list[dict[str, float]] = []
    for steps in _settings(model, facts, seed):
        found = _compared(model.workspace_, facts, judged, mailed, steps)
        rows += [] if found is None else [found]
    loss = mailed.answers(mailed.facts.tuned)["loss"]
    return telling(stated(rows), loss)


def telling(found: dict[str, Any], loss: float | None) -> dict[str, Any]:
    """Leave out what is so far from the fit that its numbers say nothing; the nearest stays."""
    errors = found["errors"].get("loss", [])
    far = [] if loss is None else [place for place, one in enumerate(errors) if one > TELLS * loss]
    kept = max(1, min(far, default=len(found["moves"])))
    return {
        "moves": found["moves"][:kept],
        "errors": {name: up_to[:kept] for name, up_to in found["errors"].items()},
    }


def stated(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Make the largest error up to each move of what was measured.

    Examples
    --------
    >>> stated([{"move": 0.5, "loss": 0.01}, {"move": 0.0, "loss": 0.0}])
    {'moves': [0.0, 0.5], 'errors': {'loss': [0.0, 0.06]}}
    """
    rows = sorted(rows, key=lambda row: row["move"])
    moves = np.array([row["move"] for row in rows])
    errors = {}
    for name in sorted({name for row in rows for name in row} - {"move"}):
        found = np.array([row.get(name, 0.0) for row in rows])
        worst = [float(found[moves <= AHEAD * move].max()) for move in moves]
        errors[name] = [rounded_up(SAFETY * one) for one in worst]
    return {"moves": [float(f"{move:.6g}") for move in moves], "errors": errors}


def stated_error(found: dict[str, Any], name: str, move: float) -> float | None:
    """Return by how much a number may be off where log-odds have moved by so much.

    None beyond what was checked.
    """
    place = int(np.searchsorted(np.array(found["moves"]) * (1 + 1e-6) + 1e-6, move))
    return float(found["errors"][name][place]) if place < len(found["moves"]) else None


def rounded_up(value: float) -> float:
    """Round up to one of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten.

    An error is told as roughly as that, so that nothing of the exact number is told with it.

    Examples
    --------
    >>> rounded_up(0.0), rounded_up(0.031), rounded_up(9.0)
    (0.0, 0.04, 10.0)
    """
    if not value > 0:
        return 0.0
    power = float(np.floor(np.log10(value)))
    at = next(
        k for k in (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0) if k * 10**power >= value * 0.999999
    )
    return float(f"{at * 10**power:.2g}")


def by_group(facts: Facts, share: Array) -> dict[str, float]:
    """Add up shares of the score's variance."""
    groups = np.array(facts.groups, dtype=object)
    return {name: float(share[groups == name].sum()) for name in dict.fromkeys(facts.groups)}


def _settings(model: RidgePropensity, facts: Facts, seed: int) -> Iterator[dict[str, float]]:
    """Yield log₁₀ factors by group: none, along lines, far away, and of several groups at once."""
    groups = list(dict.fromkeys(facts.groups))
    work = model.training_["contacts"] * len(facts.names) * max(len(facts.folds), 1)
    few = work > MOST_WORK / 25
    yield dict.fromkeys(groups, 0.0)
    for x in _ALONG[: 3 if few else None]:
        yield dict.fromkeys(groups, x)
    for x, group in _alone(groups, few=few):
        yield dict.fromkeys(groups, 0.0) | {group: x}
    for x in _FAR[: 2 if few else None]:
        yield dict.fromkeys(groups, x)
    rng = np.random.default_rng(seed)
    for _ in range(2 if few else _MIXED):
        yield dict(zip(groups, rng.uniform(-2, 2, len(groups)), strict=True))


def _alone(groups: list[str], *, few: bool) -> Iterator[tuple[float, str]]:
    """Yield moves of one group: a small one moves log-odds little, and may err as much as all."""
    if len(groups) < 2:
        return
    for k, group in enumerate(groups[:_MOST_ALONE]):
        for x in (_ALONE[k % len(_ALONE)],) if few else _ALONE:
            yield x, group


def place_of(steps: dict[str, float]) -> Place | None:
    """Say on which line factors by group lie; None where on none."""
    moved = [group for group, x in steps.items() if x != 0]
    if len(set(steps.values())) == 1:
        return Place(None, next(iter(steps.values())))
    return Place(moved[0], steps[moved[0]]) if len(moved) == 1 else None


def _compared(
    workspace: Fit, facts: Facts, judged: Judged, mailed: Mailed, steps: dict[str, float]
) -> dict[str, float] | None:
    """Compare what the file says with an exact fit; None where there is no such fit."""
    try:
        with warnings.catch_warnings(action="error", category=ConvergenceWarning):
            exact = workspace.refit(facts.tuned * _factors(facts, steps)).retaken()
            told = mailed.answers(mailed.facts.tuned * _factors(mailed.facts, steps))
            found = _of_the_fit(exact, facts, mailed, told)
    except (FitError, ConvergenceWarning):
        return None
    place = place_of(steps)
    bins = None if place is None else outcomes_at(mailed.stored, place)
    if bins is not None:
        true = judged.bins(exact, [exact.given.penalties], [exact.coefficients])[0]
        found |= difference(bins, true)
    return found


def _of_the_fit(exact: Fit, facts: Facts, mailed: Mailed, told: dict[str, Any]) -> dict[str, float]:
    b = exact.coefficients
    part = b[1:] * (facts.moment[1:, 1:] @ b[1:])
    true = by_group(facts, part / max(float(part.sum()), 1e-300))
    shares = [abs(share - true[name]) for name, share in told["share"].items()]
    out = {
        "move": told["move"],
        "coefficient": _most(told["coefficient"] - (mailed.mapping.T @ b)[1:]),
        "edf": abs(told["edf"] - exact.edf()),
        "share": max(shares, default=0.0),
    }
    if told["loss"] is None:
        return out
    left = exact.leaving_out().left_out()
    weight, loss = left["contacts"].to_numpy(), left["loss"].to_numpy()
    out["loss"] = abs(told["loss"] - float(weight @ loss / weight.sum()))
    held = mailed.merged[: len(weight)]
    folds = np.bincount(held, weight * loss) / np.bincount(held, weight)
    return out | {"fold": _most(told["fold"] - folds)}


def _factors(facts: Facts, steps: dict[str, float]) -> Array:
    return np.array([10.0 ** steps[group] for group in facts.groups])


def _most(values: Array) -> float:
    return float(np.abs(values).max(initial=0.0))
