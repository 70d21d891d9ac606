"""The Tuner in a mailed file, with the network off: it moves, and asks for nothing."""

import numpy as np
import pandas as pd
import pytest

from workbench import RidgePropensity, Tuner

pytestmark = pytest.mark.browser

HOSTILE = ("</script><img src=x onerror=alert(1)>", "\"'`${alert(1)}", "a" * 80, "زهرة الربيع")
WIDTHS = (320, 768, 1600)
PANELS = ("loss", "campaigns", "coefficients", "reliance", "lift", "calibration", "profit")


def fitted(names, groups, campaigns, *, rows=2400, seed=0, **settings):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(rows, len(names))), columns=list(names))
    y = rng.random(rows) < 1 / (1 + np.exp(1.5 - X.iloc[:, 0] + 0.5 * X.iloc[:, -1]))
    given = {} if campaigns is None else {"campaign": np.repeat(campaigns, rows // len(campaigns))}
    model = RidgePropensity(**settings)
    return model.fit(X, y, groups=dict(zip(names, groups, strict=True)), **given)


@pytest.fixture(scope="module")
def plain():
    names = [f"visits_{j}" for j in range(5)] + [f"promo_{j}" for j in range(3)]
    groups = ["behaviour"] * 5 + ["promo"] * 3
    return fitted(names, groups, [f"2024-{k:02d}" for k in range(1, 7)], alpha=0.01)


def opened(page, url):
    page.goto(url)
    page.locator(".tuner[data-revision]").first.wait_for()
    return page.locator(".tuner").first


def slider(view, name):
    return view.get_by_label(f"Penalty of {name}", exact=True)


def settled(page, view, revision):
    handle = view.element_handle()
    page.wait_for_function("([v, r]) => Number(v.dataset.revision) >= r", arg=[handle, revision])


def coefficients(view):
    titles = view.locator('[data-panel="coefficients"] circle.now title').all_text_contents()
    parts = [text.replace("−", "-").rsplit(": ", 1) for text in titles]
    return {name: float(value) for name, value in parts}


def test_a_slider_moves_and_everything_follows_as_python_would_say(page, plain, mailed, quiet):
    url = mailed(Tuner(plain, release="exact"))
    view = opened(page, url)
    assert coefficients(view)["visits_0"] == pytest.approx(
        plain.coef_standardised_["visits_0"], abs=6e-4
    )
    before = view.locator(".sentence").inner_text()
    slider(view, "behaviour").fill("0.5")
    settled(page, view, 2)
    penalties = plain.penalties_.to_numpy().copy()
    penalties[:5] = 10**0.5
    stats, W = plain.workspace_.stats, plain.workspace_.stats.total_weight
    ridge = np.append(0.0, penalties)
    H = stats.total_curvature() / W + np.diag(ridge)
    b = stats.b + np.linalg.solve(H, stats.score.sum(axis=0) / W - ridge * stats.b)
    for name, shown in coefficients(view).items():
        assert shown == pytest.approx(b[1 + list(plain.columns_.index).index(name)], abs=6e-4)
    tuned = stats.without_folds(plain.workspace_.penalties).total / W
    left = plain.workspace_.left_out()
    start = np.average(left["loss"], weights=left["contacts"])
    mean = stats.without_folds(penalties).total / W + start - tuned
    assert f"{mean:.4f}" in view.locator('[data-panel="loss"] h3').inner_text()
    edf = 8 - np.diag(np.linalg.inv(H))[1:] @ penalties
    assert view.locator(".sentence").inner_text() != before
    assert f"8 of 8 columns kept, {edf:.1f} (±" in view.locator(".sentence").inner_text()
    quiet(page, url)


def test_keyboard_buttons_and_the_comparison(page, plain, mailed):
    view = opened(page, mailed(Tuner(plain, release="exact")))
    handle = slider(view, "promo")
    start = float(handle.input_value())
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert float(handle.input_value()) == pytest.approx(start + 0.15, abs=1e-6)
    view.get_by_role("button", name="Save as mine").click()
    rows = view.locator(".compare tbody tr")
    rows.nth(3).wait_for()
    page.wait_for_timeout(100)
    assert rows.count() == 4
    assert rows.nth(0).inner_text().split()[-5:] == rows.nth(3).inner_text().split()[-5:]
    view.get_by_role("button", name="Back to", exact=False).click()
    assert float(handle.input_value()) == pytest.approx(start, abs=0.026)
    view.get_by_role("button", name="Undo").click()
    assert float(handle.input_value()) == pytest.approx(start + 0.15, abs=1e-6)
    view.get_by_role("button", name="Undo").click()
    view.get_by_role("button", name="Redo").click()
    view.get_by_role("button", name="uniform").click()
    assert float(handle.input_value()) == pytest.approx(-2.0, abs=0.026)


def test_a_group_opens_to_its_features(page, plain, mailed):
    view = opened(page, mailed(Tuner(plain, release="exact")))
    view.get_by_text("3 features").click()
    slider(view, "promo_1").fill("3")
    settled(page, view, 2)
    shown = coefficients(view)
    assert abs(shown["promo_1"]) < 1e-3 < abs(shown["promo_2"])


def test_cost_and_margin_move_the_best_depth(page, plain, mailed):
    view = opened(page, mailed(Tuner(plain, release="exact")))
    title = view.locator('[data-panel="profit"] h3')
    before = title.inner_text()
    view.get_by_label("cost of a contact").fill("4")
    page.wait_for_timeout(100)
    assert title.inner_text() != before
    view.get_by_label("cost of a contact").fill("1000")
    page.wait_for_timeout(100)
    assert title.inner_text().startswith("Contact nobody")


def test_what_is_not_known_is_not_shown_and_a_button_goes_where_it_is(page, plain, mailed):
    view = opened(page, mailed(Tuner(plain, release="exact")))
    tuned = float(np.log10(plain.penalties_["promo_0"]))
    slider(view, "promo").fill(str(tuned + 2))
    settled(page, view, 2)
    page.wait_for_timeout(200)
    assert "times as often" in view.locator('[data-panel="lift"] h3').inner_text()
    slider(view, "behaviour").fill("-1")
    settled(page, view, 3)
    page.wait_for_timeout(200)
    row = view.locator(".compare tbody tr").nth(0).inner_text()
    for name in ("lift", "calibration", "profit"):
        panel = view.locator(f'[data-panel="{name}"]')
        assert "not known under these penalties" in panel.inner_text()
        assert panel.locator("svg").count() == 0
    assert row.split()[-4:] == ["–"] * 4
    view.locator('[data-panel="profit"] [data-known="tuned"]').click()
    page.wait_for_timeout(200)
    assert "expected" in view.locator('[data-panel="profit"] h3').inner_text()


def test_panels_that_may_be_anything_are_named_in_one_place(page, plain, mailed, monkeypatch):
    made = Tuner(plain, release="exact")
    state = made.state()
    for name in ("fold", "share", "lift"):
        state["checked"]["errors"][name] = [10.0] * len(state["checked"]["moves"])
    monkeypatch.setattr(Tuner, "state", lambda _: state)
    view = opened(page, mailed(made))
    page.wait_for_timeout(800)  # the curve comes in slices
    place = view.locator('[data-panel="untold"]')
    said = "Campaigns, What the score depends on, Lift: not known here"
    assert place.locator("h3").inner_text() == said
    assert place.get_by_role("button").count() == 0, "these are the tuned ones"
    shown = {one: view.locator(f'[data-panel="{one}"]').is_visible() for one in PANELS}
    assert [one for one in PANELS if not shown[one]] == ["campaigns", "reliance", "lift"]
    loss = view.locator('[data-panel="loss"]')
    assert loss.locator("svg .band").count() == 1
    assert "Shaded: where exact refits may lie along the curve." in loss.inner_text()
    before = loss.locator("h3").inner_text()
    slider(view, "promo").fill("-1")
    settled(page, view, 2)
    assert loss.locator("h3").inner_text() != before
    place.get_by_role("button", name="Go to tuned").click()
    settled(page, view, 3)
    assert loss.locator("h3").inner_text() == before


def hostile():
    return fitted(
        HOSTILE, HOSTILE[::-1], [f"{name} {k}" for k, name in enumerate(HOSTILE)], alpha=0.1
    )


def wide():
    names = [f"feature_{j}" for j in range(300)]
    groups = [f"group {j % 40}" for j in range(300)]
    return fitted(names, groups, [f"c{k}" for k in range(4)], rows=4000, alpha=0.1)


def one_group():
    return fitted(["a", "b"], ["all of it"] * 2, ["x", "y", "z"], alpha=0.1)


def no_campaigns():
    return fitted(["a", "b"], ["p", "q"], None, alpha=0.1)


SLOW_WIDE = pytest.param(wide, marks=pytest.mark.slow)


@pytest.mark.parametrize("make", [hostile, SLOW_WIDE, one_group, no_campaigns])
def test_all_kinds_of_models_are_drawn_and_nothing_of_them_runs(page, make, mailed, quiet):
    model = make()
    url = mailed(Tuner(model, release="exact"))
    view = opened(page, url)
    group = model.columns_["group"].iloc[0]
    slider(view, group).fill("1")
    settled(page, view, 2)
    assert abs(coefficients(view).get(model.columns_.index[0], 0.0)) < 0.2
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    quiet(page, url)


def test_two_views_in_a_file_do_not_meet(page, plain, mailed, quiet):
    url = mailed(Tuner(plain, release="exact"), Tuner(one_group(), release="exact"))
    view = opened(page, url)
    other = page.locator(".tuner").nth(1)
    page.wait_for_timeout(800)  # its curve comes in slices
    before = other.inner_text()
    slider(view, "promo").fill("2")
    settled(page, view, 2)
    assert other.inner_text() == before
    quiet(page, url)


def test_without_scripts_the_picture_is_there(browser, plain, mailed):
    url = mailed(Tuner(plain, release="exact"))
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    image = page.locator("figure[data-tuner] img")
    assert image.is_visible()
    assert image.bounding_box()["width"] > 500
    context.close()
