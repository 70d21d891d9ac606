"""Each duty of the regulation table: which part of the card answers it, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.governance.card.content import STATE_WORDS
from workbench.governance.card.figures import day
from workbench.governance.card.gathered import Gathered
from workbench.governance.card.parts import Grid, Link, Mark, Pieces, Row, Said, Section
from workbench.governance.checked import STATES, Check, State
from workbench.language import later, say

REGULATION = later("Regulation")
SAID = later("The governance file says so; no run can check it.")
PERSON, USES = "person", "uses"
_HIGH_RISK, _CHANNEL, _GENERATES = "high risk", "channel", "generates"
_BESIDE = {
    "dates.retention": ("retention-date",),
    "people.approver": ("four-eyes",),
    "people.override": (),
}
"""Checks that stand beside an answer: it may be given, and be past."""


@dataclass(frozen=True)
class Duty:
    """One row of the table, answered.

    Parameters
    ----------
    row : Series
        Of `Regulation.table`.
    state : str
    what : str
        What it is about, such as a channel; "" where it is one alone.
    why : str
        What is open.
    """

    row: pd.Series[Any]
    state: State
    what: str = ""
    why: str = ""


def regulation_section(of: Gathered) -> Section:
    """Set each duty beside the part of the card that answers it, its state and its owner."""
    dated = of.regulation.check(of.today)
    rows = (
        Row("dated", say("Table"), (of.said(dated.evidence, "regulation.dated"),), dated.state),
        Row("advice", say("Note"), (say("This is not legal advice."),)),
    )
    return Section("regulation", REGULATION, say(REGULATION), rows, (_grid(of),))


def open_duties(of: Gathered) -> list[Check]:
    """Return a check for each duty in force that nothing but a person can answer."""
    return [
        Check(
            str(duty.row["key"]),
            f"{say(duty.row['law'])} {duty.row['article']}: {say(duty.row['asks'])}",
            "needs a person",
            say("No run can show it."),
            say("Write down who did it and when, and keep it with this card."),
        )
        for duty in duties(of)
        if PERSON in duty.row["needs"].split()
        and duty.state != "not applicable"
        and duty.row["applies_from"] <= pd.Timestamp(of.today)
    ]


def duties(of: Gathered) -> list[Duty]:
    """Answer every row; one that is about channels is asked of each."""
    return [duty for _, row in of.regulation.table.iterrows() for duty in _answered(of, row)]


def _answered(of: Gathered, row: pd.Series[Any]) -> Iterator[Duty]:
    condition = row["only_if"]
    if condition == _GENERATES:
        yield Duty(row, "not applicable", why=say("It writes no text and talks to nobody."))
    elif condition == _CHANNEL:
        yield from _by_channel(of, row)
    elif condition == _HIGH_RISK and _high_risk(of) is False:
        yield Duty(row, "not applicable", why=say("No use of Annex III is named."))
    else:
        yield _one(of, row)


def _high_risk(of: Gathered) -> bool | None:
    """Whether a use of Annex III is named; None where not all of them are answered."""
    uses = of.governance.uses
    answers = (uses.credit, uses.insurance, uses.work)
    if any(answers):
        return True
    return None if None in answers else False


def _by_channel(of: Gathered, row: pd.Series[Any]) -> Iterator[Duty]:
    for one in of.governance.channels:
        missing = [name for name in ("consent", "basis") if not getattr(one, name)]
        why = say("Not said: {names}.", names=", ".join(missing)) if missing else ""
        state: State = "needs repair" if missing else "pass"
        yield Duty(row, state, one.name, why or say(SAID))
    if not of.governance.channels:
        yield Duty(row, "needs repair", why=say("No channel is named in the governance file."))


def _one(of: Gathered, row: pd.Series[Any]) -> Duty:
    found = [_need(of, need) for need in row["needs"].split()]
    states: list[State] = [one for one, _ in found] or ["needs a person"]
    state = max(states, key=STATES.index)
    reasons = dict.fromkeys(why for one, why in found if one == state and why)
    if state == "pass" and all("." in need for need in row["needs"].split()):
        return Duty(row, state, why=say(SAID))
    return Duty(row, state, why=" ".join(reasons))


def _need(of: Gathered, need: str) -> tuple[State, str]:
    """Say whether one thing that a duty needs is there."""
    if need == PERSON:
        return "needs a person", say("No run can show it.")
    if need == USES:
        return _uses(of)
    if "." in need and need in of.governance.missing():
        return "needs repair", say("Not said: {names}.", names=need)
    checks = of.worst_of(_BESIDE.get(need, ())) if "." in need else of.worst_of((need,))
    if not checks:
        return ("pass", "") if "." in need else ("needs a person", say("Not measured in this run."))
    worst = max(checks, key=lambda check: STATES.index(check.state))
    state: State = "pass" if worst.state == "not applicable" else worst.state
    return state, "" if state == "pass" else worst.question


def _uses(of: Gathered) -> tuple[State, str]:
    found = _high_risk(of)
    if found is None:
        return "needs repair", say("Not said: {names}.", names="uses")
    if found:
        return "needs a person", say(
            "A use of Annex III is named: the model is of high risk there."
        )
    return "pass", ""


def _state(duty: Duty, where: str) -> Pieces:
    """Write the state of a duty, and what is open."""
    mark = Mark(duty.state, say(STATE_WORDS[duty.state]))
    return (mark, " ", Said(duty.why, where)) if duty.why else (mark,)


def _grid(of: Gathered) -> Grid:
    titles = {"personal-data": say("Personal data")}
    rows = []
    for duty in duties(of):
        row, where = duty.row, f"regulation.table[{duty.row['key']}]"
        article = f"{say(row['law'])} {row['article']}" + (f", {duty.what}" if duty.what else "")
        rows.append(
            (
                (Said(article, where),),
                (Said(say(row["asks"]), where),),
                _state(duty, where),
                (Link(titles.get(row["section"], row["section"]), row["section"]),),
                of.answer("people.owner"),
                (day(row["applies_from"], f"{where}.applies_from"),),
                (Said(row["source"], where),),
            )
        )
    names = (
        *(say("Article"), say("Asks"), say("State"), say("Evidence")),
        *(say("Owner"), say("Applies from"), say("Source")),
    )
    return Grid("duties", say("What is asked, and what answers it"), names, tuple(rows), words=True)
