"""The shift view in a mailed file with the network off, and in Jupyter: what Python says."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, ShiftView, Targeting
from workbench.files.shipped import notebook_path
from workbench.reports.run import run_notebook
from workbench.widgets.front.module import module_of
from workbench.widgets.views import SHIFT

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"
NAMES = (HOSTILE, 'said "it\'s" `${alert(1)}`', "x" * 80, "מספר הביקורים", "visits")
WIDTHS = (320, 768, 1600)


def made(names=("promo", "visits"), label="2024-{}", rows=4800, campaigns=12):
    """The first column exists in two campaigns, and turns in the second; the last grows."""
    rng = np.random.default_rng(0)
    fold = np.repeat(np.arange(campaigns), rows // campaigns)
    X = pd.DataFrame(rng.normal(size=(rows, len(names))), columns=list(names))
    once = (rng.random(rows) < 0.4) * np.isin(fold, [2, 6])
    X[names[0]] = once * 1.0
    X[names[-1]] += fold
    log_odds = -2.0 + once * np.where(fold == 2, 2.0, -2.0) + 0.3 * rng.normal(size=rows)
    y = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(float)
    frame = FeatureFrame(
        X,
        pd.Series(y),
        campaign=pd.Series([label.format(f"{k + 1:02d}") for k in fold]),
        customer=pd.Series([f"secret {k}" for k in range(rows)]),
    )
    return RidgePropensity(alpha=0.01).fit(frame), frame


@pytest.fixture(scope="module")
def plain():
    return made()


@pytest.fixture
def exported(mailed, tmp_path):
    """Put views into a report that must not hold a customer."""

    def export(*views):
        url = mailed(*views)
        assert "secret" not in (tmp_path / "report.html").read_text("utf-8")
        return url

    return export


def opened(page, url):
    page.goto(url)
    view = page.locator(".shift")
    view.locator("svg").first.wait_for()
    return view


def number(text):
    return float(text.replace("−", "-").replace(",", "").rstrip("%")) if text != "–" else np.nan


def cells(view):
    """The rows of the table below the charts, as text."""
    return [row.locator("td").all_inner_texts() for row in view.locator("details tbody tr").all()]


def agree(view, shift, name):
    """Hold that what is drawn and written of a column is what Python says of it."""
    table, score = shift.table(name), shift.scores.loc[name]
    kind, scale = ("mean", 1) if score["by_mean"] else ("active_share", 100)
    for (contacts, value, _, effect, interval), (_, row) in zip(
        cells(view), table.iterrows(), strict=True
    ):
        assert number(contacts) == row["contacts"]
        assert number(value) == pytest.approx(scale * row[kind], abs=0.51 if scale > 1 else 0.0051)
        assert number(effect) == pytest.approx(row["effect"], abs=0.0051, nan_ok=True)
        if not np.isnan(row["effect"]):
            low, high = map(number, interval.split(" to "))
            expected = row["effect_low"], row["effect_high"]
            assert (low, high) == pytest.approx(expected, abs=0.0051)
    assert view.locator(".sentence").inner_text() == score["sentence"]
    drawn = view.locator('[data-panel="effect"] circle').count()
    assert drawn == table["effect"].notna().sum()
    assert view.locator('[data-panel="value"] circle').count() == len(table)
    pooled = view.locator('[data-panel="effect"] h3').inner_text()
    if drawn:
        assert number(pooled.split()[1]) == pytest.approx(score["effect"], abs=0.0051)
    share = view.locator('[data-figure="score_share"]').inner_text()
    assert number(share) == pytest.approx(100 * score["score_share"], abs=0.51)


def test_choosing_a_feature_shows_its_figures(page, plain, exported, quiet):
    model, frame = plain
    shift = ShiftView(frame, model, release="exact")
    url = exported(shift)
    view = opened(page, url)
    view.locator("summary").click()
    agree(view, shift, "promo")
    assert "Exists in 2 of 12 campaigns" in view.locator(".sentence").inner_text()
    before = view.locator('[data-panel="value"] svg').inner_html()
    view.get_by_role("radio", name="visits").check()
    agree(view, shift, "visits")
    view.get_by_role("radio", name="promo").check()
    agree(view, shift, "promo")
    assert view.locator('[data-panel="value"] svg').inner_html() == before
    view.get_by_role("radio", name="visits").check()
    assert view.locator('[data-panel="value"] svg').inner_html() != before
    quiet(page, url)


@pytest.mark.slow
def test_search_order_and_keyboard(page, exported, quiet):
    model, frame = made(names=("promo", *(f"visits_{k:03d}" for k in range(299))))
    shift = ShiftView(frame, model, release="exact")
    shift.column = shift.scores.index[200]
    url = exported(shift)
    view = opened(page, url)
    inside, row = (
        view.locator(name).bounding_box() for name in (".choices", ".choice:has(:checked)")
    )
    assert inside["y"] < row["y"] < inside["y"] + inside["height"], "the list shows what is chosen"
    radios = view.get_by_role("radio")
    assert radios.count() == 300
    view.get_by_label("Order by").select_option("psi")
    assert view.locator(".choice bdi").first.inner_text() == shift.scores["psi"].idxmax()
    view.get_by_label("Search features").fill("VISITS 29")
    assert view.get_by_text("12 of 300 features").is_visible()
    page.keyboard.press("ArrowDown")
    listed = view.locator(".choice bdi").all_inner_texts()
    page.keyboard.press("ArrowDown")
    assert view.get_attribute("data-column") == listed[1]
    assert view.locator(".sentence").inner_text() == shift.scores.loc[listed[1], "sentence"]
    view.get_by_label("Search features").fill("nothing like it")
    assert view.get_by_text("None of 300 features has that in its name or group").is_visible()
    quiet(page, url)


@pytest.mark.slow
def test_hostile_names_at_three_widths_beside_another_view(page, exported, quiet):
    model, frame = made(names=NAMES, label=HOSTILE + " {}")
    shift = ShiftView(frame, model, release="exact")
    url = exported(shift, Targeting(model, frame, release="exact"))
    view = opened(page, url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for j, name in enumerate(shift.scores.index):
            view.get_by_role("radio").nth(j).check()
            assert view.locator("h3.chosen bdi").inner_text() == name
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
        tops = [
            view.locator(f'[data-panel="{p}"]').bounding_box()["y"] for p in ("value", "effect")
        ]
        assert (tops[0] == tops[1]) == (width > 320), "side by side where there is room"
    quiet(page, url)


def test_small_campaigns_are_left_out_and_it_says_so(page, plain, exported, quiet):
    model, frame = plain
    few = frame.rows((frame.campaign != "2024-12").to_numpy() | (np.arange(len(frame)) % 5 == 0))
    url = exported(ShiftView(few, model, release="exact"))
    view = opened(page, url)
    assert view.get_by_text("1 of 12 campaigns is left out of this file").is_visible()
    assert view.locator("details tbody tr").count() == 11
    assert "2024-12" not in view.inner_text()
    quiet(page, url)


def test_without_scripts_the_picture_is_there(browser, plain, exported):
    url = exported(ShiftView(plain[1], plain[0], release="exact"))
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    assert page.locator("figure[data-shift] img").is_visible()
    context.close()


CLEAN_UP = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const view = (await import(url)).default;
  const held = new Set(), watched = new Set();
  for (const kind of ["ResizeObserver", "MutationObserver"]) {
    const { observe, disconnect } = window[kind].prototype;
    window[kind].prototype.observe = function (...given) {
      watched.add(this);
      return observe.apply(this, given);
    };
    window[kind].prototype.disconnect = function () {
      watched.delete(this);
      return disconnect.apply(this);
    };
  }
  const state = JSON.parse(document.querySelector("#state").textContent);
  const model = {
    get: (name) => ({ state, column: state.column, order: state.order })[name],
    set() {}, save_changes() {},
    on: (name) => held.add(name),
    off: (name) => held.delete(name),
  };
  const counts = [];
  for (let k = 0; k < 3; k++) {
    const el = document.body.appendChild(document.createElement("div"));
    const close = view.render({ model, el });
    counts.push([held.size, watched.size]);
    close();
    el.remove();
  }
  return { counts, left: [held.size, watched.size] };
}"""


