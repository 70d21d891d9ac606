"""The view of one contact in a browser: what is typed is scored by the model in Python."""

import numpy as np
import pandas as pd
import pytest

from tests.browser.hosted import Hosted
from workbench import Explained, FeatureFrame, RidgePropensity
from workbench.language import speaking
from workbench.widgets.views import EXPLAINED

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)>"


def made(names=("visits", "town", "age")):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({names[0]: rng.poisson(3, 500), names[1]: rng.choice(["Bonn", "Ulm"], 500)})
    for name in names[2:]:
        X[name] = rng.normal(size=500)
    y = (rng.random(500) < 1 / (1 + np.exp(2 - 0.4 * X[names[0]]))).astype(float)
    frame = FeatureFrame(X, pd.Series(y), customer=pd.Series([f"k{k}" for k in range(500)]))
    return RidgePropensity(alpha=0.01).fit(frame), frame


@pytest.fixture(scope="module")
def plain():
    return made()


class HostedContact(Hosted):
    """The view of one contact."""

    def __init__(self, page, one):
        super().__init__(
            page, one, kind=EXPLAINED, render="renderExplained", told={"spoken": one.spoken}
        )
        self.answer()

    def is_answered(self):
        shown = self.view.evaluate("(node) => ({ ...node.dataset })")
        return "answered" in shown and shown["answered"] == shown["asked"]

    @property
    def view(self):
        return self.page.locator(".explained")

    def field(self, name):
        return self.view.locator(f"[data-field='{name}']")


@pytest.fixture
def host(page):
    return lambda one: HostedContact(page, one)


def test_a_number_that_is_typed_is_scored_by_the_model(page, host, plain):
    model, frame = plain
    hosted = host(Explained(model, frame, customer="k7"))
    other = "Bonn" if frame.X.loc[7, "town"] == "Ulm" else "Ulm"
    expected = model.propensity(frame.X).iloc[7]
    assert float(hosted.view.get_attribute("data-score")) == pytest.approx(expected, abs=1e-12)
    hosted.field("visits").fill("8")
    hosted.answer()
    hosted.field("town").select_option(other)
    hosted.answer()
    X = frame.X.copy()
    X.loc[7, ["visits", "town"]] = [8, other]
    score = model.propensity(X).iloc[7]
    assert float(hosted.view.get_attribute("data-score")) == pytest.approx(score, abs=1e-12)
    assert (
        f"Propensity {score:.1%}, with 2 changes" in hosted.view.locator(".sentence").inner_text()
    )
    assert hosted.view.locator(".field.changed").count() == (
        2 if X.loc[7, "town"] != frame.X.loc[7, "town"] else 1
    )
    hosted.view.get_by_role("button", name="Back to this contact").click()
    hosted.answer()
    assert float(hosted.view.get_attribute("data-score")) == pytest.approx(expected, abs=1e-12)
    assert hosted.field("visits").input_value() == str(frame.X.loc[7, "visits"])
    assert page.errors == page.dialogs == []


def test_bars_add_up_from_the_average_contact(host, plain):
    hosted = host(Explained(*plain, customer="k7"))
    for by in ("feature", "group"):
        hosted.view.get_by_label("Steps by", exact=True).select_option(by)
        bars = hosted.view.locator("line.bar").all()
        ends = [[float(bar.get_attribute(x)) for x in ("x1", "x2")] for bar in bars]
        assert len(ends) == len(hosted.one.steps(by=by))
        assert [one[0] for one in ends[1:]] == pytest.approx([one[1] for one in ends[:-1]])
        dots = [float(d.get_attribute("cx")) for d in hosted.view.locator("circle").all()]
        assert dots == pytest.approx([ends[0][0], ends[-1][1]])


def test_the_newest_value_wins(host, plain):
    """While one question is under way, only the last of the others is asked."""
    hosted = host(Explained(*plain, customer="k7"))
    for text in ("1", "12", "4", "5", "9"):
        hosted.field("visits").fill(text)
    hosted.page.wait_for_timeout(200)
    assert [one["changes"]["visits"] for one in hosted.asked] == ["1"]
    hosted.answer()
    assert hosted.one.changes == {"visits": 9.0}
    assert float(hosted.view.get_attribute("data-score")) == pytest.approx(hosted.one.score)


