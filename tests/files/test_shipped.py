import re
from pathlib import Path

import pytest

from workbench.errors import MissingDataError
from workbench.files.shipped import data_path, notebook_path

ROOT = Path(__file__).resolve().parents[2]


def test_every_picture_is_made_by_the_script_and_shown_on_a_page():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    pattern = re.compile(r"!\[[^]]{20,}\]\((?:docs/|\.\./)?images/(\w+\.png)\)")
    shown = {name for page in pages for name in pattern.findall(page.read_text("utf-8"))}
    made = re.findall(r'"(\w+\.png)"', (ROOT / "docs" / "screenshots.py").read_text("utf-8"))
    there = [path.name for path in (ROOT / "docs" / "images").iterdir()]
    assert shown
    assert sorted(shown) == sorted(made) == sorted(there)


@pytest.fixture
def package(tmp_path):
    package = tmp_path / "workbench"
    package.mkdir()
    return package


def write(path):
    path.parent.mkdir(exist_ok=True)
    path.write_text("content")
    return path


def test_an_installed_package_holds_the_files_itself(package):
    inside = write(package / "notebooks" / "propensity.ipynb")
    assert notebook_path("propensity.ipynb", package=package) == inside


def test_a_source_tree_has_them_beside_the_package(package):
    beside = write(package.parent / "data" / "contacts.parquet")
    assert data_path("contacts.parquet", package=package) == beside


def test_what_the_package_holds_comes_first(package):
    write(package.parent / "notebooks" / "propensity.ipynb")
    inside = write(package / "notebooks" / "propensity.ipynb")
    assert notebook_path("propensity.ipynb", package=package) == inside


def test_a_missing_notebook_is_named_beside_those_there_are(package):
    write(package / "notebooks" / "propensity.ipynb")
    expected = (
        "`name` must be a file in the workbench's notebooks/; got 'propensty.ipynb', there is "
        "['propensity.ipynb']. Did you mean 'propensity.ipynb'?"
    )
    with pytest.raises(MissingDataError, match=f"^{re.escape(expected)}$"):
        notebook_path("propensty.ipynb", package=package)


def test_no_folder_at_all_is_the_same_error(package):
    expected = "`name` must be a file in the workbench's data/; got 'x.csv', there is []."
    with pytest.raises(MissingDataError, match=f"^{re.escape(expected)}$"):
        data_path("x.csv", package=package)


def test_a_path_out_of_the_folder_names_no_file_of_it(package):
    write(package.parent / "secret.txt")
    (package / "data").mkdir()
    with pytest.raises(MissingDataError, match=r"got '\.\./\.\./secret\.txt'"):
        data_path("../../secret.txt", package=package)
