import json

import pytest

from workbench import governance
from workbench.reports.card_files import MIME, card_in, write_card

CARD = {"title": "Kühe", "sections": [{"name": "Owner", "rows": [["owner", "Ada"]]}]}


def notebook(*shown):
    return {"cells": [{"source": "x"}, {"outputs": [{"data": data} for data in shown]}]}


def test_a_notebook_without_a_card_leaves_none(tmp_path):
    assert card_in(notebook({"text/plain": "3"})) is None
    assert write_card(notebook(), tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_last_card_is_written_as_json_and_markdown(tmp_path, monkeypatch):
    monkeypatch.delattr(governance, "ModelCard", raising=False)
    shown = {MIME: CARD, "text/plain": "Kühe", "text/markdown": "# Kühe\n"}
    plain, text = write_card(notebook({MIME: {}}, shown), tmp_path)
    assert (plain.name, text.name) == ("card.json", "card.md")
    assert json.loads(plain.read_text("utf-8")) == CARD
    assert text.read_text("utf-8") == "# Kühe\n"


@pytest.mark.parametrize(("shown", "said"), [({"text/plain": "As text"}, "As text\n"), ({}, "\n")])
def test_a_card_without_markdown_is_written_as_it_is_shown(tmp_path, monkeypatch, shown, said):
    monkeypatch.delattr(governance, "ModelCard", raising=False)
    assert write_card(notebook({MIME: CARD, **shown}), tmp_path)[1].read_text("utf-8") == said
