"""Duties are answered by parts of the card; nothing is called answered that is not."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from tests.governance.card.shop import PAPERS, papers
from workbench.governance.card.model_card import model_card
from workbench.governance.papers.governance import Governance
from workbench.governance.regulation import regulation
from workbench.governance.roadmap import roadmap

LAW = regulation().table.set_index("key")


def states(card):
    """The states of each article on the card."""
    grid = next(one for one in card.section("regulation").grids if one.key == "duties")
    return {line[0][0].text: (line[2][0].state, line) for line in grid.rows}


def made(run, told, **evidence):
    return model_card(run.model, run.frame, told, pilot=roadmap(papers()), **evidence)


def article(key):
    return f"{LAW.loc[key, 'law']} {LAW.loc[key, 'article']}"


@pytest.mark.parametrize(
    ("section", "entry", "keys"),
    [
        ("dates", "retention", ["gdpr-5-1-e", "gdpr-13", "gdpr-30"]),
        ("legal", "basis", ["gdpr-6"]),
        ("legal", "dpia", ["gdpr-35"]),
        ("people", "override", ["gdpr-22"]),
        ("people", "contact", ["gdpr-14", "gdpr-15"]),
        ("model", "out_of_scope", ["ai-5-1-c"]),
    ],
)
def test_what_is_not_said_needs_repair_where_it_is_asked(run, section, entry, keys):
    full, bare = (states(made(run, told)) for told in (papers(), papers(**{section: {entry: ""}})))
    for key in keys:
        assert full[article(key)][0] == "pass", key
        assert bare[article(key)][0] == "needs repair", key


def test_high_risk_rows_apply_where_a_use_of_annex_iii_is_named(run):
    none, credit = (states(made(run, papers(uses={"credit": use}))) for use in (False, True))
    for key in LAW.index[LAW["only_if"] == "high risk"]:
        assert none[article(key)][0] == "not applicable"
        assert credit[article(key)][0] != "not applicable"
    assert credit[article("ai-6-3")][0] == "needs a person"


def test_unanswered_uses_leave_high_risk_rows_open(run):
    told = Governance.of({name: said for name, said in PAPERS.items() if name != "uses"})
    found = states(made(run, told))
    assert found[article("ai-6-3")][0] == "needs repair"
    assert found[article("ai-9")][0] != "not applicable"


def test_each_channel_is_asked_by_itself(run):
    two = [*PAPERS["channels"], {"name": "e-mail", "basis": "consent"}]
    found = states(made(run, papers(channels=two)))
    assert found["ePrivacy Art. 13, letter"][0] == "pass"
    assert found["ePrivacy Art. 13, e-mail"][0] == "needs repair"
    assert "consent" in str(found["ePrivacy Art. 13, e-mail"][1])


def test_what_no_run_can_show_is_left_to_a_person(run, card):
    assert states(card)[article("ai-4")][0] == "needs a person"
    assert {check.name: check.state for check in card.checks}["ai-4"] == "needs a person"


def test_a_duty_that_does_not_apply_yet_opens_nothing(run):
    told = papers(uses={"credit": True})
    early = made(run, told, today=date(2026, 12, 1))
    late = made(run, told, today=date(2027, 12, 3))
    names = [{check.name for check in card.checks} for card in (early, late)]
    assert "ai-9" not in names[0]
    assert "ai-9" in names[1]


def test_what_a_person_said_is_called_that(run, card):
    assert "no run can check it" in str(states(card)[article("gdpr-22")][1])


def test_every_duty_has_evidence_owner_and_source(card):
    sections = {section.key for section in card.sections}
    for name, (_, line) in states(card).items():
        assert line[3][0].to in sections, name
        assert line[4][0].text == "Olga Owner"
        assert line[6][0].text


def test_a_table_of_ones_own_is_taken(run):
    row = regulation().table.iloc[[0]].assign(key="own", law="House rule", article="1")
    own = replace(regulation(), table=pd.concat([row], ignore_index=True))
    assert list(states(made(run, papers(), law=own))) == ["House rule 1"]


def test_legal_advice_is_denied_once(card):
    assert card.to_markdown().count("legal advice") == 1
