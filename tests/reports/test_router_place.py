"""Where a run leaves a router: in its place when all is done, and nowhere where it is stopped."""

import nbformat
import pytest

from workbench.errors import StoppedError
from workbench.reports.run import run_notebook

WRITES = "from pathlib import Path\n_ = router_path and Path(router_path).write_bytes(b'router')"
SIGNS = (
    "from workbench.reports import Sign, Signs\n"
    "Signs([Sign('readiness', 'Not ready.', 'Wait.')], ('readiness',))"
)

pytestmark = pytest.mark.notebook


@pytest.fixture
def notebook(tmp_path):
    cells = [nbformat.v4.new_code_cell(one) for one in ("router_path = None", WRITES, SIGNS)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "own.ipynb")
    return tmp_path / "own.ipynb"


def test_it_is_where_it_was_wanted_and_its_owners_alone(notebook, tmp_path):
    wanted = tmp_path / "kept.npz"
    given = {"router_path": str(wanted)}
    run_notebook(notebook, output=tmp_path / "out", parameters=given, progress=False)
    assert wanted.read_bytes() == b"router"
    assert wanted.stat().st_mode & 0o077 == 0


def test_a_run_that_is_stopped_leaves_the_earlier_one(notebook, tmp_path):
    wanted = tmp_path / "kept.npz"
    wanted.write_bytes(b"earlier")
    given = {"router_path": str(wanted)}
    with pytest.raises(StoppedError):
        run_notebook(
            notebook,
            output=tmp_path / "out",
            parameters=given,
            progress=False,
            fail_on=["readiness"],
        )
    assert wanted.read_bytes() == b"earlier"
