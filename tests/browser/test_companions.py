"""Targeting in a mailed file with the network off, and in Jupyter: it moves, and tells no name."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from workbench import FeatureFrame, RidgePropensity, Targeting, Tuner
from workbench.metrics import profit_by_depth
from workbench.widgets.targeting.ranked_contacts import unseen_propensities

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"
WIDTHS = (320, 768, 1600)
RELEASES = ("private", "exact")


def made(names=("visits", "spend"), label="2024-{}", rows=4800, campaigns=12):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(rows, len(names))), columns=list(names))
    fold = np.repeat(np.arange(campaigns), rows // campaigns)
    offset = -2.2 + 0.25 * rng.normal(size=campaigns)[fold]
    y = (rng.random(rows) < 1 / (1 + np.exp(-offset - X.iloc[:, 0]))).astype(float)
    frame = FeatureFrame(
        X,
        pd.Series(y),
        campaign=pd.Series([label.format(f"{k + 1:02d}") for k in fold]),
        customer=pd.Series([f"secret {HOSTILE} {k}" for k in range(rows)]),
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
    view = page.locator(".targeting")
    view.locator("svg").wait_for()
    return view


def figure(view, name):
    text = view.locator(f'[data-figure="{name}"]').inner_text()
    return float(text.replace("−", "-").replace(",", ""))


def bounds(view):
    said = view.locator('[data-figure="interval"]').inner_text().split(" to ")
    return [float(part.replace("−", "-").replace(",", "")) for part in said]


def depth(view):
    return view.get_by_label("Depth: share of the contacts to make")


def test_depth_cost_and_margin_move_the_figures_as_rows_would_say(page, plain, exported, quiet):
    model, frame = plain
    url = exported(Targeting(model, frame, cost=1.0, margin=8.0, release="exact"))
    view = opened(page, url)
    scores = unseen_propensities(model, frame)[0]
    for share, cost, margin in ((0.25, 1.0, 8.0), (0.6, 1.5, 20.0)):
        view.get_by_label("cost of a contact").fill(str(cost))
        view.get_by_label("margin of a response").fill(str(margin))
        depth(view).fill(str(100 * share))
        table = profit_by_depth(frame.y, scores, cost=cost, margin=margin)
        n = round(share * len(frame))
        best = np.argsort(-scores, kind="stable")[:n]
        assert figure(view, "contacts") == n
        assert figure(view, "responses") == pytest.approx(scores[best].sum(), abs=0.051)
        assert figure(view, "came") == frame.y.to_numpy()[best].sum()
        for name in ("expected", "realised"):
            exact = np.interp(share, table["depth"], table[f"{name}_profit"])
            assert figure(view, name) == pytest.approx(exact, abs=0.51), name
        low, high = bounds(view)
        assert low < figure(view, "expected") < high
        assert f"Contact the best {n:,}" in view.locator(".sentence").inner_text()
    quiet(page, url)


def test_a_share_of_each_amount_moves_the_figures_as_rows_would_say(page, exported, quiet):
    model, frame = made(names=("visits", "spend"))
    amounts = np.random.default_rng(1).gamma(1.5, 30.0, len(frame))
    views = {
        one: Targeting(model, frame, cost=3.0, margin=amounts, release=one) for one in RELEASES
    }
    url = exported(views["exact"])
    view = opened(page, url)
    scores = unseen_propensities(model, frame)[0]
    for share, cost, depth_now in ((1.0, 3.0, 0.25), (0.4, 1.5, 0.6)):
        view.get_by_label("cost of a contact").fill(str(cost))
        view.get_by_label("margin, as a share of the amount").fill(str(share))
        depth(view).fill(str(100 * depth_now))
        n = round(depth_now * len(frame))
        best = np.argsort(-scores * amounts, kind="stable")[:n]
        expected = (scores * amounts)[best].sum()
        came = (frame.y.to_numpy() * amounts)[best].sum()
        table = profit_by_depth(frame.y, scores, cost=cost, margin=share * amounts)
        assert figure(view, "contacts") == n
        assert figure(view, "responses") == pytest.approx(expected, abs=0.51)
        assert figure(view, "came") == pytest.approx(came, abs=0.51)
        for name in ("expected", "realised"):
            exact = np.interp(depth_now, table["depth"], table[f"{name}_profit"])
            assert figure(view, name) == pytest.approx(exact, abs=0.51), name
        low, high = bounds(view)
        assert low < figure(view, "expected") < high
    assert view.get_by_text("amount that came").is_visible()
    assert view.get_by_text("margin of a response").count() == 0
    view.get_by_role("button", name="Best depth").click()
    views["exact"].money = {"cost": 1.5, "margin": 0.4}
    assert figure(view, "contacts") == len(views["exact"].chosen())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    quiet(page, url)
    url = exported(views["private"])
    page.goto(url)
    assert page.locator(".targeting").count() == 0
    assert page.locator("figure img").is_visible()
    assert page.get_by_text("holds a picture of this view alone").is_visible()


class Spend:
    """Least squares on the money of those who responded."""

    def fit(self, frame, spend):
        responded = (frame.y == 1).to_numpy()
        self.model = LinearRegression().fit(frame.X[responded], spend[responded])
        return self

    def expected(self, X):
        table = getattr(X, "X", X)
        return pd.Series(self.model.predict(table), index=table.index)


def test_amounts_of_a_model_are_never_called_the_money_that_came(page, plain, exported, quiet):
    model, frame = plain
    spend = 20 + 15 * frame.X["visits"] + 5 * frame.X["spend"]
    learned = Spend().fit(frame, spend)
    url = exported(Targeting(model, frame, cost=1.0, margin=learned, depth=0.5, release="exact"))
    view = opened(page, url)
    scores = unseen_propensities(model, frame)[0]
    amounts = np.maximum(spend.to_numpy(), 0)
    best = np.argsort(-scores * amounts, kind="stable")[: len(frame) // 2]
    came = (frame.y.to_numpy() * amounts)[best].sum()
    assert figure(view, "came") == pytest.approx(came, abs=0.51)
    said = view.inner_text()
    for sentence in (
        "Propensities of contacts of a campaign of the fit are those without that campaign.",
        "Amounts are those of their own model, which also scores contacts that it was fitted on.",
        "what came is the responses at their expected amounts, not the money that came.",
        f"{(spend < 0).sum()} contacts have a predicted amount below 0, which counts as 0.",
        "came, at expected amounts",
    ):
        assert sentence in said
    assert "Contacts of a campaign of the fit are scored" not in said
    assert "amount that came" not in said
    quiet(page, url)


def test_keyboard_and_the_way_back_to_the_best_depth(page, plain, exported, quiet):
    model, frame = plain
    url = exported(Targeting(model, frame, cost=1.0, margin=8.0, depth=0.5, release="exact"))
    view = opened(page, url)
    depth(view).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert figure(view, "contacts") == round(0.53 * len(frame))
    view.get_by_role("button", name="Best depth").click()
    best = Targeting(model, frame, cost=1.0, margin=8.0, release="exact").chosen()
    assert figure(view, "contacts") == len(best)
    view.get_by_label("cost of a contact").fill("1000")
    assert view.locator(".sentence").inner_text() == "Contact nobody."
    assert view.locator("h3").inner_text().startswith("Contact nobody")
    quiet(page, url)


def test_hostile_names_at_three_widths_beside_a_tuner(page, exported, quiet):
    model, frame = made(names=(HOSTILE, "`${alert(1)}"), label=HOSTILE + " {}")
    url = exported(Tuner(model, release="exact"), Targeting(model, frame, release="exact"))
    view = opened(page, url)
    page.locator(".tuner[data-revision]").first.wait_for()
    depth(view).fill("40")
    assert figure(view, "contacts") == round(0.4 * len(frame))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    quiet(page, url)


def test_contacts_ahead_have_an_interval_and_nothing_that_came(page, plain, exported, quiet):
    model, frame = plain
    y = frame.y.where(frame.campaign != "2024-12")
    ahead = FeatureFrame(frame.X, y, campaign=frame.campaign)
    url = exported(Targeting(model, ahead, depth=0.5, release="exact"))
    view = opened(page, url)
    assert figure(view, "contacts") == 200
    assert view.locator('[data-figure="came"]').count() == 0
    assert " to " in view.locator('[data-figure="interval"]').inner_text()
    quiet(page, url)


def test_without_scripts_the_picture_is_there(browser, plain, exported):
    url = exported(Targeting(*plain, release="exact"))
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    assert page.locator("figure[data-targeting] img").is_visible()
    context.close()


DATA = """
import numpy as np, pandas as pd
from workbench import FeatureFrame, RidgePropensity, Targeting
rng = np.random.default_rng(0)
X = pd.DataFrame({"visits": rng.normal(size=1200)})
y = pd.Series((rng.random(1200) < 1 / (1 + np.exp(2 - X["visits"]))).astype(float))
frame = FeatureFrame(X, y, campaign=pd.Series(np.repeat(["May", "June", "July"], 400)))
targeting = Targeting(RidgePropensity(alpha=0.01).fit(frame), frame, margin=8.0, release="exact")
targeting
"""
SAY = 'print("chosen", len(targeting.chosen()), targeting.money["margin"])'


@pytest.mark.notebook
@pytest.mark.slow
def test_the_next_cell_has_the_list_that_is_shown(server):
    page = server.page
    server.open("targeting.ipynb", DATA, SAY)
    view = page.locator(".targeting")
    view.locator("svg").wait_for()
    depth(view).fill("30")
    view.get_by_label("margin of a response").fill("9")
    page.wait_for_timeout(500)
    page.evaluate(
        "jupyterapp.shell.currentWidget.content.activeCellIndex = 1;"
        "void jupyterapp.commands.execute('notebook:run-cell')"
    )
    server.cell_output(1).get_by_text("chosen 360 9").wait_for()
    assert figure(view, "contacts") == 360
    assert page.errors == []
