"""The rooms of the house: who may import whom, what is exported, how large a file may grow."""

import ast
import importlib
from pathlib import Path

import pytest

import workbench

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A top-level module or package of workbench -> its room.
ROOM_OF = {
    "errors": "ground",
    "_checks": "ground",
    "_arguments": "ground",
    "_command_values": "ground",
    "_command_words": "ground",
    "_early": "ground",
    "_early_table": "cli_checks",
    "_lab": "ground",
    "_leak_signs": "ground",
    "_leftovers": "ground",
    "_feature_kinds": "ground",
    "_figures": "ground",
    "_flag_words": "ground",
    "_level_spelling": "ground",
    "_resources": "ground",
    "_scoring_blocks": "tables",
    "_text_blocks": "tables",
    "_sql_dialects": "ground",
    "_sql_statement": "ground",
    "_whole_file": "ground",
    "_campaign_checks": "tables",
    "_label_dates": "tables",
    "campaign_order": "tables",
    "periods": "tables",
    "_event_tables": "tables",
    "_faults": "tables",
    "_flat_reading": "tables",
    "_key_kinds": "tables",
    "_key_spelling": "tables",
    "_outcome_values": "ground",
    "_table_quality": "tables",
    "_table_roles": "tables",
    "campaign_data": "tables",
    "dealing": "tables",
    "feature_frame": "tables",
    "flat_table": "tables",
    "leakage": "tables",
    "tables": "tables",
}
# A room -> the rooms that it may import from, and through them all that those may.
MAY_IMPORT = {
    "ground": (),
    "reading": ("ground",),
    "tables": ("ground", "reading"),
    "datasets": ("tables",),
    "features": ("tables",),
    "ridge": ("tables",),
    "metrics": ("tables",),
    "governance": ("tables",),
    "charts": ("metrics",),
    "evidence": ("ridge", "metrics", "charts"),
    "widgets": ("ridge", "metrics", "charts", "governance"),
    "reports": ("widgets", "evidence"),
    "testing": ("features",),
    "cli_checks": ("evidence", "features"),
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
    return str(path.relative_to(PACKAGE))


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
        ("from workbench.features.rfm import rfm", {"features"}),
        ("from workbench import charts, metrics", {"charts", "metrics"}),
        ("from workbench import FeatureFrame", {"FeatureFrame"}),
        ("def late():\n    import workbench\n    return workbench.ridge.path", {"ridge"}),
        ("import workbench\nprint(workbench.__version__)", set()),
        ("import workbenches, numpy.linalg", set()),
    ],
)
def test_the_walk_sees_every_form_of_import(source, parts):
    assert set(imported(ast.parse(source))) == parts


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
