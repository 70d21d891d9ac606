"""Where a run leaves the model of offers: with its other files, or where it is wanted."""

import datetime as dt

import nbformat
import pytest

from workbench.errors import StoppedError
from workbench.governance import status
from workbench.reports.run import run_notebook

PARAMETERS = "offer = None\nmodel_path = None\noffers_path = None\nstop = False\nsaid = 'a'"
WRITES = """from pathlib import Path
from workbench.reports import Sign, Signs
Path(model_path).write_text('{"model": "own", "of": "' + said + '"}')
if offers_path is not None:
    Path(offers_path).write_bytes(said.encode())
Signs([Sign("readiness", "Not ready.", "Wait.")] if stop else [], ("readiness",))"""

pytestmark = pytest.mark.notebook


@pytest.fixture
def run(tmp_path):
    cells = [nbformat.v4.new_code_cell(one) for one in (PARAMETERS, WRITES)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "own.ipynb")

    def run(*, dated=False, fail_on=(), **given):
        asked = {"output": tmp_path / "out", "parameters": given, "progress": False}
        return run_notebook(tmp_path / "own.ipynb", **asked, dated=dated, fail_on=fail_on)

    return run


def states(folder):
    checks = status(folder, dt.date(2026, 12, 1)).checks
    named = {check.name.removeprefix("file own "): check for check in checks}
    return {name: check.state for name, check in named.items() if ".npz" in name}


@pytest.mark.slow
def test_it_stands_with_the_model_is_kept_by_day_and_is_checked(run, tmp_path):
    done = run(offer="took", dated=True)
    out = tmp_path / "out"
    (day,) = out.glob("20*")
    assert done.offers == day / "offers.npz"
    assert done.offers.read_bytes() == (out / "offers.npz").read_bytes() == b"a"
    assert states(out)["offers.npz"] == "pass"
    assert states(day)["offers.npz"] == "pass"

    with pytest.raises(StoppedError):
        run(offer="took", said="b", stop=True, fail_on=["readiness"])
    assert (out / "offers.npz").read_bytes() == b"a"
    assert states(out)["offers.npz"] == "pass", "as the model, the first run's"

    assert run(said="c").offers is None
    assert states(out)["offers.npz"] == "needs repair", "the model is of a later run"
    (out / "offers.npz").unlink()
    (out / "offers.npz").write_bytes(b"other")
    assert states(out)["offers.npz"] == "blocked"


def test_it_is_where_it_was_wanted_and_its_owners_alone(run, tmp_path):
    wanted = tmp_path / "kept.npz"
    assert run(offer="took", offers_path=str(wanted)).offers == wanted
    assert wanted.read_bytes() == b"a"
    assert wanted.stat().st_mode & 0o077 == 0
    assert not (tmp_path / "out" / "offers.npz").exists()
    assert list(states(tmp_path / "out").values()) == ["pass"]
