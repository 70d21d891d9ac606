"""The view of one contact in a real JupyterLab and Notebook; what is saved holds nothing of it."""

import nbformat
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.notebook, pytest.mark.slow]

DATA = """
import numpy as np, pandas as pd
from workbench import Explained, FeatureFrame, RidgePropensity
rng = np.random.default_rng(0)
X = pd.DataFrame({"visits": rng.poisson(3, 900), "town": rng.choice(["Bonn", "Ulm"], 900)})
X.loc[7, "visits"] = 5
y = pd.Series((rng.random(900) < 1 / (1 + np.exp(2 - 0.4 * X["visits"]))).astype(float))
frame = FeatureFrame(X, y, customer=pd.Series([f"secret-{k}" for k in range(900)]))
model = RidgePropensity(alpha=0.01).fit(frame)
"""
SHOW = 'one = Explained(model, frame, customer="secret-" + str(7))\none'
SAY = 'print("next cell", one.score, model.propensity(X.iloc[[7]].assign(visits=8.0)).iloc[0])'


def test_a_change_is_scored_and_nothing_of_the_contact_is_saved(server):
    page = server.page
    server.open("one.ipynb", DATA, SHOW)
    field = page.locator(".explained [data-field='visits']")
    field.wait_for()
    before = page.locator(".explained").get_attribute("data-score")
    field.fill("8")
    page.wait_for_function(
        """(before) => {
            const walk = (node) => { for (const one of node.querySelectorAll('*')) {
                if (one.matches('.explained')) return one;
                if (one.shadowRoot && walk(one.shadowRoot)) return walk(one.shadowRoot); } };
            const shown = walk(document).dataset;
            return shown.asked === shown.answered && shown.score !== before;
        }""",
        arg=before,
    )
    score = float(page.locator(".explained").get_attribute("data-score"))
    page.evaluate("jupyterapp.commands.execute('notebook:insert-cell-below')")
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.insert_text(SAY)
    page.keyboard.press("Shift+Enter")
    page.get_by_text("next cell 0").wait_for()
    said = page.get_by_text("next cell 0").inner_text().split()[2:4]
    assert [float(one) for one in said] == pytest.approx([score, score], abs=1e-12)
    page.evaluate("void jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(2000)
    saved = nbformat.read(server.folder / "one.ipynb", as_version=4)
    outputs = str([cell.get("outputs") for cell in saved.cells[1:2]]) + str(saved.metadata)
    assert "application/vnd.marketing-workbench.explained+json" in outputs
    assert "secret-7" not in outputs
    assert page.errors == []
