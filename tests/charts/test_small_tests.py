"""The pictures of the first page of a test: legible, and of the table's own numbers."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from workbench import metrics
from workbench.charts import small, small_tests
from workbench.errors import DataError, SchemaError

RNG = np.random.default_rng(0)
N = 4000
TREATED = RNG.integers(0, 2, N)
SCORE = RNG.normal(size=N)
Y = (RNG.random(N) < 0.2 + 0.1 * TREATED * (SCORE > 0)).astype(int)
PARTS = metrics.uplift_by_depth(Y, TREATED, SCORE, bins=5)
CURVE = metrics.incremental_profit_by_depth(Y, TREATED, SCORE, cost=1.0, margin=20.0)


def effects(count, names="campaign"):
    effect = np.linspace(-0.02, 0.08, count)
    labels = [f"Spring mailing {k}" for k in range(count)]
    return pd.DataFrame(
        {names: labels, "effect": effect, "low": effect - 0.03, "high": effect + 0.03}
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda: small_tests.effects(effects(9), names="campaign", points=True),
        lambda: small_tests.effects(effects(1, "arm"), names="arm", points=False),
        lambda: small_tests.uplift(PARTS),
        lambda: small_tests.incremental(CURVE, currency="EUR"),
    ],
)
def test_letters_are_of_twelve_dots_and_none_is_cut_off(draw, render):
    ax = draw()
    assert render(ax) == []
    figure = ax.figure
    assert figure.get_size_inches().tolist() == [small.WIDTH, small.HEIGHT]
    written = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in written) * 100 / 72 >= 12
    title = next(text for text in written if text.get_text() == figure.get_suptitle())
    assert title.get_window_extent().x1 <= figure.bbox.x1 + 2


def test_effects_are_in_points_of_rates_and_in_units_of_amounts():
    table = effects(3)
    in_points = small_tests.effects(table, names="campaign", points=True).collections[-1]
    in_units = small_tests.effects(table, names="campaign", points=False).collections[-1]
    assert in_points.get_offsets()[:, 0].tolist() == pytest.approx(100 * table["effect"])
    assert in_units.get_offsets()[:, 0].tolist() == pytest.approx(table["effect"].tolist())


def test_of_many_campaigns_the_last_are_shown_and_the_title_says_of_how_many():
    ax = small_tests.effects(effects(9), names="campaign", points=True)
    assert ax.figure.get_suptitle() == "Effect by campaign (last 6 of 9)"
    assert ax.get_yticklabels()[-1].get_text().endswith("8")


def test_parts_and_lines_are_those_of_the_tables():
    parts = small_tests.uplift(PARTS).collections[-1].get_offsets()
    assert parts[:, 1].tolist() == pytest.approx((100 * PARTS["bin_uplift"]).tolist())
    drawn = {line.get_label(): line for line in small_tests.incremental(CURVE).lines}
    for label, column in (
        ("incremental", "incremental_profit"),
        ("with those who come anyway", "gross_profit"),
    ):
        assert drawn[label].get_ydata().tolist() == CURVE[column].tolist()


def test_what_they_cannot_draw():
    with pytest.raises(SchemaError):
        small_tests.incremental(CURVE.drop(columns="gross_profit"))
    with pytest.raises(DataError):
        small_tests.effects(effects(3).iloc[:0], names="campaign", points=True)
    with pytest.raises(DataError):
        small_tests.uplift(PARTS.iloc[:0])
