"""The API pages: every public name has its place there, and so has what examples use."""

import ast
import doctest
import importlib
import inspect
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"
API = ROOT / "docs" / "api"
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
    pages = "\n".join(page.read_text(encoding="utf-8") for page in API.glob("*.md"))
    for kind, dotted in DIRECTIVE.findall(pages):
        thing = resolved(dotted)
        named = {f"{dotted}.{name}" for name in members(thing)} if kind == "module" else {dotted}
        names |= named
        things += [one for one in map(resolved, named) if is_documented(one)]
    return names, things


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
    built = ROOT / "docs" / "_build"
    sources = [page for page in (ROOT / "docs").rglob("*.md") if built not in page.parents]
    for page in [*sorted(sources), ROOT / "README.md"]:
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


def rooms_with_names():
    """Folders right below the package that export something; the package itself too."""
    for init in [PACKAGE / "__init__.py", *sorted(PACKAGE.glob("*/__init__.py"))]:
        room = ".".join(init.relative_to(ROOT).parent.parts)
        if getattr(importlib.import_module(room), "__all__", []):
            yield room


def test_each_room_has_a_page_of_its_own():
    shown_on = {
        page.stem: {f"{name}." for _, name in DIRECTIVE.findall(page.read_text(encoding="utf-8"))}
        for page in API.glob("*.md")
    }
    missing = {
        room
        for room in rooms_with_names()
        if not any(
            f"{one}.".startswith(f"{room}.") for one in shown_on.get(room.split(".")[-1], ())
        )
    }
    assert missing == set()


def test_a_page_shows_its_own_room():
    strangers = {
        (page.stem, dotted)
        for page in API.glob("*.md")
        for _, dotted in DIRECTIVE.findall(page.read_text(encoding="utf-8"))
        if page.stem not in dotted.split(".")
    }
    assert strangers == set()


def is_shown(thing, shown):
    return is_documented(thing) and id(inspect.unwrap(thing)) in shown


def test_every_public_name_is_on_the_pages():
    wanted = {*exported(), *(name for source in examples() for name in used(source))}
    names, things = on_the_pages()
    shown = {
        id(inspect.unwrap(thing)) for thing in things
    }  # a name that is exported twice is shown once
    missing = [name for name in wanted - names if not is_shown(resolved(name), shown)]
    assert sorted(missing) == []


# --- references within docstrings

REFERENCE = re.compile(r"(?<!`)`([A-Za-z_]\w*(?:\.(?!js`|json`)\w+)+)`(?!`)")


def modules_and_classes():
    """Every one of the package by its last name, as docstrings speak of them."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        dotted = ".".join(part for part in parts if part != "__init__")
        found.setdefault(dotted.rsplit(".", 1)[-1], []).append(dotted)
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            found.setdefault(name, []).append(f"{dotted}.{name}")
    return found


def leads_somewhere(reference, by_name):
    first, *rest = reference.split(".")
    if first not in by_name:
        return True  # a package of somebody else, or an attribute of an argument
    return any(is_there(dotted, rest) for dotted in by_name[first])


def is_there(dotted, names):
    thing = resolved(dotted)
    if inspect.isclass(thing) and len(names) == 1:  # also what only its instances have
        fields = {name for base in thing.__mro__ for name in vars(base).get("__annotations__", ())}
        said = re.search(rf"^{names[0]} :", inspect.getdoc(thing) or "", re.MULTILINE)
        return names[0] in {*dir(thing), *fields} or bool(said)
    try:
        resolved(".".join([dotted, *names]))
    except (AttributeError, ModuleNotFoundError):
        return False
    return True


def test_every_reference_in_a_docstring_leads_somewhere():
    by_name = modules_and_classes()
    nowhere = {
        (path.relative_to(PACKAGE).as_posix(), reference)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for reference in REFERENCE.findall(ast.get_docstring(node) or "")
        if not leads_somewhere(reference, by_name)
    }
    assert nowhere == set()
