"""What is looked at: in a terminal, in a notebook, as a page."""

import pytest

import workbench
from workbench.errors import ParameterError


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


def test_a_page_must_be_named_as_one(saved, tmp_path):
    folder = saved("old")
    with pytest.raises(ParameterError, match=r"must be a page, \*\.html"):
        workbench.compare(folder, folder).save(tmp_path / "page.pdf")
