"""The API pages: every public name has its place there, and so has what examples use."""

import ast
import doctest
import importlib
import inspect
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"
DIRECTIVE = re.compile(r"^\.\. auto(\w+):: ([\w.]+)$", re.MULTILINE)


def resolved(dotted):
    """What a dotted name stands for: a module, or what hangs from one."""
    parts = dotted.split(".")
    for most in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:most]))
        except ModuleNotFoundError:
            continue
        for name in parts[most:]:
            thing = getattr(thing, name)
        return thing
    raise ModuleNotFoundError(dotted)


def members(module):
    """What `automodule` shows: classes and functions, of `__all__` or of the module's own."""
    names = getattr(module, "__all__", None) or [
        name
        for name, one in vars(module).items()
        if getattr(one, "__module__", 0) == module.__name__
    ]
    shown = [name for name in names if not name.startswith("_")]
    return {name for name in shown if is_documented(getattr(module, name))}


def is_documented(thing):
    return inspect.isclass(thing) or inspect.isfunction(thing)


def on_the_pages():
    """Dotted names of the directives, and the objects behind those with a page of their own."""
    names, things = set(), []
    for kind, dotted in DIRECTIVE.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8")):
        thing = resolved(dotted)
        named = {f"{dotted}.{name}" for name in members(thing)} if kind == "module" else {dotted}
        names |= named
        things += [one for one in map(resolved, named) if is_documented(one)]
    return names, things


NAMES, THINGS = on_the_pages()


def exported():
    for init in sorted(PACKAGE.rglob("__init__.py")):
        room = ".".join(init.relative_to(ROOT).parent.parts)
        for name in getattr(importlib.import_module(room), "__all__", []):
            yield f"{room}.{name}"


def examples():
    """The code of notebooks, of Markdown pages and of the README."""
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        yield "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for page in [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]:
        parsed = doctest.DocTestParser().get_examples(page.read_text(encoding="utf-8"))
        yield "".join(example.source for example in parsed)


def used(source):
    """Dotted names of the package that a program imports, or takes from a room it imported."""
    tree, rooms = ast.parse(source), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "workbench":
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                if inspect.ismodule(resolved(dotted)):
                    rooms[alias.asname or alias.name] = dotted
                else:
                    yield dotted
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) in rooms:
            room = rooms[node.value.id]
            found = getattr(resolved(room), node.attr, None)  # None: a variable of that name
            if found is not None and not inspect.ismodule(found):
                yield f"{room}.{node.attr}"


WANTED = sorted({*exported(), *(name for source in examples() for name in used(source))})


@pytest.mark.parametrize("name", WANTED)
def test_a_public_name_is_on_the_pages(name):
    thing = resolved(name)
    shown_as_another = is_documented(thing) and any(one is thing for one in THINGS)
    assert name in NAMES or shown_as_another
