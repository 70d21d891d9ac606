"""A notebook's page: its style, and warnings as notes."""

import warnings

import pytest

from workbench.errors import DataWarning
from workbench.reports import notebook_page


@pytest.fixture
def displayed(monkeypatch):
    """What is displayed; Python's own way to show warnings is put back afterwards."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    return shown


def test_the_style_is_marked_so_that_no_report_has_it(displayed):
    notebook_page.dress()
    (shown,) = displayed
    assert notebook_page.STYLE in shown
    assert shown["text/html"].startswith('<style class="workbench-notebook">')
    assert "</" not in shown["text/html"].removesuffix("</style>")


def test_a_warning_is_a_note_without_a_path_and_escaped(displayed, recwarn):
    notebook_page.dress()
    notebook_page.dress()  # a cell that is run again
    warnings.showwarning(DataWarning("'<b>' is constant."), DataWarning, "/a/file.py", 7)
    note = displayed[-1]
    assert len(displayed) == 3
    assert note[notebook_page.NOTE] == {"message": "'<b>' is constant."}
    assert "&lt;b&gt;" in note["text/html"]
    assert "file.py" not in str(note)


def test_what_python_itself_warns_of_stays_as_it_is(displayed, monkeypatch):
    plain = []
    monkeypatch.setattr(warnings, "showwarning", lambda *given: plain.append(given))
    notebook_page.dress()
    warnings.showwarning(UserWarning("x"), UserWarning, "/a/file.py", 7)
    assert len(displayed) == 1
    assert [given[2] for given in plain] == ["/a/file.py"]
