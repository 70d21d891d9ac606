import datetime as dt

import pytest

from tests.governance.papers.filled import FILLED, as_toml, filled
from workbench.governance import Governance
from workbench.governance.checked import is_open, worst

TODAY = dt.date(2026, 12, 1)


def by_name(said, today=TODAY):
    return {one.name: one for one in Governance.of(said).checks(today)}


def test_what_is_answered_passes_but_for_objections():
    found = by_name(FILLED)
    assert {name for name, one in found.items() if is_open(one)} == {"objections"}
    assert found["objections"].state == "needs a person"
    assert found["four-eyes"].evidence == "Grace Hopper made it, Mary Somerville approves it."


def test_each_missing_answer_is_a_check_of_its_own():
    found = by_name({})
    assert "papers" not in found
    one = found["paper people.owner"]
    assert (one.state, one.question) == ("needs repair", "Who answers for the model?")
    assert one.next_step == "Answer `people.owner` in governance.toml."
    assert worst(found.values()) == "needs repair"


@pytest.mark.parametrize(
    "approver", ["Grace Hopper", "grace  hopper", "GRACE HOPPER", "Grace\u00a0Hopper"]
)
def test_an_author_does_not_approve(approver):
    found = by_name(filled(people={"approver": approver}))
    assert found["four-eyes"].state == "blocked"
    assert found["four-eyes"].next_step.startswith("Name somebody else as `people.approver`")


@pytest.mark.parametrize(
    ("name", "key"), [("review-date", "review"), ("retention-date", "retention")]
)
def test_a_date_holds_through_its_day_and_blocks_the_day_after(name, key):
    day = dt.date(2027, 2, 28)
    said = filled(dates={key: day})
    assert by_name(said, day)[name].state == "pass"
    after = by_name(said, day + dt.timedelta(days=1))[name]
    assert (after.state, after.evidence) == ("blocked", "The date 2027-02-28 is past.")


def test_measures_need_a_target_a_date_to_come_and_their_kinds():
    kpi = {**FILLED["kpis"][0], "target": 12.5, "date": "2026-11-30"}
    found = by_name(filled(kpis=[kpi]))
    assert found["kpi-target cost per response"].state == "needs repair"
    assert found["kpi-date cost per response"].evidence == "The date 2026-11-30 is past."
    assert found["kpi-kinds"].evidence == "No measure of time, conversion."


def test_uses_of_annex_iii_need_a_person():
    assert by_name(filled(uses={"work": True}))["annex-iii"].evidence == "Said of the use: work."
    assert by_name(filled(uses={"work": None}))["annex-iii"].state == "not applicable"
    assert by_name(FILLED)["annex-iii"].state == "pass"


def test_a_list_of_objections_must_be_there(tmp_path):
    file = tmp_path / "governance.toml"
    file.write_text(as_toml(filled(suppression={"file": "no.csv"})))
    states = []
    for _ in range(2):
        checks = {one.name: one.state for one in Governance.read(file).checks(TODAY)}
        states.append(checks["objections"])
        (tmp_path / "no.csv").write_text("id\n1\n")
    assert states == ["blocked", "pass"]
