"""The pilot in its weeks: dates without holes, sizes of `experiments.plan`, and what is missing."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.governance.card.shop import PAPERS, papers, shop
from workbench import FeatureFrame
from workbench.experiments import plan
from workbench.governance.papers.governance import Governance
from workbench.governance.roadmap import NEEDED, ended, pace, pilot_plan, roadmap, size_sentence
from workbench.language import speaking

FRAME = shop(1200)
PLAN = pilot_plan(FRAME, papers())


@given(weeks=st.integers(6, 8), start=st.dates(date(2026, 1, 1), date(2030, 1, 1)))
@settings(deadline=None)
def test_weeks_follow_each_other_to_the_last(weeks, start):
    told = papers(pilot={"weeks": weeks, "start": start.isoformat()})
    steps = roadmap(told, plan=PLAN).steps
    assert (steps[0].first, steps[-1].last) == (1, weeks)
    assert steps[0].begin == start
    assert steps[-1].end == start + timedelta(weeks=weeks, days=-1)
    for one, other in itertools.pairwise(steps):
        assert other.first == one.last + 1
        assert other.begin == one.end + timedelta(days=1)
    assert all(step.first <= step.last for step in steps)


def test_the_size_is_that_of_the_experiments_room():
    pilot = PAPERS["pilot"]
    expected = plan(
        FRAME.known(),
        smallest_effect=pilot["effect"],
        rate=pilot["responses_rate"],
        share=1 - pilot["control"],
        looks=2,
    )
    assert expected == PLAN
    text = " ".join(roadmap(papers(), plan=PLAN).table()["gate"])
    assert f"{PLAN.contacts:,} contacts" in text
    for bound in PLAN.bounds()["high"]:
        assert f"{100 * bound:+.2f} points or more" in text


def test_each_step_has_its_owner():
    found = roadmap(papers(), plan=PLAN).table()
    assert found["owner"].iloc[[0, 1, -1]].tolist() == [
        "Arthur Author",
        "Anna Approver",
        "Olga Owner",
    ]
    assert found["gate"].iloc[-1] == "Go: more respond. Stop: fewer respond."


@pytest.mark.parametrize("key", [name.removeprefix("pilot.") for name in NEEDED])
def test_what_is_missing_is_asked_for_by_name(key):
    pilot = {name: value for name, value in PAPERS["pilot"].items() if name != key}
    found = roadmap(Governance.of({**PAPERS, "pilot": pilot}), plan=PLAN)
    assert list(found.open) == [f"pilot.{key}"]
    assert found.steps == ()
    (check,) = found.checks()
    assert check.state == "needs repair"
    assert f"pilot.{key}" in check.evidence


def test_without_a_pilot_everything_is_asked():
    bare = Governance.of({})
    assert list(roadmap(bare).open) == list(NEEDED)
    assert pilot_plan(FRAME, bare) is None
    assert roadmap(bare).table().empty


def test_without_a_size_it_is_to_be_planned():
    (check,) = roadmap(papers()).checks()
    assert check.state == "needs repair"
    assert "experiments.plan" in check.next_step
    assert "not planned yet" in size_sentence(None)


def test_more_contacts_than_the_weeks_have_need_a_person():
    states = {}
    for per_week in (PLAN.contacts, PLAN.contacts / 100):
        checks = roadmap(papers(), plan=PLAN, per_week=per_week).checks()
        states[per_week] = {check.name: check.state for check in checks}["pilot-size"]
    assert list(states.values()) == ["pass", "needs a person"]


def test_the_weeks_of_late_responses_have_no_contacts():
    # of six weeks two prepare, two contact, one waits, one decides
    told = papers(pilot={"weeks": 6})
    for per_week, state in ((0.5 * PLAN.contacts, "pass"), (0.4 * PLAN.contacts, "needs a person")):
        checks = roadmap(told, plan=PLAN, per_week=per_week).checks()
        found = {check.name: check for check in checks}["pilot-size"]
        assert found.state == state


def test_ten_people_at_each_end_make_no_pace():
    # a hundred contacts in a hundred days, nearly all of them on one
    days = pd.Series(pd.to_datetime(["2026-01-01", *["2026-02-10"] * 98, "2026-04-11"]))
    frame = FeatureFrame(
        pd.DataFrame({"x": range(100)}), pd.Series(np.arange(100) % 2.0), as_of=days
    )
    assert pace(frame) == pytest.approx(7.0)


def test_the_pace_is_contacts_by_weeks_of_moments():
    days = pd.Series(np.repeat(pd.date_range("2026-01-01", periods=57, freq="D"), 10))
    n = len(days)
    frame = replace(
        shop(n),
        as_of=days,
        y=pd.Series(np.arange(n) % 2.0),
        campaign=None,
        customer=None,
        matured_at=None,
    )
    assert pace(frame) == pytest.approx(n / 8)
    assert pace(replace(frame, as_of=None)) is None
    short = frame.rows(np.arange(100))
    assert pace(short) is None


def test_sentences_end_once():
    assert (ended("go"), ended("go."), ended("go?")) == ("go.", "go.", "go?")


def test_it_speaks_german():
    with speaking("de"):
        said = roadmap(papers(), plan=PLAN)
        assert said.sentence().startswith("Der Pilot läuft vom 11.01.2027")
        assert "Kontrollgruppe" in " ".join(said.table()["gate"])
