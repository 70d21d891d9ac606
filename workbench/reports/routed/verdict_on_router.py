"""The verdict on a router: it may answer, it may with care, or it is not proven to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.digits import given_share_text
from workbench.language import say, say_count
from workbench.reports.verdict import NOT_PROVEN, READY, WITH_CARE, Verdict

ENOUGH_PERIODS = 3
"""Of one or two periods it is hardly known how far they differ."""
HARDLY_ANY = 0.1


@dataclass(frozen=True)
class RouterFigures:
    """The figures that a verdict on a router stands on.

    Parameters
    ----------
    share : float
        Of texts that are answered; NaN where fewer than ten customers wrote these.
    precision : float
        That was asked for.
    threshold : float
        Infinite where none is precise enough.
    periods : int
        That were left out one by one; 0 where texts were left out at random.
    less_precise : sequence of str
        Labels whose answers are less often right than was asked for, beyond chance.
    """

    share: float
    precision: float
    threshold: float
    periods: int = 0
    less_precise: Sequence[str] = ()


_Found = tuple[str, str] | None  # why, and what to do


def verdict_on_router(routed: RouterFigures) -> Verdict:
    """Judge by the worst sign; name all of that kind, and the next step of the first.

    Parameters
    ----------
    routed : RouterFigures

    Returns
    -------
    Verdict

    Examples
    --------
    >>> verdict_on_router(RouterFigures(0.8, 0.95, threshold=0.7, periods=12)).word
    'ready'
    >>> print(verdict_on_router(RouterFigures(0.0, 0.98, threshold=np.inf)))
    Not proven. No threshold is as precise as was asked for: every text goes to a person. Next:
    label more texts, or ask for less than 98.0%.
    """
    for word, rules in ((NOT_PROVEN, (_no_threshold, _of_few_customers)), (WITH_CARE, _CARE)):
        found = [one for one in (rule(routed) for rule in rules) if one is not None]
        if found:
            return Verdict(word, " ".join(why for why, _ in found), found[0][1])
    return Verdict(
        READY,
        say("Answers to periods left out are as precise as was asked for."),
        say(
            "let it answer beside a person for a week, look at what it got wrong, and fit it again "
            "each month."
        ),
    )


def _no_threshold(routed: RouterFigures) -> _Found:
    if np.isfinite(routed.threshold):
        return None
    return (
        say("No threshold is as precise as was asked for: every text goes to a person."),
        say(
            "label more texts, or ask for less than {target}.",
            target=given_share_text(routed.precision),
        ),
    )


def _of_few_customers(routed: RouterFigures) -> _Found:
    if not (np.isfinite(routed.threshold) and np.isnan(routed.share)):
        return None
    return (
        say(
            "Fewer than ten customers wrote the texts that are answered: how many these are, and "
            "how many of them rightly, is not told."
        ),
        say("label texts of more customers."),
    )


def _not_by_period(routed: RouterFigures) -> _Found:
    if routed.periods:
        return None
    return (
        say("Texts were left out at random, so that later weeks may be answered less well."),
        say("name the column with the week of each text, `period`."),
    )


def _few_periods(routed: RouterFigures) -> _Found:
    if not 0 < routed.periods < ENOUGH_PERIODS:
        return None
    return (
        say_count(
            "{n:,.0f} period does not tell how far the next may differ.",
            "{n:,.0f} periods do not tell how far the next may differ.",
            routed.periods,
        ),
        say("fit again when there are texts of more periods."),
    )


def _less_precise(routed: RouterFigures) -> _Found:
    if not routed.less_precise:
        return None
    named = ", ".join(routed.less_precise)
    return (
        say(
            "All answers together are precise enough, and those of some labels are not: {named}.",
            named=named,
        ),
        say("hand these labels over too, `handed_over`, or look at how they were labelled."),
    )


def _hardly_any(routed: RouterFigures) -> _Found:
    if routed.share >= HARDLY_ANY:
        return None
    return (
        say("Hardly any text is answered without a person."),
        say("label more texts, or join labels that are taken for each other."),
    )


_CARE: tuple[Callable[[RouterFigures], _Found], ...] = (
    *(_less_precise, _not_by_period, _few_periods),
    _hardly_any,
)
