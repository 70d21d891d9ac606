"""The propensity notebook in a real JupyterLab and a real Notebook, from top to bottom."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell

from workbench.files.shipped import notebook_path

pytestmark = [pytest.mark.browser, pytest.mark.notebook, pytest.mark.slow]

PARAMETERS = """
table, target, campaign = "shop.parquet", "bought", "wave"
groups = {"mail_*": "mail", "*": "behaviour"}
"""
SAY = """
shown = tuner.model.penalties_
print("next cell", shown["mail_opens"], len(targeting.chosen()))
warnings.warn("A column is odd.", DataWarning, stacklevel=1)
"""


def shop(n=3200, seed=0):
    """Make eight waves of contacts; what the last ones did is not all known yet."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)).round(3)
    chance = 1 / (1 + np.exp(1.5 - 1.2 * x[:, 0] - 0.5 * x[:, 2]))
    named = dict(zip(["mail_opens", "mail_clicks", "visits", "spend"], x.T, strict=True))
    bought = (rng.random(n) < chance).astype(float)
    bought[-300:] = np.nan
    return pd.DataFrame({**named, "wave": np.repeat(np.arange(1, 9), n // 8), "bought": bought})


def template():
    notebook = nbformat.read(notebook_path("propensity.ipynb"), as_version=4)
    tagged = [
        k for k, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])
    ]
    notebook.cells.insert(tagged[0] + 1, new_code_cell(PARAMETERS))
    notebook.cells.append(new_code_cell(SAY))
    return notebook


def test_it_runs_and_its_sliders_reach_the_next_cell(server):
    page = server.page
    page.set_default_timeout(40_000)
    shop().to_parquet(server.folder / "shop.parquet")
    server.open_notebook("propensity.ipynb", template())
    page.get_by_text("300 contacts are waiting.").wait_for()
    page.get_by_text(
        re.compile("^On . later campaigns by number, not seen before")
    ).first.wait_for()
    page.locator(".tuner[data-kind=exact]").wait_for()
    page.get_by_label("Penalty of mail", exact=True).fill("0.5")
    page.locator(".tuner[data-kind=exact]:not([data-revision='0'])").wait_for()
    depth = page.locator(".targeting").get_by_label("Depth: share of the contacts to make")
    depth.fill("40")
    contacts = page.locator('.targeting [data-figure="contacts"]')
    page.wait_for_function("node => node.innerText === '120'", arg=contacts.element_handle())
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    said = page.get_by_text(re.compile(r"^next cell .* 120\s*$"))
    said.wait_for()
    assert float(said.inner_text().split()[2]) == pytest.approx(10**0.5, rel=1e-6)
    assert page.locator(".workbench-note").last.inner_text() == "Note. A column is odd."
    assert page.get_by_text(".py:").count() == 0, "no path of a file"
    assert page.locator(".progress-bar-danger").count() == 0, "no bar ends in red"
    assert page.get_by_text("Tuning penalties").count() == 0, "bars that are done are gone"
    assert (
        page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count()
        == 0
    )
    assert page.errors == []
