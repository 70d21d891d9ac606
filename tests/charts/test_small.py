"""The three pictures of a first page: small, legible, and of the table's own numbers."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from workbench import metrics
from workbench.charts import small
from workbench.errors import DataError, SchemaError

RNG = np.random.default_rng(0)
P = RNG.uniform(0.05, 0.6, 400)
Y = (RNG.random(400) < P).astype(int)
CURVE = metrics.profit_by_depth(Y, P, cost=1.0, margin=5.0)
LONG = "coupons_product_category_91d_sales_value_sum_log"


def campaigns(count=9):
    labels = [f"Spring mailing {k}" for k in range(count)]
    return metrics.by_campaign(Y, P, np.resize(labels, 400))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: small.profit(CURVE, currency="EUR"),
        lambda: small.profit(CURVE.assign(expected_profit=120_000 * CURVE["expected_profit"])),
        lambda: small.leaning(pd.Series({LONG: 0.6, "b": 0.5, "c": -0.1}), of="features"),
        lambda: small.campaigns(campaigns()),
        lambda: small.campaigns(campaigns(1)),
        lambda: small.gain(metrics.gain_curve(Y, P)),
    ],
)
def test_letters_are_of_twelve_dots_and_none_is_cut_off(draw, render):
    ax = draw()
    assert render(ax) == []
    figure = ax.figure
    assert figure.get_size_inches().tolist() == [small.WIDTH, small.HEIGHT]
    written = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    # a report shows an inch as 100 dots
    assert min(text.get_fontsize() for text in written) * 100 / 72 >= 12
    title = next(text for text in written if text.get_text() == figure.get_suptitle())
    assert title.get_window_extent().x1 <= figure.bbox.x1 + 2


def test_lines_are_the_curve_and_the_best_depth_is_marked():
    ax = small.profit(CURVE)
    drawn = {line.get_label(): line for line in ax.lines}
    assert drawn["expected"].get_ydata().tolist() == CURVE["expected_profit"].tolist()
    assert drawn["came"].get_ydata().tolist() == CURVE["realised_profit"].tolist()
    best = metrics.best_depth(CURVE)["depth"]
    assert any(list(line.get_xdata()) == [best, best] for line in ax.lines)


def test_the_worst_campaigns_are_shown_and_the_title_says_of_how_many():
    table = campaigns()
    ax = small.campaigns(table)
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert len(shown) == small.MOST_ROWS
    worst = table.sort_values("loss_ratio", ascending=False)["campaign"].iloc[0]
    assert shown[0][-1] == worst[-1]
    assert ax.figure.get_suptitle() == "Error by campaign (worst 6 of 9)"


def test_the_most_stand_on_top_and_the_rest_is_counted():
    ax = small.leaning(pd.Series({f"g{k}": k / 45 for k in range(10)}), of="groups")
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        f"g{k}" for k in range(9, 3, -1)
    ]
    assert ax.figure.get_suptitle() == "What it leans on: groups (6 of 10)"


def test_what_they_cannot_draw():
    with pytest.raises(SchemaError):
        small.profit(CURVE.drop(columns="realised_profit"))
    with pytest.raises(DataError):
        small.campaigns(campaigns().iloc[:0])
