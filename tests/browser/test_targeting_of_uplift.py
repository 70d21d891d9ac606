"""Targeting of an uplift in a mailed file: its figures are those of the list, at every width."""

from dataclasses import replace

import pandas as pd
import pytest

from workbench import RidgeUplift, Targeting
from workbench.datasets import planted
from workbench.language import speaking
from workbench.widgets.targeting.targeting import UPLIFT_PICTURE_ALONE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fitted():
    sizes = {"train_campaigns": 5, "new_campaigns": 2, "rows": 1000, "stable": 4, "spiky": 1}
    frame = planted(treated=0.5, uplift=0.9, seed=6, **sizes).frame
    frame = replace(frame, customer=pd.Series([f"secret-{k}" for k in range(len(frame))]))
    model = RidgeUplift(alpha=0.01).fit(frame.rows((frame.campaign < "c06").to_numpy()))
    return model, frame.rows((frame.campaign >= "c06").to_numpy())


def opened(page, url):
    page.goto(url)
    view = page.locator(".targeting")
    view.locator("svg").wait_for()
    return view


def figure(view, name):
    text = view.locator(f'[data-figure="{name}"]').inner_text()
    return float(text.split(" EUR")[0].rstrip("%").replace("−", "-").replace(",", ""))


def test_every_figure_shown_is_that_of_the_list(page, fitted, mailed, quiet):
    model, frame = fitted
    given = {"release": "exact", "keep_control": 0.1, "currency": "EUR"}
    view = opened(page, mailed(Targeting(model, frame, cost=1.0, margin=9.0, **given)))
    for share, cost, margin in ((0.3, 1.0, 9.0), (0.8, 1.5, 20.0)):
        view.get_by_label("cost of a contact").fill(str(cost))
        view.get_by_label("margin of a response").fill(str(margin))
        view.get_by_label("Depth: share of the contacts to make").fill(str(100 * share))
        chosen = Targeting(model, frame, cost=cost, margin=margin, depth=share, **given).chosen()
        uplift, with_contact = chosen["uplift"].sum(), chosen["propensity_treated"].sum()
        kept = chosen[chosen["arm"] == "control"]
        wanted = {
            "contacts": (len(chosen), 0),
            "responses": (uplift, 1),
            "with": (with_contact, 1),
            "anyway": (100 * chosen["propensity_untreated"].sum() / with_contact, 0),
            "expected": (margin * uplift - cost * len(chosen), 0),
            "gross": (margin * with_contact - cost * len(chosen), 0),
            "kept": (len(kept), 0),
            "forgone": (margin * kept["uplift"].sum() - cost * len(kept), 2),
        }
        for name, (exact, digits) in wanted.items():
            off = 0.5 if abs(exact) >= 100 and digits == 2 else 0.5 * 10**-digits
            assert figure(view, name) == pytest.approx(exact, abs=off + 1e-6), name
        assert f"{len(kept)} are kept back at random" in view.locator(".sentence").inner_text()
    assert figure(view, "added") > 0
    assert " to " in view.locator('[data-figure="interval"]').inner_text()
    assert view.locator("path.line.before").count() == 1, "the gross line stands beside it"
    for width in (320, 390, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
    quiet(page, page.url)


def test_it_is_accessible_in_light_and_dark(fitted, mailed, faults):
    view = Targeting(*fitted, release="exact", keep_control=0.05)
    assert faults(mailed(view)) == []


def test_it_speaks_german(page, fitted, mailed, quiet):
    with speaking("de"):
        view = Targeting(*fitted, depth=0.4, release="exact", keep_control=0.05)
    said = opened(page, mailed(view, name="de")).inner_text()
    for sentence in ("Die besten 800 kontaktieren: zusätzlicher", "zufällige Kontrollgruppe"):
        assert sentence in said
    assert "incremental" not in said.lower()
    quiet(page, page.url)


def test_a_private_report_has_a_picture_and_the_reason(page, fitted, mailed, tmp_path, quiet):
    url = mailed(Targeting(*fitted, keep_control=0.05))
    page.goto(url)
    assert page.locator(".targeting").count() == 0
    assert UPLIFT_PICTURE_ALONE in page.locator("body").inner_text()
    assert "secret-" not in (tmp_path / "report.html").read_text("utf-8")
    quiet(page, url)
