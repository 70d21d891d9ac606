"""On which basis data are used, what was found, who was left out, and what leaves the house."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from tests.governance.card.shop import papers, shop
from workbench import RidgePropensity
from workbench.governance.card.model_card import model_card
from workbench.governance.card.protected import ledger_pieces
from workbench.governance.guarantee import Guarantee
from workbench.governance.ledger import Together
from workbench.governance.personal_data import personal_data
from workbench.governance.roadmap import roadmap


def made(run, **told):
    changed = told.pop("papers", papers())
    return model_card(run.model, run.frame, changed, pilot=roadmap(papers()), **told)


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("static", "no view is live"),
        ("private", "not differential privacy"),
        ("exact", "single customers can be recovered"),
        (None, "was not said"),
        (Guarantee("private", 0.55, 0.71, 1.2, 1e-5), "0.71"),
    ],
)
def test_the_guarantee_of_the_file_is_stated(run, release, said):
    text = made(run, release=release).row("personal-data", "disclosure").text
    assert said in text
    assert "fewer than 10 customers" in text


def test_several_views_state_theirs(run):
    several = [Guarantee("private", 0.55, 0.71, 1.2, 1e-5), Guarantee("exact")]
    text = made(run, release=several).row("personal-data", "disclosure").text
    assert "0.71" in text
    assert "inside the house" in text


def test_the_ledger_is_told_with_its_numbers():
    assert "0.92" in [getattr(one, "text", "") for one in ledger_pieces(Together(2, 1, 2.0))]
    assert "Not exported yet" in ledger_pieces(None)[0]


def with_mail():
    """Contacts with an e-mail address, which is a feature."""
    frame = shop(400)
    mails = pd.Series([f"x{n % 40}@mail.example" for n in range(400)])
    return replace(frame, X=frame.X.assign(e_mail=mails), catalogue=pd.DataFrame())


def test_personal_data_are_listed_and_block_without_a_reason():
    frame = with_mail()
    model = RidgePropensity(alpha=1.0).fit(frame.without("e_mail"))
    found = personal_data(frame)
    card = model_card(model, frame, papers(), personal=found, pilot=roadmap(papers()))
    assert card.row("personal-data", "found").text.startswith("direct identifier: 1")
    grid = next(one for one in card.section("personal-data").grids if one.key == "personal")
    assert [line[0][0].text for line in grid.rows] == found.table()["column"].tolist()
    assert {c.name: c.state for c in card.checks}["personal-direct-identifier"] == "blocked"
    assert "mail.example" not in card.to_markdown()


def test_what_is_allowed_stands_with_its_reason():
    frame = with_mail()
    model = RidgePropensity(alpha=1.0).fit(frame.without("e_mail"))
    told = papers(allowed={"e_mail": "domain only"})
    card = model_card(model, frame, told, personal=personal_data(frame), pilot=roadmap(papers()))
    assert card.row("personal-data", "allowed").text == "e_mail: domain only"
    assert {c.name: c.state for c in card.checks}["personal-direct-identifier"] == "needs a person"


def test_ids_of_those_who_objected_are_nowhere(run):
    ids = frozenset(f"SECRET{n}" for n in range(50))
    found = SimpleNamespace(customers=50, rows=80, unknown=12, ids=ids)
    card = made(run, suppressed=found)
    assert "SECRET" not in str(card.to_dict()) + card.to_html() + card.to_markdown()
    assert card.row("personal-data", "suppressed").text.startswith("50 customers, with 80")
