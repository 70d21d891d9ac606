"""The library works without JupyterLab, and what needs it says so in one sentence."""

import ast
import os
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import workbench
from workbench import _lab
from workbench.errors import MissingPackageError

ROOT = Path(__file__).resolve().parents[1]
# Rooms and files whose import needs the lab: nothing else may name its packages at its top.
NEED_THE_LAB = ("widgets", "reports/clean", "reports/execute", "reports/export", "reports/fold")
NEED_THE_LAB += ("reports/kernel", "reports/run", "reports/parameters", "reports/safe_html")
NEED_THE_LAB += ("reports/terms", "reports/translated", "reports/views")
NOT_AT_IMPORT = (
    *_lab.PACKAGES - {"psutil"},  # joblib looks for it itself
    *("matplotlib", "PIL", "statsmodels", "sqlglot", "tqdm.notebook", "jupyter_core", "sklearn"),
)
WITHOUT_LAB = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {set(_lab.PACKAGES)!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
"""
WORK = """
from workbench import RidgePropensity, charts, evidence, features, metrics, reports, ridge
from workbench.datasets import sample
data = sample()
frame = features.FeatureSet(
    features.windows("visits", lookbacks_days=(28, 91)), features.attributes("customers")
).build(data, progress=False)
split = evidence.out_of_time(frame, test_campaigns=2)
model = RidgePropensity().fit(split.train)
print(model.summary())
model = RidgePropensity.load(model.save("model.json"))
propensity = model.propensity(split.test.X)
assert "SELECT" in ridge.scoring_sql(model)
gain = metrics.gain_curve(split.test.y, propensity)
charts.gain(gain).figure.savefig("gain.png")
reports.report_figures()
reports.Table(gain)._repr_html_()
"""
ASKED = """
for wanted in (
    "from workbench import Tuner",
    "from workbench import Targeting",
    "from workbench.widgets import ShiftView",
    "import workbench.reports.run",
    "import workbench.reports.export",
):
    try:
        exec(wanted)
    except ImportError as error:
        print(error)
from workbench.cli import main
print(main(["new", "propensity", "mine.ipynb"]), main(["run", "mine.ipynb"]))
"""
SENTENCE = (
    "{} need the extra `lab`, of which {} is not installed: pip install 'marketing-workbench[lab]'"
)


def run(script, folder):
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def top_level_imports(path):
    for node in ast.parse(path.read_text("utf-8")).body:
        for one in ast.walk(node) if isinstance(node, ast.With | ast.Try) else [node]:
            if isinstance(one, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in one.names)
            elif isinstance(one, ast.ImportFrom):
                yield one.module.partition(".")[0]


def test_importing_the_package_imports_nothing_of_the_lab_and_nothing_that_draws(tmp_path):
    done = run("import sys, workbench; workbench.load; print(*sys.modules)", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "workbench.tables.campaign_data" in done.stdout.split()
    tops = {name.partition(".")[0] for name in done.stdout.split()}
    assert {*tops, *done.stdout.split()} & {*NOT_AT_IMPORT} == set()


@pytest.mark.parametrize(
    "help_of", [["--help"], ["run", "--help"], ["score", "--help"], ["completion", "bash"]]
)
def test_help_waits_for_nothing_slow(tmp_path, help_of):
    """Seconds depend on the machine; what is imported does not."""
    script = (
        "import contextlib, io, sys\nfrom workbench.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main({help_of!r})\nprint(*sys.modules)"
    )
    done = run(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    slow = {"duckdb", "matplotlib", "narwhals", "nbformat", "numpy", "pandas", "pyarrow", "scipy"}
    assert {name.partition(".")[0] for name in done.stdout.split()} & slow == set()


def test_charts_wait_for_no_distributions_or_solvers(tmp_path):
    """Each would be a quarter of the time that their import takes."""
    done = run("import sys, workbench; workbench.charts; print(*sys.modules)", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "matplotlib.axes" in done.stdout.split()
    assert {"scipy.stats", "scipy.optimize"} & set(done.stdout.split()) == set()


def test_a_library_user_needs_no_lab(tmp_path):
    """Fit, tune, save, load, score, print and draw; then a Tuner and a report are asked for."""
    done = run(WITHOUT_LAB + WORK + ASKED, tmp_path)
    views, reports = (
        SENTENCE.format("Live views", "anywidget"),
        SENTENCE.format("Reports", "nbformat"),
    )
    assert (done.returncode, done.stderr) == (0, f"workbench: {reports}\n")
    assert "Ridge propensity model" in done.stdout
    *_, one, two, three, four, five, copied, codes = done.stdout.splitlines()
    assert (one, two, three, four, five) == (views, views, views, reports, reports)
    assert copied.startswith("mine.ipynb: open it with `jupyter lab mine.ipynb`")
    assert codes == "0 2"


def test_other_missing_packages_are_told_as_they_are():
    with pytest.raises(ModuleNotFoundError) as caught, _lab.needed_for("Reports"):
        import no_such_package  # noqa: F401
    assert not isinstance(caught.value, MissingPackageError)
    with pytest.raises(MissingPackageError), _lab.needed_for("Reports"):
        raise ModuleNotFoundError("No module named 'bs4.element'", name="bs4.element")


def test_what_is_said_to_be_of_the_lab_is_what_the_extra_installs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lab = {
        canonicalize_name(Requirement(line).name)
        for line in project["optional-dependencies"]["lab"]
    }
    owners = packages_distributions()
    named = {canonicalize_name(owners[package][0]) for package in _lab.PACKAGES}
    assert named == lab
    always = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert always & lab == set()


def test_packages_of_the_lab_are_imported_where_it_is_said_that_they_are_needed():
    package = ROOT / "workbench"
    wrong = {}
    for path in sorted(package.rglob("*.py")):
        here = path.relative_to(package).with_suffix("").as_posix()
        found = set(top_level_imports(path)) & _lab.PACKAGES
        if found and not here.startswith(NEED_THE_LAB):
            wrong[here] = found
    assert wrong == {}


def test_names_and_rooms_that_are_imported_late_are_there():
    rooms = {path.parent.name for path in (ROOT / "workbench").glob("*/__init__.py")}
    assert {*workbench.__all__} | (rooms - {"cli", "cluster", "files", "reading", "sql"}) <= {
        *dir(workbench)
    }
    assert workbench.Tuner is workbench.widgets.Tuner
    assert workbench.RidgePropensity is workbench.ridge.RidgePropensity
    for room in rooms - {"cli"}:
        assert getattr(workbench, room).__name__ == f"workbench.{room}"
    with pytest.raises(AttributeError, match=r"^module 'workbench' has no attribute 'Tunr'$"):
        _ = workbench.Tunr
