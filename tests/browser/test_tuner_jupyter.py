"""The Tuner in a real JupyterLab and a real Notebook: sliders move, the next cell agrees."""

import re

import numpy as np
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.notebook, pytest.mark.slow]

DATA = """
import numpy as np, pandas as pd
from workbench import FeatureFrame, RidgePropensity, Tuner
rng = np.random.default_rng(0)
n, fold = 4800, np.repeat(np.arange(6), 800)
X = pd.DataFrame(rng.normal(size=(n, 4)), columns=["visits", "spend", "recency", "age"])
for name in ("promo_click", "promo_open"):
    X[name] = np.where(np.isin(fold, (1, 3)), rng.lognormal(size=n), 0.0)
log_odds = -2 + 0.8 * X["visits"] - 0.4 * X["spend"] + 0.3 * X["promo_click"]
y = pd.Series((rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float))
catalogue = pd.DataFrame({"group": ["behaviour"] * 4 + ["promo"] * 2}, index=X.columns)
campaign = pd.Series([f"2024-{k + 1:02d}" for k in fold])
frame = FeatureFrame(X, y, campaign=campaign, catalogue=catalogue)
model = RidgePropensity().fit(frame)
"""
SHOW = "tuner = Tuner(model, frame)\ntuner"
SAY = """
exact = model.refit(tuner.penalties)
assert abs(tuner.model.coef_ - exact.coef_).max() < 1e-7
print("next cell", tuner.penalties["promo_click"], tuner.model.coef_standardised_["promo_click"])
"""


def slider(page, name, view=0):
    return page.locator(".tuner").nth(view).get_by_label(f"Penalty of {name}", exact=True)


def wait_exact(page, view=0, revision=0):
    page.wait_for_function(
        """([k, least]) => {
            const all = [];
            const walk = (node) => { for (const one of node.querySelectorAll('*')) {
                if (one.matches('.tuner')) all.push(one);
                if (one.shadowRoot) walk(one.shadowRoot); } };
            walk(document);
            const shown = all[k]?.dataset;
            return shown && shown.kind === 'exact' && shown.revision === shown.asked
                && shown.revision >= least;
        }""",
        arg=[view, revision],
    )


def coefficients(page, view=0):
    titles = page.locator(".tuner").nth(view).locator('[data-panel="coefficients"] circle title')
    return [text.replace("−", "-") for text in titles.all_text_contents()]


def test_a_slider_moves_by_mouse_and_by_keyboard_and_the_next_cell_agrees(server):
    page = server.page
    server.open("moves.ipynb", DATA, SHOW)
    wait_exact(page)
    before = coefficients(page)
    handle = slider(page, "promo")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    wait_exact(page)
    by_mouse = float(handle.input_value())
    assert by_mouse > 2
    assert coefficients(page) != before
    handle.press("ArrowLeft")
    handle.press("ArrowLeft")
    wait_exact(page)
    by_key = float(handle.input_value())
    assert by_key == pytest.approx(by_mouse - 0.1, abs=1e-6)
    page.evaluate("jupyterapp.commands.execute('notebook:insert-cell-below')")
    run(page, SAY)
    said = page.get_by_text(re.compile(r"^next cell")).last
    said.wait_for()
    penalty, coefficient = map(float, said.inner_text().split()[2:4])
    assert np.log10(penalty) == pytest.approx(by_key, abs=1e-6)
    shown = next(text for text in coefficients(page) if text.startswith("promo_click: "))
    assert float(shown.split()[-1]) == pytest.approx(coefficient, abs=6e-4)
    assert page.errors == []


def run(page, source):
    cell = page.locator(".jp-CodeCell").last.locator(".cm-content")
    cell.click()
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")


COUNT_OBSERVERS = """
window.observing = 0;
const observe = ResizeObserver.prototype.observe;
const disconnect = ResizeObserver.prototype.disconnect;
ResizeObserver.prototype.observe = function (node, ...rest) {
    if (!this.ofTuner && node.matches('.panel')) { this.ofTuner = true; window.observing += 1; }
    return observe.call(this, node, ...rest);
};
ResizeObserver.prototype.disconnect = function () {
    if (this.ofTuner) { this.ofTuner = false; window.observing -= 1; }
    return disconnect.call(this);
};
"""


def test_two_tuners_do_not_meet_and_a_cell_run_again_leaves_nothing_behind(server):
    page = server.page
    page.add_init_script(COUNT_OBSERVERS)
    server.open("two.ipynb", DATA, SHOW, "other = Tuner(model, frame)\nother")
    wait_exact(page, 1)
    start = slider(page, "promo", 1).input_value()
    slider(page, "promo", 0).fill("2")
    wait_exact(page, 0)
    assert slider(page, "promo", 1).input_value() == start
    assert page.evaluate("window.observing") == 2
    server.run_all()
    page.wait_for_function("document.querySelectorAll('[data-lm-suppress-shortcuts]').length === 2")
    wait_exact(page, 1)
    page.wait_for_timeout(500)
    assert page.locator(".tuner").count() == 2
    assert page.evaluate("window.observing") == 2
    assert page.errors == []


def test_a_kernel_that_is_gone_is_said_to_be(server):
    page = server.page
    server.open("gone.ipynb", DATA, SHOW)
    wait_exact(page)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()")
    slider(page, "promo").fill("2")
    status = page.locator(".tuner .status")
    page.get_by_text("No answer from the kernel").wait_for()
    assert "lost" in status.get_attribute("class")


def test_a_notebook_that_is_opened_again_shows_the_picture_and_no_error(server):
    page = server.page
    server.open("again.ipynb", DATA, SHOW)
    wait_exact(page)
    picture = page.locator(".workbench-saved img")
    picture.wait_for(state="attached")
    assert picture.count() == 1
    assert not picture.is_visible()
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(1000)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.reload()
    picture.wait_for()
    assert picture.evaluate("one => one.naturalWidth") > 500
    assert not page.get_by_text("model not found").is_visible()
    assert page.locator(".tuner").count() == 0


def test_python_moves_the_sliders_of_the_page(server):
    page = server.page
    server.open("python.ipynb", DATA, SHOW, 'tuner.model\ntuner.move({"promo": 10.0})')
    wait_exact(page, revision=1)
    assert float(slider(page, "promo").input_value()) == pytest.approx(1.0, abs=1e-6)
