"""The mailed report in a browser with the network off: it opens, asks for nothing, runs nothing."""

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.files.shipped import notebook_path
from workbench.reports.export import export_report
from workbench.reports.headline import MIME, Figure, Headline
from workbench.reports.run import run_notebook
from workbench.reports.table import Table

pytestmark = [pytest.mark.browser, pytest.mark.notebook]

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</script></style></title><svg onload=alert(1)>",
    '"><iframe src="javascript:alert(1)"></iframe>',
    "<link rel=stylesheet href=http://localhost:9/a.css><style>@import 'http://localhost:9/b';</style>",
    "<img src='http://localhost:9/pixel.png'>",
    "<a href='javascript:alert(1)' onfocus=alert(1) autofocus>x</a>",
)


def hostile_notebook():
    """Every way for a value of the data to reach the page, each with every hostile value."""
    cells = [new_markdown_cell("# Title\n\n## Section")]
    for text in HOSTILE:
        figure = Figure(text, 1.0, note=text)
        judged = {"verdict": "with care", "why": text, "next_step": text}
        headline = Headline(text, text, [figure], {text: text}, **judged)
        outputs = [
            new_output("stream", name="stdout", text=text),
            new_output("stream", name="stderr", text=f"/a.py:1: DataWarning: {text}\n  fit()\n"),
            new_output("error", ename=text, evalue=text, traceback=[text]),
            *(
                new_output("display_data", data={mime: text})
                for mime in ("text/html", "text/markdown", "text/plain", "text/latex")
            ),
            new_output("display_data", data={"application/javascript": "alert(1)"}),
            new_output(
                "display_data", data={"image/png": "AAAA"}, metadata={"image/png": {"alt": text}}
            ),
            new_output("display_data", data={MIME: headline.to_dict(), "text/plain": text}),
        ]
        cells += [new_markdown_cell(f"## {text}"), new_code_cell("x", outputs=outputs)]
    return new_notebook(cells=cells)


@pytest.fixture
def page(offline_page):
    offline_page.dialogs = []
    offline_page.on(
        "dialog", lambda dialog: (offline_page.dialogs.append(dialog.message), dialog.dismiss())
    )
    return offline_page


def open_all(page):
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def fits(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_nothing_from_the_data_runs_or_is_fetched(page, tmp_path):
    nbformat.write(hostile_notebook(), tmp_path / "hostile.ipynb")
    export_report(tmp_path / "hostile.ipynb", tmp_path / "hostile.html")
    url = (tmp_path / "hostile.html").as_uri()
    page.goto(url)
    page.keyboard.press("Tab")
    page.wait_for_timeout(200)
    assert page.dialogs == []
    assert [asked for asked in page.requests if not asked.startswith("data:image/")] == [url]
    # what got past the escaping would be stopped by the page's policy, and reported here
    assert page.errors == []
    assert page.locator("iframe, link, style ~ style").count() == 0
    assert page.locator("script").count() == 1  # its own, which the policy names
    assert HOSTILE[-1] in page.title()
    open_all(page)
    assert HOSTILE[0] in page.locator("main").inner_text()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    rng = np.random.default_rng(0)
    x = rng.normal(size=1200)
    campaigns = ["<b>first</b>", "second & *last*", "<script>alert(1)</script>", "زهرة", "a" * 80]
    table = pd.DataFrame(
        {
            "visits": rng.poisson(np.exp(x / 2)),
            "<i>spend</i>": np.exp(x).round(2),
            "campaign": np.repeat(campaigns, 240),
            "bought": np.where(rng.random(1200) < 1 / (1 + np.exp(1.5 - x)), "yes", "no"),
        }
    )
    table.to_parquet(folder / "shop.parquet")
    given = {"table": str(folder / "shop.parquet"), "target": "bought", "campaign": "campaign"}
    return run_notebook(
        notebook_path("propensity.ipynb"), output=folder / "reports", parameters=given
    ).report


def test_a_report_opens_offline_with_its_headline_first(page, report):
    page.goto(report.as_uri())
    assert page.dialogs == []
    assert [asked for asked in page.requests if not asked.startswith("data:image/")] == [
        report.as_uri()
    ]
    assert page.errors == []
    assert page.title() == page.locator("h1").inner_text() == "Propensity: bought"
    top = page.locator(".headline-figure").first.bounding_box()
    assert top["y"] + top["height"] < 720, "seen without scrolling"
    assert report.stat().st_size < 2_000_000


@pytest.mark.slow
def test_axe_finds_no_fault(report, faults):
    assert faults(report.as_uri()) == []


def test_names_from_the_data_are_read_as_they_are(page, report):
    page.goto(report.as_uri())
    open_all(page)
    shown = page.locator("main").inner_text()
    for name in ("<b>first</b>", "second & *last*", "<script>alert(1)</script>", "<i>spend</i>"):
        assert name in shown


def test_every_picture_is_drawn_and_described(page, report):
    page.goto(report.as_uri())
    pictures = page.locator("img")
    assert pictures.count() >= 8
    for k in range(pictures.count()):
        assert pictures.nth(k).evaluate("img => img.complete && img.naturalWidth > 500")
        assert len(pictures.nth(k).get_attribute("alt")) > 20


@pytest.mark.parametrize("width", [320, 390, 768, 1600])
def test_the_page_fits_every_screen(page, report, width):
    page.goto(report.as_uri())
    assert fits(page, width)


def test_sections_are_reached_by_keyboard(page, report):
    page.goto(report.as_uri())
    page.locator("nav a", has_text="What it depends on").focus()
    page.keyboard.press("Enter")
    heading = page.locator("h2", has_text="What it depends on")
    assert abs(heading.evaluate("h => h.getBoundingClientRect().top")) < 40


def test_numbers_line_up(page, report):
    page.goto(report.as_uri())
    cells = page.locator("td.number")
    assert cells.count() > 30
    styles = {
        cells.nth(k).evaluate(
            "c => getComputedStyle(c).textAlign + ' ' + getComputedStyle(c).fontVariantNumeric"
        )
        for k in range(20)
    }
    assert styles == {"right tabular-nums"}


def test_it_prints_on_paper_without_cutting_pictures_or_width(page, report):
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    assert fits(page, 660), "the text area of A4 at 96 dots an inch"
    ratios = page.locator("img").evaluate_all(
        "all => all.map(i => (i.width / i.height) / (i.naturalWidth / i.naturalHeight))"
    )
    assert all(abs(ratio - 1) < 0.02 for ratio in ratios)
    assert not page.locator("nav").is_visible()
    # the first page is one page of A4: 261 mm between its margins
    first = page.locator(".masthead")
    assert first.locator(".verdict").is_visible()
    assert first.locator(".pictures img").count() == 3
    assert first.evaluate("one => one.getBoundingClientRect().bottom") < 261 / 25.4 * 96
    assert first.evaluate("one => getComputedStyle(one).breakAfter") == "page"
    heights = page.locator(".section > div, .section > figure").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) > 20
    assert all(heights), "what is folded is there on paper"


