"""Everything that is exported says what it does, by example."""

import ast
import importlib
import inspect
import re
import textwrap
from dataclasses import is_dataclass
from pathlib import Path

import pytest

import workbench

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


# --- numpydoc: parameters, what is returned, errors


def section(text, title):
    """The lines of a section that stand at its margin, what is said of each aside."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n---|\Z)", text, re.MULTILINE | re.DOTALL)
    return [line for line in (found[1].splitlines() if found else []) if line[:1].strip()]


def named(text, title):
    entries = (entry.split(" : ")[0] for entry in section(text, title))
    return {name.strip(" *") for entry in entries for name in entry.split(",")}


def raised(function):
    """Classes that its own body raises; what a helper makes is the helper's."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    calls = (node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise))
    classes = (call.func.id for call in calls if isinstance(getattr(call, "func", 0), ast.Name))
    return {name for name in classes if name[0].isupper()}


def lacking(thing):
    """What the docstring of a class or function does not say."""
    text = inspect.getdoc(thing) or ""
    given = {name for name in inspect.signature(thing).parameters if name != "self"}
    found = sorted(given - named(text, "Parameters"))
    if inspect.isfunction(thing):
        gives = str(inspect.signature(thing).return_annotation).strip("'") not in {"None", "Self"}
        said = section(text, "Returns") or section(text, "Yields")
        found += ["Returns"] * (gives and not said and not text.startswith("Return "))
        found += sorted(raised(thing) - named(text, "Raises"))
    return found


def is_to_be_complete(thing):
    return not inspect.isclass(thing) or not issubclass(thing, Exception | dict)


def test_public_docstrings_name_parameters_results_and_errors():
    things = {name: thing for name, thing in exported().items() if is_to_be_complete(thing)}
    model = workbench.RidgePropensity
    for base in (base for base in model.__mro__ if base.__module__.startswith("workbench")):
        own = {n: m for n, m in vars(base).items() if inspect.isfunction(m) and n[0] != "_"}
        things |= {f"RidgePropensity.{name}": getattr(model, name) for name in own}
    found = {name: lacking(thing) for name, thing in things.items()}
    assert {name: lacks for name, lacks in found.items() if lacks} == {}
