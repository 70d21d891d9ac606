import errno
import json
import os
import re
import sys

import nbformat
import pytest

from workbench.errors import MissingDataError, ParameterError, RunError
from workbench.reports.execute import CellError
from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.notebook]

GOOD = (
    "# A trial\n\nSome words.",
    "%rows = 3\nfail = False\nmodel_path = None\nprevious_model = None",
    "## The data",
    "import sys\nprint(sys.executable, rows)",
    "## The model",
    "fit = 1\nif fail:\n    raise ValueError('no such <column>\\nlook again')",
    """import json, pathlib
before = None if previous_model is None else json.load(open(previous_model))
pathlib.Path(model_path).write_text(json.dumps({'rows': rows, 'before': before}));""",
)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".runs")


@pytest.fixture
def output(tmp_path):
    return tmp_path / "reports"


def test_a_run_then_a_second_then_one_that_fails(write_notebook, output, monkeypatch, capfd):
    notebook = write_notebook(*GOOD)
    elsewhere = notebook.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    finished = run_notebook(notebook, output=output, parameters={"rows": 7})
    assert finished.report == output / "trial.html"
    assert finished.model == output / "model.json"
    assert finished.headline is None
    assert files(output) == ["model.json", "trial.evidence.json", "trial.html"]
    assert finished.evidence == output / "trial.evidence.json"
    assert f"{sys.executable} 7" in finished.report.read_text()
    assert json.loads(finished.model.read_text()) == {"rows": 7, "before": None}

    run_notebook(notebook, output=output, parameters={"rows": 8})
    second = json.loads(finished.model.read_text())
    assert second == {"rows": 8, "before": {"rows": 7, "before": None}}

    kept = {path: path.read_bytes() for path in output.iterdir() if path.is_file()}
    partial = output / "trial-failed.ipynb"
    expected = (
        "trial.ipynb stopped in cell [4] under 'The model', which begins `fit = 1`: "
        f"ValueError: no such <column>\nlook again\n"
        f"The partial notebook is {partial}; nothing earlier was overwritten."
    )
    with pytest.raises(CellError, match=f"^{re.escape(expected)}$") as raised:
        run_notebook(notebook, output=output, parameters={"fail": True})
    assert (raised.value.error, raised.value.said) == ("ValueError", "no such <column>\nlook again")
    assert raised.value.partial == partial
    assert {path: path.read_bytes() for path in kept} == kept
    assert files(output) == [
        *("model.json", "trial-failed.ipynb", "trial.evidence.json", "trial.html"),
    ]
    assert f"{sys.executable} 3" in partial.read_text()
    nbformat.validate(nbformat.read(partial, as_version=4))

    run_notebook(notebook, output=output, parameters={"rows": 9})
    assert json.loads(finished.model.read_text())["rows"] == 9
    assert files(output) == ["model.json", "trial.evidence.json", "trial.html"], "it is mended"

    assert files(elsewhere) == []
    assert capfd.readouterr() == ("", "")


def test_a_kernel_that_dies_is_a_failed_run(write_notebook, output):
    notebook = write_notebook("%rows = 3", "import os\nos._exit(9)")
    expected = (
        "trial.ipynb did not finish: its Python process died, most often for want of memory. "
        f"What it had done is in {output / 'trial-failed.ipynb'}; nothing earlier was overwritten."
    )
    with pytest.raises(RunError, match=f"^{re.escape(expected)}$"):
        run_notebook(notebook, output=output)
    assert files(output) == ["trial-failed.ipynb"]


def test_a_report_that_cannot_be_made_leaves_the_executed_notebook(write_notebook, output):
    notebook = write_notebook("%rows = 3", "print('x' * 3_000_000)")
    expected = (
        "A report must be at most 2 MB; trial.html would have 3.0 MB. Show fewer or smaller "
        f"figures and tables.\nThe executed notebook is {output / 'trial-failed.ipynb'}."
    )
    with pytest.raises(RunError, match=f"^{re.escape(expected)}$"):
        run_notebook(notebook, output=output)
    assert files(output) == ["trial-failed.ipynb"]


def test_progress_names_the_section(write_notebook, output, capsys):
    notebook = write_notebook("%rows = 3", "## The <data>", "1", "### and more", "2")
    run_notebook(notebook, output=output, progress=True)
    shown = capsys.readouterr().err
    assert "The <data>" in shown
    assert "and more" in shown
    assert "/5" in shown


def test_a_notebook_without_parameters_runs(write_notebook, output):
    run_notebook(write_notebook("print('it runs')"), output=output)
    assert files(output) == ["trial.evidence.json", "trial.html"]


def test_start_up_files_of_the_user_change_nothing(write_notebook, output, tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-mine.py").write_text("mine = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = write_notebook("print('mine' in globals())")
    assert "False" in run_notebook(notebook, output=output).report.read_text()


@pytest.mark.parametrize(("given", "author"), [('""', "ada"), ('"Grace"', "Grace")])
def test_an_empty_author_is_who_is_logged_in(write_notebook, output, monkeypatch, given, author):
    monkeypatch.setenv("LOGNAME", "ada")
    notebook = write_notebook(f"%author = {given}", "print('by', author)")
    assert f"by {author}" in run_notebook(notebook, output=output).report.read_text()


def test_an_unknown_parameter_is_named(write_notebook, output):
    notebook = write_notebook("%rows = 3\nseed = 0", "rows")
    expected = (
        "`row` is no parameter of trial.ipynb. Did you mean 'rows'? Its parameters, with their "
        "defaults: rows=3, seed=0."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        run_notebook(notebook, output=output, parameters={"row": 1})
    assert files(output) == []


def test_no_notebook(output):
    expected = "There is no notebook 'nowhere.ipynb'. Check the path."
    with pytest.raises(MissingDataError, match=f"^{re.escape(expected)}$"):
        run_notebook("nowhere.ipynb", output=output)
    assert not output.exists()


def test_what_is_no_notebook(write_notebook, output):
    notebook = write_notebook("1")
    notebook.write_text("%PDF-1.7")
    expected = f"{str(notebook)!r} must be a Jupyter notebook; it cannot be read as one."
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        run_notebook(notebook, output=output)


def test_an_output_that_is_no_folder(write_notebook, output):
    output.write_text("a file")
    expected = (
        f"`output` must be a folder that can be written to; {str(output)!r} is not: "
        f"{os.strerror(17)}. Choose another."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        run_notebook(write_notebook("1"), output=output)


@pytest.mark.slow
@pytest.mark.notebook
def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(write_notebook, output):
    """No file may grow beyond a limit: the system refuses as it does where the disk is full."""
    resource = pytest.importorskip("resource")
    output.mkdir()
    (output / "trial.html").write_text("earlier")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        with pytest.raises(ParameterError) as raised:
            run_notebook(write_notebook("print('x' * 300)"), output=output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(raised.value) == (
        f"`output` must be a folder that can be written to; {str(output)!r} is not: "
        f"{os.strerror(errno.EFBIG)}. Nothing earlier was overwritten. Make room, or choose "
        "another."
    )
    assert (output / "trial.html").read_text() == "earlier"
    assert [path.name for path in output.iterdir() if path.name.startswith(".wb")] == []
