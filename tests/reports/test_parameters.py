import re

import nbformat
import papermill
import pytest

from workbench.errors import MissingDataError, ParameterError
from workbench.files.shipped import notebook_path
from workbench.reports.parameters import check_known, parameters_in, parameters_of, read_notebook

CELL = """
%matplotlib inline
flag = True  # whether
weeks = [  # that count
    1,
    2,
]
# of the shop
town = "# no comment"
a = b = 1.5
first, second = 1, 2
made = open
bare: int
may: float | None = 2  # perhaps
either: int | str = 1
listed: list[str] = []
pair = ("x", "y")
mixed = [1, "x"]
flag = False
"""


@pytest.fixture
def notebook():
    cells = [nbformat.v4.new_code_cell(text) for text in ("before = 1", CELL, "after = 1")]
    cells[1].metadata["tags"] = ["other", "parameters"]
    return nbformat.v4.new_notebook(cells=cells)


def test_names_defaults_and_comments_are_those_of_the_cell(notebook):
    found = parameters_of(notebook, name="own.ipynb")
    assert {one.name: (one.default, one.comment) for one in found.values()} == {
        "flag": ("False", ""),
        "weeks": ("[  # that count 1, 2, ]", "that count"),
        "town": ('"# no comment"', "of the shop"),
        "a": ("1.5", ""),
        "b": ("1.5", ""),
        "made": ("open", ""),
        "may": ("2", "perhaps"),
        "either": ("1", ""),
        "listed": ("[]", ""),
        "pair": ('("x", "y")', ""),
        "mixed": ('[1, "x"]', ""),
    }
    assert {one.name: (one.kind, one.may_be_none, one.entries) for one in found.values()} == {
        "flag": (bool, False, None),
        "weeks": (list, False, int),
        "town": (str, False, None),
        "a": (float, False, None),
        "b": (float, False, None),
        "made": (None, False, None),
        "may": (float, True, None),
        "either": (int, False, None),
        "listed": (list, False, None),
        "pair": (tuple, False, str),
        "mixed": (list, False, None),
    }


@pytest.mark.parametrize("template", ["features", "propensity", "shift"])
def test_papermill_finds_the_same_names_and_defaults(template):
    path = notebook_path(f"{template}.ipynb")
    theirs = papermill.inspect_notebook(str(path))
    ours = parameters_of(read_notebook(path), name=path.name)
    assert {name: one.default for name, one in ours.items()} == {
        name: one["default"] for name, one in theirs.items()
    }
    assert {name: one.comment for name, one in ours.items()} == {
        name: one["help"].strip() for name, one in theirs.items()
    }


def test_without_a_tagged_cell_there_are_none(notebook):
    notebook.cells[1].metadata["tags"] = []
    assert parameters_of(notebook, name="own.ipynb") == {}
    assert parameters_in("") == {}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a = 1\nb = ", "its line 2 is not: invalid syntax"),
        ("a = 'x", "its line 1 is not: unterminated string literal (detected at line 1)"),
        ("a = 1\0", "it is not: source code string cannot contain null bytes"),
    ],
)
def test_a_cell_that_is_no_python_is_refused(notebook, source, said):
    notebook.cells[1].source = source
    expected = f"The parameters cell of own.ipynb must be Python; {said}. Mend it in the notebook."
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        parameters_of(notebook, name="own.ipynb")


def test_what_is_no_parameter_is_named_with_what_there_is():
    known = parameters_in("rows = 3; town = 'Bonn'")
    check_known({"rows": 1}, known, name="own.ipynb")
    expected = (
        "`row` is no parameter of own.ipynb. Did you mean 'rows'? Its parameters, with their "
        "defaults: rows=3, town='Bonn'."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        check_known({"row": 1}, known, name="own.ipynb")
    with pytest.raises(
        ParameterError, match=r"^`x` is no parameter of own\.ipynb\. It has none\.$"
    ):
        check_known({"x": 1}, {}, name="own.ipynb")


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "x.ipynb").write_text("{}[")
    expected = (
        f"{str(tmp_path / 'x.ipynb')!r} must be a Jupyter notebook; it cannot be read as one."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        read_notebook(tmp_path / "x.ipynb")
    expected = f"{str(tmp_path)!r} must be a notebook; it cannot be read: Is a directory."
    with pytest.raises(MissingDataError, match=f"^{re.escape(expected)}$"):
        read_notebook(tmp_path)
