"""Which of the penalties that campaigns can hardly tell apart: the stronger ones.

Where exact left-out losses do not differ, a weak penalty is a risk without a reason: it is
what fails on the next campaign. All comparisons are of exact losses, paired over folds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from workbench.ridge.penalties.plan import PenaltyPlan
from workbench.ridge.tune.criterion import LeftOutLoss
from workbench.ridge.tune.exact_loss import ExactLoss, Judged
from workbench.ridge.tune.search import descend, proposal
from workbench.ridge.tune.strengths import LIMITS

Array = npt.NDArray[np.float64]

FEW_CAMPAIGNS = 3.0
TIE = {"best": 1e-5, "safe": 2e-4}
"""Share of the left-out loss that a tie may cost, where folds do not agree that it costs."""

MOST_RISE = 2e-3
"""Share that strengthening may cost in all: where one fold is most of it, a paired t allows any."""

HELD_MOST = 2e-2
"""Share of the loss that holding penalties together may cost: of few rows it would be more."""

_TOLD = 2.0  # standard errors over folds, from which a gain over the null model is one
_OF_GAIN = 0.25
_HALVINGS = 5
_SAME = 1e-6  # relative: what differs by less is equal, whatever the folds say
_TOGETHER = np.log([1e4, 1e3, 100.0, 30.0, 10.0, 3.0])
_STEPS_TO_CAP = 16
_FROM_FOLDS = 0.95  # one-sided level of the paired t


class Reference(NamedTuple):
    """The least loss that was found, with which stronger penalties are compared.

    ``room`` is what they may cost at most, whatever share of the loss that is.
    """

    least: Judged
    room: float = np.inf

    @classmethod
    def beside(cls, least: Judged, null: Judged) -> Reference:
        """Leave three quarters of a gain over the null model alone, if folds tell that gain.

        Parameters
        ----------
        least, null : Judged
            ``null`` is of penalties so strong that hardly a coefficient is left.
        """
        gain = null.loss - least.loss
        error = np.sqrt(len(gain)) * gain.std(ddof=1)
        told = gain.sum() > _TOLD * error
        return cls(least, _OF_GAIN * float(gain.sum()) if told else np.inf)

    def most(self, share: float) -> float:
        """Return the rise that a share of the loss allows."""
        return min(share * float(self.least.loss.sum()), self.room)

    def allows(self, loss: Array, held: float, share: float) -> bool:
        """Return whether a paired rise stays within t of its standard error, and is small.

        `held` is what holds the parameters back there, `share` that of the loss.
        """
        rise, folds = loss - self.least.loss, len(loss)
        total = float(rise.sum()) + max(held - self.least.held, 0.0)
        margin = student.ppf(_FROM_FOLDS, folds - 1) * np.sqrt(folds) * rise.std(ddof=1)
        same = _SAME * abs(float(self.least.loss.sum()))
        return bool(total <= max(min(margin, self.most(share)), same))

    def allows_exactly(self, there: Judged, share: float) -> bool:
        """Return whether exact losses allow it."""
        return bool(np.isfinite(there.value)) and self.allows(there.loss, there.held, share)


def not_held_too_hard(
    exact: ExactLoss, model: LeftOutLoss, held: Judged, start: Judged, null: Judged
) -> Judged:
    """Undo the shrinking of penalties towards a common one where that costs more than a little.

    Where exact losses are cheap, the least loss of all is looked for whatever one step
    says, and from the common strength too: one step does not see beyond its own valley.

    Parameters
    ----------
    exact : ExactLoss
    model : LeftOutLoss
        About the point; it proposes.
    held : Judged
        The least loss that was found with penalties shrunk together.
    start : Judged
        The best common strength.
    null : Judged
        Of penalties so strong that hardly a coefficient is left.

    Returns
    -------
    Judged
        On the way from there to the least loss of all: the first point, halving what is
        left of the way, whose exact loss is within 2% of it.
    """
    free, cheap = replace(exact.plan, precision=0.0), exact.is_cheap(held)
    if not cheap:
        allowed = Reference.beside(held, null).most(HELD_MOST)
        if _foreseen_fall(model, free, held) < 0.5 * allowed:
            return held
    unheld = exact.under(free)
    least, _ = descend(unheld, held._replace(held=exact.held(held.parameters, free)))
    if cheap:
        other, _ = descend(unheld, start._replace(held=exact.held(start.parameters, free)))
        least = min(least, other, key=lambda one: one.value)
    bar, back = least.value + Reference.beside(least, null).most(HELD_MOST), 1.0
    here = held
    for _ in range(_HALVINGS):
        if here.loss.sum() <= bar:
            return here
        back /= 2
        here = exact.at(least.parameters + back * (held.parameters - least.parameters))
    return least._replace(held=exact.held(least.parameters))


def _foreseen_fall(model: LeftOutLoss, free: PenaltyPlan, held: Judged) -> float:
    """Return by how much the loss would fall without what holds, as one step sees it."""
    loose = replace(model, plan=free)
    trial = proposal(loose, held.parameters, np.inf)
    return loose.summed(held.parameters) - loose.summed(trial)


def ties_to_the_stronger(
    exact: ExactLoss, model: LeftOutLoss, reference: Reference, share: float
) -> Judged:
    """Strengthen all sets together, then each up to the cap, where losses are ties.

    Parameters
    ----------
    exact : ExactLoss
    model : LeftOutLoss
        About the least; it proposes.
    reference : Reference
    share : float
        Of the loss, that ties may cost in all.

    Returns
    -------
    Judged
        A set at the cap is shrunk out.
    """
    here = reference.least
    count = len(exact.plan.sets)
    for step in _TOGETHER:
        trial = here.parameters.copy()
        trial[:count] = np.minimum(trial[:count] + step, LIMITS[1])
        if (there := _agreed(exact, model, reference, trial, share)) is not None:
            here = there
            break
    for k in np.argsort(-here.parameters[:count], kind="stable"):
        if here.parameters[k] >= LIMITS[1]:
            continue
        trial = here.parameters.copy()
        trial[k] = LIMITS[1]
        here = _agreed(exact, model, reference, trial, share) or here
    return here


def strengthened(
    exact: ExactLoss, model: LeftOutLoss, reference: Reference, here: Judged, campaigns: Array
) -> tuple[Judged, tuple[str, ...]]:
    """Strengthen sets that live in few campaigns, as far as losses cannot tell it from the least.

    Parameters
    ----------
    exact : ExactLoss
    model : LeftOutLoss
        About the least; it proposes.
    reference : Reference
    here : Judged
        Where to start.
    campaigns : ndarray, shape (p,)
        In how many campaigns each column effectively lives, 0 if constant within each.

    Returns
    -------
    Judged
    tuple of str
        The sets that were moved.
    """
    moved = []
    for k in _few_campaigns(exact.plan, campaigns):
        weakest = here.parameters[k]
        for stronger in np.linspace(LIMITS[1], weakest, _STEPS_TO_CAP, endpoint=False):
            trial = here.parameters.copy()
            trial[k] = stronger
            if (there := _agreed(exact, model, reference, trial, MOST_RISE)) is not None:
                here = there
                moved.append(exact.plan.sets[k])
                break
    return here, tuple(moved)


def _few_campaigns(plan: PenaltyPlan, campaigns: Array) -> Iterator[int]:
    """Yield the sets that live in few campaigns, the fewest first."""
    lives = np.array([np.median(campaigns[plan.member == k]) for k in range(len(plan.sets))])
    yield from (int(k) for k in np.argsort(lives, kind="stable") if lives[k] < FEW_CAMPAIGNS)


def _agreed(
    exact: ExactLoss, model: LeftOutLoss, reference: Reference, trial: Array, share: float
) -> Judged | None:
    """Return the trial, judged, if one step proposes it and exact losses allow it."""
    if not reference.allows(model.by_fold(trial), model.held(trial), share):
        return None
    # above this no rise is allowed, whatever the folds say
    there = exact.at(trial, worth=reference.least.value + reference.most(share))
    return there if reference.allows_exactly(there, share) else None
