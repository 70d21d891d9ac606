"""Gain and lift: what is drawn is what the table says."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from workbench import charts, metrics

Y = [1, 1, 0, 1, 0, 0, 0, 0, 1, 0]
P = [0.9, 0.8, 0.7, 0.5, 0.5, 0.3, 0.2, 0.15, 0.1, 0.05]


def test_gain_draws_the_curve(render):
    table = metrics.gain_curve(Y, P)
    ax = charts.gain(table)
    curve = ax.lines[1]
    assert curve.get_xdata().tolist() == table["depth"].tolist()
    assert curve.get_ydata().tolist() == table["cumulative_gain"].tolist()
    assert ax.lines[0].get_xydata().tolist() == [[0, 0], [1, 1]]  # at random
    assert ax.get_title(loc="left") == "The best 10% of contacts hold 25% of responses"
    marked = ax.lines[2]
    assert (marked.get_xdata(), marked.get_ydata()) == ([0.1], [pytest.approx(0.25)])
    assert [text.get_text() for text in ax.texts] == ["at random", "25% at 10%"]
    assert ax.get_xlabel() == "Contacts made, best first (share of all contacts)"
    assert ax.get_ylabel() == "Responses reached (share)"
    assert render(ax) == []
    assert ax.get_xticklabels()[1].get_text() == "20%"


def test_gain_takes_a_ranking_table_too():
    table = metrics.ranking_table(Y, P)
    assert charts.gain(table).lines[1].get_ydata().tolist() == table["cumulative_gain"].tolist()


def test_lift_draws_a_bar_a_part(render):
    table = metrics.ranking_table(Y, P, bins=5)
    ax = charts.lift(table)
    assert [bar.get_height() for bar in ax.patches] == table["lift"].tolist()
    middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    assert middles == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert [text.get_text() for text in ax.texts] == [
        "average rate 40%",
        *["2.5", "0.6", "0.6", "0.0", "1.2"],
    ]
    assert ax.get_title(loc="left") == "The best 20% respond 2.5 times as often as the average"
    assert ax.get_ylabel() == "Lift (response rate ÷ average rate)"
    assert ax.get_ylim()[1] > 2.5
    assert render(ax) == []


def test_many_parts_are_drawn_without_a_number_each(render):
    ax = charts.lift(metrics.ranking_table(Y, P, bins=50))
    assert len(ax.patches) == 50
    assert [text.get_text() for text in ax.texts] == ["average rate 40%"]
    assert render(ax) == []


@pytest.mark.parametrize(
    ("chart", "table", "title"),
    [
        (charts.gain, metrics.gain_curve, "Gain: n/a (0 positives)"),
        (charts.lift, metrics.ranking_table, "Lift: n/a (0 positives)"),
    ],
)
def test_without_positives_the_chart_says_so(chart, table, title, render):
    ax = chart(table(np.zeros(10), P))
    assert ax.get_title(loc="left") == title
    assert render(ax) == []


def test_charts_draw_where_they_are_told():
    figure, (left, right) = plt.subplots(1, 2)
    assert charts.gain(metrics.gain_curve(Y, P), left) is left
    assert charts.lift(metrics.ranking_table(Y, P), right) is right
    assert plt.get_fignums() == [figure.number]
