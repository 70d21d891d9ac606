"""The rooms of the house: who may import whom, what is exported, how large a file may grow."""

import ast
import importlib
from pathlib import Path

import pytest

import workbench

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A top-level module of workbench -> its room; every other folder is a room by itself.
ROOM_OF = {
    "arguments": "ground",
    "checks": "ground",
    "digits": "ground",
    "errors": "ground",
    "language": "ground",
    "messages": "ground",
    "numbers": "ground",
    "progress": "ground",
    "_early": "ground",
    "_lab": "ground",
}
# A room -> the rooms that it may import from, and through them all that those may.
MAY_IMPORT = {
    "ground": (),
    "sql": ("ground",),
    "files": ("ground",),
    "reading": ("ground",),
    "tables": ("sql", "files", "reading"),
    "cluster": ("ground",),
    "frame": ("tables", "cluster"),
    "datasets": ("frame",),
    "features": ("frame",),
    "ridge": ("frame",),
    "metrics": ("frame",),
    "governance": ("evidence", "experiments"),
    "networks": ("features", "ridge"),
    "charts": ("metrics",),
    "experiments": ("ridge", "metrics"),
    "evidence": ("ridge", "metrics", "charts"),
    "widgets": ("ridge", "metrics", "charts", "governance", "experiments", "texts"),
    "reports": ("widgets", "evidence", "networks"),
    "testing": ("features",),
    "loading": ("reports", "features", "datasets"),
    "running": ("reports",),
    "scoring": ("loading", "networks"),
    "survey": ("loading",),
    "texts": ("features", "ridge", "datasets"),
}
SEE_EVERYTHING = {"__init__", "__main__", "cli"}

MOST_LINES = 400
SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base_utils"}
NEED_NO_TEST_FILE = {
    "__init__.py",  # names only; tested below
    "__main__.py",  # one call of cli.main
    "errors.py",  # a list of classes; every message is tested where it is raised
}


def room(module):
    return ROOM_OF.get(module, module)


def reach(start):
    """The rooms that a room may import from, itself included."""
    rooms = {start}
    for below in MAY_IMPORT[start]:
        rooms |= reach(below)
    return rooms


def mentioned(tree):
    """Dotted names that a module imports, anywhere in it, or reads off `workbench` itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room is meant"
            names = [f"workbench.{alias.name}" for alias in node.names]
            yield from names if node.module == "workbench" else [node.module]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def imported(tree):
    """The top-level parts of workbench that a module uses; its version number is anybody's."""
    for name in mentioned(tree):
        package, _, rest = name.partition(".")
        if package == "workbench" and rest and rest != "__version__":
            yield rest.partition(".")[0]


def relative(path):
    return path.relative_to(PACKAGE).as_posix() if PACKAGE in path.parents else path.name


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_point_one_way(path):
    here = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if here in SEE_EVERYTHING:
        return
    assert room(here) in MAY_IMPORT, f"{here} has no room yet: give it one in MAY_IMPORT"
    allowed = reach(room(here))
    wrong = {
        name for name in imported(ast.parse(path.read_text("utf-8"))) if room(name) not in allowed
    }
    assert not wrong, f"{relative(path)} may import {sorted(allowed)}, and imports {sorted(wrong)}"


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("import workbench.ridge.solve.minimise", {"ridge"}),
        ("from workbench.features.builders.rfm import rfm", {"features"}),
        ("from workbench import charts, metrics", {"charts", "metrics"}),
        ("from workbench import FeatureFrame", {"FeatureFrame"}),
        ("def late():\n    import workbench\n    return workbench.ridge.path", {"ridge"}),
        ("import workbench\nprint(workbench.__version__)", set()),
        ("import workbenches, numpy.linalg", set()),
    ],
)
def test_the_walk_sees_every_form_of_import(source, parts):
    assert set(imported(ast.parse(source))) == parts


# A folder -> its files that hang together in a circle. There is none, and the list only shrinks.
KNOWN_CIRCLES: dict[str, tuple[str, ...]] = {}


def file_of(name):
    """The file of a dotted name, or of what holds it; None outside of the package."""
    parts = name.split(".")
    if parts[0] != "workbench" or name == "workbench.__version__":
        return None
    for count in range(len(parts), 0, -1):
        place = PACKAGE.joinpath(*parts[1:count])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if count > 1 and file.is_file():
                return relative(file)
    return "__init__.py"


