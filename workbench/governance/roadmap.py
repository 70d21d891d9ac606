"""The pilot as a roadmap of six to eight weeks: who does what until when, and what says go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import pandas as pd

from workbench.experiments import Plan, plan
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.checked import Check
from workbench.governance.papers.governance import Governance
from workbench.governance.papers.questions import PILOT
from workbench.language import date_text, number_text, say

LOOKS = 2
"""At half of the contacts and at the end: the bounds of both are those of `experiments.plan`."""
NEEDED = {f"pilot.{key}": question.asks for key, question in PILOT.items()}
"""What a pilot must say, by the names of `governance.toml`."""
_SHORTEST = 28  # days of moments, below which a pace is not one of weeks
_PREPARED = 2  # weeks before the first contact
_READ = 2  # weeks, and steps, for late responses, reading and deciding


@dataclass(frozen=True)
class Step:
    """One line of the roadmap.

    Parameters
    ----------
    first, last : int
        Weeks, from 1.
    begin, end : date
    what : str
    owner : str
        Who does it.
    gate : str
        The number, or the finding, without which the next step is not begun.
    """

    first: int
    last: int
    begin: date
    end: date
    what: str
    owner: str
    gate: str


@dataclass(frozen=True)
class Roadmap:
    """The steps of a pilot, or what is to be said before there are any.

    Parameters
    ----------
    steps : tuple of Step
        Empty where something is missing.
    open : dict of str to str
        What is missing: the name in ``governance.toml``, and the question.
    plan : Plan, optional
        The size of the test.
    per_week : float, optional
        Contacts a week in the past.
    """

    steps: tuple[Step, ...]
    open: dict[str, str]
    plan: Plan | None = None
    per_week: float | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a step: ``weeks, from, to, what, owner, gate``."""
        rows = [
            {
                "weeks": _weeks(step),
                "from": step.begin.isoformat(),
                "to": step.end.isoformat(),
                "what": step.what,
                "owner": step.owner,
                "gate": step.gate,
            }
            for step in self.steps
        ]
        return pd.DataFrame(rows, columns=["weeks", "from", "to", "what", "owner", "gate"])

    def sentence(self) -> str:
        """Say when the pilot is, and how many contacts it needs; or what is to be filled in."""
        if self.open:
            return say(
                "No pilot is planned yet. Answer in governance.toml: {names}.",
                names=", ".join(self.open),
            )
        when = say(
            "The pilot runs from {begin} to {end}.",
            begin=date_text(self.steps[0].begin),
            end=date_text(self.steps[-1].end),
        )
        return f"{when} {size_sentence(self.plan)}"

    def checks(self) -> list[Check]:
        """Return whether a pilot is described, and whether it can be filled in its weeks."""
        question = say("Is a pilot planned, with a size and numbers that decide?")
        if self.open:
            return [
                Check(
                    "pilot",
                    question,
                    "needs repair",
                    self.sentence(),
                    say("Fill in [pilot] in governance.toml."),
                )
            ]
        if self.plan is None:
            return [
                Check(
                    "pilot",
                    question,
                    "needs repair",
                    self.sentence(),
                    say("Plan its size from past contacts: `experiments.plan`."),
                )
            ]
        return [Check("pilot", question, "pass", self.sentence()), *self._pace()]

    def _pace(self) -> Iterator[Check]:
        """Compare the size with what was contacted in as many weeks."""
        if self.per_week is None or self.plan is None:
            return
        weeks = sum(step.last - step.first + 1 for step in self.steps[_PREPARED:-_READ])
        usual = self.per_week * weeks
        question = say("Can the pilot have its contacts in its weeks?")
        found = say(
            "It needs {needed}; so many weeks had about {usual} so far.",
            needed=number_text(self.plan.contacts, ",.0f"),
            usual=number_text(_coarse(usual), ",.0f"),
        )
        if self.plan.contacts <= usual:
            yield Check("pilot-size", question, "pass", found)
        else:
            step = say("Look for a larger effect, keep more controls, or contact more customers.")
            yield Check("pilot-size", question, "needs a person", found, step)

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        table = self.table().to_html(border=0, index=False) if self.steps else ""
        return f"<p>{escape(self.sentence())}</p>{table}"


def roadmap(
    governance: Governance, *, plan: Plan | None = None, per_week: float | None = None
) -> Roadmap:
    """Lay out the pilot of a governance file in its weeks, with owners, and what decides.

    Parameters
    ----------
    governance : Governance
        With a section ``[pilot]``; where it has none, the roadmap says what to fill in.
    plan : Plan, optional
        The size of the test, from `workbench.experiments.plan`. `pilot_plan` makes it from past
        contacts.
    per_week : float, optional
        Contacts a week in the past, as `pace` has them. With it a check says whether the pilot
        can have its contacts in time.

    Returns
    -------
    Roadmap

    Examples
    --------
    >>> from workbench.governance.papers.governance import Governance
    >>> print(roadmap(Governance.of({})))
    No pilot is planned yet. Answer in governance.toml: pilot.start, pilot.weeks, ...
    """
    pilot = governance.pilot
    missing = {
        name: say(question)
        for name, question in NEEDED.items()
        if getattr(pilot, name.removeprefix("pilot."), None) in (None, "")
    }
    if missing or pilot is None:
        return Roadmap((), missing, plan, per_week)
    return Roadmap(tuple(_steps(governance, plan)), {}, plan, per_week)


