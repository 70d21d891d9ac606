"""Who decides and stops; what should become better; the pilot, or what is asked for one."""

from tests.governance.card.shop import PAPERS, papers
from workbench.governance.card.model_card import model_card
from workbench.governance.papers.governance import Governance
from workbench.governance.roadmap import roadmap


def test_each_role_is_told(card):
    found = {row.key: row.text for row in card.section("human-oversight").rows}
    assert found["approve"] == "Anna Approver"
    assert found["roll-back"] == "Rita Rollback"
    assert (found["review"], found["retire"]) == ("2027-11-30", "2028-12-31")


def test_measures_have_baseline_target_and_date(card):
    grid = next(one for one in card.section("kpis").grids if one.key == "kpis")
    (line,) = grid.rows
    assert [cell[0].value for cell in (line[2], line[3], line[5])] == [0.1, 0.125, "2027-06-30"]


def test_effects_are_those_of_the_test(run, card):
    grid = next(one for one in card.section("kpis").grids if one.key == "effects")
    row = run.told["experiment"].effects.iloc[0]
    effect, low, high = (one.value for one in grid.rows[0][3] if not isinstance(one, str))
    assert [effect, low, high] == [round(float(row[n]), 4) for n in ("effect", "low", "high")]
    assert run.told["experiment"].sentence()[:20] in card.row("kpis", "effect").text


def test_without_a_test_it_says_that_effects_are_unknown(run):
    card = model_card(run.model, run.frame, papers(), pilot=roadmap(papers()))
    assert "nothing is known of what contacts added" in card.row("kpis", "effect").text


def test_the_pilot_has_its_size_owners_and_bounds(run, card):
    grid = next(one for one in card.section("pilot").grids if one.key == "roadmap")
    text = " ".join(str(piece) for line in grid.rows for cell in line for piece in cell)
    assert f"{run.road.plan.contacts:,}" in text
    for person in ("Arthur Author", "Anna Approver", "Olga Owner"):
        assert person in text
    assert f"{100 * run.road.plan.bounds()['high'].iloc[-1]:+.2f}" in text


def test_without_a_pilot_each_question_is_asked(run):
    bare = Governance.of({name: said for name, said in PAPERS.items() if name != "pilot"})
    card = model_card(run.model, run.frame, bare)
    rows = card.section("pilot").rows
    assert [row.state for row in rows[1:]] == ["needs repair"] * 7
    assert rows[1].label == "pilot.start"
