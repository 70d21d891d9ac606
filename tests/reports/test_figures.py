import base64
import re

import matplotlib.pyplot as plt
import pytest

from workbench.reports.figures import description, svg_with_description


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


def test_the_same_figure_is_the_same_drawing_to_the_byte(figure):
    first, _ = svg_with_description(figure)
    second, metadata = svg_with_description(figure)
    assert first == second
    assert metadata == {"alt": "Gain <of> all: gain against share contacted; Lift"}


def test_a_drawing_refers_to_nothing_outside_itself(figure):
    svg, _ = svg_with_description(figure)
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    links = set(re.findall(r'(?:href|src)="([^"#]+)', svg))
    assert {link for link in links if link not in namespaces} == set()
    assert base64.b64encode(svg.encode())  # it is text
