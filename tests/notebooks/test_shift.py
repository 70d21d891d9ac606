"""The shift notebook on a small flat table with planted spikes."""

import json

import pytest

from workbench import FeatureFrame, RidgePropensity, metrics
from workbench.datasets import planted
from workbench.evidence import hold_out, shift_report
from workbench.files.shipped import notebook_path
from workbench.networks import shift_row

pytestmark = [pytest.mark.notebook]

NOTEBOOK = notebook_path("shift.ipynb")


@pytest.mark.slow
def test_its_figures_are_the_reports(tmp_path, run, figures, page):
    frame = planted(train_campaigns=8, new_campaigns=0, rows=150, stable=3, spiky=3, seed=1).frame
    table = frame.X.assign(campaign=frame.campaign, day=frame.as_of, bought=frame.y.astype(int))
    roles = {"campaign": "campaign", "time": "day"}
    asked = {"methods": ["shuffled co-data"], "hidden_units": 8}
    finished = run(table, tmp_path, **asked, **roles)
    again = FeatureFrame.from_table(tmp_path / "shop.parquet", target="bought", **roles)
    row = shift_row(units=8)
    expected = shift_report(again, methods=["shuffled co-data"], others=row)
    told = figures(finished)
    said = " ".join(page(finished).get_text(" ").split())
    assert f"hidden units {expected.methods.loc['hidden units', 'log_loss']:.4f}" in said
    ours = expected.table.loc["this model"]
    assert told["Gain on later campaigns, %"] == pytest.approx(ours["gain_pct"])
    split = hold_out(again)  # as the propensity notebook does
    model = RidgePropensity().fit(split.train)
    row = metrics.performance(split.test.y, model.propensity(split.test)).iloc[0]
    assert told["Log loss"] == pytest.approx(row["log_loss"], rel=1e-9)
    assert finished.headline.sentence == expected.sentence()
    assert "that is unproven, as so few campaigns" in finished.headline.sentence


def test_it_stands_on_the_features_and_the_settings_of_the_propensity_report():
    """One model, one number: the same builders, the same split, the same estimator."""
    cells = {}
    for name in ("shift", "propensity"):
        notebook = json.loads(notebook_path(f"{name}.ipynb").read_text("utf-8"))
        cells[name] = {one["id"]: "".join(one["source"]) for one in notebook["cells"]}
    built = "frame = features.FeatureSet.declared(data).build(data)"
    assert all(built in found["features-built"] for found in cells.values())
    assert (
        "hold_out(frame, test_campaigns=test_campaigns, seed=seed)" in cells["propensity"]["split"]
    )
    assert "model = RidgePropensity().fit(split.train)" in cells["propensity"]["fit"]
    assert "test_campaigns=test_campaigns" in cells["shift"]["report"]
