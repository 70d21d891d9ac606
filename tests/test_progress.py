"""Bars of what takes more than a second: in a notebook they end well, or are never seen."""

import io
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from tqdm.notebook import tqdm as notebook_tqdm

from workbench import progress


@pytest.fixture
def in_a_notebook(monkeypatch):
    """The class as it is in a notebook, and what it displays."""
    shown = []
    monkeypatch.setattr("tqdm.auto.tqdm", notebook_tqdm)
    monkeypatch.setattr("tqdm.notebook.display", shown.append)
    spec = spec_from_file_location("progress_in_a_notebook", progress.__file__)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Progress, shown


def test_it_gives_what_it_was_given():
    assert list(progress.Progress("abc")) == ["a", "b", "c"]


def test_what_was_never_due_writes_nothing():
    out = io.StringIO()
    for _ in progress.Progress(range(9), file=out):
        pass
    assert out.getvalue() == ""


def test_a_loop_that_is_left_early_ends_full():
    out = io.StringIO()
    bar = progress.Progress(range(9), file=out, delay=0, mininterval=0)
    for k in bar:
        if k == 3:
            break
    del k
    bar.close()
    assert bar.total == bar.n == 3
    assert out.getvalue().endswith("\r"), "and it is wiped away"


def test_a_bar_counts_by_itself():
    with progress.Progress(total=5) as bar:
        bar.update(2)
    assert bar.n == bar.total == 2


@pytest.mark.parametrize("left_at", [2, None])
def test_in_a_notebook_none_is_shown_that_was_not_due(left_at, in_a_notebook):
    made, shown = in_a_notebook
    for k in made(range(5)):
        if k == left_at:
            break
    assert shown == []


def test_in_a_notebook_a_loop_that_is_left_early_has_not_failed(in_a_notebook):
    made, shown = in_a_notebook
    bar = made(range(5), delay=0, leave=True)
    for k in bar:
        if k == 2:
            break
    bar.close()
    (container,) = shown
    assert container.children[1].bar_style == "success"
    assert bar.total == bar.n
