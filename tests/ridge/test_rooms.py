"""The rooms of `ridge`: imports run down one list, and one file alone asks for kinds."""

import ast
from pathlib import Path

import pytest

RIDGE = Path(__file__).resolve().parents[2] / "workbench" / "ridge"
FILES = sorted(RIDGE.rglob("*.py"))

# Each line may import from itself and from the lines above it.
ORDER = [
    {"penalties"},
    {"algebra", "rows", "outcomes"},
    {"design"},
    {"statistics"},
    {"solve"},
    {"tune", "fitted"},
    {"settings", "laid_rows", "ahead"},
    {"streamed"},
    {"pipeline", "explain"},
    {"updates"},
    {"export", "model"},
    {"estimator"},
    {"regression", "propensity"},
    {"amount", "count", "multinomial", "uplift"},
    {"over_campaigns"},
]
PLACE = {room: k for k, rooms in enumerate(ORDER) for room in rooms}
KINDS = {
    "ArrayRows",
    "SparseRows",
    "DenseStatistics",
    "RowSpaceStatistics",
    "MatrixFreeStatistics",
    "AsGiven",
    "Reduced",
}
CHOOSES = "statistics/choose.py"


def room_of(path):
    return path.relative_to(RIDGE).parts[0].removesuffix(".py")


def imported_rooms(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workbench.ridge"):
            inside = node.module.split(".")[2:]
            yield from [inside[0]] if inside else (alias.name for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(RIDGE)))
def test_imports_run_down_the_list(path):
    room = room_of(path)
    if room == "__init__":
        return
    assert room in PLACE, f"{room} has no place yet: give it one in ORDER"
    used = set(imported_rooms(ast.parse(path.read_text("utf-8")))) - {room}
    upwards = {other for other in used if PLACE[other] > PLACE[room]}
    assert not upwards, f"{path.relative_to(RIDGE)} imports {sorted(upwards)} from above"


def kinds_asked_for(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("isinstance", "type"):
            yield from KINDS & {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def test_one_file_alone_asks_for_kinds_of_rows_and_statistics():
    package = RIDGE.parent
    asking = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if any(kinds_asked_for(ast.parse(path.read_text("utf-8"))))
    }
    assert asking == {f"ridge/{CHOOSES}"}


def test_the_walk_sees_them():
    asks = "def f(rows):\n    return isinstance(rows, ArrayRows | int)"
    assert set(kinds_asked_for(ast.parse(asks))) == {"ArrayRows"}
    assert set(imported_rooms(ast.parse("from workbench.ridge.tune.folds import AUTO"))) == {"tune"}


def test_every_room_says_in_a_sentence_what_it_knows():
    rooms = [path for path in FILES if path.name == "__init__.py"]
    assert len(rooms) > 10
    for path in rooms:
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path
