"""Who decides and stops, what should become better, and the pilot that is to show it."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.governance.card.figures import ABSENT, count, day, figures_in, fixed, whole
from workbench.governance.card.gathered import Gathered
from workbench.governance.card.parts import Grid, Pieces, Row, Said, Section, told
from workbench.governance.roadmap import Step
from workbench.language import later, say

OVERSIGHT = later("Human oversight")
KPIS, PILOT = later("KPIs and effects"), later("Pilot")
KINDS = {"time": later("time"), "cost": later("cost"), "conversion": later("conversion")}


def oversight_section(of: Gathered) -> Section:
    """Say who approves, overrules and stops, when it is looked at again, and when it ends."""
    dates = of.governance.dates
    rows = (
        of.paper("approve", say("Approves"), "people.approver"),
        of.paper("override", say("May decide otherwise"), "people.override"),
        of.paper("roll-back", say("May stop it"), "people.roll_back"),
        Row("review", say("Next review"), _date(dates.review, "governance.dates.review")),
        Row("retire", say("Retired on"), _date(dates.retention, "governance.dates.retention")),
    )
    return Section("human-oversight", OVERSIGHT, say(OVERSIGHT), rows)


def kpi_section(of: Gathered) -> Section:
    """Give the measures that should become better, and what an experiment says of them."""
    read = of["experiment"]
    said: Pieces = (
        (say("No test with a control group was read: nothing is known of what contacts added."),)
        if read is None
        else of.measured(read.sentence(), "experiment.sentence()")
    )
    rows = (Row("effect", say("Effect"), said),)
    grids = tuple(grid for grid in (_kpis(of), _effects(of)) if grid.rows)
    return Section("kpis", KPIS, say(KPIS), rows, grids)


def pilot_section(of: Gathered) -> Section:
    """Lay out the pilot, or say what to fill in for one: planned sizes are no counts of data."""
    found = of.roadmap
    rows = [Row("plan", say("Plan"), figures_in(found.sentence(), "roadmap.sentence()"))]
    rows += [
        Row(name.replace(".", "-"), name, (question,), "needs repair")
        for name, question in found.open.items()
    ]
    return Section("pilot", PILOT, say(PILOT), tuple(rows), (_steps(of),) if found.steps else ())


def _date(value: Any, source: str) -> Pieces:
    return () if value is None else (day(value, source),)


def _kpis(of: Gathered) -> Grid:
    rows = tuple(
        (
            (Said(one.name or ABSENT, f"governance.kpis[{place}].name"),),
            (say(KINDS[one.kind]) if one.kind else ABSENT,),
            (fixed(one.baseline, f"governance.kpis[{place}].baseline", ",.6g"),),
            (fixed(one.target, f"governance.kpis[{place}].target", ",.6g"),),
            (Said(one.unit or ABSENT, f"governance.kpis[{place}].unit"),),
            (day(one.date, f"governance.kpis[{place}].date"),),
        )
        for place, one in enumerate(of.governance.kpis)
    )
    names = (say("Measure"), say("Kind"), say("Today"), say("Wanted"), say("Unit"), say("By"))
    return Grid("kpis", say("Measures"), names, rows)


def _effects(of: Gathered) -> Grid:
    """Give the effects of a test, as it was read."""
    read = of["experiment"]
    rows: list[tuple[Pieces, ...]] = []
    if read is not None:
        spec = ".4f" if np.abs(read.effects["effect"]).max() < 1 else ",.4g"
        for place, row in read.effects.reset_index(drop=True).iterrows():
            effect, low, high = (
                fixed(row[name], f"experiment.effects.{name}[{place}]", spec)
                for name in ("effect", "low", "high")
            )
            rows.append(
                (
                    (of.named(row["arm"], "experiment.effects.arm"),),
                    (of.named(row["against"], "experiment.effects.against"),),
                    (count(row["contacts"], f"experiment.effects.contacts[{place}]"),),
                    (effect, " (", low, "–", high, ")"),
                )
            )
    names = (say("Arm"), say("Against"), say("Contacts"), say("Effect a contact"))
    return Grid("effects", say("Effects of the test"), names, tuple(rows))


def _steps(of: Gathered) -> Grid:
    rows = tuple(
        (
            _weeks(step, f"roadmap.steps[{place}]"),
            (step.what,),
            (day(step.begin, f"roadmap.steps[{place}].begin"),),
            (day(step.end, f"roadmap.steps[{place}].end"),),
            (Said(step.owner or ABSENT, f"roadmap.steps[{place}].owner"),),
            figures_in(step.gate, f"roadmap.steps[{place}].gate"),
        )
        for place, step in enumerate(of.roadmap.steps)
    )
    names = (say("Weeks"), say("What"), say("From"), say("To"), say("Owner"), say("Go on when"))
    return Grid("roadmap", say("Roadmap"), names, rows, words=True)


def _weeks(step: Step, source: str) -> Pieces:
    first, last = whole(step.first, f"{source}.first"), whole(step.last, f"{source}.last")
    if step.first == step.last:
        return told(say("Week {first}"), first=first)
    return told(say("Weeks {first} to {last}"), first=first, last=last)
