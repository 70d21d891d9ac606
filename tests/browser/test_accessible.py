"""axe-core finds no fault in any page or view: light and dark, on a desk and on a telephone."""

import io
from base64 import b64encode
from datetime import UTC, datetime

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from tests.browser.chart_letters import cut_off, sizes
from workbench import FeatureFrame, RidgePropensity, ShiftView, Targeting, Tuner
from workbench.charts.style import PALETTE
from workbench.datasets import planted
from workbench.files.shipped import notebook_path
from workbench.reports.export import export_report
from workbench.reports.figures import png_with_description
from workbench.reports.headline import Figure, Headline
from workbench.reports.history import read_history, record, row_of
from workbench.reports.run import Run, run_notebook
from workbench.reports.signs import Signs
from workbench.reports.trend import write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def model_and_frame():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(2400, 4)), columns=["visits", "spend", "promo_a", "promo_b"])
    y = pd.Series((rng.random(2400) < 1 / (1 + np.exp(2 - X["visits"]))).astype(float))
    campaign = pd.Series(np.repeat([f"2024-{k:02d}" for k in range(1, 7)], 400))
    catalogue = pd.DataFrame({"group": ["shop", "shop", "promo", "promo"]}, index=X.columns)
    frame = FeatureFrame(X, y, campaign=campaign, catalogue=catalogue)
    return RidgePropensity(alpha=0.01).fit(frame), frame


@pytest.mark.slow
def test_mailed_views_have_no_fault(model_and_frame, mailed, faults):
    model, frame = model_and_frame
    given = {"release": "exact"}
    views = Tuner(model, **given), Targeting(model, frame, **given), ShiftView(frame, **given)
    assert faults(mailed(*views)) == []


@pytest.mark.slow
def test_pictures_in_place_of_views_have_no_fault(model_and_frame, mailed, faults):
    model, frame = model_and_frame
    views = Tuner(model, release="static"), Targeting(model, frame, release="static")
    assert faults(mailed(*views)) == []


@pytest.mark.slow
def test_the_history_has_no_fault(tmp_path, faults):
    for day in (27, 28):
        figures = [Figure("AUC", 0.7, digits=3, better="higher"), Figure("Best", 0.4, "share")]
        headline = Headline("Who?", "Good.", figures, about="shop")
        run = Run(tmp_path / "a.html", None, headline, 1.0, Signs(()), ())
        moment = datetime(2026, 11, day, 6, tzinfo=UTC)
        record(tmp_path, row_of(run, notebook="spring", moment=moment, folder=tmp_path))
    assert faults(write_page(read_history(tmp_path), tmp_path).as_uri()) == []


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.parametrize("name", ["features", "shift"])
def test_reports_of_templates_have_no_fault(name, tmp_path, faults):
    frame = planted(train_campaigns=8, new_campaigns=0, rows=120, stable=2, spiky=2, seed=1).frame
    table = frame.X.assign(campaign=frame.campaign, day=frame.as_of, bought=frame.y.astype(int))
    table.to_parquet(tmp_path / "shop.parquet")
    given = {"table": str(tmp_path / "shop.parquet"), "target": "bought", "campaign": "campaign"}
    given |= {"time": "day"} | ({"methods": ["shuffled co-data"]} if name == "shift" else {})
    done = run_notebook(notebook_path(f"{name}.ipynb"), output=tmp_path, parameters=given)
    assert faults(done.report.as_uri()) == []


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.parametrize("name", ["experiment", "texts"])
def test_the_report_of_what_ships_has_no_fault(name, tmp_path, faults):
    done = run_notebook(notebook_path(f"{name}.ipynb"), output=tmp_path, parameters={})
    assert faults(done.report.as_uri()) == []


def test_a_fault_would_be_found(tmp_path, faults):
    page = tmp_path / "page.html"
    page.write_text('<html lang="en"><title>x</title><main><h1>x</h1><img src="data:,"></main>')
    assert {fault.split(":")[0] for fault in faults(page.as_uri())} == {"image-alt"}


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    parts = np.asarray(colour[:3]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_a_chart_stands_out_on_a_dark_page_and_letters_are_read(browser, tmp_path):
    figure, ax = plt.subplots(figsize=(4, 2))
    figure.set_facecolor("white")
    ax.set_position([0, 0, 1, 1])
    ax.axis("off")
    ax.bar(range(len(PALETTE) + 1), 1.0, color=[*PALETTE, "#262626"], width=0.8)
    ax.set_xlim(-1, len(PALETTE) + 1)
    data, about = png_with_description(figure)
    plt.close(figure)
    held, told = {"image/png": b64encode(data).decode()}, {"image/png": about}
    cells = [new_code_cell("x", outputs=[new_output("display_data", data=held, metadata=told)])]
    nbformat.write(new_notebook(cells=cells), tmp_path / "chart.ipynb")
    export_report(tmp_path / "chart.ipynb", tmp_path / "chart.html")
    context = browser.new_context(color_scheme="dark", offline=True)
    page = context.new_page()
    page.goto((tmp_path / "chart.html").as_uri())
    taken = Image.open(io.BytesIO(page.locator("figure img").screenshot())).convert("RGB")
    ground = taken.getpixel((2, taken.height // 2))
    body = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert body == f"rgb{ground}", "what was white has become the page"
    step = taken.width / (len(PALETTE) + 2)
    bars = [taken.getpixel((int((k + 1) * step), taken.height // 2)) for k in range(9)]
    assert all(contrast(bar, ground) >= 3 for bar in bars), bars
    assert contrast(bars[-1], ground) >= 7, "the ink"
    blue, vermilion = bars[0], bars[5]
    assert blue[2] > blue[0], "a colour keeps its hue"
    assert vermilion[0] > vermilion[2], "a colour keeps its hue"
    page.emulate_media(media="print")
    paper = Image.open(io.BytesIO(page.locator("figure img").screenshot())).convert("RGB")
    assert paper.getpixel((2, paper.height // 2)) == (255, 255, 255)
    context.close()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_a_mailed_view_follows_the_readers_screen_and_not_on_paper(
    browser, model_and_frame, mailed, scheme, dark
):
    context = browser.new_context(color_scheme=scheme, offline=True)
    page = context.new_page()
    page.goto(mailed(Tuner(model_and_frame[0], release="exact")))
    view = page.locator(".tuner[data-revision]")
    view.wait_for()
    ground = "one => getComputedStyle(one).backgroundColor"
    light = "rgb(255, 255, 255)"
    assert (view.evaluate(ground) != light) is dark
    assert (page.locator("html").evaluate(ground) != light) is dark
    page.emulate_media(media="print")
    assert view.evaluate(ground) == light
    context.close()


def test_letters_of_mailed_views_have_twelve_dots_on_a_telephone(page, model_and_frame, mailed):
    model, frame = model_and_frame
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(mailed(Tuner(model, release="exact"), Targeting(model, frame, release="exact")))
    page.locator(".tuner[data-revision] svg text").first.wait_for()
    page.locator(".targeting svg text").first.wait_for()
    for _ in range(100):  # a picture is drawn before it is laid out
        shown = sizes(page.locator("svg text"))
        if np.isfinite(shown).all():
            break
        page.wait_for_timeout(100)
    assert len(shown) > 30
    assert min(shown) >= 11.9
    assert cut_off(page.locator("svg text")) == []
