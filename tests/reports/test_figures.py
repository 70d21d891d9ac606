import io

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from workbench import RidgePropensity, charts
from workbench.reports.figures import (
    NOT_SHOWN,
    description,
    png_with_description,
    report_figures,
)


@pytest.fixture
def figure():
    figure, axes = plt.subplots(1, 2)
    axes[0].set(xlabel="share\ncontacted", ylabel="gain")
    axes[0].set_title("Gain <of> all", loc="left")
    axes[1].set(title="Lift")
    yield figure
    plt.close(figure)


def test_every_panel_is_described(figure):
    assert description(figure) == "Gain <of> all: gain against share contacted; Lift"


def test_a_figure_without_words_is_a_chart():
    figure = plt.figure()
    assert description(figure) == "Chart"
    plt.close(figure)


def test_the_same_figure_is_the_same_picture_to_the_byte(figure):
    assert png_with_description(figure)[0] == png_with_description(figure)[0]


def test_a_picture_is_shown_at_half_its_size_and_described(figure):
    png, metadata = png_with_description(figure)
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    assert (metadata["width"], metadata["height"]) == (picture.width // 2, picture.height // 2)
    assert picture.width > 1000
    assert metadata["alt"] == description(figure)


def test_a_picture_is_small_and_keeps_its_colours(figure):
    figure.axes[0].plot(range(1000), [k % 7 for k in range(1000)], color="#0072b2")
    figure.axes[1].fill_between([0, 1], [0, 1], color="#d55e00", alpha=0.3)
    png, _ = png_with_description(figure)
    assert len(png) < 60_000
    colours = {colour for _, colour in Image.open(io.BytesIO(png)).convert("RGB").getcolors()}
    assert {(0, 114, 178), (255, 255, 255), (0, 0, 0)} <= colours


def test_outside_a_notebook_nothing_happens():
    assert report_figures() is None


def test_what_is_written_in_a_chart_names_nobody(watched):
    drawn, ax = plt.subplots()
    ax.barh(["age", "town=Upper Nowhere"], [1.0, 2.0])
    ax.set_title("tattooed")
    _, metadata = png_with_description(drawn)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["age", "other"]
    assert metadata["alt"] == "other"
    plt.close(drawn)


def test_a_chart_of_one_customer_is_a_sentence(monkeypatch):
    X = pd.DataFrame({"secret": [0.0, 1.0, 2.0, 40_123.0]})
    model = RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1])
    ax = charts.waterfall(model.explanation(X[3:]))
    drawn = []
    plain = Figure.savefig

    def savefig(figure, *given, **more):
        drawn.extend(text.get_text() for text in figure.findobj(Text))
        plain(figure, *given, **more)

    monkeypatch.setattr(Figure, "savefig", savefig)
    png, metadata = png_with_description(ax.figure)
    assert metadata["alt"] == NOT_SHOWN
    assert [text for text in drawn if text] == [NOT_SHOWN]
    assert Image.open(io.BytesIO(png)).format == "PNG"
    plt.close("all")
