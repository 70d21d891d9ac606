import json
from datetime import date

import pytest

from workbench.governance.card.card import MIME, ModelCard
from workbench.governance.card.parts import Row, Section
from workbench.governance.card.protected import LEDGER, ledger_pieces
from workbench.governance.checked import Check
from workbench.governance.ledger import Together
from workbench.reports.card_files import card_in, write_card

OWN = {"title": "Kühe", "owner": "Ada"}
NOTHING = Together()


def notebook(*shown):
    return {"cells": [{"source": "x"}, {"outputs": [{"data": data} for data in shown]}]}


def written(shown, folder, *, left=NOTHING):
    plain, text = write_card(notebook({MIME: {}}, shown), folder, left=left)
    assert (plain.name, text.name) == ("card.json", "card.md")
    return json.loads(plain.read_text("utf-8")), text.read_text("utf-8")


def test_a_notebook_without_a_card_leaves_none(tmp_path):
    assert card_in(notebook({"text/plain": "3"})) is None
    assert write_card(notebook(), tmp_path, left=NOTHING) == []
    assert list(tmp_path.iterdir()) == []


def test_a_card_is_written_as_it_is_with_what_has_left_by_now(tmp_path):
    check = Check("ids", "Are customers told apart?", "pass", "Yes.")
    row = Row(LEDGER, "What has left before", ledger_pieces(None))
    section = Section("data", "Data", "Data", rows=(row,))
    card = ModelCard("Kühe", (check,), (section,), made=date(2026, 11, 30))
    left = Together(before=2, now=1, mu=0.7)
    shown = card._repr_mimebundle_()
    plain, text = written(json.loads(json.dumps(shown)), tmp_path, left=left)
    again = ModelCard.from_dict(plain)
    assert again == card.with_ledger(left)
    assert again != card
    assert text == again.to_markdown().rstrip() + "\n"
    assert "Not exported yet" not in text


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ({"text/plain": "As text", "text/markdown": "# Kühe\n"}, "# Kühe\n"),
        ({"text/plain": "As text"}, "As text\n"),
        ({}, "\n"),
    ],
)
def test_a_card_of_ones_own_making_is_written_as_it_is_shown(tmp_path, shown, said):
    assert written({MIME: OWN, **shown}, tmp_path) == (OWN, said)
