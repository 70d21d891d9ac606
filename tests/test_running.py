"""`workbench.run` on small notebooks: what stops it, what it keeps, what it tells of itself."""

import json
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import workbench
from workbench.errors import DataWarning, ParameterError, StoppedError
from workbench.reports.execute import CellError
from workbench.reports.history import read_history
from workbench.running import plain

SIGNED = """
from workbench.reports.signs import Sign, Signs
import pathlib
found = [Sign(word, f"{word} is there.", "Mend it.") for word in words]
pathlib.Path(model_path).write_text(str(previous_model))
Signs(found, ("leak", "drift"))
"""


@pytest.fixture
def trial(tmp_path):
    def write(source, name="trial.ipynb"):
        parameters = new_code_cell(
            "words = []\nmodel_path = None\nprevious_model = None",
            metadata={"tags": ["parameters"]},
        )
        nbformat.write(new_notebook(cells=[parameters, new_code_cell(source)]), tmp_path / name)
        return tmp_path / name

    return write


@pytest.mark.slow
@pytest.mark.notebook
def test_a_dated_run_then_one_that_is_stopped_then_one_that_is_wanted(trial, tmp_path):
    notebook, output = trial(SIGNED), tmp_path / "out"
    first = workbench.run(notebook, output=output, dated=True, words=["drift"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first.report.parent.name)
    assert first.model.read_text() == (output / "model.json").read_text() == "None"
    assert [sign.name for sign in first.signs.found] == ["drift"]

    with pytest.raises(StoppedError) as raised:
        workbench.run(notebook, output=output, dated=True, words=["leak"], fail_on="leak,perfect")
    run = raised.value.run
    assert str(raised.value).splitlines() == [
        "leak: leak is there. Mend it.",
        (
            "perfect: Not looked for: trial.ipynb shows no signs of it. Let a cell end with "
            "`workbench.reports.signs_against(…)`, or leave the word out of `fail_on`."
        ),
        (
            f"No model was written, and {str(output / 'model.json')!r} is as it was: "
            f"{str(run.report)!r} says why. Where a sign is no fault, leave its word out of "
            "`fail_on`."
        ),
    ]
    assert "No model was written. leak is there." in run.report.read_text()
    day = run.report.parent
    assert sorted(path.name for path in day.iterdir()) == ["trial.evidence.json", "trial.html"]
    assert (output / "model.json").read_text() == "None", "the first run's"
    assert "leak is there." in (output / "trial.html").read_text()

    (output / "model.json").unlink()  # and only the dated one is left
    elsewhere = tmp_path / "own" / "m.json"
    given = {"words": ["leak"], "model_path": elsewhere}
    third = workbench.run(notebook, output=output, fail_on="none", **given)
    assert third.model == elsewhere
    assert elsewhere.read_text() == str(first.model.absolute()), "the previous dated run is found"
    assert not (output / "model.json").exists()

    runs = read_history(output)
    assert list(runs["outcome"]) == ["done", "stopped", "done"]
    assert list(runs["signs"]) == ["drift", "leak,perfect", "leak"]
    assert list(runs["model"])[1] == ""


@pytest.mark.notebook
def test_a_model_that_nothing_looked_at_is_told_of_and_a_failure_is_kept(trial, tmp_path):
    source = "import pathlib\npathlib.Path(model_path).write_text('{}')\nassert not words"
    notebook, output = trial(source), tmp_path / "out"
    said = "trial.ipynb shows no signs against its model, so that none can stop it: let a cell"
    with pytest.warns(DataWarning, match=f"^{re.escape(said)}"):
        workbench.run(notebook, output=output)
    with pytest.raises(CellError):
        workbench.run(notebook, output=output, words=["leak"])
    runs = read_history(output)
    assert list(runs["outcome"]) == ["done", "failed"]
    assert "AssertionError" in runs["said"][1]


def test_what_a_notebook_cannot_hold_is_refused(tmp_path):
    given = plain("x", {"a": (np.int64(3), np.float64(0.5), tmp_path)})
    assert json.dumps(given) == json.dumps({"a": [3, 0.5, str(tmp_path)]})
    message = (
        "`table` must be what a notebook can hold: text, numbers, a list or a mapping of them; got "
        "a DataFrame. Write a table to a file, and name that."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        workbench.run("propensity", table=pd.DataFrame())


@pytest.mark.parametrize("ids", [["ada", 17], ("ada",), {"id": ["ada"]}, 17, pd.Series(["ada"])])
def test_ids_that_a_run_would_write_out_are_refused(ids, tmp_path):
    message = "`suppress` must be the path of a file.*Write them to a file, and name that"
    with pytest.raises(ParameterError, match=message) as told:
        workbench.run("propensity", output=tmp_path / "out", suppress=ids)
    assert "ada" not in str(told.value)
    assert not (tmp_path / "out").exists()
    assert plain("suppress", tmp_path / "no.csv") == str(tmp_path / "no.csv")


@pytest.mark.slow
@pytest.mark.notebook
def test_a_dated_folder_has_its_model_wherever_else_it_is_to_stand(trial, tmp_path):
    output, elsewhere = tmp_path / "out", tmp_path / "models" / "mine.json"
    given = {"output": output, "dated": True, "model_path": elsewhere}
    run = workbench.run(trial(SIGNED), **given)
    day = run.report.parent
    assert run.model == elsewhere
    names = ["model.json", "trial.evidence.json", "trial.html"]
    assert sorted(file.name for file in day.iterdir()) == names
    assert (day / "model.json").read_bytes() == elsewhere.read_bytes()
    assert not (output / "model.json").exists()
    # the next one knows of it
    again = workbench.run(trial(SIGNED), **given)
    assert again.model.read_text() == str(day / "model.json")
