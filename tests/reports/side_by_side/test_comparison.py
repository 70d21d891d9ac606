"""What is looked at: in a terminal, in a notebook, as a page."""

import re

import pytest

import workbench
from workbench.errors import ParameterError
from workbench.language import speaking


def test_a_terminal_shows_places_cautions_and_every_part(saved):
    folder = saved("old")
    found = workbench.compare(folder, folder)
    shown = str(found)
    assert repr(found) == shown
    place = folder / "model.json"
    assert shown.startswith(f"old: {place}\nnew: {place}\n\nBoth were judged on the same 400")
    for heading, part in found.tables():
        assert f"\n\n{heading}\n{part}" in shown
    assert found.save(folder / "page.html") == folder / "page.html"


def test_it_is_english_in_a_notebook_of_another_language(saved):
    folder = saved("old")
    found = workbench.compare(folder, folder)
    shown, html = str(found), found._repr_html_()
    assert re.search(r"\d,\d{3}", shown), "a number that another language marks otherwise"
    with speaking("de"):
        assert (str(found), found._repr_html_()) == (shown, html)


def test_a_page_must_be_named_as_one(saved, tmp_path):
    folder = saved("old")
    with pytest.raises(ParameterError, match=r"must be a page, \*\.html"):
        workbench.compare(folder, folder).save(tmp_path / "page.pdf")