def pilot_plan(frame: FeatureFrame, governance: Governance) -> Plan | None:
    """Size the pilot of a governance file from past contacts.

    Parameters
    ----------
    frame : FeatureFrame
        Past contacts; those with known outcomes are read.
    governance : Governance

    Returns
    -------
    Plan or None
        Of two looks, at half of the contacts and at the end. None where the file does not say
        which effect is worth finding, at which rate, with which control group.

    Examples
    --------
    >>> frame = FeatureFrame(pd.DataFrame({"x": [1.0, 2.0]}), pd.Series([0.0, 1.0]))
    >>> pilot_plan(frame, Governance.of({})) is None
    True
    """
    pilot = governance.pilot
    if pilot is None or None in (pilot.effect, pilot.control, pilot.responses_rate):
        return None
    return plan(
        frame.known(),
        smallest_effect=pilot.effect,
        rate=pilot.responses_rate,
        share=1 - float(pilot.control or 0.0),
        looks=LOOKS,
    )


def pace(frame: FeatureFrame) -> float | None:
    """Return how many contacts a week there were; None where moments do not tell it.

    Parameters
    ----------
    frame : FeatureFrame

    Returns
    -------
    float or None

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2026-01-01", periods=71, freq="D"))
    >>> frame = FeatureFrame(pd.DataFrame({"x": range(71)}), pd.Series([0.0, 1.0] * 35 + [0.0]),
    ...                      as_of=days)
    >>> pace(frame)
    7.1
    """
    if frame.as_of is None:
        return None
    day = pd.Series(frame.as_of).dt.normalize()  # of all contacts, as the weights are
    days = (day.max() - day.min()).days
    return float(frame.weights.sum()) * 7 / days if days >= _SHORTEST else None


def size_sentence(found: Plan | None) -> str:
    """Say how many contacts a pilot needs, and what effect is proven at the end."""
    if found is None:
        return say("Its size is not planned yet.")
    sizes = found.table().iloc[0]
    return say(
        "It needs {treated} contacts that are treated and {control} that are not. They show a "
        "change of {effect} points with a chance of {power:.0%}.",
        treated=number_text(sizes["treated"], ",.0f"),
        control=number_text(sizes["control"], ",.0f"),
        effect=number_text(100 * found.smallest_effect, ".3g"),
        power=found.power,
    )


def _steps(governance: Governance, found: Plan | None) -> Iterator[Step]:
    pilot: Any = governance.pilot
    people, weeks = governance.people, int(pilot.weeks)
    middle = (_PREPARED + weeks - _READ + 1) // 2

    def step(first: int, last: int, what: str, owner: str, gate: str) -> Step:
        begin = pilot.start + timedelta(weeks=first - 1)
        end = pilot.start + timedelta(weeks=last, days=-1)
        return Step(first, last, begin, end, what, owner, gate)

    author, approver, owner = people.author, people.approver, people.owner
    yield step(
        *(1, 1, say("Check data, objections and this card.")),
        *(author, say("No check is blocked.")),
    )
    yield step(
        *(2, 2, say("Score, and draw who is contacted and who is the control group.")),
        *(approver, _drawn_gate(found, pilot.control)),
    )
    yield step(
        *(3, middle, say("Contact the first half, and look once.")),
        *(author, _look_gate(found, 0)),
    )
    yield step(
        *(middle + 1, weeks - _READ, say("Contact the second half.")),
        *(author, say("Nobody of the control group is contacted.")),
    )
    yield step(
        *(weeks - 1, weeks - 1, say("Wait for late responses, and read the test.")),
        *(author, _look_gate(found, -1)),
    )
    yield step(
        *(weeks, weeks, say("Decide.")),
        *(owner, say("Go: {go} Stop: {stop}", go=ended(pilot.go), stop=ended(pilot.no_go))),
    )


def ended(text: str) -> str:
    """Return a text with a full stop at its end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _drawn_gate(found: Plan | None, control: float) -> str:
    if found is None:
        return say("{share:.0%} are the control group.", share=control)
    return say(
        "{n} contacts, of which {share:.0%} are the control group.",
        n=number_text(found.contacts, ",.0f"),
        share=control,
    )


def _look_gate(found: Plan | None, look: int) -> str:
    """Say which effect is proven at a look."""
    if found is None:
        return say("The interval of the effect leaves out 0.")
    bound = found.bounds().iloc[look]
    return say(
        "Proven at {high} points or more, for better, or {low} or less, for worse.",
        high=number_text(100 * bound["high"], "+.2f"),
        low=number_text(100 * bound["low"], "+.2f"),
    )


def _weeks(step: Step) -> str:
    return str(step.first) if step.first == step.last else f"{step.first}–{step.last}"


def _coarse(count: float) -> float:
    """Round a usual number of contacts to two digits: it is no promise."""
    return float(f"{count:.2g}")
