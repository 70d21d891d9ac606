"""Real runs: what each leaves, and that its status is in order."""

import datetime as dt

import pytest

import workbench
from workbench.errors import DataWarning, RunError, StoppedError
from workbench.governance import status
from workbench.governance.run_evidence.evidence import RunEvidence
from workbench.reports.run import run_notebook

pytestmark = pytest.mark.notebook
DAY = dt.date(2026, 12, 1)
NOTEBOOK = (
    '%table = "a.csv"\nmodel_path = None\nstop = False\ncard = True',
    """import json, pathlib, pandas as pd
from IPython.display import display
from workbench.reports.signs import Sign, Signs
rows = len(pd.read_csv(table))
pathlib.Path(model_path).write_text(json.dumps({"rows": rows, "recipe": {"rows": rows}}))
if card:
    mime = "application/vnd.workbench.card+json"
    display({mime: {"rows": rows}, "text/markdown": f"{rows} rows"}, raw=True)
Signs([Sign("leak", "leak is there.", "Mend it.")] if stop else [])""",
)


@pytest.fixture
def trial(write_notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x\n1\n")
    return write_notebook(*NOTEBOOK)


def states(folder, *, of="file trial "):
    checks = status(folder, DAY).checks
    return {c.name.removeprefix(of): c.state for c in checks if c.name.startswith(of)}


@pytest.mark.slow
def test_run_after_run_the_status_tells_what_is_of_which(trial, tmp_path):
    reports = tmp_path / "reports"
    done = run_notebook(trial, output=reports)
    assert done.evidence == reports / "trial.evidence.json"
    assert (reports / "card.md").read_text() == "1 rows\n"
    made = ("trial.html", "model.json", "card.json", "card.md")
    assert states(reports) == dict.fromkeys([*made, "a.csv", str(trial)], "pass")

    (tmp_path / "a.csv").write_text("x\n1\n2\n")
    assert states(reports)["a.csv"] == "blocked"
    with pytest.raises(StoppedError):
        run_notebook(trial, output=reports, parameters={"stop": True}, fail_on=["leak"])
    assert (reports / "card.md").read_text() == "1 rows\n", "as the model, the first run's"
    assert set(states(reports).values()) == {"pass"}
    assert states(reports, of="signs") == {" trial": "needs repair"}
    kept = {one.place.name for one in RunEvidence.read(done.evidence).files if one.made}
    assert kept == {"model.json", "card.json", "card.md"}
    (reports / "model.json").write_text("{}")
    assert states(reports)["model.json"] == "blocked", "it is watched on"

    run_notebook(trial, output=reports, parameters={"card": False})
    found = states(reports)
    assert {found.pop("card.json"), found.pop("card.md")} == {"needs repair"}, "of another model"
    assert set(found.values()) == {"pass"}


@pytest.mark.slow
def test_a_dated_run_leaves_evidence_in_both_places(trial, tmp_path):
    reports, elsewhere = tmp_path / "reports", tmp_path / "models" / "mine.json"
    done = workbench.run(trial, output=reports, dated=True, model_path=elsewhere, fail_on="none")
    assert done.evidence == done.report.parent / "trial.evidence.json"
    day = done.report.parent
    assert set(states(day)) == {
        *("trial.html", "model.json", "card.json", "card.md", "a.csv", str(trial)),
    }
    outside = "../models/mine.json"
    assert set(states(reports)) == {
        *("trial.html", outside, "card.json", "card.md", "a.csv", str(trial)),
    }
    assert {*states(day).values(), *states(reports).values()} == {"pass"}
    kept = states(reports, of=f"{day.name}/ file trial ")
    assert kept == dict.fromkeys(["trial.html", "model.json", "card.json", "card.md"], "pass")

    elsewhere.write_text("{}")
    assert states(reports)[outside] == "blocked"
    assert states(day)["model.json"] == "pass"
    (tmp_path / "a.csv").write_text("x\n1\n2\n")
    assert states(day)["a.csv"] == states(reports)["a.csv"] == "blocked"


@pytest.mark.slow
def test_two_notebooks_that_save_one_model_are_told(trial, write_notebook, tmp_path):
    reports = tmp_path / "reports"
    run_notebook(trial, output=reports)
    (tmp_path / "a.csv").write_text("x\n1\n2\n")
    run_notebook(write_notebook(*NOTEBOOK, name="shift.ipynb"), output=reports)
    assert states(reports)["model.json"] == "needs repair"
    assert states(reports, of="file shift ")["model.json"] == "pass"


def test_data_that_change_while_the_run_goes_on_are_told_at_once_and_later(
    write_notebook, tmp_path, monkeypatch
):
    """The kernel noted what it read; what stands there in the end is something else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x,y\n" + "1,0\n2,1\n" * 10)
    read = "import workbench\nframe = workbench.load('a.csv', target='y', say=False)"
    export = "open('a.csv', 'a').write('3,1\\n')"
    reports = tmp_path / "reports"
    with pytest.warns(DataWarning, match=r"^Changed while the run read it: \['a.csv'\]\."):
        run_notebook(write_notebook(read, export), output=reports)
    (check,) = [c for c in status(reports, DAY).checks if c.name == "file trial a.csv"]
    assert check.state == "blocked"


def test_a_failed_run_leaves_no_evidence(write_notebook, tmp_path):
    with pytest.raises(RunError):
        run_notebook(write_notebook("%a = 1", "1 / 0"), output=tmp_path / "reports")
    assert list((tmp_path / "reports").glob("*.json")) == []
