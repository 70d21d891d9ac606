"""Loss by strength: the curve, its band, the optimum."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts


def table():
    return pd.DataFrame(
        {
            "alpha": [1.0, 0.1, 0.01, 0.001],  # strongest first, as tuning goes
            "loss": [0.36, 0.312, 0.311, 0.33],
            "loss_se": [0.01, 0.011, 0.012, 0.02],
            "folds": 12,
            "chosen": [False, True, False, False],
        }
    )


def test_curve_band_and_optimum(render):
    ax = charts.loss_by_strength(table())
    curve, line, dot = ax.lines
    assert curve.get_xdata().tolist() == [0.001, 0.01, 0.1, 1.0]
    assert curve.get_ydata().tolist() == [0.33, 0.311, 0.312, 0.36]
    corners = ax.collections[0].get_paths()[0].vertices
    for _, row in table().iterrows():
        at = corners[np.isclose(corners[:, 0], row["alpha"]), 1]
        assert at.min() == pytest.approx(row["loss"] - row["loss_se"])
        assert at.max() == pytest.approx(row["loss"] + row["loss_se"])
    assert line.get_xdata() == [0.1, 0.1]
    assert (dot.get_xdata(), dot.get_ydata()) == ([0.1], [0.312])
    assert ax.get_xscale() == "log"
    title = "Strength 0.1 does best on contacts not learned from: log loss 0.3120"
    assert ax.get_title(loc="left") == title
    assert (
        ax.get_ylabel()
        == "Log loss on contacts not learned from\n(nats per contact, ± 1 standard error)"
    )
    assert ax.get_xlabel() == "Penalty strength alpha (stronger to the right; log scale)"
    assert render(ax) == []


def test_without_a_choice_the_lowest_loss_is_marked():
    ax = charts.loss_by_strength(table().drop(columns="chosen"))
    assert ax.lines[2].get_xdata() == [0.01]


@pytest.mark.parametrize("at", [0, 3])
def test_an_optimum_at_the_end_of_the_grid_is_said(at):
    rows = table().assign(chosen=np.arange(4) == at)
    title = charts.loss_by_strength(rows).get_title(loc="left")
    assert title.endswith(" (the end of the grid)")


def test_one_strength_is_no_edge(render):
    ax = charts.loss_by_strength(table().iloc[[1]])
    assert ax.get_title(loc="left").endswith("log loss 0.3120")
    assert render(ax) == []
