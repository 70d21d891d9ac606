"""Words that explain themselves: where they are marked, and that a browser shows what they mean."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from workbench.language import speaking
from workbench.reports.export import export_report
from workbench.reports.glossary import TERMS, Term
from workbench.reports.headline import Figure, Headline
from workbench.reports.terms import explain_terms

PAGE = """<body><header><h1>Lift of the season</h1><p class="facts">lift</p>
<dl><div><dt>AUC, all contacts</dt><dd class="value">lift</dd></div></dl></header><nav>lift</nav>
<main><div><h2>The lift</h2><p>A <b>lift</b>, a lift; <code>lift</code>, <a href="#x">lift</a>.</p>
<pre>lift</pre><table><caption>lift</caption><tr><td>lift</td></tr></table></div>
<details><summary><h2>More lift</h2></summary><p>Lift again, uplift, lift_10, airlift.</p></details>
</main><footer>lift</footer><script>lift</script></body>"""


def explained(markup, terms=TERMS):
    soup = BeautifulSoup(markup, "html.parser")
    explain_terms(soup, terms)
    return soup


def buttons(soup):
    return [button.get_text() for button in soup.find_all("button", class_="term")]


def test_the_first_mention_in_each_section_is_marked_and_no_other():
    soup = explained(PAGE)
    assert buttons(soup) == ["AUC", "lift", "Lift"]
    assert [button.parent.name for button in soup.find_all("button")] == ["dt", "b", "p"]


def test_the_text_of_the_page_is_as_it_was():
    soup = explained(PAGE)
    soup.aside.decompose()
    assert soup.get_text() == BeautifulSoup(PAGE, "html.parser").get_text()


def test_each_button_opens_the_one_meaning_of_its_term():
    soup = explained(PAGE)
    meanings = {one["id"]: one for one in soup.aside.find_all("div")}
    assert {button["popovertarget"] for button in soup.find_all("button")} == {*meanings}
    assert all(one.has_attr("popover") for one in meanings.values())
    term = next(term for term in TERMS if term.name == "lift")
    assert meanings["term-lift"].get_text() == f"lift {term.meaning}"
    assert len(soup.select("#term-lift")) == 1


def test_of_two_terms_the_longer_is_meant():
    rate = Term("rate", "A share.")
    of_responses = Term("response rate|response rates", "Responses over contacts.")
    soup = explained("<body><p>Response rates, and a rate.</p></body>", [rate, of_responses])
    assert buttons(soup) == ["Response rates", "rate"]


def test_what_was_escaped_stays_escaped():
    soup = explained("<body><p>&lt;b&gt; lift &amp; &lt;script&gt;</p></body>")
    assert str(soup.p).startswith("<p>&lt;b&gt; <button")
    assert str(soup.p).endswith("</button> &amp; &lt;script&gt;</p>")


def test_punctuation_stays_by_its_button():
    soup = explained("<body><p>Higher (lift), a \u2018penalty\u2019, log loss.</p></body>")
    kept = soup.find_all("span", class_="with-marks")
    assert [one.get_text() for one in kept] == ["(lift),", "\u2018penalty\u2019,", "log loss."]
    assert all(len(one.find_all("button")) == 1 for one in kept)
    assert soup.p.get_text() == "Higher (lift), a \u2018penalty\u2019, log loss."


@pytest.mark.browser
def test_no_line_begins_with_a_full_stop(offline_page, tmp_path):
    text = " ".join(f"word{'s' * (k % 7)} {term.name}." for k, term in enumerate(TERMS))
    cells = [nbformat.v4.new_markdown_cell(f"## Terms\n\n{text}")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "report.ipynb")
    export_report(tmp_path / "report.ipynb", tmp_path / "report.html")
    offline_page.goto((tmp_path / "report.html").as_uri())
    offline_page.emulate_media(media="print")
    for width in range(400, 800, 25):
        offline_page.set_viewport_size({"width": width, "height": 900})
        assert offline_page.evaluate(PARTED) == []


PARTED = """() => [...document.querySelectorAll("main .term")].filter((one) => {
  const range = document.createRange();
  range.setStart(one.nextSibling, 0);
  range.setEnd(one.nextSibling, 1);
  return range.getBoundingClientRect().top > one.getBoundingClientRect().bottom - 2;
}).map((one) => one.textContent)"""


def test_a_page_without_terms_or_body_is_as_it_was():
    for markup in ("<body><p>Nothing here.</p></body>", "<p>lift</p>"):
        assert str(explained(markup)) == markup


def test_a_page_in_german_explains_german_words():
    with speaking("de"):
        soup = explained("<body><p>Der Log-Loss, unter Straftermen.</p></body>")
    assert buttons(soup) == ["Log-Loss", "Straftermen"]
    assert [one["id"] for one in soup.aside.find_all("div")] == ["term-log-loss", "term-penalty"]
    assert soup.aside["aria-label"] == "Glossar"


@pytest.fixture
def report(tmp_path):
    headline = Headline("Who responds?", figures=[Figure("Log loss", 0.31, note="base rate 0.35")])
    shown = nbformat.v4.new_output("display_data", data=headline._repr_mimebundle_())
    cells = [
        nbformat.v4.new_code_cell("headline", outputs=[shown]),
        nbformat.v4.new_markdown_cell("## The model\n\nEach penalty is tuned; `penalty` is code."),
        nbformat.v4.new_code_cell(
            "t", outputs=[nbformat.v4.new_output("display_data", data={"text/html": TABLE})]
        ),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "report.ipynb")
    export_report(tmp_path / "report.ipynb", tmp_path / "report.html")
    return tmp_path / "report.html"


TABLE = "<table><tr><th>penalty</th></tr><tr><td>0.5</td></tr></table>"


def test_an_exported_report_marks_its_words_and_no_number_of_a_table(report):
    soup = BeautifulSoup(report.read_text(encoding="utf-8"), "html.parser")
    assert buttons(soup) == ["Log loss", "base rate", "penalty"]
    assert soup.table.find("button", class_="term") is None
    assert not re.search(r"<code>[^<]*<button", report.read_text(encoding="utf-8"))


@pytest.mark.browser
def test_a_word_is_explained_by_finger_and_by_keyboard_without_a_script(report, browser):
    context = browser.new_context(
        offline=True, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(report.as_uri())
    meaning = page.locator("#term-log-loss")
    assert not meaning.is_visible()
    page.locator(".term", has_text="Log loss").click()
    assert meaning.is_visible()
    box = meaning.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    assert not meaning.is_visible()
    page.locator(".term", has_text="penalty").focus()
    page.keyboard.press("Enter")
    assert page.locator("#term-penalty").is_visible()
    context.close()


@pytest.mark.browser
def test_on_paper_there_is_neither_line_nor_meaning(report, offline_page):
    offline_page.goto(report.as_uri())
    word = offline_page.locator(".term", has_text="Log loss")
    drawn = "one => getComputedStyle(one).textDecorationLine"
    assert word.evaluate(drawn) == "underline"
    word.click()
    offline_page.emulate_media(media="print")
    assert word.evaluate(drawn) == "none"
    assert not offline_page.locator("#term-log-loss").is_visible()
    assert offline_page.errors == []
