"""The example of Complete Journey: honest, complete, and good for a data-protection officer."""

import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.governance.card.test_model_card import QUESTIONS
from workbench import RidgePropensity, evidence, features, load, metrics
from workbench.governance.card.model_card import model_card
from workbench.governance.fairness import fairness
from workbench.governance.papers.governance import Governance
from workbench.governance.personal_data import personal_data
from workbench.governance.roadmap import roadmap

FILE = Path(__file__).resolve().parents[3] / "data" / "governance.toml"
PAPERS = Governance.read(FILE)


def test_it_says_that_it_is_an_example():
    text = FILE.read_text("utf-8")
    assert "# An example" in text.splitlines()[0]
    assert "made up" in text
    assert "(example)" in PAPERS.model.name
    people = PAPERS.people
    for name in (people.owner, people.author, people.approver, people.override, people.roll_back):
        assert "(example)" in name
    assert people.contact.endswith(".example")


def test_every_question_is_answered_and_every_kind_of_measure_is_there():
    assert PAPERS.missing() == {}
    assert {one.kind for one in PAPERS.kpis} == {"time", "cost", "conversion"}


@pytest.mark.parametrize("name", ["review", "retention"])
def test_its_dates_turn_it_red_when_they_are_past(name):
    day = getattr(PAPERS.dates, name)
    states = [
        {check.name: check.state for check in PAPERS.checks(today)}[f"{name}-date"]
        for today in (day, day + timedelta(days=1))
    ]
    assert states == ["pass", "blocked"]


def test_it_answers_the_questions_of_a_data_protection_officer(run):
    told = {**run.told, "pilot": roadmap(PAPERS)}
    card = model_card(run.model, run.frame, PAPERS, **told, today=date(2026, 12, 1))
    unanswered = [name for name, place in QUESTIONS.items() if len(card.row(*place).text) < 6]
    assert unanswered == []


@pytest.mark.slow
def test_the_card_of_complete_journey_answers_them_too():
    with warnings.catch_warnings(action="ignore"):
        data = load("complete-journey", say=False)
        frame = features.FeatureSet.declared(data).build(data)
        split = evidence.hold_out(frame)
        model = RidgePropensity(alpha=0.1).fit(split.train)
        test = split.test
        chance = model.propensity(test)
    card = model_card(
        model,
        frame,
        PAPERS,
        split=split,
        performance=metrics.performance(test.y, chance),
        fairness=fairness(chance, test, by="demographics_age"),
        earned=evidence.earned(test, chance, cost=1.0, margin=10.0),
        personal=personal_data(frame),
        release="private",
        today=date(2026, 12, 1),
    )
    assert [name for name, place in QUESTIONS.items() if len(card.row(*place).text) < 6] == []
    assert card.state == "needs a person"
    assert {check.name: check.state for check in card.checks}["pilot"] == "pass"
    assert "transactions" in card.row("training-procedure", "data").text
