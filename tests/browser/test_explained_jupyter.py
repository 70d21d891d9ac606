"""Views of one contact and of one text in JupyterLab and Notebook; no file keeps what they hold."""

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


TEXTS = """
from workbench import Routed
from workbench.texts import TextRouter, load_texts
table = load_texts()
router = TextRouter(((1, 1, "words"),), precision=0.9, alpha=0.001, least=3)
router = router.fit(table.texts, table.labels, period=table.period)
"""
TYPED = "My login is locked, says Zebedee Quux"
ROUTE = (
    f'print("next cell", router.route(["{TYPED[:18]}" + "{TYPED[18:]}"])["probability"].iloc[0])'
)


def test_a_text_is_routed_and_nothing_that_is_typed_is_saved(server):
    if server.kind != "lab":
        pytest.skip("one front end is enough: the view is hosted as that of a contact")
    page = server.page
    server.open("text.ipynb", TEXTS, "Routed(router, table)", ROUTE)
    page.locator(".routed textarea").fill(TYPED)
    page.locator(".routed[data-chance]").wait_for()
    said = page.get_by_text("next cell 0")
    said.wait_for()
    chance = float(page.locator(".routed").get_attribute("data-chance"))
    assert float(said.inner_text().split()[2]) == pytest.approx(chance, abs=1e-9)
    page.evaluate("void jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(2000)
    saved = nbformat.read(server.folder / "text.ipynb", as_version=4)
    outputs = str(saved.cells[1].outputs) + str(saved.metadata)
    assert "application/vnd.marketing-workbench.routed+json" in outputs
    assert "Quux" not in outputs
    assert page.errors == []
