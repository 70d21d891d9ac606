"""The propensity notebook's Tuner, from a flat table to the mailed file, with the network off."""

import numpy as np
import pandas as pd
import pytest

from workbench.files.shipped import notebook_path
from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.browser, pytest.mark.notebook]


def table(n=2400, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)).round(3)
    chance = 1 / (1 + np.exp(1.5 - 1.2 * x[:, 0]))
    named = dict(zip(["mail_opens", "mail_clicks", "visits", "spend"], x.T, strict=True))
    bought = (rng.random(n) < chance).astype(int)
    return pd.DataFrame({**named, "wave": np.sort(rng.integers(1, 9, n)), "bought": bought})


@pytest.mark.parametrize("campaign", ["wave", pytest.param(None, marks=pytest.mark.slow)])
def test_the_report_of_the_template_moves_offline(offline_page, tmp_path, campaign):
    rows = table() if campaign else table().drop(columns="wave")
    rows.to_parquet(tmp_path / "shop.parquet")
    given = {"table": str(tmp_path / "shop.parquet"), "target": "bought", "campaign": campaign}
    given["groups"] = {"mail_*": "mail", "*": "behaviour"}
    finished = run_notebook(notebook_path("propensity.ipynb"), output=tmp_path, parameters=given)
    assert finished.report.stat().st_size < 2_000_000
    url = finished.report.as_uri()
    offline_page.goto(url)
    offline_page.get_by_role("link", name="The model", exact=True).click()
    view = offline_page.locator(".tuner[data-revision]")
    view.wait_for()
    assert view.count() == 1
    coefficient = view.locator('[data-panel="coefficients"] circle.now title').first
    before = coefficient.text_content(), view.locator(".sentence").inner_text()
    view.get_by_label("Penalty of mail", exact=True).fill("1")
    view.get_by_label("Penalty of behaviour", exact=True).fill("1")
    offline_page.wait_for_function(
        "([view, text]) => view.querySelector('.sentence').innerText !== text",
        arg=[view.element_handle(), before[1]],
    )
    assert coefficient.text_content() != before[0]
    assert offline_page.errors == []
    assert [it for it in offline_page.requests if not it.startswith("data:image/")] == [url]
