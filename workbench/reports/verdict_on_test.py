"""The verdict on a test with a control group: contacting pays, may pay, or is not proven to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from workbench.language import say
from workbench.reports.verdict import NOT_PROVEN, READY, WITH_CARE, Verdict

BEYOND_CHANCE = 0.05
"""Level of Cochran's Q below which campaigns are said to differ."""
ENOUGH_CAMPAIGNS = 3
"""Of one or two campaigns, how far effects differ between campaigns is hardly known."""


@dataclass(frozen=True)
class Measured:
    """The figures that a verdict on a test stands on.

    Parameters
    ----------
    low, high : float
        The interval of the effect.
    profit_low, profit_high : float
        The interval of what contacting earned beyond its cost.
    campaigns : int
        In which the effect was measured.
    differ_p : float
        P-value of the effect being the same in all campaigns; NaN where that is not known.
    best_gain_low : float
        Lower end of what contacting the best only earned over contacting everybody; NaN where
        uplift was not learned.
    best_low : float
        Lower end of what contacting the best only earned; NaN likewise.
    """

    low: float
    high: float
    profit_low: float
    profit_high: float
    campaigns: int = 1
    differ_p: float = math.nan
    best_gain_low: float = math.nan
    best_low: float = math.nan


_Found = tuple[str, str] | None  # why, and what to do


def verdict_on_test(measured: Measured) -> Verdict:
    """Judge by the worst sign; name all of that kind, and the next step of the first.

    Parameters
    ----------
    measured : Measured

    Returns
    -------
    Verdict

    Examples
    --------
    >>> verdict_on_test(Measured(0.04, 0.08, 900.0, 1800.0, campaigns=6, differ_p=0.4)).word
    'ready'
    >>> print(verdict_on_test(Measured(-0.01, 0.02, -500.0, 300.0)))
    Not proven. The interval of the effect holds no change, too. Next: let the test run on; four
    times the contacts halve the interval.
    """
    for word, rules in ((NOT_PROVEN, _UNPROVEN), (WITH_CARE, _CARE)):
        found = [one for one in (rule(measured) for rule in rules) if one is not None]
        if found:
            return Verdict(word, " ".join(why for why, _ in found), found[0][1])
    return Verdict(
        READY,
        say("Contacting changes the outcome by more than chance, and earns more than it costs."),
        _next_of(measured),
    )


def _next_of(measured: Measured) -> str:
    if measured.best_gain_low > 0:
        return say(
            "contact those whom it changes most, and keep a control group in the next campaign."
        )
    return say("contact the next campaign, and keep a control group in it.")


def _no_change(measured: Measured) -> _Found:
    if not measured.low <= 0 <= measured.high:
        return None
    return (
        say("The interval of the effect holds no change, too."),
        say("let the test run on; four times the contacts halve the interval."),
    )


def _harm(measured: Measured) -> _Found:
    if not measured.high < 0:
        return None
    return (
        say("Contacting lowered the outcome."),
        say("do not contact these customers so; try another message or another offer."),
    )


def _costs_more(measured: Measured) -> _Found:
    if not (measured.low > 0 and measured.profit_high < 0):
        return None
    return (
        say("It changes the outcome, and costs more than that earns."),
        say("contact only those whom it changes most, or check cost and margin.")
        if measured.best_low > 0
        else say("do not contact these customers so; try another message or another offer."),
    )


def _may_not_pay(measured: Measured) -> _Found:
    if not measured.profit_low <= 0 <= measured.profit_high:
        return None
    return (
        say("Whether it earns its cost may be chance."),
        say("contact only those whom it changes most, or let the test run on.")
        if measured.best_low > 0
        else say("let the test run on; four times the contacts halve the interval."),
    )


def _campaigns_differ(measured: Measured) -> _Found:
    if not measured.differ_p < BEYOND_CHANCE:
        return None
    return (
        say("The effect differs between campaigns by more than chance."),
        say("expect the next campaign to differ as much as those below do."),
    )


def _few_campaigns(measured: Measured) -> _Found:
    if measured.campaigns >= ENOUGH_CAMPAIGNS:
        return None
    return (
        say("It was measured in too few campaigns to tell how far the next may differ."),
        say("keep a control group in the next campaign, and read both together."),
    )


_UNPROVEN: tuple[Callable[[Measured], _Found], ...] = (_no_change, _harm, _costs_more)
_CARE: tuple[Callable[[Measured], _Found], ...] = (_may_not_pay, _campaigns_differ, _few_campaigns)
