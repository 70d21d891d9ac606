"""Everything that is exported says what it does, by example."""

import importlib
import inspect
from dataclasses import is_dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "workbench"
ROOMS = ["workbench", *(f"workbench.{init.parent.name}" for init in PACKAGE.glob("*/__init__.py"))]


def exported():
    """Every class and function in the `__all__` of the package or of one of its rooms."""
    found = {}
    for room in map(importlib.import_module, sorted(ROOMS)):
        for name in getattr(room, "__all__", []):
            thing = getattr(room, name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                found[f"{thing.__module__}.{thing.__qualname__}"] = thing
    return found


def is_record(thing):
    """Errors, and dataclasses, which are shown at work by what takes or gives them."""
    return inspect.isclass(thing) and (issubclass(thing, Exception) or is_dataclass(thing))


@pytest.mark.parametrize("name", exported())
def test_a_public_name_has_a_docstring_with_a_runnable_example(name):
    thing = exported()[name]
    text = inspect.getdoc(thing) or ""
    assert text.splitlines()[0].endswith("."), "the first line is a sentence"
    assert is_record(thing) or "\nExamples\n--------\n>>> " in text
