"""What is looked at: in a terminal, in a notebook, as a page."""

import re

import pytest

import workbench
from workbench.errors import ParameterError, SchemaError
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


def test_a_network_is_compared_with_a_ridge_model(saved, saved_network):
    found = workbench.compare(saved("ridge"), saved_network("network"))
    told = found.to_dict()
    assert told["comparable"] == {"figures": True, "money": True, "models": True}
    assert told["features"] == {"came": [], "went": []}, "units are no features"
    assert list(found.asked.loc["Model"]) == ["RidgePropensity", "NetworkPropensity"]
    groups = [name for name in found.penalties.index if name.startswith("hidden")]
    assert groups
    assert found.penalties.loc[groups, "penalty_old"].isna().all()
    assert found.moved.compared == 4, "the columns that both have"
    assert not [name for name in found.ranges.index if name.startswith("hidden")]


def test_units_drawn_anew_are_not_compared_one_by_one(saved_network):
    found = workbench.compare(saved_network("one"), saved_network("two", random_state=5))
    assert found.moved.compared == 4
    assert "NetworkPropensity" in str(found)


def test_a_network_that_was_edited_is_refused(saved, saved_network):
    folder = saved_network("network")
    text = (folder / "model.json").read_text("utf-8")
    changed = text.replace("hidden_001", "hidden_999")
    (folder / "model.json").write_text(changed, "utf-8")
    with pytest.raises(SchemaError, match="damaged or edited"):
        workbench.compare(saved("ridge"), folder)
