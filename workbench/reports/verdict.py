"""The verdict of a report: ready, with care, or not proven; why, and what to do next.

It is a rule over plain figures, so that it can be read, tested, and asked by whatever runs on a
schedule. The worst of what is found decides; what decides is said.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.digits import share_text
from workbench.governance.limits import (
    ENOUGH_CAMPAIGNS,
    MUCH_OUTSIDE,
    TOO_GOOD_AUC,
    TOO_GOOD_LOSS,
)
from workbench.language import later, say, say_count

READY, WITH_CARE, NOT_PROVEN = later("ready"), later("with care"), later("not proven")
VERDICTS = (READY, WITH_CARE, NOT_PROVEN)


@dataclass(frozen=True)
class Judged:
    """The figures that a verdict stands on.

    Parameters
    ----------
    auc : float
    loss_ratio, loss_low, loss_high : float
        Log loss over that of the base rate, and its 95% interval.
    gain, gain_low, gain_high : float
        Profit less that of contacting everybody, and its 95% interval.
    profit_low : float
        Lower end of the 95% interval of the profit.
    depth : float
        Share of contacts that were expected to earn their cost, 0 to 1.
    short : bool
        Whether profit falls short of the expected by more than chance.
    campaigns : int
        Judged by earlier ones.
    unordered : str
        Why it is not known how it does on the next campaign, and what would settle it; ""
        where campaigns stand in order of time.
    too_few : str
        Why there are too few contacts to judge by; "" where there are enough.
    forward : bool or None
        Whether campaigns walked through in time prove the model; None where none were.
    suspects : sequence of str
        Columns that may give the outcome away.
    leans_on : str
        The column that the score depends on most.
    outside : float
        Share of what moves the scores that lies outside of the trained range.
    """

    auc: float
    loss_ratio: float
    loss_low: float
    loss_high: float
    gain: float = math.nan
    gain_low: float = math.nan
    gain_high: float = math.nan
    profit_low: float = math.nan
    depth: float = math.nan
    short: bool = False
    campaigns: int = 0
    unordered: str = ""
    too_few: str = ""
    forward: bool | None = None
    suspects: Sequence[str] = ()
    leans_on: str = ""
    outside: float = 0.0

    @property
    def perfect(self) -> bool:
        """Whether the score is too good to be of what was known beforehand."""
        return self.auc > TOO_GOOD_AUC or self.loss_ratio < TOO_GOOD_LOSS


@dataclass(frozen=True)
class Verdict:
    """One word, why, and what to do next.

    Parameters
    ----------
    word : {"ready", "with care", "not proven"}
    why : str
        Sentences.
    next_step : str
    """

    word: str
    why: str
    next_step: str

    def __str__(self) -> str:
        return say(
            "{verdict}. {why} Next: {step}",
            verdict=say(self.word).capitalize(),
            why=self.why,
            step=self.next_step,
        )


_Found = tuple[str, str] | None  # why, and what to do


def verdict(judged: Judged) -> Verdict:
    """Judge by the worst sign; name all of that kind, and the next step of the first.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    Verdict

    Examples
    --------
    >>> good = {"auc": 0.8, "loss_ratio": 0.77, "loss_low": 0.72, "loss_high": 0.82}
    >>> money = {"gain": 740.0, "gain_low": 600.0, "gain_high": 880.0}
    >>> verdict(Judged(**good, **money, campaigns=10, forward=True)).word
    'ready'
    >>> print(verdict(Judged(**good, **money, campaigns=10, forward=True, suspects=["refund"])))
    Not proven. 'refund' may give the outcome away. Next: leave out what is known only afterwards
    (--drop refund), and run again.
    """
    for word, rules in ((NOT_PROVEN, _UNPROVEN), (WITH_CARE, _CARE)):
        found = [one for one in (rule(judged) for rule in rules) if one is not None]
        if found:
            return Verdict(word, " ".join(why for why, _ in found), found[0][1])
    every = say(
        "On contacts that it had not seen it errs less than the base rate and earns its cost with "
        "every contact; campaigns walked through in time agree."
    )
    best = say(
        "On contacts that it had not seen it errs less than the base rate and earns more than "
        "contacting everybody; campaigns walked through in time agree."
    )
    return Verdict(
        READY,
        every if judged.depth == 1 else best,
        say(
            "score the next campaign with `workbench score`, and leave a random tenth of the "
            "chosen uncontacted: only they tell what contacting adds."
        ),
    )


def _leak(judged: Judged) -> _Found:
    if not judged.suspects:
        return None
    named = ", ".join(map(repr, judged.suspects))
    drop = " ".join(f"--drop {shlex.quote(name)}" for name in judged.suspects)
    return (
        say("{named} may give the outcome away.", named=named),
        say("leave out what is known only afterwards ({drop}), and run again.", drop=drop),
    )


def _perfect(judged: Judged) -> _Found:
    if not judged.perfect:
        return None
    told = say(
        "A score this good is hardly ever real: AUC {auc:.3f}, {share} of the base rate's log "
        "loss.",
        auc=judged.auc,
        share=share_text(judged.loss_ratio, 0),
    )
    if not judged.leans_on:
        return told, say(
            "ask whether a column was known before the contact; if not, drop it and run again."
        )
    most = say("It depends most on {name!r}.", name=judged.leans_on)
    return f"{told} {most}", say(
        "ask whether {name!r} was known before the contact; if not, drop it and run again.",
        name=judged.leans_on,
    )


def _no_interval(judged: Judged) -> _Found:
    if judged.too_few:
        return judged.too_few, say("bring more contacts, or more campaigns, and run again.")
    losses = (judged.loss_ratio, judged.loss_low, judged.loss_high)
    if all(map(math.isfinite, (judged.auc, *losses))):
        return None
    return (
        say("How far its loss might differ on other contacts cannot be told."),
        say("bring more contacts of both outcomes, and run again."),
    )


def _no_better(judged: Judged) -> _Found:
    if not 1 <= judged.loss_high < math.inf:  # else there is no interval, which is said
        return None
    if judged.loss_low > 1:
        said = say("It errs more than giving everybody the same rate.")
    else:
        said = say("It may err as much as giving everybody the same rate.")
    return (
        said,
        say("do not choose contacts by it yet: bring more campaigns, or features that tell more."),
    )


def _earns_less(judged: Judged) -> _Found:
    if not judged.gain_high < 0:
        return None
    return (
        say("Contacting everybody would have earned more."),
        say("contact everybody, or check cost and margin."),
    )


def _order(judged: Judged) -> _Found:
    if not judged.unordered:
        return None
    return (
        judged.unordered,
        say(
            "choose by it among contacts like these alone, until campaigns stand in order of time."
        ),
    )


def _few_campaigns(judged: Judged) -> _Found:
    if judged.unordered or judged.campaigns >= ENOUGH_CAMPAIGNS:
        return None
    return (
        say_count(
            "{n} campaign was judged by earlier ones, and fewer than {enough} do not tell how far "
            "the next may differ.",
            "{n} campaigns were judged by earlier ones, and fewer than {enough} do not tell how "
            "far the next may differ.",
            judged.campaigns,
            enough=ENOUGH_CAMPAIGNS,
        ),
        say("use it for a part of the next campaign, contact the rest as before, and compare."),
    )


def _not_forward(judged: Judged) -> _Found:
    few = judged.campaigns < ENOUGH_CAMPAIGNS
    if judged.unordered or few or judged.forward is True:
        return None
    return (
        say(
            "Campaigns walked through in time do not prove that it errs less than the response "
            "rate of the recent ones."
        ),
        say("use it for a part of the next campaign, contact the rest as before, and compare."),
    )


def _earns_nothing(judged: Judged) -> _Found:
    if judged.depth != 0:
        return None
    return (
        say("No contact was expected to earn its cost."),
        say("contact nobody at this cost and margin, or check both."),
    )


def _may_lose(judged: Judged) -> _Found:
    if judged.depth != 1 or judged.profit_low > 0:
        return None
    return (
        say("Every contact was expected to earn its cost, and whether they do may be chance."),
        say("check cost and margin; where both are right, try it on a part of the next campaign."),
    )


def _may_earn_nothing(judged: Judged) -> _Found:
    if judged.depth in (0, 1) or judged.gain_low > 0 or judged.gain_high < 0:
        return None
    return (
        say("What it earns over contacting everybody may be chance."),
        say("check cost and margin; where both are right, try it on a part of the next campaign."),
    )


def _short(judged: Judged) -> _Found:
    if not judged.short:
        return None
    return (
        say("The profit falls short of the expected one by more than chance."),
        say(
            "expect less than it says: contact fewer, or run again when the next campaign is known."
        ),
    )


def _outside(judged: Judged) -> _Found:
    if judged.outside <= MUCH_OUTSIDE:
        return None
    if math.isnan(judged.outside):
        return (
            say("How much of its scores lies outside of what training saw cannot be told."),
            say("look at the contacts to score: `workbench run features`."),
        )
    return (
        say(
            "{share:.0%} of what moves its scores lies outside of what training saw.",
            share=judged.outside,
        ),
        say("run again with the latest campaigns among those learned from."),
    )


_UNPROVEN: tuple[Callable[[Judged], _Found], ...] = (
    *(_leak, _perfect, _no_interval, _no_better, _earns_nothing, _earns_less),
)
_CARE: tuple[Callable[[Judged], _Found], ...] = (
    *(_order, _few_campaigns, _not_forward, _may_earn_nothing, _may_lose, _short, _outside),
)
