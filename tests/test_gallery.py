"""The gallery shows every public chart, by code that draws it and in a picture of its own."""

import re
from pathlib import Path

from workbench import charts

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "gallery.md").read_text(encoding="utf-8")
PLOTS = re.findall(r"^\.\. plot::\n((?:   .*\n|\n)+)```$", PAGE, re.MULTILINE)


def test_every_public_chart_is_drawn_once():
    drawn = re.findall(r"\bcharts\.(\w+)\(", PAGE)
    assert sorted(drawn) == sorted(charts.__all__)


def test_each_picture_has_a_file_of_its_own_and_words():
    """Pictures without a name of their own overwrite one another."""
    shown = [plot for plot in PLOTS if ":nofigs:" not in plot]
    assert len(shown) == len(charts.__all__)
    for plot in shown:
        (name,) = re.findall(r":filename-prefix: (\w+)", plot)
        assert f"charts.{name}(" in plot
        assert re.search(r":alt: \w.{20,}", plot)
        assert ":include-source:" in plot
