"""Views in another language, in a mailed file: nothing is left in English, numbers are the same."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, ShiftView, Targeting, Tuner
from workbench.language import speaking

pytestmark = pytest.mark.browser

NAMES = ("v1", "v2", "v3", "p1", "p2")
GROUPS = ("g1", "g1", "g1", "g2", "g2")
CURRENCY = "TALER"
READ = """root => {
  const shadow = [...root.querySelectorAll("figure > div")].map((one) => one.shadowRoot);
  const parts = shadow.flatMap((one) => [...one.querySelectorAll("*:not(style)")]);
  const own = (one) => one.matches("tspan") ? [] : one.matches("text.axis")
    ? [one] : [...one.childNodes].filter((node) => node.nodeType === 3);
  const said = ["aria-label", "aria-valuetext", "placeholder", "title"];
  return parts.flatMap((one) => [
    ...own(one).map((node) => node.textContent),
    ...said.map((name) => one.getAttribute(name) ?? ""),
  ]);
}"""


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(0)
    rows, campaigns = 6000, 12
    fold = np.repeat(np.arange(campaigns), rows // campaigns)
    X = pd.DataFrame(rng.normal(size=(rows, len(NAMES))), columns=list(NAMES))
    X["p1"] = (rng.random(rows) < 0.4) * np.isin(fold, [2, 6]) * 1.0
    log_odds = -2 + 0.7 * X["v1"] + X["p1"] * np.where(fold == 2, 2.0, -2.0)
    y = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(float)
    frame = FeatureFrame(
        X,
        pd.Series(y),
        campaign=pd.Series([f"2024-{k + 1:02d}" for k in fold]),
        catalogue=pd.DataFrame({"group": list(GROUPS)}, index=list(NAMES)),
    )
    return RidgePropensity(alpha=0.01).fit(frame), frame


@pytest.fixture
def opened(page, mailed, fitted):
    """Mail the three views in a language, and open them."""
    model, frame = fitted
    money = {"cost": 1.5, "margin": 1234.5, "currency": CURRENCY, "release": "exact"}

    def open_in(language):
        with speaking(language):
            views = [
                Tuner(model, **money),
                Targeting(model, frame, depth=0.4, **money),
                ShiftView(frame, model, release="exact"),
            ]
        page.goto(mailed(*views, name=language))
        page.locator(".tuner[data-revision]").first.wait_for()
        page.locator(".shift svg").first.wait_for()
        page.wait_for_timeout(800)  # hints come in slices

    return open_in


def outside(text):
    """What of a text no catalogue gave: it stands outside of ⟦ ⟧."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return text


def test_every_text_was_looked_up_or_is_data(page, opened):
    opened("xx")
    slider = page.locator(".tuner").first.locator('input[type="range"]').nth(1)
    seen = page.evaluate(READ, page.locator("body").element_handle())
    for place in ("1", "3.5"):  # between stored settings, and where nothing was checked
        slider.fill(place)
        page.wait_for_timeout(1200)
        seen += page.evaluate(READ, page.locator("body").element_handle())
    page.locator('[data-money="cost"]').first.fill("many")
    seen += page.evaluate(READ, page.locator("body").element_handle())
    data = re.compile(rf"\b(?:{'|'.join({*NAMES, *GROUPS, CURRENCY, '2024'})})\b|× 10⁻?")
    left = {data.sub("", outside(text)) for text in seen}
    assert {text for text in left if re.search(r"[a-zA-Z]", text)} == set()
    assert sum("⟦" in text for text in seen) > 100


def figures(page):
    """The numbers of tables and inputs, and where charts draw them."""
    cells = page.locator(".compare td, details td, .slider .value").all_text_contents()
    inputs = [one.input_value() for one in page.locator("[data-money]").all()]
    dots = page.evaluate(
        """() => [...document.querySelectorAll("figure > div")].flatMap((one) =>
          [...one.shadowRoot.querySelectorAll("circle")].map((dot) => dot.getAttribute("cy")))"""
    )
    return cells + inputs, len(dots)


def test_german_numbers_are_the_english_ones_with_german_marks(page, opened, quiet):
    opened("en")
    english, dots = figures(page)
    page.requests.clear()
    opened("de")
    assert page.locator('figure > div[lang="de"]').count() == 3
    german, as_many = figures(page)
    assert (len(german), as_many) == (len(english), dots)
    marks = str.maketrans({",": ".", ".": ","})
    number = re.compile(r"[−±]?\d(?:[\d.,]*\d)?[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*(?:\u00a0?%)?")
    for ours, theirs in zip(german, english, strict=True):
        back = [one.replace("\u00a0", "").translate(marks) for one in number.findall(ours)]
        assert back == number.findall(theirs), (ours, theirs)
    assert sum("," in one for one in german) > 30
    assert sum("." in one for one in german) > 5
    quiet(page, page.url)
    typed_in_german(page.locator(".targeting"))


def typed_in_german(view):
    """What is typed is read with a comma, and marked where it is no number or may be two."""
    cost, waits = view.get_by_label("Kontaktkosten"), "Die Zahlen warten"

    def profit():
        text = view.locator('[data-figure="expected"]').inner_text()
        return float(text.removesuffix(f" {CURRENCY}").replace("−", "-").replace(".", ""))

    before = profit()
    for text, value in (("2,5", 2.5), ("1.234,5", 1234.5), ("1500", 1500.0), ("0,25", 0.25)):
        cost.fill(text)
        assert profit() == pytest.approx(before - 2400 * (value - 1.5), abs=0.51), text
        assert cost.get_attribute("aria-invalid") is None
    for text, why in (
        ("1.234", "Nicht eindeutig: ganze Zahl oder Dezimalzahl?"),
        ("0.8", "vor Dezimalstellen ein Komma"),
        ("1,2,3", "vor Dezimalstellen ein Komma"),
        ("12.34,5", "vor Dezimalstellen ein Komma"),
        ("-1", "Eine Zahl ab 0"),
        ("", "Eine Zahl ab 0"),
    ):
        cost.fill(text)
        assert cost.get_attribute("aria-invalid") == "true", text
        assert why in view.locator(".wrong").first.inner_text()
        assert waits in view.locator(".sentence").inner_text()
    cost.fill("1,5")
    assert profit() == before
    assert waits not in view.locator(".sentence").inner_text()
