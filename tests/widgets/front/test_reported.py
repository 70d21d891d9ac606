"""What stands behind a view, whatever the widget before it gives."""

import pytest

from workbench.widgets.front.reported import ReportedView


class Widget:
    def __init__(self, shown):
        self.shown = shown

    def _repr_mimebundle_(self, **kwargs):
        return self.shown


class View(ReportedView, Widget):
    def _beside(self):
        return {"image/png": "AAAA"}


@pytest.mark.parametrize(
    ("shown", "metadata"),
    [({"text/plain": "a view"}, {}), (({"text/plain": "a view"}, {"of": 1}), {"of": 1})],
)
def test_a_picture_stands_behind_what_the_widget_gives(shown, metadata):
    assert View(shown)._repr_mimebundle_() == (
        {"text/plain": "a view", "image/png": "AAAA"},
        metadata,
    )


def test_where_the_widget_shows_nothing_nothing_is_behind_it():
    assert View(None)._repr_mimebundle_() is None
