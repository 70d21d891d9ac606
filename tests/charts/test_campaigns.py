"""The campaign chart: one row a campaign, the worst on top."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.errors import ParameterError


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "campaign": ["fine", "worst", "none", "tiny"],
            "contacts": [1000.0, 800.0, 90.0, 200.0],
            "positives": [50.0, 30.0, 0.0, 2.0],
            "loss_ratio": [0.8, 1.1, np.nan, 0.9],
            "loss_ratio_low": [0.7, 1.0, np.nan, -9.0],
            "loss_ratio_high": [0.9, 1.2, np.nan, 9.0],
            "auc": [0.8, 0.45, np.nan, 0.6],
            "auc_low": [0.7, 0.4, np.nan, np.nan],
            "auc_high": [0.9, 0.5, np.nan, np.nan],
            "note": ["", "", "n/a (0 positives)", ""],
        }
    )


def names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_dots_and_intervals_worst_first(table, render):
    ax = charts.by_campaign(table)
    assert names(ax) == ["worst", "tiny", "fine", "none"]
    dots = ax.collections[1]
    assert dots.get_offsets().data[:3].tolist() == [[1.1, 0], [0.9, 1], [0.8, 2]]
    segments = np.array(ax.collections[0].get_segments()[:3])
    assert segments[:, :, 0].tolist() == [[1.0, 1.2], [-9.0, 9.0], [0.7, 0.9]]
    assert ax.yaxis_inverted()  # the first row is the top one
    assert ax.lines[0].get_xdata() == [1.0, 1.0]
    assert ax.get_title(loc="left") == "2 of 3 campaigns beat their own base rate"
    assert ax.get_xlabel() == (
        "Log loss ÷ log loss of the campaign's own base rate\n(95% interval; lower is better)"
    )
    assert render(ax) == []


def test_responses_and_reasons_are_written(table):
    written = [text.get_text() for text in charts.by_campaign(table).texts]
    assert written == [
        "30 of 800 responded",
        "2 of 200 responded",
        "50 of 1,000 responded",
        "0 of 90 responded",
        "n/a (0 positives)",
    ]


def test_few_positives_are_hollow_and_do_not_stretch_the_axis(table):
    ax = charts.by_campaign(table)
    faces = ax.collections[1].get_facecolors()
    white = [tuple(face) == (1, 1, 1, 1) for face in faces]
    assert white == [False, True, False, True]
    low, high = ax.get_xlim()
    assert 0.6 < low < 0.7
    assert 1.2 < high < 1.3


def test_auc_is_worst_where_it_is_low(table, render):
    ax = charts.by_campaign(table, column="auc")
    assert names(ax) == ["worst", "tiny", "fine", "none"]
    assert ax.lines[0].get_xdata() == [0.5, 0.5]
    assert ax.get_title(loc="left") == "2 of 3 campaigns beat a random order"
    assert render(ax) == []


def test_only_the_worst_of_many_are_drawn(render):
    n = 100
    many = pd.DataFrame(
        {
            "campaign": [f"c{k}" for k in range(n)],
            "contacts": 500.0,
            "positives": 25.0,
            "loss_ratio": np.arange(n) / n,
            "loss_ratio_low": np.arange(n) / n - 0.1,
            "loss_ratio_high": np.arange(n) / n + 0.1,
            "note": "",
        }
    )
    ax = charts.by_campaign(many)
    assert names(ax)[:2] == ["c99", "c98"]
    assert len(names(ax)) == 40
    title = "100 of 100 campaigns beat their own base rate (worst 40 of 100 shown)"
    assert ax.get_title(loc="left") == title
    assert render(ax) == []


def test_without_any_figure_it_says_so(table, render):
    ax = charts.by_campaign(table[table["campaign"] == "none"])
    title = "No campaign has both responses and contacts without one"
    assert ax.get_title(loc="left") == title
    assert render(ax) == []


def test_other_columns_are_refused(table):
    message = "`column` must be one of ['loss_ratio', 'auc']; got 'brier'."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        charts.by_campaign(table, column="brier")
