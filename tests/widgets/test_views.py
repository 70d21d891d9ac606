"""One record a view, and one folder: reports, pages and the front end read no other list."""

from pathlib import Path

import pytest
from anywidget import AnyWidget

from workbench import RidgePropensity, widgets
from workbench.language import speaking
from workbench.widgets.front.module import module_of, page_module
from workbench.widgets.front.spoken import asked
from workbench.widgets.views import NEVER_MAILED, ROUTED, VIEWS

FOLDER = Path(widgets.__file__).parent
SHOWN = {
    vars(kind)["_esm"]: kind for kind in map(vars(widgets).get, widgets.__all__)
}  # by the module that a notebook gets


def test_every_view_has_a_record_and_every_record_a_view():
    views = (*VIEWS, *NEVER_MAILED)
    assert {*SHOWN} == {module_of(view) for view in views}
    assert len({view.mime for view in views}) == len(views)


@pytest.mark.parametrize("view", NEVER_MAILED, ids=lambda view: view.name)
def test_what_is_never_mailed_is_not_in_a_page_and_syncs_nothing_of_its_own(view):
    assert view.render not in page_module()
    kind = SHOWN[module_of(view)]
    assert {*kind.class_traits(sync=True)} <= {*AnyWidget().traits(sync=True), "_esm", "spoken"}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_what_was_moved_is_kept_by_the_notebook(view):
    """A report reads it off the saved state of the widget: what is not synced is not there."""
    synced = SHOWN[module_of(view)].class_traits(sync=True)
    assert {*view.moved} <= {*synced}


@pytest.mark.parametrize("view", [*VIEWS, *NEVER_MAILED], ids=lambda view: view.name)
def test_a_view_is_a_folder(view):
    assert (FOLDER / view.script).is_file()
    assert (FOLDER / view.script).parent.name == view.name
    assert view.place == f"<figure data-{view.name}>"
    assert view.picture


def test_a_view_keeps_the_language_in_which_it_was_made(model, frame):
    with speaking("de"):
        made = [
            widgets.Tuner(model, release="exact"),
            widgets.Targeting(model, frame, release="exact"),
            widgets.ShiftView(frame, model, release="exact"),
        ]
    states = [made[0].state(), made[1].exported(), made[2].exported()]
    of_campaigns = [view for view in VIEWS if view is not ROUTED]  # tests/widgets/routed has it
    for view, shown, state in zip(of_campaigns, made, states, strict=True):
        assert shown.spoken["messages"] == state["spoken"]["messages"]
        assert {*state["spoken"]["messages"]} == {*asked(view)}
        assert "Exakte Statistiken" in state["guarantee"]["sentence"]
    assert made[0].facts["judged"] == states[0]["judged"]
    assert "jeder ohne die eigene Kampagne bewertet" in states[0]["judged"]
    assert all("Kampagnen" in said for said in states[2]["columns"]["sentence"])


def test_in_english_a_file_holds_no_catalogue(model, frame):
    assert "spoken" not in widgets.Tuner(model, release="exact").state()
    assert "spoken" not in widgets.Targeting(model, frame).exported()
    assert "spoken" not in widgets.ShiftView(frame, model).exported()


def test_parts_of_the_rows_are_numbered_in_the_language(frame):
    known = RidgePropensity().fit(frame.X, frame.y)
    with speaking("de"):
        tuner = widgets.Tuner(known, release="exact")
    assert tuner.facts["left_out"] == "Teilmengen"
    assert tuner.facts["folds"][:2] == ["Teil 1", "Teil 2"]
    assert tuner.state()["folds"][0].startswith("Teil 1")
    assert known.workspace_.folds[0] == "part 1"
