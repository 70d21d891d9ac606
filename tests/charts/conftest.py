"""Every chart test: real figures without a display, closed afterwards, nothing global changed."""

import warnings

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def no_trace():
    """Fail a test that leaves rcParams changed; close its figures."""
    plt.switch_backend("agg")
    before = dict(plt.rcParams)
    yield
    plt.close("all")
    assert dict(plt.rcParams) == before


@pytest.fixture
def render():
    """Draw a chart as a notebook would; return what sticks out of its page."""

    def drawn(ax):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a squeezed layout, a missing glyph, a bad limit
            ax.figure.canvas.draw()
        page, tight = ax.figure.bbox, ax.get_tightbbox()
        # two pixels: antialiasing
        inside = page.x0 - 2 <= tight.x0, tight.x1 <= page.x1 + 2
        inside += page.y0 - 2 <= tight.y0, tight.y1 <= page.y1 + 2
        return [
            side
            for side, fits in zip(("left", "right", "bottom", "top"), inside, strict=True)
            if not fits
        ]

    return drawn
