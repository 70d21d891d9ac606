"""The shift notebook on a small flat table with planted spikes."""

import pytest

from workbench import FeatureFrame
from workbench.datasets import planted
from workbench.evidence import shift_report
from workbench.files.shipped import notebook_path

pytestmark = [pytest.mark.notebook]

NOTEBOOK = notebook_path("shift.ipynb")


@pytest.mark.slow
def test_its_figures_are_the_reports(tmp_path, run, figures):
    frame = planted(train_campaigns=8, new_campaigns=0, rows=150, stable=3, spiky=3, seed=1).frame
    table = frame.X.assign(campaign=frame.campaign, day=frame.as_of, bought=frame.y.astype(int))
    roles = {"campaign": "campaign", "time": "day"}
    finished = run(table, tmp_path, methods=["shuffled co-data"], **roles)
    again = FeatureFrame.from_table(tmp_path / "shop.parquet", target="bought", **roles)
    expected = shift_report(again, methods=["shuffled co-data"])
    told = figures(finished)
    ours = expected.table.loc["this model"]
    assert told["Gain on later campaigns, %"] == pytest.approx(ours["gain_pct"])
    assert told["Log loss"] == pytest.approx(ours["log_loss"])
    assert finished.headline.sentence == expected.sentence()
    assert "that is unproven, as so few campaigns" in finished.headline.sentence