def test_wrong_values_are_marked_and_grey_the_chart(page, host, plain):
    hosted = host(Explained(*plain, customer="k7"))
    hosted.field("visits").fill("1,5")
    hosted.answer()
    assert hosted.field("visits").get_attribute("aria-invalid") == "true"
    assert "Write a number, such as 12 or 0.8" in hosted.view.inner_text()
    assert hosted.view.locator(".sentence").inner_text().startswith("The figures wait")
    assert "wrong-money" in hosted.view.get_attribute("class")
    hosted.field("visits").fill("999")
    hosted.answer()
    assert "training had 0 to" in hosted.view.inner_text()
    assert "wrong-money" not in hosted.view.get_attribute("class")


def test_python_moves_the_fields(host, plain):
    hosted = host(Explained(*plain, customer="k7"))
    hosted.one.move({"visits": 11})
    hosted.pass_on()
    assert hosted.field("visits").input_value() == "11"
    assert float(hosted.view.get_attribute("data-score")) == pytest.approx(hosted.one.score)
    hosted.one.back()
    hosted.pass_on()
    assert hosted.field("visits").input_value() == str(plain[1].X.loc[7, "visits"])


def test_a_silent_kernel_is_said_to_be(page, host, plain):
    page.clock.install()
    hosted = host(Explained(*plain, customer="k7"))
    hosted.field("visits").fill("2")
    page.clock.fast_forward(9000)
    assert hosted.view.get_by_text("No answer from the kernel").is_visible()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_names_of_any_kind_fit_and_stay_text(page, host, width):
    names = (HOSTILE, 'said "it\'s"', "x" * 80, "מספר", *(f"more_{k}" for k in range(20)))
    page.set_viewport_size({"width": width, "height": 900})
    hosted = host(Explained(*made(names), customer="k3"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    hosted.view.locator("summary").click()
    fields = hosted.view.locator(".field")
    fields.nth(len(names) - 1).wait_for(state="attached")
    assert fields.count() == len(names)
    hosted.view.get_by_label("Search columns").fill("more_1")
    shown = [box.inner_text() for box in fields.all()[8:] if box.is_visible()]
    assert shown
    assert all("more_1" in text for text in shown)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.errors == page.dialogs == []


def test_it_follows_the_theme_of_its_page(page, host, plain):
    """JupyterLab's where there is one, else what the reader's system asks for."""
    host(Explained(*plain, row=3))
    light, dark = ".explained:not(.dark)", ".explained.dark"
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_selector(dark)
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector(light)
    page.evaluate("delete document.body.dataset.jpThemeLight")
    page.wait_for_selector(dark)
    page.emulate_media(color_scheme="light")
    page.wait_for_selector(light)
    page.evaluate("shut()")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_timeout(50)
    assert page.locator(light).count() == 1, "nothing is followed once it is closed"


def test_it_says_its_language_and_levels_in_the_readers_words(page, host, plain):
    model, frame = plain
    row = frame.X["town"].tolist().index("Bonn")
    with speaking("de"):
        one = Explained(model, frame, row=row, labels={"town": "Stadt", "town=Ulm": "Ulm/Donau"})
    hosted = host(one)
    assert page.locator("#el").get_attribute("lang") == "de"
    field = hosted.field("town")
    assert field.locator("option").all_text_contents() == ["Bonn", "Ulm/Donau", "fehlend"]
    field.select_option("Ulm/Donau")
    hosted.answer()
    assert one.changes == {"town": "Ulm"}, "a level is asked for by its name"
    assert "Stadt = Ulm/Donau" in hosted.view.locator("svg.waterfall").text_content()


def test_it_is_worked_by_keys_alone(page, host, plain):
    hosted = host(Explained(*plain, customer="k7"))
    hosted.field("visits").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("8")
    hosted.answer()
    assert hosted.one.changes == {"visits": 8.0}
    hosted.view.get_by_role("button", name="Back to this contact").focus()
    page.keyboard.press("Enter")
    hosted.answer()
    assert hosted.one.changes == {}
    assert page.locator("[data-lm-suppress-shortcuts]").count() == 1