def test_the_first_page_says_it_all_within_four_screens(page, report):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollHeight") <= 4 * 900
    assert page.locator(".section[open]").count() == 0
    assert page.locator("nav a").first.is_visible()
    page.evaluate("scrollTo(0, 10000)")
    assert page.locator("nav a").first.is_visible()
    assert page.locator("nav").bounding_box()["y"] >= 0, "the contents stay"
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(50)
    assert not page.locator("nav a").first.is_visible(), "folded on a telephone"


def test_on_a_telephone_letters_are_of_twelve_dots_and_wide_things_scroll(page, report):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(report.as_uri())
    open_all(page)
    shown = page.locator("figure > img[width]").evaluate_all(
        "all => all.map(i => [i.getBoundingClientRect().width, Number(i.getAttribute('width'))])"
    )
    # drawn at 9 points and 100 dots an inch, a letter has 12.5 dots: not below 96% of that
    assert len(shown) >= 8
    assert all(width >= 0.96 * own for width, own in shown)
    over = page.locator("main figure, .table").evaluate_all(
        "all => all.map(i => i.scrollWidth > i.clientWidth && getComputedStyle(i).overflowX)"
    )
    assert set(over) == {False, "auto"}
    assert fits(page, 390)


def test_tables_and_pictures_are_kept_offline(page, report):
    page.goto(report.as_uri())
    open_all(page)
    place = page.locator(".table", has_text="Campaign by campaign")
    with page.expect_download() as kept:
        place.locator("xpath=following-sibling::button[1]").click()
    assert kept.value.suggested_filename == "campaign-by-campaign.csv"
    table = pd.read_csv(kept.value.path(), encoding="utf-8-sig")
    cells = place.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert table.shape == (place.locator("tbody tr").count(), len(cells))
    # the numbers of the table, without its commas and per cent signs: no digit more
    assert table["contacts"].tolist() == [240.0]
    assert f"{table['rate'][0]:.1%}" == cells[3]
    with page.expect_download() as kept:
        page.locator(".pictures button").first.click()
    assert kept.value.path().read_bytes().startswith(b"\x89PNG")
    assert page.errors == []


@pytest.fixture
def catalogue(page, tmp_path):
    """A report with a table to search, whose every value would like to be more than text."""
    names = [*HOSTILE, "recency_days", "Visits per week"]
    table = pd.DataFrame({"group": ["hostile"] * len(HOSTILE) + ["rfm", "rfm"]}, index=names)
    markup = Table(table.rename_axis("feature"), search=True)._repr_html_()
    # what is displayed may name the class itself, and bring scripts of its own
    markup += '<table class="searchable" onload="alert(1)"></table><script>alert(1)</script>'
    cells = [new_code_cell("x", outputs=[new_output("display_data", data={"text/html": markup})])]
    nbformat.write(new_notebook(cells=cells), tmp_path / "catalogue.ipynb")
    export_report(tmp_path / "catalogue.ipynb", tmp_path / "catalogue.html")
    page.goto((tmp_path / "catalogue.html").as_uri())
    return page


def shown(page):
    return [row.inner_text().split("\t")[0] for row in page.locator("tbody tr:visible").all()]


def test_a_table_is_searched_offline_and_nothing_of_it_runs(catalogue):
    assert (catalogue.dialogs, catalogue.errors) == ([], [])
    everything = shown(catalogue)
    assert len(everything) == len(HOSTILE) + 2
    field = catalogue.get_by_label("Search the table").first
    field.fill("RFM week")
    assert shown(catalogue) == ["Visits per week"]
    assert catalogue.locator("output").first.inner_text() == "1 of 9"
    field.fill("<script>alert(1)")
    assert shown(catalogue) == [HOSTILE[0]]
    field.fill("nothing of this name")
    assert shown(catalogue) == []
    field.fill("")
    assert shown(catalogue) == everything
    assert (catalogue.dialogs, catalogue.errors) == ([], [])
    assert catalogue.locator("script").count() == 1


def test_on_paper_there_is_the_whole_table_and_no_field(catalogue):
    catalogue.emulate_media(media="print")
    assert not catalogue.get_by_label("Search the table").first.is_visible()
    assert len(shown(catalogue)) == len(HOSTILE) + 2
