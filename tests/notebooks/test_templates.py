"""Every notebook that ships: stripped, parametrised, readable."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = {"cluster": 16, "experiment": 26, "features": 13, "propensity": 31, "shift": 30}
MOST_LINES |= {"propensity_from_files": 33, "texts": 15}

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def test_it_is_a_valid_notebook_for_any_python_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


def test_it_holds_no_results(path):
    code = cells(path, "code")
    assert [cell.source for cell in code if cell.outputs or cell.execution_count] == []


def test_one_cell_is_tagged_parameters(path):
    tagged = [cell for cell in cells(path, "code") if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1


def test_functions_live_in_the_package(path):
    defines = re.compile(r"^\s*(async\s+def|def|class)\s|\blambda\b", re.MULTILINE)
    assert [cell.source for cell in cells(path, "code") if defines.search(cell.source)] == []


def test_a_chart_leaves_no_words_of_the_plotting_library(path):
    cell_ends = [(cell.source, ast.parse(cell.source).body[-1]) for cell in cells(path, "code")]
    shown = [source for source, last in cell_ends if ast.unparse(last).startswith("charts.")]
    assert [source for source in shown if not re.search(r";\s*(#[^\n]*)?\Z", source)] == []


def test_its_cells_are_short(path):
    lengths = {cell.id: len(cell.source.splitlines()) for cell in cells(path, "code")}
    del lengths["parameters"]  # one a line
    assert {name: n for name, n in lengths.items() if n > MOST_LINES[path.stem]} == {}


def test_parameters_stand_one_a_line(path):
    (cell,) = [one for one in cells(path, "code") if one.id == "parameters"]
    assert [line for line in cell.source.splitlines() if not re.match(r"\w+ = ", line)] == []


def test_it_opens_with_a_title(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
