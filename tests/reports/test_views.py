"""Live views in an exported notebook: what is embedded, what may run, and nothing else."""

import base64
import hashlib
import json
import re
from html import escape

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench import Explained, FeatureFrame, RidgePropensity, ShiftView, Targeting, Tuner
from workbench.reports.export import export_report
from workbench.reports.page_script import page_script
from workbench.reports.views import take_views
from workbench.widgets.targeting.targeting import PICTURE_ALONE
from workbench.widgets.views import EXPLAINED, TUNER

HOSTILE = ("</script><img src=x onerror=alert(1)>", "<!--<script>", "]]>&amp;'\"\u2028")


@pytest.fixture(scope="module")
def tuner():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(900, 3)), columns=list(HOSTILE))
    y = rng.random(900) < 1 / (1 + np.exp(1 - X.iloc[:, 0]))
    campaign = np.repeat([f"{HOSTILE[0]} {k}" for k in range(3)], 300)
    model = RidgePropensity(alpha=0.01).fit(
        X, y, campaign=campaign, groups=dict.fromkeys(HOSTILE, HOSTILE[0])
    )
    return Tuner(model)


def notebook_of(tuner, widgets=None):
    data, metadata = tuner._repr_mimebundle_()
    output = new_output("display_data", data=data, metadata=metadata)
    cells = [new_markdown_cell("# Title\n\n## Section"), new_code_cell("tuner", outputs=[output])]
    return new_notebook(cells=cells, metadata={"widgets": widgets} if widgets else {})


def report_of(notebook, folder):
    nbformat.write(notebook, folder / "a.ipynb")
    export_report(folder / "a.ipynb", folder / "a.html")
    return (folder / "a.html").read_text("utf-8")


def embedded(html):
    found = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(text) for text in found]


def test_the_state_goes_through_html_unharmed_and_with_no_tag_in_it(tuner, tmp_path):
    html = report_of(notebook_of(tuner), tmp_path)
    state = embedded(html)[0]
    assert state["columns"] == list(HOSTILE)
    assert state == json.loads(json.dumps(tuner.state()))
    assert "<img src=x" not in html
    assert html.count("<script") == 3  # state, view, and the page's own


def test_its_scripts_are_those_that_the_policy_names(tuner, tmp_path):
    html = report_of(notebook_of(tuner), tmp_path)
    script = re.search(r'<script type="module">(.*?)</script>', html, re.DOTALL).group(1)
    digest, own = (
        base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()
        for one in (script, page_script())
    )
    policy = re.search(r'content="(default-src[^"]*)"', html).group(1)
    assert policy == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}' 'sha256-{own}'"
    )


def test_a_report_without_a_view_allows_no_script(tmp_path):
    html = report_of(new_notebook(cells=[new_markdown_cell("# Title")]), tmp_path)
    assert "<script" not in html
    assert "script-src" not in html


def test_two_views_share_the_script(tuner, tmp_path):
    notebook = notebook_of(tuner)
    notebook.cells.append(new_code_cell("again", outputs=notebook.cells[1].outputs))
    html = report_of(notebook, tmp_path)
    assert len(embedded(html)) == 2
    assert html.count('<script type="module">') == 1


def test_the_sliders_stay_where_they_were_left(tuner):
    name = "application/vnd.jupyter.widget-state+json"
    moved = [0.5, 0.01, 2.0]
    left = {
        "facts": {"columns": list(HOSTILE)},
        "answer": {"penalties": moved},
        "money": {"cost": 2.0, "margin": 30.0},
    }
    saved = {name: {"state": {tuner.model_id: {"state": left}}}}
    _, views = take_views(notebook_of(tuner, saved))
    state = embedded(next(iter(views.places.values())))[0]
    assert state["shown"] == moved
    assert state["money"] == {"cost": 2.0, "margin": 30.0}


def test_a_mark_in_the_data_is_text(tuner, tmp_path):
    notebook = notebook_of(tuner)
    fake = f"<figure data-tuner><script type='application/json'>{{}}</script></figure>{HOSTILE[0]}"
    for kind in ("text/html", "text/plain"):
        notebook.cells.append(new_code_cell("", outputs=[new_output("display_data", {kind: fake})]))
    html = report_of(notebook, tmp_path)
    assert html.count("<figure data-tuner>") == 1
    assert html.count("<script") == 3  # state, view, and the page's own


def test_where_rows_are_too_few_the_picture_stands_alone(tuner, tmp_path):
    notebook = notebook_of(tuner)
    notebook.cells[1].outputs[0].data[TUNER.mime] = {}
    html = report_of(notebook, tmp_path)
    assert re.findall("<script[^>]*>", html) == ["<script>"]  # the page's own, and no view
    assert "data:image/png;base64," in html
    assert "Too few contacts, or cells of contacts, for a view that works in a file" in html


