"""What an installed workbench holds, where there is no source tree beside it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED_FOLDERS = ("notebooks", "data")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--target", folder, wheel)
    return folder


def pip(command, *arguments):
    options = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", command, *options, *arguments], check=True)


def run_without_the_source_tree(installed, code):
    """Run in isolated mode with the wheel first on the path; the editable install comes after."""
    program = f"import sys; sys.path.insert(0, {str(installed)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=installed,
    ).stdout.strip()


@pytest.mark.parametrize("folder", SHIPPED_FOLDERS)
def test_the_wheel_ships_every_file_but_scripts(wheel, folder):
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    wanted = {
        f"workbench/{path.relative_to(ROOT).as_posix()}"
        for path in files
        if path.suffix not in {".py", ".pyc"} and ".ipynb_checkpoints" not in path.parts
    }
    assert wanted
    assert {name for name in names if name.startswith(f"workbench/{folder}/")} == wanted


def test_the_wheel_ships_every_file_of_the_package(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [path for path in (ROOT / "workbench").rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    assert wanted - names == set()
    assert "workbench/py.typed" in names


def test_the_installed_package_finds_its_own_notebooks(installed):
    code = "from workbench.files.shipped import notebook_path as p; print(p('propensity.ipynb'))"
    found = run_without_the_source_tree(installed, code)
    assert found == str(installed / "workbench" / "notebooks" / "propensity.ipynb")
    assert Path(found).is_file()


def test_the_installed_package_imports_itself_and_its_command_line(installed):
    code = "import workbench, workbench.cli; print(workbench.__file__)"
    found = run_without_the_source_tree(installed, code)
    assert found == str(installed / "workbench" / "__init__.py")
