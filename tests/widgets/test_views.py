"""One record a view, and one folder: reports, pages and the front end read no other list."""

from pathlib import Path

import pytest
from anywidget import AnyWidget

from workbench import widgets
from workbench.widgets.front.module import module_of, page_module
from workbench.widgets.views import NEVER_MAILED, VIEWS

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