def files_imported(path):
    """The files that a file imports, within functions and for annotations too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {file for file in map(file_of, names) if file} - {relative(path)}


def circles(imports):
    """The sets of names from each of which every other one of the set is reached."""
    reached = {name: set(others) for name, others in imports.items()}
    for middle in imports:
        for name in imports:
            if middle in reached[name]:
                reached[name] |= reached[middle]
    found = {
        frozenset(other for other in reached[name] if name in reached.get(other, ()))
        for name in imports
    }
    return {circle for circle in found if circle}


def test_no_circle_of_files():
    """Whoever reads a file can read first what it stands on, and nothing hangs on itself."""
    found = circles({relative(path): files_imported(path) for path in MODULES})
    known = {
        frozenset(f"{room}/{name}.py" for name in names.split())
        for room, listed in KNOWN_CIRCLES.items()
        for names in listed
    }
    new, gone = (sorted(map(sorted, some)) for some in (found - known, known - found))
    assert new == [], f"open these circles; if they are what is left of {gone}, list them instead"
    assert gone == [], "no longer there: strike them off KNOWN_CIRCLES"


@pytest.mark.parametrize(
    ("imports", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}, "c": {"a"}}, ["ab"]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"e"}, "e": {"d", "a"}}, ["abc", "de"]),
    ],
)
def test_circles_are_found(imports, found):
    assert circles(imports) == {frozenset(names) for names in found}


def test_imports_within_functions_and_for_annotations_count(tmp_path):
    file = tmp_path / "late.py"
    file.write_text(
        "from typing import TYPE_CHECKING\n"
        "from workbench import __version__, errors\n"
        "if TYPE_CHECKING:\n    from workbench.tables import Query\n"
        "def late():\n    from workbench.sql.names import quoted\n    import numpy\n"
    )
    names = files_imported(file)
    assert names == {"errors.py", "tables/__init__.py", "sql/names.py"}


ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))


@pytest.mark.parametrize("room", ROOMS, ids=relative)
def test_a_room_says_in_one_sentence_what_it_knows(room):
    words = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8"))) or ""
    assert words.split("\n\n")[0].count("\n") == 0
    assert words.split("\n\n")[0].endswith(".")


def test_features_and_ridge_never_meet():
    assert "ridge" not in reach("features")
    assert "features" not in reach("ridge")


def test_exported_names_are_a_sorted_list_of_what_is_there():
    assert isinstance(workbench.__all__, list)
    assert workbench.__all__ == sorted(set(workbench.__all__))
    missing = [name for name in workbench.__all__ if not hasattr(workbench, name)]
    assert missing == []


def test_public_names_are_imported_one_by_one():
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    own = [node for node in imports if node.module.partition(".")[0] == "workbench"]
    names = {alias.asname or alias.name for node in own for alias in node.names}
    assert "*" not in names
    assert {name for name in names if not name.startswith("_")} == set(workbench.__all__)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_what_a_module_exports_is_there(path):
    if path.name == "__main__.py":
        return  # importing it runs the command line
    name = ".".join(("workbench", *path.relative_to(PACKAGE).with_suffix("").parts))
    module = importlib.import_module(name.removesuffix(".__init__"))
    exported = getattr(module, "__all__", [])
    assert [item for item in exported if not hasattr(module, item)] == []


def test_no_file_outgrows_its_reader():
    sources = [*MODULES, *PACKAGE.rglob("*.js")]
    lengths = {relative(path): len(path.read_text("utf-8").splitlines()) for path in sources}
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


def test_file_names_say_what_is_inside():
    sources = [
        path for top in ("workbench", "tests", "benchmarks") for path in (ROOT / top).rglob("*")
    ]
    assert [str(path) for path in sources if path.stem.strip("_").lower() in SAY_NOTHING] == []


def test_tests_mirror_the_package():
    missing = []
    for path in MODULES:
        if path.name in NEED_NO_TEST_FILE:
            continue
        test = Path("tests") / path.relative_to(PACKAGE).with_name(f"test_{path.name.lstrip('_')}")
        if not (ROOT / test).is_file():
            missing.append(str(test))
    assert missing == []
