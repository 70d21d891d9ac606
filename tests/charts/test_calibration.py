"""The calibration chart: what is drawn is what the table says."""

import numpy as np
import pytest

from workbench import charts, metrics


def test_dots_and_intervals_are_the_tables(render):
    rng = np.random.default_rng(0)
    p = rng.beta(1, 9, 2000)
    table = metrics.calibration_table(rng.random(2000) < p, p)
    ax = charts.calibration(table)
    dots = ax.lines[1]
    assert dots.get_xdata().tolist() == table["mean_propensity"].tolist()
    assert dots.get_ydata().tolist() == table["rate"].tolist()
    segments = np.array(ax.collections[0].get_segments())
    assert segments[:, 0, 0].tolist() == table["mean_propensity"].tolist()
    assert segments[:, :, 1].tolist() == table[["rate_low", "rate_high"]].to_numpy().tolist()
    # nothing lies outside, and both axes have the same scale
    assert ax.get_xlim() == ax.get_ylim()
    assert ax.get_ylim()[1] > table["rate_high"].max()
    assert ax.get_xlabel() == "Predicted response rate (mean propensity of the bin)"
    assert ax.get_ylabel() == "Observed response rate, 95% interval"
    assert render(ax) == []


@pytest.mark.parametrize(
    ("y", "p", "title"),
    [
        ([1, 0, 1], [0.5, 0.25, 0.5], "2 responses observed, 1.2 predicted (ratio 1.60)"),
        ([0, 0], [0.5, 0.5], "0 responses observed, 1 predicted (ratio 0.00)"),
        ([0, 1], [0.0, 0.0], "1 response observed, 0 predicted (ratio nan)"),
    ],
)
def test_title_says_how_many_responded(y, p, title, render):
    ax = charts.calibration(metrics.calibration_table(y, p))
    assert ax.get_title(loc="left") == title
    assert render(ax) == []