def test_closing_leaves_no_listener_and_no_observer(page, plain):
    shift = ShiftView(plain[1], plain[0], release="exact")
    held = json.dumps(shift.exported()).replace("<", "\\u003c")
    page.set_content(f'<script id="state" type="application/json">{held}</script>')
    found = page.evaluate(CLEAN_UP, module_of(SHIFT))
    assert found == {"counts": [[2, 2]] * 3, "left": [0, 0]}


@pytest.mark.slow
@pytest.mark.notebook
def test_the_report_of_the_template_is_alive_offline(page, tmp_path, quiet):
    _, frame = made()
    table = frame.X.assign(wave=frame.campaign, bought=frame.y.astype(int))
    table.to_parquet(tmp_path / "shop.parquet")
    given = {"table": str(tmp_path / "shop.parquet"), "target": "bought", "campaign": "wave"}
    finished = run_notebook(notebook_path("features.ipynb"), output=tmp_path, parameters=given)
    url = finished.report.as_uri()
    view = opened(page, url)
    before = view.locator(".sentence").inner_text()
    view.get_by_role("radio", name="visits").check()
    assert view.locator(".sentence").inner_text() != before
    quiet(page, url)


DATA = """
import numpy as np, pandas as pd
from workbench import FeatureFrame, ShiftView
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(1200, 3)), columns=["visits", "spend", "age"])
y = pd.Series((rng.random(1200) < 1 / (1 + np.exp(2 - X["visits"]))).astype(float))
frame = FeatureFrame(X, y, campaign=pd.Series(np.repeat(["May", "June", "July"], 400)))
shift = ShiftView(frame, column="visits", release="exact")
shift
"""
SAY = 'print("shown", shift.column, shift.order, len(shift.table()))'


@pytest.mark.notebook
@pytest.mark.slow
def test_the_next_cell_has_the_feature_that_is_shown(server):
    page = server.page
    server.open("shift.ipynb", DATA, SAY)
    view = page.locator(".shift")
    view.locator("svg").first.wait_for()
    listed = view.locator(".choice bdi").all_inner_texts()
    view.get_by_role("radio").first.check()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    view.get_by_label("Order by").select_option("concentration")
    page.wait_for_timeout(500)
    page.evaluate(
        "jupyterapp.shell.currentWidget.content.activeCellIndex = 1;"
        "void jupyterapp.commands.execute('notebook:run-cell')"
    )
    server.cell_output(1).get_by_text(f"shown {listed[2]} concentration 3").wait_for()
    assert page.errors == []
