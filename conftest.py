"""What holds for tests and examples alike: none leaves a figure to the next one."""

import sys

import pytest


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Close what was drawn: matplotlib warns from the twentieth open figure on."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
