"""Texts that are typed in: answered by Python as in a notebook, and by a mailed file alone."""

import pytest

from tests.browser.chart_letters import cut_off, sizes
from tests.browser.hosted import Hosted
from workbench.datasets import sample_tickets
from workbench.language import speaking
from workbench.texts import TextRouter, load_texts
from workbench.widgets import Routed
from workbench.widgets.routed.mailed import Mailed
from workbench.widgets.views import ROUTED

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=alert(1)> invoice"
SECRET = "My login is locked, says Zebedee Quux"


@pytest.fixture(scope="module")
def made():
    table = load_texts(
        sample_tickets(300, seed=4), text="body", target="queue", period="week", customer="customer"
    )
    router = TextRouter(((1, 2, "words"), (2, 3, "letters")), precision=0.9, alpha=3e-5, least=3)
    return router.fit(table.texts, table.labels, period=table.period), table


@pytest.fixture(scope="module")
def small(made):
    mailed = Mailed.of(*made)
    return mailed.small.scores(made[0], mailed.judged.threshold)


class HostedRouter(Hosted):
    """The view of a router."""

    def __init__(self, page, view):
        told = {"spoken": view.spoken, "notes": view.notes}
        super().__init__(page, view, kind=ROUTED, render="renderRouted", told=told)

    def is_answered(self):
        return is_answered(self.view)

    @property
    def view(self):
        return self.page.locator(".routed")

    def type(self, text):
        self.view.get_by_label("Text to be routed").fill(text)


def is_answered(view):
    shown = view.evaluate("(node) => ({ ...node.dataset })")
    return shown["answered"] == shown.get("asked", "0")


def typed(page, text):
    """Type into a mailed view, and wait for its answer."""
    view = page.locator(".routed")
    view.locator("textarea").fill(text)
    page.wait_for_function(
        """() => { const { asked, answered } = document.querySelector('figure[data-routed] div')
            .shadowRoot.querySelector('.routed').dataset; return asked === answered; }"""
    )
    return view


def test_in_a_notebook_the_router_itself_answers(page, made):
    router, table = made
    hosted = HostedRouter(page, Routed(router))
    for text in (table.texts.iloc[3], "Who won?", HOSTILE, "日本"):
        hosted.type(text)
        hosted.answer()
        row = router.route([text]).iloc[0]
        label = {"to a person": "To a person"}.get(row["answer"], row["answer"])
        assert hosted.view.locator(".chosen").inner_text() == label
        chance = float(hosted.view.get_attribute("data-chance"))
        assert chance == pytest.approx(row["probability"], abs=1e-9)
        assert hosted.view.locator(".sentence").inner_text().startswith("The router")
    hosted.type("")
    hosted.answer()
    assert hosted.view.locator(".sentence").inner_text() == "Type a text: it is routed at once."
    assert page.errors == page.dialogs == []


def test_while_one_text_is_under_way_the_newest_of_the_others_waits(page, made):
    hosted = HostedRouter(page, Routed(made[0]))
    for text in ("my", "my login", "my login is", "my login is locked"):
        hosted.type(text)
        page.wait_for_timeout(100)
    assert [one["text"] for one in hosted.asked] == ["my"]
    first = hosted.asked.pop(0)
    hosted.one._handle_custom_msg(first, [])  # noqa: SLF001 - as ipywidgets does
    page.evaluate("(message) => window.tell(message)", hosted.held.pop(0))
    page.wait_for_timeout(50)
    assert hosted.view.locator(".chosen").is_hidden(), "the answer to an old text is not shown"
    assert [one["text"] for one in hosted.asked] == ["my login is locked"]
    hosted.answer()
    expected = made[0].route(["my login is locked"])["probability"].iloc[0]
    assert float(hosted.view.get_attribute("data-chance")) == pytest.approx(expected, abs=1e-9)


def test_a_kernel_that_is_silent_is_told_of_and_heard_when_it_is_back(page, made):
    page.clock.install()
    hosted = HostedRouter(page, Routed(made[0]))
    hosted.type("my login is locked")
    page.clock.fast_forward(100)
    page.clock.fast_forward(9000)
    assert hosted.view.locator(".sentence").inner_text().startswith("No answer from the kernel")
    assert hosted.view.locator(".panels").is_hidden()
    page.clock.resume()
    hosted.answer()
    assert hosted.view.locator(".chosen").inner_text() == "account"


def test_bars_are_what_words_and_ngrams_add(page, made):
    router, table = made
    hosted = HostedRouter(page, Routed(router))
    hosted.type(table.texts.iloc[3])
    hosted.answer()
    one = hosted.one.of(table.texts.iloc[3])
    steps = hosted.view.locator("[data-panel='steps']")
    for by, adds in (("by word", one.words), ("by n-gram", one.ngrams)):
        steps.get_by_label("Steps by").select_option(label=by)
        said = steps.locator("svg").get_attribute("aria-label")
        name, value = adds[0]
        assert f"{name}: {value:+.2f}".replace("-", "−") in said
        assert said.endswith(f"before any word: {one.before:+.2f}".replace("-", "−"))
        assert steps.locator("line.bar").count() == min(len(adds), 11) + 1


def test_a_mailed_file_answers_alone_and_says_that_it_is_the_small_one(
    page, made, small, mailed, quiet
):
    url = mailed(Routed(*made))
    page.goto(url)
    view = page.locator(".routed")
    assert "This file has a small router of its own" in view.inner_text()
    different = 0
    for text in [SECRET, HOSTILE, "Σ İ", *made[1].texts.tolist()[:5]]:
        view = typed(page, text)
        one = small.of(text)
        told = view.locator(".chosen").inner_text()
        assert told == ("To a person" if one.why else one.answer)
        assert float(view.get_attribute("data-chance")) == pytest.approx(one.labels[0][1], abs=1e-9)
        assert view.locator(".sentence").inner_text().startswith("The small router of this file")
        whole = made[0].route([text])["probability"].iloc[0]
        different += abs(whole - one.labels[0][1]) > 1e-3
    assert different, "another router, which says so"
    assert (
        page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    )
    quiet(page, url)
    page.reload()
    assert page.locator(".routed textarea").input_value() == ""


def test_without_a_table_a_report_says_why_there_is_none(page, made, mailed):
    page.goto(mailed(Routed(made[0])))
    assert page.locator(".routed").count() == 0
    assert "no small router was to be mailed" in page.locator("figure").inner_text()


def test_a_german_file_speaks_german(page, made, mailed):
    with speaking("de"):
        url = mailed(Routed(*made))
    page.goto(url)
    view = typed(page, SECRET)
    assert "Der kleine Router dieser Datei: account, mit einer Wahrscheinlichkeit von" in (
        view.locator(".sentence").inner_text()
    )
    assert "Diese Datei hat einen eigenen kleinen Router" in view.inner_text()


def test_an_answer_is_read_aloud_once_the_typing_stops(page, made, mailed):
    page.goto(mailed(Routed(*made)))
    typed(page, SECRET)
    aloud = page.locator(".routed [role='status']")
    assert "account" not in aloud.inner_text()
    page.wait_for_timeout(1100)
    assert aloud.inner_text().startswith("account. The small router of this file: account")


@pytest.mark.slow
def test_axe_finds_no_fault_where_a_text_is_answered(made, mailed, faults):
    def used(page):
        typed(page, SECRET)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        letters = page.locator(".routed svg text")
        assert min(sizes(letters)) >= 11.9
        assert cut_off(letters) == []

    assert faults(mailed(Routed(*made)), used) == []