def test_the_notebook_itself_is_not_changed(tuner):
    notebook = notebook_of(tuner)
    before = json.dumps(notebook)
    take_views(notebook)
    assert json.dumps(notebook) == before


def test_targeting_is_kept_where_its_slider_and_inputs_were_left(tuner, tmp_path):
    values = np.random.default_rng(0).normal(size=(400, 3))
    frame = FeatureFrame(
        pd.DataFrame(values, columns=list(HOSTILE)), pd.Series(np.arange(400) % 4 == 0) * 1.0
    )
    targeting = Targeting(tuner.model, frame, depth=0.3)
    left = {"money": {"cost": 3.0, "margin": 7.0}, "depth": None}
    saved = {targeting.model_id: {"state": left}}
    notebook = notebook_of(
        targeting, {"application/vnd.jupyter.widget-state+json": {"state": saved}}
    )
    state = embedded(report_of(notebook, tmp_path))[0]
    assert state == {**json.loads(json.dumps(targeting.exported())), **left}
    assert targeting.exported()["depth"] == 0.3


def test_a_view_of_amounts_is_mailed_as_a_picture_with_the_reason(tuner, tmp_path):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(400, 3)), columns=list(HOSTILE))
    frame = FeatureFrame(X, pd.Series(np.arange(400) % 4 == 0) * 1.0)
    targeting = Targeting(tuner.model, frame, margin=rng.gamma(2.0, 50.0, 400))
    left = {"money": {"cost": 3.0, "margin": 0.5}, "depth": 0.2}
    saved = {"state": {targeting.model_id: {"state": {**targeting.get_state(), **left}}}}
    saved = json.loads(json.dumps(saved, default=str))
    notebook = notebook_of(targeting, {"application/vnd.jupyter.widget-state+json": saved})
    html = report_of(notebook, tmp_path)
    assert re.findall("<script[^>]*>", html) == ["<script>"]  # the page's own, and no view
    assert "figure data-targeting" not in html
    assert escape(PICTURE_ALONE) in html
    assert "Too few" not in html
    assert not [one for one in targeting.state["bins"][1] if str(one)[:8] in html]


def test_an_exact_targeting_is_said_to_be_for_readers_inside(tuner, tmp_path):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 3)), columns=list(HOSTILE))
    frame = FeatureFrame(X, pd.Series(np.arange(400) % 4 == 0) * 1.0)
    html = report_of(notebook_of(Targeting(tuner.model, frame, release="exact")), tmp_path)
    assert "Exact statistics: for readers inside the house alone." in html
    html = report_of(notebook_of(Targeting(tuner.model, frame)), tmp_path)
    assert "Exact statistics" not in html


def test_a_shift_view_is_kept_on_the_feature_that_was_chosen(tmp_path):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(600, 3)), columns=list(HOSTILE))
    y, labels = pd.Series(np.arange(600) % 4 == 0) * 1.0, pd.Series(np.repeat(["a", "b", "c"], 200))
    shift = ShiftView(FeatureFrame(X, y, labels))
    left = {"column": HOSTILE[1], "order": "psi"}
    saved = {"state": {shift.model_id: {"state": left}}}
    notebook = notebook_of(shift, {"application/vnd.jupyter.widget-state+json": saved})
    html = report_of(notebook, tmp_path)
    state = embedded(html)[0]
    assert state == {**json.loads(json.dumps(shift.exported())), **left}
    assert "<img src=x" not in html
    assert html.count("<script") == 3  # state, view, and the page's own


def test_a_view_of_one_customer_is_mailed_as_a_sentence(tmp_path):
    """Neither the report nor its picture has the customer, a value of theirs, or their score."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"income": rng.lognormal(10, 1, 400), "town": rng.choice(["A", "B"], 400)})
    X.loc[17] = [40_123_457.0, "Upper Nowhere"]
    names = pd.Series([f"customer-{k}" for k in range(400)])
    frame = FeatureFrame(X, pd.Series(np.arange(400) % 4 == 0) * 1.0, customer=names)
    one = Explained(RidgePropensity(alpha=0.01).fit(frame), frame, customer="customer-17")
    one.move({"income": 31_415.0})
    state = {one.model_id: {"state": one.get_state()}}
    saved = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    notebook = notebook_of(one, json.loads(json.dumps(saved, default=str)))
    kept = json.dumps(notebook)
    html = report_of(notebook, tmp_path)
    assert html.count(escape(EXPLAINED.picture)) == 1
    assert re.findall("<script[^>]*>", html) == ["<script>"]  # the page's own, and no view
    assert "image/png;base64" not in html
    assert "renderExplained" not in html
    telling = (
        "customer-17",
        "40123457",
        "40,123,457",
        "Upper Nowhere",
        "31415",
        f"{one.score:.6f}",
    )
    for text in (html, kept):
        assert [trace for trace in telling if trace in text] == []
