import io
import unicodedata
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import font_manager
from PIL import Image

from workbench import charts
from workbench.charts import lettering, style
from workbench.charts.lettering import legible, letter
from workbench.reports.figures import png_with_description

# of a script that no font of ours has, whatever is installed: the last private plane
NOBODYS = "\U0010fffd"
NAMES = ["🎉 Party", "東京キャンペーン", "한국어", "Köln", "a\u200db", f"x{NOBODYS}", "$5 off $9"]


@pytest.fixture
def figure():
    drawn, ax = plt.subplots(layout="constrained")
    ax.barh(range(len(NAMES)), range(len(NAMES)))
    style.rows(ax, NAMES)
    style.title(ax, "Best: 夏 😀")
    style.label(ax, NAMES[1], (1, 1))
    yield drawn
    plt.close(drawn)


def test_no_glyph_is_missing_from_any_picture(figure):
    """Matplotlib warns of each that is; and here warnings are errors."""
    picture, about = png_with_description(figure)
    assert Image.open(io.BytesIO(picture)).format == "PNG"
    assert about["alt"] == "Best: 夏 😀"  # the words keep the names


def test_without_it_glyphs_are_missing(figure):
    with pytest.warns(UserWarning, match="missing from font"):
        figure.savefig(io.BytesIO())


def test_what_no_font_has_is_spelled_out_and_told_apart(figure, monkeypatch):
    monkeypatch.setattr(lettering, "_families", lambda: (lettering.OWN,))
    letter(figure)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == [
        "[party popper] Party", "[6771 4EAC 30AD…0DA 30FC 30F3]", "[D55C AD6D C5B4]", "Köln",
        "a\u200db", "x[10FFFD]", "$5 off $9",
    ]  # fmt: skip
    assert figure.axes[0].get_title(loc="left") == "Best: [590F] 😀"  # DejaVu has that face
    letter(figure)  # once more changes nothing
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == labels


def test_names_that_can_be_written_are_left_alone():
    drawn, ax = plt.subplots()
    style.rows(ax, ["Köln", "Łódź", "Ελλάς", "Москва"])
    before = io.BytesIO()
    drawn.savefig(before)
    letter(drawn)
    after = io.BytesIO()
    drawn.savefig(after)
    plt.close(drawn)
    same = [np.asarray(Image.open(picture)) for picture in (before, after)]
    np.testing.assert_array_equal(*same)


def test_an_installed_font_writes_what_ours_cannot(monkeypatch):
    """STIX, which comes with matplotlib, has signs that DejaVu lacks."""
    stix = font_manager.get_font(font_manager.findfont("STIXGeneral")).get_charmap()
    own = font_manager.get_font(font_manager.findfont(lettering.OWN)).get_charmap()
    lacking = map(chr, sorted(set(stix) - set(own)))
    sign = next(sign for sign in lacking if unicodedata.category(sign).startswith("S"))
    assert legible(sign).startswith("[")
    monkeypatch.setattr(lettering, "_families", lambda: (lettering.OWN, "STIXGeneral"))
    assert legible(sign) == sign
    drawn, ax = plt.subplots()
    ax.set_title(sign)
    letter(drawn)
    with warnings.catch_warnings(action="error"):
        drawn.savefig(io.BytesIO())
    plt.close(drawn)


def test_a_chart_of_the_package():
    rng = np.random.default_rng(0)
    from workbench import metrics

    campaign = np.repeat(["春🌸", "夏", "秋"], 100)
    table = metrics.by_campaign(rng.integers(0, 2, 300), rng.random(300), campaign)
    ax = charts.by_campaign(table)
    png_with_description(ax.figure)
    plt.close(ax.figure)
