"""A report and the model of its run name each other."""

import json
import re
import shutil

import nbformat
import pandas as pd
import pytest

from tests.ridge.mailing import mailing
from workbench import RidgePropensity, RidgeUplift
from workbench.networks import NetworkPropensity
from workbench.reports.export import export_report
from workbench.reports.headline import previous_headline
from workbench.reports.pairing import join, mismatch

X = pd.DataFrame({"visits": [0.0, 1, 2, 3]})


def made(folder, *, alpha=0.1):
    folder.mkdir(parents=True, exist_ok=True)
    report, model = folder / "trial.html", folder / "model.json"
    cells = [nbformat.v4.new_markdown_cell(f"# Trial of {alpha}")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "trial.ipynb")
    export_report(folder / "trial.ipynb", report)
    RidgePropensity(alpha=alpha).fit(X, [0, 1, 0, 1]).save(model)
    join(report, model)
    return report, model


def test_they_name_each_other(tmp_path):
    report, model = made(tmp_path)
    content = json.loads(model.read_text())
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", content["checksum"])
    assert f'<meta content="{content["checksum"]}" name="workbench-model"' in report.read_text()
    assert content["report"]["name"] == "trial.html"
    assert mismatch(model) is None
    loaded = RidgePropensity.load(model)
    assert loaded.propensity(X).between(0, 1).all()


def test_a_model_of_uplifts_and_its_report_name_each_other(tmp_path):
    report, model = made(tmp_path)
    RidgeUplift(alpha=0.1).fit(mailing(400)).save(model)
    assert mismatch(model) is None  # it names no report yet
    join(report, model)
    assert mismatch(model) is None
    assert json.loads(model.read_text())["report"]["name"] == "trial.html"
    assert RidgeUplift.load(model).uplift(mailing(400)).between(-1, 1).all()
    report.write_text(report.read_text().replace("Trial of 0.1", "Trial of 0.9"))
    assert mismatch(model) is not None


def test_a_network_and_its_report_name_each_other(tmp_path):
    report, model = made(tmp_path)
    network = NetworkPropensity(2, 0.1, hidden="always").fit(X, [0, 1, 0, 1])
    network.save(model, headline={"auc": 0.7})
    join(report, model)
    assert mismatch(model) is None
    assert json.loads(model.read_text())["report"]["name"] == "trial.html"
    again = NetworkPropensity.load(model)
    assert again.propensity(X).equals(network.propensity(X))
    assert previous_headline(model) == {"auc": 0.7}


@pytest.mark.parametrize("other", ["trial.html", "model.json"])
def test_files_of_two_runs_are_told_apart(tmp_path, other):
    _, model = made(tmp_path / "one", alpha=0.1)
    made(tmp_path / "two", alpha=0.2)
    shutil.copy(tmp_path / "two" / other, tmp_path / "one" / other)
    report = tmp_path / "one" / "trial.html"
    assert mismatch(model) == (
        f"{str(report)!r} and {str(model)!r} are not of one run: the report tells of another "
        "model, or was edited. Run the notebook again, to have both."
    )


def test_an_edited_report_is_told(tmp_path):
    report, model = made(tmp_path)
    report.write_text(report.read_text().replace("Trial of 0.1", "Trial of 0.9"))
    assert mismatch(model) is not None


def test_a_model_alone_says_nothing(tmp_path):
    report, model = made(tmp_path)
    report.unlink()
    assert mismatch(model) is None
    model.write_text("no JSON")
    assert mismatch(model) is None
    assert mismatch(tmp_path / "nowhere.json") is None


def test_a_model_of_another_kind_stays_as_it_is(tmp_path):
    report, model = made(tmp_path)
    model.write_text('{"rows": 3}')
    before = report.read_bytes()
    join(report, model)
    assert (report.read_bytes(), model.read_text()) == (before, '{"rows": 3}')
