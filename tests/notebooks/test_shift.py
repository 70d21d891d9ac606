"""The shift notebook on a small flat table with planted spikes."""

import nbformat
import pytest

from workbench import FeatureFrame
from workbench._resources import notebook_path
from workbench.datasets import planted
from workbench.evidence import shift_report
from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.notebook]

NOTEBOOK = notebook_path("shift.ipynb")


def test_its_cells_are_short():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    lengths = {cell.id: len(cell.source.splitlines()) for cell in cells if "code" in cell.cell_type}
    assert {name: n for name, n in lengths.items() if n > 36} == {}


def test_its_figures_are_the_reports(tmp_path):
    frame = planted(train_campaigns=8, new_campaigns=0, rows=150, stable=3, spiky=3, seed=1).frame
    table = frame.X.assign(campaign=frame.campaign, day=frame.as_of, bought=frame.y.astype(int))
    table.to_parquet(tmp_path / "shop.parquet")
    roles = {"target": "bought", "campaign": "campaign", "time": "day"}
    given = {"table": str(tmp_path / "shop.parquet"), "methods": ["shuffled co-data"], **roles}
    finished = run_notebook(NOTEBOOK, output=tmp_path / "reports", parameters=given)
    again = FeatureFrame.from_table(tmp_path / "shop.parquet", **roles)
    expected = shift_report(again, methods=["shuffled co-data"])
    told = {figure.name: figure.value for figure in finished.headline.figures}
    ours = expected.table.loc["this model"]
    assert told["Gain on later campaigns, %"] == pytest.approx(ours["gain_pct"])
    assert told["Log loss"] == pytest.approx(ours["log_loss"])
    assert finished.headline.sentence == expected.sentence()
    assert "that is unproven, as so few campaigns" in finished.headline.sentence
