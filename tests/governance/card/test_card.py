"""A card comes back from its JSON; what was edited or is of another format is refused."""

import json

import pytest

from workbench.errors import SchemaError
from workbench.governance.card.card import MIME, ModelCard
from workbench.governance.ledger import Together


def test_a_notebook_gets_text_a_page_and_json(card):
    bundle = card._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", MIME}
    assert ModelCard.from_dict(json.loads(json.dumps(bundle[MIME]))) == card
    assert "<html" not in bundle["text/html"]


def test_json_holds_no_number_that_is_none(card):
    json.dumps(card.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "format 1"),
        ({"checks": [{"name": "x"}]}, "damaged or edited"),
        ({"made": "yesterday"}, "damaged or edited"),
        ({"sections": [{"key": "x"}]}, "damaged or edited"),
    ],
)
def test_what_is_no_card_is_refused(card, changes, message):
    with pytest.raises(SchemaError, match=message):
        ModelCard.from_dict({**card.to_dict(), **changes})


def test_once_exported_it_says_what_left_the_folder(card):
    assert "Not exported yet" in card.row("personal-data", "ledger").text
    later = card.with_ledger(Together(before=2, now=1, mu=2.0))
    said = later.row("personal-data", "ledger").text
    assert "2 other contents have left this folder before" in said
    assert "0.92" in {number.text for number in later.numbers()}
    assert later.checks == card.checks


def test_the_terminal_sees_what_is_open(card):
    lines = str(card).splitlines()
    assert lines[0].startswith("Letters: needs a person.")
    assert len(lines) == 1 + len(card.open)
